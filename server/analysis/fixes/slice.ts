import { type AnalysedBlock, type DocumentFlow, NOTHING_AROUND } from '../flow/documentFlow';
import { interpretBlock } from '../flow/interpreter';
import {
  allSteps,
  type Call,
  type Define,
  type Flow,
  type FlowStep,
  type Statement,
  shellSteps,
} from '../shell/script';
import { type Inputs, inputsOf } from './inputs';

/** A statement of an earlier block that a value depends on. */
export interface SliceStatement {
  readonly block: AnalysedBlock;
  readonly statement: Statement;
}

/** The statements that calculate some names again, in the order in which they have to run. */
export interface Slice {
  readonly statements: readonly SliceStatement[];
  readonly inputs: Inputs;
  /** Names that it reads and that nothing in the document sets: the prose or the agent gives them. */
  readonly unknownNames: readonly string[];
  /** The number of a block that may have ended, without failing, before it came to what is taken from it. */
  readonly skippedIn: number | undefined;
}

/** A slice that needs more statements than this is no recalculation any more. */
const MAX_STATEMENTS = 40;

/**
 * The backward slice of some names, as they stand before a block: the statements of earlier steps that compute them, with all
 * that those read. Undefined where it cannot be cut out: the value comes from a loop, a function, a library, or from a
 * statement that does more than calculate.
 */
export function sliceBefore(
  flow: DocumentFlow,
  block: AnalysedBlock,
  names: readonly string[],
): Slice | undefined {
  const slicer = new Slicer(flow);
  // What the slice sets on its way stays set in the block: where the block looks at it, it must end as in one shell.
  const looksAt = namesReadIn(block);
  const pending = [...names];
  const settled = new Set<string>();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (settled.has(name)) continue;
    settled.add(name);
    if (!slicer.addFromBlocksBefore(name, block)) return undefined;
    pending.push(...slicer.definedNames().filter(looksAt));
  }
  const statements = slicer.statements();
  if (statements.length === 0 || statements.length > MAX_STATEMENTS) return undefined;
  const steps = statements.flatMap(({ statement }) => statement.flow);
  const inputs = inputsOf(steps);
  const reads = unprovidedReads(flow, steps);
  // The slice itself would miss something: `X="$X:more"`, where nothing gives X its first value.
  const lost = reads.filter(name => flow.originOfVariable(name, block) !== undefined);
  return inputs.hasEffects || lost.length > 0
    ? undefined
    : { statements, inputs, unknownNames: reads, skippedIn: skippedIn(statements) };
}

/** The statements that stand before one in its block. */
export function statementsBefore({ block, statement }: SliceStatement): readonly Statement[] {
  return block.script.statements.slice(0, block.script.statements.indexOf(statement));
}

/** The names that a statement sets, each once: a guard sets its name on several branches. */
export function definedIn({ flow }: Statement): readonly string[] {
  return [
    ...new Set(
      [...allSteps(flow)].flatMap(step => (step.kind === 'define' && !step.local ? [step.name] : [])),
    ),
  ];
}

function skippedIn(statements: readonly SliceStatement[]): number | undefined {
  const skipped = statements.find(taken => statementsBefore(taken).some(({ flow }) => mayEnd(flow)));
  return skipped?.block.block.number;
}

/** Whether the shell may end in some steps, and not because something failed. */
function mayEnd(flow: Flow): boolean {
  return flow.some(step => {
    if (step.kind === 'leave') return step.how === 'exit' && !step.fails;
    if (step.kind === 'choice') return step.branches.some(mayEnd);
    return step.kind === 'loop' && mayEnd(step.body);
  });
}

/** The names that some steps read without a value and without a word on what then, run from a new shell. */
function unprovidedReads(flow: DocumentFlow, steps: Flow): readonly string[] {
  const { exposed } = interpretBlock(steps, {
    provided: new Set([...flow.profile.provides, ...flow.provided]),
    ...NOTHING_AROUND,
  });
  return exposed.flatMap(({ read, maybeSet }) => (maybeSet || read.fallback !== 'none' ? [] : [read.name]));
}

