import { LocalInspector } from '../../inspector/inspector';
import type { StateFilesView, StateFileView } from '../../inspector/types';
import type { StateCommand, StateContext } from './context';
import { formatFile, shownFile, toJson } from './format';
import { sourcesFor } from './sources';

type Change = 'found' | 'appeared' | 'changed' | 'gone';

/** `crossblock state watch`: what is there, then each change, until it is ended. */
export const watch: StateCommand = async (options, context) => {
  const { sources } = await sourcesFor(options, context, true);
  let known: ReadonlyMap<string, StateFileView> | undefined;
  let work: Promise<void> = Promise.resolve();
  const told = new Set<string>();
  const look = async (): Promise<void> => {
    if (context.ended.aborted) return;
    const view = await inspector.list(false);
    tellNotices(view, told, context);
    for (const [change, file] of changesBetween(known, view.files))
      context.write(options.json ? jsonLine(change, file) : textOf(change, file, context.folder));
    known = byPath(view.files);
  };
  const inspector = new LocalInspector(sources, () => {
    work = work.then(look);
  });
  inspector.setLive(true);
  work = work.then(look);
  // Watchers do not keep a process alive; this does.
  const alive = setInterval(() => {}, 2 ** 30);
  await new Promise<void>(resolve => {
    if (context.ended.aborted) resolve();
    else context.ended.addEventListener('abort', () => resolve(), { once: true });
  });
  clearInterval(alive);
  inspector.setLive(false);
  await work;
  return 0;
};

function tellNotices({ notices }: StateFilesView, told: Set<string>, { complain }: StateContext): void {
  for (const notice of notices) {
    if (told.has(notice)) continue;
    told.add(notice);
    complain(`crossblock: ${notice}\n`);
  }
}

function byPath(files: readonly StateFileView[]): ReadonlyMap<string, StateFileView> {
  return new Map(files.map(file => [file.pathKey, file]));
}

/** @param before undefined at the first look */
function changesBetween(
  before: ReadonlyMap<string, StateFileView> | undefined,
  files: readonly StateFileView[],
): readonly (readonly [Change, StateFileView])[] {
  if (before === undefined) return files.map(file => ['found', file] as const);
  const now = byPath(files);
  const gone = [...before.values()].filter(file => !now.has(file.pathKey));
  const others = files.flatMap((file): readonly (readonly [Change, StateFileView])[] => {
    const last = before.get(file.pathKey);
    if (last === undefined) return [['appeared', file]];
    return signatureOf(last) === signatureOf(file) ? [] : [['changed', file]];
  });
  return [...gone.map(file => ['gone', file] as const), ...others];
}

/** What makes a change: not the number of remembered states, nor a file's age. */
function signatureOf({ id, size, modified, mode, owner, values }: StateFileView): string {
  return JSON.stringify([id, size, modified, mode, owner, values]);
}

function jsonLine(change: Change, file: StateFileView): string {
  return `${JSON.stringify({ change, at: new Date().toISOString(), file: toJson(file) })}\n`;
}

function textOf(change: Change, file: StateFileView, folder: string): string {
  if (change === 'found') return formatFile(file, folder);
  const time = new Date().toISOString().slice(11, 19);
  return change === 'gone'
    ? `${time}Z gone: ${shownFile(file)}\n`
    : `${time}Z ${change}: ${formatFile(file, folder)}`;
}
