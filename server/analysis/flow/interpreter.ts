import type {
  Call,
  Choice,
  Deferred,
  Define,
  Export,
  Flow,
  FlowStep,
  FunctionDefinition,
  Leave,
  Load,
  Read,
  Unset,
  Value,
} from '../shell/script';
import type { BlockContext, BlockFlow, DeletedPath, ExposedRead, LoadedFile, UsedPath } from './blockFlow';
import { deletionsOf, isExit, pathOf } from './deletions';
import { evaluate, type Lookup } from './evaluate';
import { effectsOnFiles, type FileEffect, isCreating, needsFiles } from './fileEffects';
import { excusedReads } from './guards';
import { withArguments } from './library';
import { NameMap } from './nameMap';
import {
  type Binding,
  bind,
  bindFunction,
  EMPTY_STATE,
  fromLibrary,
  join,
  MAX_DEFINITIONS,
  restoreLocals,
  type State,
  widest,
} from './state';
import { concat, pathKeyOf, type Symbolic, text, unknown } from './symbolic';

/** Functions in functions are followed to this depth; beyond, a call does nothing. */
const MAX_CALL_DEPTH = 12;
/** Steps that one block may take; a block that needs more is made to be slow, and its rest is not followed. */
const MAX_STEPS = 200_000;

/**
 * Runs a block abstractly. Never fails, and takes bounded time.
 * @param start what is true at its start: a new shell, or what another block left behind
 */
export function interpretBlock(flow: Flow, context: BlockContext, start: State = EMPTY_STATE): BlockFlow {
  const run = new Run(context);
  const last = run.atEnd(run.flow(flow, start));
  const end = withoutMarks(last);
  return {
    exposed: run.exposed(),
    unknownCalls: run.unknownCalls,
    definitions: run.definitions.filter(({ name }) => end.names.has(name)),
    exports: run.exports,
    functions: run.functions.filter(({ name }) => end.functions.has(name)),
    loads: run.loads,
    fileEffects: run.fileEffects,
    deletedAtEnd: run.deletedAtEnd,
    usedPaths: run.usedPaths,
    testedPaths: run.testedPaths,
    takenAway: [...last.names].flatMap(([name, binding]) =>
      binding.mark === 'takenAway' && binding.presence === 'set' ? [name] : [],
    ),
    end,
  };
}

/** A name that this block takes away has no value behind it, and a read of it loses nothing between blocks. */
const TAKEN_AWAY: Binding = { presence: 'set', definitions: [], value: [], mark: 'takenAway' };

/** What the block gives its names: neither what it took away nor what it only asked for. */
function withoutMarks(state: State): State {
  const given = ([, binding]: readonly [string, Binding]) => binding.mark === undefined;
  return { ...state, names: NameMap.of([...state.names].filter(given)) };
}

class Run {
  readonly unknownCalls: Call[] = [];
  readonly definitions: Define[] = [];
  readonly exports: Export[] = [];
  readonly functions: FunctionDefinition[] = [];
  readonly loads: LoadedFile[] = [];
  readonly fileEffects: FileEffect[] = [];
  readonly deletedAtEnd: DeletedPath[] = [];
  readonly usedPaths: UsedPath[] = [];
  readonly testedPaths: UsedPath[] = [];
  readonly #context: BlockContext;
  readonly #exposed = new Map<Read, ExposedRead>();
  /** States in which a path left the shell: their names are set for what one shell would have had next. */
  readonly #left: State[] = [];
  readonly #deferred: { readonly trap: Deferred; readonly state: State }[] = [];
  readonly #calls: FunctionDefinition[] = [];
  /** For each call that the walk is in, and each subshell in one, the states in which a path returned. */
  readonly #returned: State[][] = [];
  /** For each call that the walk is in, and each subshell, what its local names held when they were made local. */
  readonly #locals: Map<string, Binding | undefined>[] = [];
  /** Functions that the block takes away: a later call of one finds none, whatever earlier blocks define. */
  #withoutFunction: ReadonlySet<string> = new Set();
  #subshells = 0;
  /** How many branches and loops the walk is in. */
  #branches = 0;
  #steps = 0;

