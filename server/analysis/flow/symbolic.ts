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
  /** Another value in each process: `$$`, mktemp, date, RANDOM. */
  | { readonly kind: 'unique'; readonly source: string }
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
  return value
    .map(part => (part.kind === 'text' ? part.text : `\u0001${part.kind}:${sourceOf(part)}\u0002`))
    .join('');
}

/** The same for two paths of one file: `./state.env` is `state.env`. */
export function pathKeyOf(path: Symbolic): string {
  return keyOf(path)
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/(?:\.\/|\/)+/g, '/');
}

function sourceOf(part: SymbolicPart): string {
  if (part.kind === 'unique' || part.kind === 'unknown') return part.source;
  return part.kind === 'argument' ? part.name : '';
}

export function sameSymbolic(a: Symbolic, b: Symbolic): boolean {
  return keyOf(a) === keyOf(b);
}
