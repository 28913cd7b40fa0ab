import type { Define, FunctionDefinition } from '../shell/script';
import { NameMap } from './nameMap';
import { type Symbolic, sameSymbolic, unknown } from './symbolic';

/** What a name may hold at a point of the program. A name without binding is unset on every path. */
export interface Binding {
  /** `set` on every path that reaches this point, or only `maybe`. */
  readonly presence: 'set' | 'maybe';
  /** The definitions that reach this point; empty where a library or a state file gives the value. */
  readonly definitions: readonly Define[];
  readonly value: Symbolic;
  /**
   * What is no value: `required` where `${X:?}` has asked for the name (without one the shell has stopped, so behind it no
   * read loses one), `takenAway` where the block has unset it.
   */
  readonly mark?: 'required' | 'takenAway' | undefined;
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
  readonly names: NameMap<Binding>;
  readonly functions: NameMap<FunctionBinding>;
  /** What a load of something unknown may have given: any name a value, any function a body. */
  readonly open: Openness;
  /** True behind `exit` or `return`: no path gets here. */
  readonly dead: boolean;
}

/** Reaching definitions that a name remembers, the last ones: beyond, more of them tell nobody anything. */
export const MAX_DEFINITIONS = 16;

export const EMPTY_STATE: State = {
  names: NameMap.of(),
  functions: NameMap.of(),
  open: 'closed',
  dead: false,
};

export function bind(state: State, name: string, binding: Binding): State {
  return { ...state, names: state.names.with(name, binding) };
}

function unbind(state: State, name: string): State {
  return { ...state, names: state.names.without(name) };
}

export function bindFunction(state: State, name: string, binding: FunctionBinding): State {
  return { ...state, functions: state.functions.with(name, binding) };
}

/** A value that a library or a state file gives. */
export function fromLibrary(value: Symbolic, presence: Binding['presence']): Binding {
  return { presence, definitions: [], value };
}

/** Behind a call, the function's local names hold again what they held before they were made local. */
export function restoreLocals(locals: ReadonlyMap<string, Binding | undefined>, after: State): State {
  let state = after;
  for (const [name, outer] of locals)
    state = outer === undefined ? unbind(state, name) : bind(state, name, outer);
  return state;
}

/** What is true where two paths meet. */
export function join(a: State, b: State): State {
  if (a === b || b.dead) return a;
  if (a.dead) return b;
  return {
    names: NameMap.merge(a.names, b.names, joinBindings),
    functions: NameMap.merge(a.functions, b.functions, (left, right) => (left ?? right)!),
    open: widest(a.open, b.open),
    dead: false,
  };
}

function joinBindings(a: Binding | undefined, b: Binding | undefined): Binding {
  // A guard sets the name where it had no value: the value that it gives is the only one that is known.
  if (a === undefined || b === undefined) return { ...(a ?? b)!, presence: 'maybe' };
  if (a === b) return a;
  return {
    presence: a.presence === 'set' && b.presence === 'set' ? 'set' : 'maybe',
    definitions: [...new Set([...a.definitions, ...b.definitions])].slice(-MAX_DEFINITIONS),
    value: sameSymbolic(a.value, b.value) ? a.value : unknown(''),
    mark: a.mark === undefined || b.mark === undefined ? undefined : a.mark,
  };
}
