import { kept } from '../kept';

/**
 * A string as far as it is known before anything runs. Two blocks mean the same file when their paths are the same symbolic
 * string, however they are spelt.
 */
export type Symbolic = readonly SymbolicPart[];

export type SymbolicPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'home' }
  /** The project's directory: the top of the git work tree, or the directory the agent works in. */
  | { readonly kind: 'project' }
  /** The directory of the file that the text stands in. */
  | { readonly kind: 'here' }
  | { readonly kind: 'session' }
  /** Another value in each process: `$$`, mktemp, date, RANDOM; `process` is the number of the block whose shell made it. */
  | { readonly kind: 'unique'; readonly source: string; readonly process: number }
  /** Whatever matches: the newest of the files that a glob names. */
  | { readonly kind: 'wildcard' }
  /** Something that the caller gives: `$ARGUMENTS`, `$1`, a placeholder. */
  | { readonly kind: 'argument'; readonly name: string }
  | { readonly kind: 'unknown'; readonly source: string };

export function text(value: string): Symbolic {
  return value === '' ? [] : [{ kind: 'text', text: value }];
}

export function unknown(source: string): Symbolic {
  return [{ kind: 'unknown', source }];
}

/** A longer string is not followed: `X="$X$X"` in forty lines would fill the memory. UTF-16 units, a part counts as one. */
const MAX_LENGTH = 4_096;

/** Puts strings one behind the other. */
export function concat(...values: readonly Symbolic[]): Symbolic {
  const parts: SymbolicPart[] = [];
  let length = 0;
  for (const value of values) {
    for (const part of value) {
      length += part.kind === 'text' ? part.text.length : 1;
      if (length > MAX_LENGTH) return unknown('');
      const last = parts[parts.length - 1];
      if (part.kind === 'text' && last?.kind === 'text')
        parts[parts.length - 1] = { kind: 'text', text: last.text + part.text };
      else parts.push(part);
    }
  }
  return parts;
}

/** A string that is the same for two symbolic strings exactly when they are the same. */
export function keyOf(value: Symbolic): string {
  let key = '';
  for (const part of value)
    key += part.kind === 'text' ? part.text : `\u0001${part.kind}:${sourceOf(part)}\u0002`;
  return key;
}

/** A path as a message names it, as short as the author would. */
export function describePath(path: Symbolic): string {
  return path.map(describePart).join('').replace(/\s+/g, ' ').slice(0, MAX_SHOWN);
}

/** UTF-16 units. */
const MAX_SHOWN = 100;

function describePart(part: SymbolicPart): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'home':
      return '~';
    case 'project':
      return '.';
    case 'here':
      return '…';
    case 'session':
      return '$CLAUDE_CODE_SESSION_ID';
    case 'unique':
      return part.source.startsWith('$') ? part.source : `$(${part.source})`;
    case 'argument':
      return `$${part.name}`;
    case 'wildcard':
      return '*';
    case 'unknown':
      return /^\w+$/.test(part.source) ? `$${part.source}` : '…';
  }
}

/** The same for two paths of one file: `./state.env` is `state.env`. */
export const pathKeyOf = kept((path: Symbolic): string => {
  const key = keyOf(path);
  if (!key.includes('./') && !key.includes('//')) return key;
  return key.replace(/^(?:\.\/)+/, '').replace(/\/(?:\.\/|\/)+/g, '/');
});

/** The same for two paths that differ only in what each process makes anew. */
export function shapeKeyOf(path: Symbolic): string {
  if (!path.some(({ kind }) => kind === 'unique')) return pathKeyOf(path);
  return pathKeyOf(path.map(part => (part.kind === 'unique' ? { ...part, process: 0 } : part)));
}

/** Tells which paths, by their keys, may be meant by one that has wildcards. */
export function wildcardMatcher(patternKey: string): (key: string) => boolean {
  const [head = '', ...rest] = patternKey.split(WILDCARD_KEY);
  return key => {
    if (!key.startsWith(head)) return false;
    let from = head.length;
    for (const [index, piece] of rest.entries()) {
      const isLast = index === rest.length - 1 && piece !== '';
      const at = isLast ? key.lastIndexOf(piece) : key.indexOf(piece, from);
      if (at < from) return false;
      from = at + piece.length;
    }
    return rest[rest.length - 1] === '' || from === key.length;
  };
}

const WILDCARD_KEY = '\u0001wildcard:\u0002';

function sourceOf(part: SymbolicPart): string {
  if (part.kind === 'unique') return `${part.source}:${part.process}`;
  if (part.kind === 'unknown') return part.source;
  return part.kind === 'argument' ? part.name : '';
}

export function sameSymbolic(a: Symbolic, b: Symbolic): boolean {
  return keyOf(a) === keyOf(b);
}
