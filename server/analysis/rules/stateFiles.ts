import { pathKeyOf, type Symbolic } from '../flow/symbolic';

/** The variable in which the fix that hands values over keeps the first part of its files' paths. */
export const HAND_OVER = 'crossblock';

/** Whether a name is one of those that this fix uses for itself: nobody wants to know where its value comes from. */
export function isOfHandOver(name: string): boolean {
  return /^crossblock(?:_new|_status)?$/.test(name);
}

/** Folders of every user on a machine. */
const SHARED = /^\/(?:tmp|var\/tmp|dev\/shm)\//;

/** Whether a path lies in a folder that every user of the machine writes to. */
export function isShared(path: Symbolic): boolean {
  const [first] = path;
  return first?.kind === 'text' && SHARED.test(pathKeyOf([first]));
}

/** Whether a path is the same in every run: nothing in it is known to change, and all of it is known. */
export function isFixed(path: Symbolic): boolean {
  return path.length > 0 && path.every(({ kind }) => kind === 'text');
}

/** A file that is written for people to read: what goes wrong with it hurts nothing. */
export function isLog(path: Symbolic): boolean {
  const last = path[path.length - 1];
  return last?.kind === 'text' && /\.(?:log|out|err)$|(?:^|[/_.-])logs?(?:$|[/_-])/i.test(last.text);
}
