import type { Define, FunctionDefinition } from '../shell/script';
import { type Symbolic, sameSymbolic, unknown } from './symbolic';

/** What a name may hold at a point of the program. A name without binding is unset on every path. */
export interface Binding {
  /** `set` on every path that reaches this point, or only `maybe`. */
  readonly presence: 'set' | 'maybe';
  /** The definitions that reach this point; empty where a library or a state file gives the value. */
  readonly definitions: readonly Define[];
  readonly value: Symbolic;
}

/** A function that can be called at a point of the program. */
export type FunctionBinding =
  | { readonly kind: 'block'; readonly definition: FunctionDefinition }
  | { readonly kind: 'library'; readonly path: string };

/**
 * How much is unknown behind a load. A state file may set any variable; a library that sources another one which nobody
 * found may lack functions, but a library does not set the variables of a document.
 */
export type Openness = 'closed' | 'functions' | 'everything';

const OPENNESS: readonly Openness[] = ['closed', 'functions', 'everything'];

export function widest(a: Openness, b: Openness): Openness {
  return OPENNESS[Math.max(OPENNESS.indexOf(a), OPENNESS.indexOf(b))]!;
}

/** What is true at one point of a block. States are values: every change makes a new one. */
export interface State {
  readonly names: ReadonlyMap<string, Binding>;
  readonly functions: ReadonlyMap<string, FunctionBinding>;
  /** What a load of something unknown may have given: any name a value, any function a body. */
  readonly open: Openness;
  /** True behind `exit` or `return`: no path gets here. */
  readonly dead: boolean;
}

export const EMPTY_STATE: State = { names: new Map(), functions: new Map(), open: 'closed', dead: false };

export function bind(state: State, name: string, binding: Binding): State {
  return { ...state, names: new Map(state.names).set(name, binding) };
}

export function unbind(state: State, name: string): State {
  if (!state.names.has(name)) return state;
  const names = new Map(state.names);
  names.delete(name);
  return { ...state, names };
}

export function bindFunction(state: State, name: string, binding: FunctionBinding): State {
  return { ...state, functions: new Map(state.functions).set(name, binding) };
}

/** What is true where two paths meet. */
export function join(a: State, b: State): State {
  if (a === b || b.dead) return a;
  if (a.dead) return b;
  const names = new Map<string, Binding>();
  for (const [name, binding] of a.names) names.set(name, joinBindings(binding, b.names.get(name)));
  for (const [name, binding] of b.names)
    if (!a.names.has(name)) names.set(name, joinBindings(binding, undefined));
  return {
    names,
    functions: new Map([...b.functions, ...a.functions]),
    open: widest(a.open, b.open),
    dead: false,
  };
}

function joinBindings(a: Binding, b: Binding | undefined): Binding {
  if (a === b) return a;
  // A guard sets the name where it had no value: the value that it gives is the only one that is known.
  if (b === undefined) return { ...a, presence: 'maybe' };
  return {
    presence: a.presence === 'set' && b.presence === 'set' ? 'set' : 'maybe',
    definitions: [...new Set([...a.definitions, ...b.definitions])],
    value: sameSymbolic(a.value, b.value) ? a.value : unknown(''),
  };
}
