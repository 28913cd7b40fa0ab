import type {
  Call,
  Choice,
  Deferred,
  Define,
  Flow,
  FlowStep,
  FunctionDefinition,
  Leave,
  Load,
  Read,
  Subshell,
  Unset,
  Write,
} from '../shell/script';
import type { Span } from '../text';
import type { BlockContext, BlockFlow } from './blockFlow';
import { BlockRecord } from './blockRecord';
import { deletionsOf, isExit, pathOf } from './deletions';
import { evaluate, type Knowledge } from './evaluate';
import {
  effectsOnFiles,
  type FileEffect,
  isCreating,
  keepsNothing,
  needsFiles,
  operandsOf,
  readsFiles,
} from './fileEffects';
import { excusedReads } from './guards';
import { choicesIn, withLoaded } from './loading';
import { printedBy } from './output';
import { literals, parametersOf, shiftParameters, withParameters } from './parameters';
import {
  type Binding,
  bind,
  bindFunction,
  EMPTY_STATE,
  type FunctionBinding,
  join,
  MAX_DEFINITIONS,
  restoreLocals,
  type State,
} from './state';
import { stateKeys } from './stateKeys';
import { concat, type Symbolic, text, unknown } from './symbolic';

/** Functions in functions are followed to this depth; beyond, a call does nothing. */
const MAX_CALL_DEPTH = 12;
/** Steps that one block may take; a block that needs more is made to be slow, and its rest is not followed. */
const MAX_STEPS = 50_000;

/**
 * Runs a block abstractly. Never fails, and takes bounded time.
 * @param start what is true at its start: a new shell, or what another block left behind
 */
export function interpretBlock(flow: Flow, context: BlockContext, start: State = EMPTY_STATE): BlockFlow {
  const run = new Run(context);
  const last = run.flow(flow, start);
  return run.record.finish(run.atEnd(last), run.whereItGoesOn(last));
}

/** A trap, and what was true where it was set. */
interface PlacedTrap {
  readonly trap: Deferred;
  readonly state: State;
  /** The call of a library's function that has set it: what it reads is the library's own. */
  readonly call: Call | undefined;
}

/** Traps for that many signals at once nobody sets. */
const MAX_TRAPS = 100;

/** A name that this block takes away has no value behind it, and a read of it loses nothing between blocks. */
const TAKEN_AWAY: Binding = { presence: 'set', definitions: [], value: [], mark: 'takenAway' };

class Run {
  readonly record = new BlockRecord();
  readonly #context: BlockContext;
  /** States in which a path left the shell: their names are set for what one shell would have had next. */
  readonly #left: State[] = [];
  /** The same of paths on which the block has failed: nobody goes on from there. */
  readonly #failed: State[] = [];
  readonly #deferred: PlacedTrap[] = [];
  readonly #calls: FunctionDefinition[] = [];
  /** For each call that the walk is in, and each subshell in one, the states in which a path returned. */
  readonly #returned: State[][] = [];
  /** For each call that the walk is in, and each subshell, what its local names held when they were made local. */
  readonly #locals: Map<string, Binding | undefined>[] = [];
  /** Functions that the block takes away: a later call of one finds none, whatever earlier blocks define. */
  #withoutFunction: ReadonlySet<string> = new Set();
  /** What the `$( … )` that were run have printed. */
  readonly #outputs = new WeakMap<Flow, Symbolic>();
  #exportsAll = false;
  #subshells = 0;
  /** How many `$( … )` the walk is in whose output somebody takes. */
  #captures = 0;
  /** The call of the block that the walk has followed into a library. */
  #libraryCall: Call | undefined;
  /** True where the walk has come to the traps. */
  #isAtEnd = false;
  /** How many branches and loops the walk is in. */
  #branches = 0;
  #steps = 0;
  readonly #budget: { steps: number };

  constructor(context: BlockContext) {
    this.#context = context;
    this.#budget = context.budget ?? { steps: MAX_STEPS };
  }