/** Tells which names a block may read; a library that it sources may read any. */
function namesReadIn({ script, flow }: AnalysedBlock): (name: string) => boolean {
  if (flow.loads.length > 0) return () => true;
  const names = new Set(
    [...allSteps(script.flow, true)].flatMap(step => (step.kind === 'read' ? [step.name] : [])),
  );
  return name => names.has(name);
}

class Slicer {
  readonly #flow: DocumentFlow;
  readonly #taken = new Map<Statement, SliceStatement>();
  readonly #visiting = new Set<string>();

  constructor(flow: DocumentFlow) {
    this.#flow = flow;
  }

  /** What was taken, in the order in which the document runs it. */
  statements(): readonly SliceStatement[] {
    return [...this.#taken.values()].sort(
      (a, b) =>
        a.block.block.number - b.block.block.number || a.statement.span.start - b.statement.span.start,
    );
  }

  /** The names that the taken statements set. */
  definedNames(): readonly string[] {
    return [...this.#taken.values()].flatMap(({ statement }) => definedIn(statement));
  }

  /** Takes what gives a name its value before a block starts; true also where nothing does. */
  addFromBlocksBefore(name: string, block: AnalysedBlock): boolean {
    const origin = this.#flow.originOfVariable(name, block);
    if (this.#flow.isRestoredBetween(name, origin?.block, block)) return false;
    if (origin === undefined) return true;
    if (origin.kind !== 'definition') return false;
    return this.#addUpTo(name, origin.block, origin.block.script.statements.length);
  }

  /** Takes the statements before `end` of a block that give a name its value, the last certain one and all behind it. */
  #addUpTo(name: string, block: AnalysedBlock, end: number): boolean {
    const key = `${block.block.number} ${end} ${name}`;
    if (this.#visiting.has(key)) return true;
    this.#visiting.add(key);
    if (!isPlain(block, name)) return false;
    const defining: number[] = [];
    let certain = false;
    for (let index = end - 1; index >= 0 && !certain; index--) {
      const statement = block.script.statements[index]!;
      const defines = definitionsIn(statement.flow, name);
      if (defines.length === 0) {
        // `export X` on a line of its own belongs to the value that it exports.
        if (isExportOf(statement, name)) defining.unshift(index);
        continue;
      }
      if (defines.some(define => define.form === 'loop')) return false;
      defining.unshift(index);
      certain = mustDefine(statement.flow, name);
    }
    if (!certain && !this.addFromBlocksBefore(name, block)) return false;
    // `X+=1` on top of nothing would add up where it is inserted twice.
    const startsFromNothing = !certain && this.#flow.originOfVariable(name, block) === undefined;
    if (startsFromNothing && defining.some(index => appends(block.script.statements[index]!.flow, name)))
      return false;
    return defining.every(index => this.#take(block, index));
  }

  #take(block: AnalysedBlock, index: number): boolean {
    const statement = block.script.statements[index]!;
    if (this.#taken.has(statement)) return true;
    if (this.#taken.size >= MAX_STATEMENTS) return false;
    for (const step of allSteps(statement.flow)) {
      // A function or library that the calculation needs would have to come along.
      if (step.kind === 'call' && this.#callsFunction(step, block)) return false;
      if (
        step.kind === 'function' ||
        step.kind === 'load' ||
        step.kind === 'leave' ||
        step.kind === 'deferred'
      )
        return false;
      // `~` is HOME, which a step may have changed.
      if (step.kind === 'define' && step.value?.text.startsWith('~') && this.#isAssigned('HOME', block))
        return false;
      if (step.kind === 'read' && /^(?:\d+|[@*#])$/.test(step.name) && setsArguments(block)) return false;
      // Which name `${!X}` means, only the run knows.
      if (step.kind === 'read' && step.isIndirect === true) return false;
      if (step.kind !== 'read' || !/^[A-Za-z_]/.test(step.name)) continue;
      // What the host provides is there anyway, unless the document has given the name a value of its own.
      if (this.#isProvided(step.name) && !this.#isAssigned(step.name, block)) continue;
      if (!this.#addUpTo(step.name, block, index)) return false;
    }
    this.#taken.set(statement, { block, statement });
    return true;
  }

  #isProvided(name: string): boolean {
    return this.#flow.profile.provides.has(name) || this.#flow.provided.has(name);
  }

  #isAssigned(name: string, block: AnalysedBlock): boolean {
    const own = block.flow.definitions.some(define => define.name === name);
    return own || this.#flow.originOfVariable(name, block) !== undefined;
  }

  #callsFunction({ name, passesFunctions }: Call, block: AnalysedBlock): boolean {
    if (name === undefined || passesFunctions) return false;
    return block.flow.end.functions.has(name) || this.#flow.originOfFunction(name, block) !== undefined;
  }
}

/** Tells whether a block's definitions of a name all stand in its own statements, and nothing takes the name away there. */
function isPlain({ script, flow }: AnalysedBlock, name: string): boolean {
  if (flow.loads.some(({ gives }) => gives(name))) return false;
  const own = new Set<FlowStep>();
  for (const { flow: steps } of script.statements) {
    for (const step of allSteps(steps)) {
      if (step.kind === 'unset' && step.name === name) return false;
      if (changesMeaning(step)) return false;
      own.add(step);
    }
    // `declare -n` sets another name than the one that it assigns, `declare -i` another value.
    for (const step of allSteps(steps, true)) if (step.kind === 'define' && step.attribute) return false;
  }
  // What a function or an evaluated text sets cannot be cut out.
  return flow.definitions.every(define => define.name !== name || own.has(define));
}

/** Steps after which the same statement means something else: word splitting, order of letters, options of the shell. */
function changesMeaning(step: FlowStep): boolean {
  if (step.kind === 'define') return /^(?:IFS|LANG|LC_\w+|GLOBIGNORE)$/.test(step.name);
  if (step.kind !== 'call') return false;
  return (
    step.name === 'shopt' ||
    // `exec < FILE` gives every command behind it another input.
    (step.name === 'exec' && step.arguments.length === 0) ||
    (step.name === 'set' && step.arguments.some(({ text }) => /^[-+]\w*[fkB]|noglob|braceexpand/.test(text)))
  );
}

/** Whether a block gives itself other positional parameters. */
function setsArguments({ script }: AnalysedBlock): boolean {
  return script.statements.some(({ flow }) =>
    [...allSteps(flow)].some(
      step =>
        step.kind === 'call' &&
        (step.name === 'shift' ||
          (step.name === 'set' && step.arguments.some(({ text }) => !/^[-+]\w/.test(text)))),
    ),
  );
}

function isExportOf({ flow }: Statement, name: string): boolean {
  return flow.length > 0 && flow.every(step => step.kind === 'export' && step.name === name);
}

function appends(flow: Flow, name: string): boolean {
  return definitionsIn(flow, name).some(define => define.append);
}

function definitionsIn(flow: Flow, name: string): readonly Define[] {
  // What a subshell or a job sets is gone behind it.
  return [...shellSteps(flow)].filter(
    (step): step is Define => step.kind === 'define' && step.name === name && !step.local,
  );
}

/** True where some steps give the name a value on every path, whatever it held before. */
function mustDefine(flow: Flow, name: string): boolean {
  return flow.some(step => {
    // `declare -r X` keeps what X holds; an array that is declared begins anew, as authors mean it.
    if (step.kind === 'define')
      return (
        step.name === name &&
        !step.append &&
        step.form !== 'default' &&
        (step.form !== 'declaration' || step.array)
      );
    if (step.kind !== 'choice') return false;
    // A guard that calculates the name where it is empty: it always is, at the start of a new shell.
    const guard = step.tests.find(({ read }) => read.name === name);
    if (guard === undefined) return step.branches.every(branch => mustDefine(branch, name));
    const whenEmpty = guard.firstWhenEmpty ? step.branches.slice(0, 1) : step.branches.slice(1);
    return whenEmpty.some(branch => mustDefine(branch, name));
  });
}
