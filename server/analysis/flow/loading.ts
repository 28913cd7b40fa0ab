import type { Value } from '../shell/script';
import type { Loaded } from './blockFlow';
import { CLOSED, fromLibrary, OPEN, type State, widest } from './state';

/** What a file gives that holds nothing. */
export const NOTHING: Loaded = {
  names: new Map(),
  declared: new Set(),
  prefixes: [],
  functions: new Map(),
  options: [],
  isState: false,
  library: undefined,
  open: CLOSED,
};

/** What is true behind a load. */
export function withLoaded(state: State, found: Loaded | undefined): State {
  if (found === undefined) return { ...state, open: OPEN };
  const names = [...found.names].map(([name, value]) => [name, fromLibrary(value, 'set')] as const);
  const functions = [...found.functions].map(
    ([name, file]) => [name, { kind: 'library', path: file }] as const,
  );
  return {
    ...state,
    names: state.names.withAll(names),
    functions: state.functions.withAll(functions),
    open: widest(state.open, found.open),
    prefixes: found.prefixes.length === 0 ? state.prefixes : [...state.prefixes, ...found.prefixes],
  };
}

/** The name in a path that holds one of some known strings, and these. */
export function choicesIn(
  path: Value | undefined,
  state: State,
): readonly [string, readonly string[]] | undefined {
  for (const part of path?.parts ?? []) {
    const strings = part.kind === 'parameter' ? state.names.get(part.name)?.oneOf : undefined;
    if (part.kind === 'parameter' && strings !== undefined) return [part.name, strings.slice(0, MAX_CHOICES)];
  }
  return undefined;
}

/** Files that one loop sources; beyond, it is no list that somebody wrote. */
const MAX_CHOICES = 32;