  flow(flow: Flow, start: State): State {
    let state = start;
    for (const step of flow) {
      if (state.dead || ++this.#steps > MAX_STEPS || --this.#budget.steps < 0) return state;
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
        if (this.#subshells === 0) this.record.exports.push(step);
        return state;
      case 'function':
        if (this.#subshells === 0 && this.#libraryCall === undefined) this.record.functions.push(step);
        return bindFunction(state, step.name, { kind: 'block', definitions: [step] });
      case 'call':
        return this.call(step, state);
      case 'load':
        return this.load(step, state);
      case 'write':
        return this.write(step, state);
      case 'input':
        if (step.path !== undefined)
          (step.isTest ? this.record.testedPaths : this.record.usedPaths).push({
            ...pathOf(step.path, this.knowledge(state)),
            reads: true,
          });
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
        this.record.excuse(
          excusedReads({ tests: step.tests, branches: [step.body, []] }, state, [after, state]),
        );
        return joined;
      }
      case 'subshell':
        return this.subshell(step, state);
      case 'deferred':
        this.defer(step, state);
        return state;
    }
  }

  /** Whether the walk is where the shell surely comes: in no branch, and behind none that left. */
  isCertain(): boolean {
    const returned = this.#returned[this.#returned.length - 1] ?? [];
    return this.#branches === 0 && this.#left.length + this.#failed.length === 0 && returned.length === 0;
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
    this.#isAtEnd = true;
    const last = [...this.#left, ...this.#failed].reduce(join, end);
    const alive = { ...last, dead: false };
    for (const { trap, state, call } of this.#deferred) {
      this.#libraryCall = call;
      const expanded = trap.expandedWhenSet ? state : alive;
      if (isExit(trap))
        this.record.deletedAtEnd.push(...deletionsOf(trap, expanded, this.knowledge(expanded)));
      // What a trap does to files is the trap's own question: `deletionsOf`.
      if (!trap.expandedWhenSet) this.inBranch(() => this.flow(trap.body, alive));
    }
    this.#libraryCall = undefined;
    return alive;
  }

  /** What is true at the block's end where it has not failed; undefined where it always does. */
  whereItGoesOn(end: State): State | undefined {
    const last = this.#left.reduce(join, end);
    return last.dead && this.#left.length === 0 ? undefined : last;
  }

  defer(trap: Deferred, state: State): void {
    if (this.#deferred.length >= MAX_TRAPS) return;
    // A signal has one trap: the last one that was set.
    const others = this.#deferred.flatMap(other => {
      const signals = other.trap.signals.filter(signal => !trap.signals.includes(signal));
      return signals.length === 0 ? [] : [{ ...other, trap: { ...other.trap, signals } }];
    });
    const placed = { ...trap, span: this.spanOf(trap) };
    this.#deferred.splice(0, this.#deferred.length, ...others, {
      trap: placed,
      state,
      call: this.#libraryCall,
    });
  }

