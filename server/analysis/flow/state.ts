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
  /** The strings of which it holds one after the other, in a loop over literal words; for `"$@"`, the arguments. */
  readonly oneOf?: readonly string[] | undefined;
}

/** A function that can be called at a point of the program. */
export type FunctionBinding =
  /** The bodies of which it has one, as the path tells that was gone. */
  | { readonly kind: 'block'; readonly definitions: readonly FunctionDefinition[] }
  | { readonly kind: 'library'; readonly path: string };

/**
 * What may be there that nobody lists, behind a load of something unknown. A state file sets variables; a library that
 * sources another one which nobody found may lack functions, but a library does not set the variables of a document.
 */
export interface Openness {
  readonly variables: boolean;
  readonly functions: boolean;
}

export const CLOSED: Openness = { variables: false, functions: false };
export const OPEN: Openness = { variables: true, functions: true };

export function widest(a: Openness, b: Openness): Openness {
  if (a === b || b === CLOSED) return a;
  if (a === CLOSED) return b;
  return { variables: a.variables || b.variables, functions: a.functions || b.functions };
}

/** What is true at one point of a block. States are values: every change makes a new one. */
export interface State {
  readonly names: NameMap<Binding>;
  readonly functions: NameMap<FunctionBinding>;
  /** What a load of something unknown may have given. */
  readonly open: Openness;
  /** Beginnings of names that a load may have given a value. */
  readonly prefixes: readonly string[];
  /** What was printed since the `$( … )` began that is being run; undefined behind a failure, whose output nobody uses. */
  readonly output: Symbolic | undefined;
  /** True behind `exit` or `return`: no path gets here. */
  readonly dead: boolean;
}

/** Reaching definitions that a name remembers, the last ones: beyond, more of them tell nobody anything. */
export const MAX_DEFINITIONS = 16;

export const EMPTY_STATE: State = {
  names: NameMap.of(),
  functions: NameMap.of(),
  open: CLOSED,
  prefixes: [],
  output: [],
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
    functions: NameMap.merge(a.functions, b.functions, joinFunctions),
    open: widest(a.open, b.open),
    prefixes: a.prefixes === b.prefixes ? a.prefixes : [...new Set([...a.prefixes, ...b.prefixes])],
    output: joinOutputs(a.output, b.output),
    dead: false,
  };
}

/** Bodies that a function may have; beyond, one more tells nobody anything. */
const MAX_BODIES = 4;

function joinFunctions(a: FunctionBinding | undefined, b: FunctionBinding | undefined): FunctionBinding {
  if (a?.kind !== 'block' || b?.kind !== 'block') return (a ?? b)!;
  if (a === b) return a;
  return {
    kind: 'block',
    definitions: [...new Set([...a.definitions, ...b.definitions])].slice(-MAX_BODIES),
  };
}

function joinOutputs(a: Symbolic | undefined, b: Symbolic | undefined): Symbolic | undefined {
  if (a === b || b === undefined) return a;
  return a === undefined || sameSymbolic(a, b) ? b : unknown('');
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