  constructor(context: BlockContext) {
    this.#context = context;
  }

  exposed(): readonly ExposedRead[] {
    return [...this.#exposed.values()];
  }

  flow(flow: Flow, start: State): State {
    let state = start;
    for (const step of flow) {
      if (state.dead || ++this.#steps > MAX_STEPS) return state;
      state = this.step(step, state);
    }
    return state;
  }

  step(step: FlowStep, state: State): State {
    switch (step.kind) {
      case 'read':
        return this.read(step, state);
      case 'define':
        return this.define(step, state);
      case 'unset':
        return this.unset(step, state);
      case 'export':
        if (this.#subshells === 0) this.exports.push(step);
        return state;
      case 'function':
        if (this.#subshells === 0) this.functions.push(step);
        return bindFunction(state, step.name, { kind: 'block', definition: step });
      case 'call':
        return this.call(step, state);
      case 'load':
        return this.load(step, state);
      case 'write':
        this.fileEffects.push({
          kind: 'write',
          write: step,
          path: evaluate(step.path, this.lookup(state)),
          certain: this.isCertain(),
        });
        return state;
      case 'input':
        if (step.path !== undefined)
          (step.isTest ? this.testedPaths : this.usedPaths).push(pathOf(step.path, this.lookup(state)));
        return state;
      case 'leave':
        return this.leave(step, state);
      case 'choice':
        return this.choice(step, state);
      case 'loop': {
        const once = this.inBranch(() => this.flow(step.body, state));
        // A loop that defines functions calls others the next time.
        const isSame = once.dead || once.functions === state.functions;
        const after = isSame
          ? once
          : join(
              once,
              this.inBranch(() => this.flow(step.body, once)),
            );
        const joined = join(state, after.dead ? state : after);
        this.excuse(excusedReads({ tests: step.tests, branches: [step.body, []] }, state, [after, state]));
        return joined;
      }
      case 'subshell':
        this.subshell(step.body, state);
        return state;
      case 'deferred':
        this.defer(step, state);
        return state;
    }
  }

  /** Whether the walk is where the shell surely comes: in no branch, and behind none that left. */
  isCertain(): boolean {
    const returned = this.#returned[this.#returned.length - 1] ?? [];
    return this.#branches === 0 && this.#left.length === 0 && returned.length === 0;
  }

  /** Runs a part of the walk that the shell may leave out. */
  inBranch<T>(walk: () => T): T {
    this.#branches++;
    const result = walk();
    this.#branches--;
    return result;
  }

  /** Traps run when the shell ends: what they read is read from the last state. */
  atEnd(end: State): State {
    const last = this.#left.reduce(join, end);
    const alive = { ...last, dead: false };
    for (const { trap, state } of this.#deferred) {
      const expanded = trap.expandedWhenSet ? state : alive;
      if (isExit(trap)) this.deletedAtEnd.push(...deletionsOf(trap, expanded, this.lookup(expanded)));
      // What a trap does to files is the trap's own question: `deletionsOf`.
      if (!trap.expandedWhenSet) this.inBranch(() => this.flow(trap.body, alive));
    }
    return alive;
  }

  defer(trap: Deferred, state: State): void {
    // A signal has one trap: the last one that was set.
    const others = this.#deferred.flatMap(other => {
      const signals = other.trap.signals.filter(signal => !trap.signals.includes(signal));
      return signals.length === 0 ? [] : [{ ...other, trap: { ...other.trap, signals } }];
    });
    this.#deferred.splice(0, this.#deferred.length, ...others, { trap, state });
  }

  /** Its traps run when it ends; what they delete is nobody's business outside. */
  subshell(body: Flow, state: State): void {
    const traps = this.#deferred.splice(0);
    const withoutFunction = this.#withoutFunction;
    this.#subshells++;
    this.#locals.push(new Map());
    if (this.#returned.length > 0) this.#returned.push([]);
    const end = this.flow(body, state);
    for (const { trap } of this.#deferred.splice(0, this.#deferred.length, ...traps))
      if (!trap.expandedWhenSet) this.flow(trap.body, { ...end, dead: false });
    if (this.#returned.length > 0) this.#returned.pop();
    this.#locals.pop();
    this.#withoutFunction = withoutFunction;
    this.#subshells--;
  }

  leave({ how }: Leave, state: State): State {
    if (how === 'return') {
      const returned = this.#returned[this.#returned.length - 1];
      // Outside a function bash complains that it cannot return, and goes on.
      if (returned === undefined) return state;
      returned.push(state);
    } else if (this.#subshells === 0) this.#left.push(state);
    return { ...state, dead: true };
  }

  /** Without `-f`, a function is taken away where there is no variable of the name. */
  unset({ name, ofFunction, ofElement }: Unset, state: State): State {
    if (ofElement) return state;
    const takesFunction = ofFunction || (!state.names.has(name) && state.functions.has(name));
    if (!takesFunction) return bind(state, name, TAKEN_AWAY);
    this.#withoutFunction = new Set([...this.#withoutFunction, name]);
    return { ...state, functions: state.functions.without(name) };
  }

  lookup(state: State): Lookup {
    return name => state.names.get(name)?.value ?? this.#context.intended(name);
  }

  read(read: Read, state: State): State {
    const binding = state.names.get(read.name);
    if (binding?.presence === 'set' || state.open === 'everything' || !/^[A-Za-z_]/.test(read.name))
      return state;
    if (this.#context.provided.has(read.name)) return state;
    if (!this.#exposed.has(read)) this.#exposed.set(read, { read, maybeSet: binding !== undefined });
    if (read.fallback !== 'required' || read.reader !== 'shell') return state;
    const value = this.lookup(state)(read.name) ?? unknown(read.name);
    return bind(state, read.name, { presence: 'set', definitions: [], value, mark: 'required' });
  }

  define(define: Define, state: State): State {
    const before = state.names.get(define.name);
    const locals = this.#locals[this.#locals.length - 1];
    if (define.local && locals?.has(define.name) === false) locals.set(define.name, before);
    // `declare X` keeps what the name holds, also nothing; a local name begins anew, and so, as authors mean it, does an array.
    if (define.form === 'declaration' && (before !== undefined || !(define.local || define.array)))
      return state;
    if (this.#subshells === 0 && !define.local) this.definitions.push(define);
    const value = evaluate(define.value, this.lookup(state));
    const binding: Binding = {
      presence: 'set',
      definitions: (define.append && before ? [...before.definitions, define] : [define]).slice(
        -MAX_DEFINITIONS,
      ),
      value: define.append
        ? concat(before?.value ?? text(''), value)
        : define.value === undefined
          ? unknown(define.name)
          : value,
    };
    // The name is local here: the value is there again behind the call.
    if (define.global === true && locals?.has(define.name) === true) {
      locals.set(define.name, binding);
      return state;
    }
    return bind(state, define.name, binding);
  }

  choice(choice: Choice, state: State): State {
    const ends = choice.branches.map(branch => this.inBranch(() => this.flow(branch, state)));
    this.excuse(excusedReads(choice, state, ends));
    return ends.reduce(join);
  }

  excuse(reads: Iterable<Read>): void {
    for (const read of reads) this.#exposed.delete(read);
  }

  call(call: Call, state: State): State {
    const creates = isCreating(call);
    for (const word of call.arguments)
      if (!word.text.startsWith('-') && needsFiles(call))
        this.usedPaths.push({ ...pathOf(word, this.lookup(state)), creates });
    if (call.name === undefined) return state;
    const target = call.passesFunctions ? undefined : state.functions.get(call.name);
    if (target === undefined) {
      this.fileEffects.push(...effectsOnFiles(call, this.isCertain(), this.lookup(state)));
      const mayBeFunction = !call.passesFunctions && !this.#withoutFunction.has(call.name);
      if (state.open === 'closed' && mayBeFunction) this.unknownCalls.push(call);
      return state;
    }
    if (target.kind === 'library') return this.callLibrary(target.path, call, call.name, state);
    if (this.#calls.includes(target.definition) || this.#calls.length >= MAX_CALL_DEPTH) return state;
    const returned: State[] = [];
    const locals = new Map<string, Binding | undefined>();
    this.#calls.push(target.definition);
    this.#returned.push(returned);
    this.#locals.push(locals);
    const after = this.flow(target.definition.body, state);
    this.#locals.pop();
    this.#returned.pop();
    this.#calls.pop();
    // Where no path returns, the function has left the shell.
    return restoreLocals(locals, returned.reduce(join, after));
  }

  /** A library's function: what it may set is set, what it sources is sourced, and what it may load opens the block. */
  callLibrary(path: string, call: Call, name: string, state: State): State {
    const effects = this.#context.library(path)?.effectsOf(name);
    if (effects === undefined) return state;
    if (effects.writes) this.fileEffects.push({ kind: 'anything', path: [], certain: false });
    let after: State = effects.open ? { ...state, open: 'everything' } : state;
    for (const source of effects.sources) {
      const file = withArguments(source.path, call, this.lookup(state));
      after = this.loadFile({ ...source.load, span: call.span }, file, false, after);
    }
    for (const defined of effects.names)
      if (!after.names.has(defined)) after = bind(after, defined, fromLibrary(unknown(defined), 'maybe'));
    return after;
  }

  /** Whether a path has a part that is another one in each process, and takes nothing from an earlier block. */
  isRebuilt(word: Value | undefined, state: State): boolean {
    const own = evaluate(word, name => state.names.get(name)?.value);
    return own.some(part => part.kind === 'unique') && !own.some(part => part.kind === 'unknown');
  }

  load(load: Load, state: State): State {
    const path = load.path && evaluate(load.path, this.lookup(state));
    if (load.path !== undefined) this.usedPaths.push(pathOf(load.path, this.lookup(state)));
    return this.loadFile(load, path, this.isRebuilt(load.path, state), state);
  }

  /** Whether the block itself has done something to a file: what earlier blocks wrote is not the whole of it. */
  hasWritten(path: Symbolic): boolean {
    if (this.fileEffects.length === 0) return false;
    const key = pathKeyOf(path);
    return this.fileEffects.some(
      ({ kind, path: touched }) => kind === 'anything' || (kind !== 'load' && pathKeyOf(touched) === key),
    );
  }

  loadFile(load: Load, path: Symbolic | undefined, isRebuilt: boolean, state: State): State {
    const found = path && this.#context.load(path, load, isRebuilt);
    const isState = found !== undefined && found.library === undefined;
    const loaded = path !== undefined && isState && this.hasWritten(path) ? undefined : found;
    const isLibrary = loaded?.library !== undefined;
    if (path !== undefined)
      this.fileEffects.push({
        kind: 'load',
        path,
        span: load.span,
        isLibrary,
        certain: this.isCertain(),
      });
    this.loads.push({
      load,
      path,
      known: loaded?.open === 'closed',
      library: loaded?.library,
      gives: name => loaded?.names.has(name) === true,
    });
    if (loaded === undefined) return { ...state, open: 'everything' };
    const names = [...loaded.names].map(([name, value]) => [name, fromLibrary(value, 'set')] as const);
    const functions = [...loaded.functions].map(
      ([name, file]) => [name, { kind: 'library', path: file }] as const,
    );
    return {
      ...state,
      names: state.names.withAll(names),
      functions: state.functions.withAll(functions),
      open: widest(state.open, loaded.open),
    };
  }
}