  /** Its traps run when it ends; what they delete is nobody's business outside. */
  subshell({ body, output }: Subshell, state: State): State {
    const isCaptured = output === 'captured';
    if (isCaptured) this.#captures++;
    const traps = this.#deferred.splice(0);
    const withoutFunction = this.#withoutFunction;
    const exportsAll = this.#exportsAll;
    this.#subshells++;
    this.#locals.push(new Map());
    if (this.#returned.length > 0) this.#returned.push([]);
    const end = this.flow(body, isCaptured ? { ...state, output: [] } : state);
    for (const { trap } of this.#deferred.splice(0, this.#deferred.length, ...traps))
      if (!trap.expandedWhenSet) this.flow(trap.body, { ...end, dead: false });
    if (this.#returned.length > 0) this.#returned.pop();
    this.#locals.pop();
    this.#withoutFunction = withoutFunction;
    this.#exportsAll = exportsAll;
    this.#subshells--;
    if (!isCaptured) return end.output === state.output ? state : { ...state, output: end.output };
    this.#captures--;
    if (end.output !== undefined) this.#outputs.set(body, end.output);
    return state;
  }

  leave({ how, fails }: Leave, state: State): State {
    if (how === 'return') {
      const returned = this.#returned[this.#returned.length - 1];
      // Outside a function bash complains that it cannot return, and goes on.
      if (returned === undefined) return state;
      returned.push(fails ? { ...state, output: undefined } : state);
    } else if (this.#subshells === 0) {
      (fails ? this.#failed : this.#left).push(state);
      if (this.#libraryCall !== undefined && !this.#isAtEnd)
        this.record.endingCalls.push({ span: this.#libraryCall.span, fails });
    }
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

  knowledge(state: State): Knowledge {
    const inCall = this.#calls.length > 0;
    return {
      value: name =>
        state.names.get(name)?.value ??
        // A function's parameters are its own.
        (inCall && /^\d/.test(name) ? [] : this.#context.intended(name)),
      process: this.#context.process,
      content: path => this.#context.content(path),
      output: body => this.#outputs.get(body),
    };
  }

  /** Where in the block something happens: what a library's function does, its call does. */
  spanOf(step: { readonly span: Span }): Span {
    return this.#libraryCall?.span ?? step.span;
  }

  affect(effect: FileEffect): void {
    this.record.fileEffects.push(effect);
    this.#context.affect(effect);
  }

  write(write: Write, state: State): State {
    const known = this.knowledge(state);
    const path = evaluate(write.path, known);
    if (keepsNothing(path)) return state;
    this.affect({
      kind: 'write',
      path,
      span: this.spanOf(write),
      write: this.#libraryCall === undefined ? write : undefined,
      append: write.append,
      isRepair: this.#libraryCall !== undefined && this.#branches > 0,
      keys: stateKeys(write.keys, state, known),
      mayDefineFunctions: write.mayDefineFunctions,
      content: write.content && evaluate(write.content, known),
      certain: this.isCertain(),
    });
    return state;
  }

  read(read: Read, state: State): State {
    if (this.#libraryCall !== undefined) return state;
    this.#context.observe?.(read, state);
    const binding = state.names.get(read.name);
    const [meant] = read.isIndirect === true ? (binding?.value ?? []) : [];
    // `${!X}` reads the name that X holds.
    if (meant?.kind === 'text' && binding?.value.length === 1)
      return this.read({ ...read, name: meant.text, isIndirect: false }, state);
    if (binding?.presence === 'set' || state.open.variables || !/^[A-Za-z_]/.test(read.name)) return state;
    if (this.#context.provided.has(read.name)) return state;
    if (state.prefixes.some(prefix => read.name.startsWith(prefix))) return state;
    this.record.expose(read, binding !== undefined);
    if (read.fallback !== 'required' || read.reader !== 'shell') return state;
    const value = this.knowledge(state).value(read.name) ?? unknown(read.name);
    // What a branch above has set is still what the block gives the name.
    return bind(state, read.name, {
      presence: 'set',
      definitions: binding?.definitions ?? [],
      value,
      mark: 'required',
    });
  }

  define(define: Define, state: State): State {
    const before = state.names.get(define.name);
    const locals = this.#locals[this.#locals.length - 1];
    if (define.local && locals?.has(define.name) === false) locals.set(define.name, before);
    // `declare X` keeps what the name holds, also nothing; a local name begins anew, and so, as authors mean it, does an array.
    if (define.form === 'declaration' && (before !== undefined || !(define.local || define.array)))
      return state;
    const isLibrarys = this.#libraryCall !== undefined;
    if (this.#subshells === 0 && !define.local && !isLibrarys)
      this.record.definitions.push(this.#exportsAll ? { ...define, exported: true } : define);
    const known = this.knowledge(state);
    const value = evaluate(define.value, known);
    const all = define.append && before ? [...before.definitions, define] : [define];
    const binding: Binding = {
      presence: 'set',
      definitions: isLibrarys ? [] : all.slice(-MAX_DEFINITIONS),
      oneOf: define.words && literals(define.words, known, state.names.get('@')),
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
    this.record.excuse(excusedReads(choice, state, ends));
    return ends.reduce(join);
  }

  call(call: Call, state: State): State {
    const known = this.knowledge(state);
    const isOwn = this.#libraryCall === undefined;
    if (isOwn && needsFiles(call)) {
      const creates = isCreating(call);
      const reads = readsFiles(call);
      for (const word of call.arguments)
        if (!word.text.startsWith('-'))
          this.record.usedPaths.push({ ...pathOf(word, known), creates, reads });
    }
    if (isOwn && call.name === 'rm')
      this.record.removedPaths.push(...operandsOf(call).map(word => pathOf(word, known)));
    if (call.name === undefined) return this.printed(call, state);
    const target = call.passesFunctions ? undefined : state.functions.get(call.name);
    if (target !== undefined) {
      const isLibrarys = target.kind === 'library';
      const bodies = this.definitionsOf(target, call.name);
      const run = (body: FunctionDefinition) => this.callFunction(body, isLibrarys, call, state);
      if (bodies.length === 1) return run(bodies[0]!);
      // Only one of them runs.
      const ends = bodies.map(body => this.inBranch(() => run(body)));
      return ends.length === 0 ? state : ends.reduce(join);
    }
    for (const effect of effectsOnFiles(call, this.isCertain(), known))
      this.affect('span' in effect ? { ...effect, span: this.spanOf(effect) } : effect);
    const mayBeFunction = !call.passesFunctions && !this.#withoutFunction.has(call.name);
    if (isOwn && !state.open.functions && mayBeFunction) this.record.unknownCalls.push(call);
    if (call.name === 'set') this.setOptions(call);
    const after = call.name === 'shift' && this.#calls.length > 0 ? shiftParameters(state) : state;
    return this.printed(call, after);
  }

  /** `set -a` exports what is set behind it. */
  setOptions({ arguments: words }: Call): void {
    const end = words.findIndex(({ text: word }) => word === '--');
    words.slice(0, end < 0 ? words.length : end).forEach(({ text: word }, index) => {
      const option = word === 'allexport' ? words[index - 1]?.text : word;
      if (option !== undefined && (word === 'allexport' || /^[-+]\w*a/.test(word)))
        this.#exportsAll = option.startsWith('-');
    });
  }

  /** What a command prints counts where somebody takes it. */
  printed(call: Call, state: State): State {
    if (this.#captures === 0 || state.output === undefined) return state;
    return { ...state, output: printedBy(call, state.output, this.knowledge(state)) };
  }

  definitionsOf(target: FunctionBinding, name: string): readonly FunctionDefinition[] {
    if (target.kind === 'block') return target.definitions;
    const definition = this.#context.library(target.path)?.functions.get(name);
    return definition === undefined ? [] : [definition];
  }

  /** Runs a function's body with the words of its call as its parameters. */
  callFunction(definition: FunctionDefinition, isLibrarys: boolean, call: Call, state: State): State {
    if (this.#calls.includes(definition) || this.#calls.length >= MAX_CALL_DEPTH) return state;
    const returned: State[] = [];
    const locals = parametersOf(state);
    const start = withParameters(state, call, this.knowledge(state));
    const outer = this.#libraryCall;
    if (isLibrarys) this.#libraryCall ??= call;
    this.#calls.push(definition);
    this.#returned.push(returned);
    this.#locals.push(locals);
    const after = this.flow(definition.body, start);
    this.#locals.pop();
    this.#returned.pop();
    this.#calls.pop();
    this.#libraryCall = outer;
    // Where no path returns, the function has left the shell.
    const end = restoreLocals(locals, returned.reduce(join, after));
    return call.isRedirected === true ? { ...end, output: state.output } : end;
  }

  load(load: Load, state: State): State {
    const { prefix } = load;
    if (prefix === '') return { ...state, open: { ...state.open, variables: true } };
    if (prefix !== undefined) return { ...state, prefixes: [...state.prefixes, prefix] };
    // `for lib in a b; do source "lib/$lib.sh"; done` sources each of them.
    const choices = choicesIn(load.path, state);
    if (choices === undefined) return this.loadFile(load, state);
    const [name, texts] = choices;
    const before = state.names.get(name)!;
    const loaded = texts.reduce(
      (current, value) => this.loadFile(load, bind(current, name, { ...before, value: text(value) })),
      state,
    );
    return bind(loaded, name, before);
  }

  loadFile(load: Load, state: State): State {
    const known = this.knowledge(state);
    const path = load.path && evaluate(load.path, known);
    if (load.path !== undefined) {
      const used = { ...pathOf(load.path, known), reads: true };
      const isOwn = this.#libraryCall === undefined;
      this.record.usedPaths.push(isOwn ? used : { ...used, span: this.spanOf(used), name: undefined });
    }
    const found = path && this.#context.load(path, load);
    const isLibrary = found?.library !== undefined;
    const span = this.spanOf(load);
    if (path !== undefined) this.affect({ kind: 'load', path, span, isLibrary, certain: this.isCertain() });
    this.record.loads.push({
      load: { ...load, span },
      path,
      known: found !== undefined && !found.open.variables && !found.open.functions,
      library: found?.library,
      options: found?.options ?? [],
      isState: found?.isState === true,
      gives: name => found?.names.has(name) === true,
    });
    const locals = this.#calls.length > 0 ? this.#locals[this.#locals.length - 1] : undefined;
    // What a function declares is its own.
    for (const name of found?.declared ?? [])
      if (locals?.has(name) === false) locals.set(name, state.names.get(name));
    return withLoaded(state, found);
  }
}
