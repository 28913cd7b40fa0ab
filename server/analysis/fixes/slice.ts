import { type AnalysedBlock, type DocumentFlow, isStep, NOTHING_AROUND } from '../flow/documentFlow';
import { interpretBlock } from '../flow/interpreter';
import type { Origin } from '../flow/origins';
import { kept } from '../kept';
import {
  allSteps,
  type Call,
  type Define,
  dependsOnFile,
  type Flow,
  type FlowStep,
  type FunctionDefinition,
  type Load,
  type Statement,
  shellSteps,
} from '../shell/script';
import { attributeAbove, isReference, setsConstantAgain } from './attributes';
import { condensed, isShell, linesOfStatement } from './copying';
import { aliveStatements, mayEndIn, mayMissElement, mayMissName, nounsetFrom } from './endings';
import { ownFunctions } from './functionBodies';
import { type Inputs, inputsOf } from './inputs';
import { statementAt, textOf } from './replacing';
import { takesAway } from './stateWriters';
import { isSurelyGiven } from './ways';

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
  /** Functions of libraries that it calls: what they do besides calculating, nobody has looked at. */
  readonly libraryCalls: readonly string[];
}

/** A slice that needs more statements than this is no recalculation any more. */
const MAX_STATEMENTS = 40;

/**
 * The backward slice of some names, as they stand before a block: the statements of earlier steps that compute them, with all
 * that those read, the functions that they call and the libraries that those come from. Undefined where it cannot be cut out:
 * a function sets the value, a state file gives it, or a statement does more than calculate.
 */
export function sliceBefore(
  flow: DocumentFlow,
  block: AnalysedBlock,
  names: readonly string[],
): Slice | undefined {
  const slicer = new Slicer(flow, block);
  // What the slice sets on its way stays set in the block: where the block looks at it, it must end as in one shell.
  const looksAt = namesSeenIn(block);
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
  const inputs = inputsOf(steps, slicer.libraryCalls);
  const reads = unprovidedReads(flow, steps, slicer.libraryNames);
  // The slice itself would miss something: `X="$X:more"`, where nothing gives X its first value.
  const lost = reads.filter(name => flow.originOfVariable(name, block) !== undefined);
  if (inputs.hasEffects || lost.length > 0 || asksForAnother(flow, block, statements)) return undefined;
  if (
    statements.some(({ block: source, statement }) => setsConstantAgain(source, statement)) ||
    bringsBack(flow, block, statements, looksAt)
  )
    return undefined;
  return {
    statements,
    inputs,
    unknownNames: reads,
    skippedIn: skippedIn(flow, statements),
    libraryCalls: [...slicer.libraryCalls],
  };
}

/**
 * Whether a slice gives a name, which it only needs on the way, a value that the document has replaced or taken away since, where
 * the reading block or a later one looks at that name.
 */
function bringsBack(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  statements: readonly SliceStatement[],
  looksAt: (name: string) => boolean,
): boolean {
  const last = new Map(statements.flatMap(taken => definedIn(taken.statement).map(name => [name, taken])));
  const replaced = [...last].filter(
    ([name, taken]) =>
      (looksAt(name) || isReadBehind(flow, reader, name) || isRepeatedIn(flow, reader, name)) &&
      stepsBetween(flow, taken.block, reader).some(other => isChangedBehind(other, name, taken)),
  );
  if (replaced.length === 0) return false;
  if (replaced.some(([name, taken]) => isChangedBehind(taken.block, name, taken))) return true;
  const [first] = statements.map(({ block }) => block).sort((a, b) => a.block.number - b.block.number);
  return !onlyRepeated(stepsBetween(flow, first!, reader), statements);
}

/** The steps from one block up to another one that may come before that. */
function stepsBetween(
  flow: DocumentFlow,
  first: AnalysedBlock,
  reader: AnalysedBlock,
): readonly AnalysedBlock[] {
  return flow.blocks
    .slice(first.block.number - 1, reader.block.number - 1)
    .filter(other => isStep(other) && !flow.areAlternatives(other.block, reader.block));
}

/**
 * Whether some blocks change nothing that a slice sets but in the slice's own words: it has been calculated again there. Only where each
 * name has one text: of several, the order would count.
 */
function onlyRepeated(blocks: readonly AnalysedBlock[], statements: readonly SliceStatement[]): boolean {
  const own = new Set(statements.map(({ block }) => block));
  const defined = statements.flatMap(({ statement }) => definedIn(statement));
  const names = new Set(defined);
  if (names.size < defined.length) return false;
  const texts = new Set(statements.map(taken => condensed(linesOfStatement(taken.block, taken.statement))));
  const sets = (step: FlowStep) => step.kind === 'define' && names.has(step.name);
  return blocks.every(
    block =>
      own.has(block) ||
      (![...names].some(name => takesAway(block, name)) &&
        block.script.statements.every(
          statement =>
            ![...allSteps(statement.flow, true)].some(sets) ||
            texts.has(condensed(linesOfStatement(block, statement))),
        )),
  );
}

/** Whether a later block reads a name, or a function does that is lost in one. */
function isReadBehind(flow: DocumentFlow, reader: AnalysedBlock, name: string): boolean {
  const isReadIn = (body: Flow) =>
    [...allSteps(body, true)].some(step => step.kind === 'read' && step.name === name);
  return flow.blocks.some(block => {
    if (!isStep(block) || block.block.number < reader.block.number) return false;
    const isExposed = block !== reader && block.flow.exposed.some(({ read }) => read.name === name);
    return (
      isExposed ||
      block.flow.unknownCalls.some(call => {
        const origin = call.name === undefined ? undefined : flow.originOfFunction(call.name, block);
        return origin?.kind === 'function' && isReadIn(origin.definition.body);
      })
    );
  });
}

/** Whether a block gives a name its value in the words of an earlier one: it has been calculated again before. */
function isRepeatedIn({ blocks }: DocumentFlow, reader: AnalysedBlock, name: string): boolean {
  const textsIn = (block: AnalysedBlock) =>
    block.script.statements
      .filter(statement => definedIn(statement).includes(name))
      .map(statement => textOf(block, statement));
  const own = textsIn(reader);
  return (
    own.length > 0 &&
    blocks.some(
      other =>
        isStep(other) &&
        other.block.number < reader.block.number &&
        textsIn(other).some(text => own.includes(text)),
    )
  );
}

function isChangedBehind(other: AnalysedBlock, name: string, { block, statement }: SliceStatement): boolean {
  if (other !== block)
    return takesAway(other, name) || other.flow.definitions.some(define => define.name === name);
  const behind = aliveStatements(block.script.statements).filter(
    ({ span }) => span.start > statement.span.start,
  );
  const isChange = (step: FlowStep) =>
    ((step.kind === 'define' && !step.local) || step.kind === 'unset') && step.name === name;
  const functions = ownFunctions(block);
  const isChanger = (called: string) =>
    (functions.get(called) ?? []).some(body => [...shellSteps(body)].some(isChange));
  return behind.some(({ flow: steps }) =>
    [...shellSteps(steps)].some(
      step => isChange(step) || (step.kind === 'call' && isChanger(step.name ?? '')),
    ),
  );
}

/** What was taken, as the author wrote it. */
export function textOfTaken({ block, statement }: SliceStatement): string {
  return textOf(block, statement);
}

/** The statements that stand before one in its block. */
export function statementsBefore({ block, statement }: SliceStatement): readonly Statement[] {
  return block.script.statements.slice(0, block.script.statements.indexOf(statement));
}

/** The names that a statement sets, each once: a guard sets its name on several branches. */
export const definedIn = kept(({ flow }: Statement): readonly string[] => [
  ...new Set([...allSteps(flow)].flatMap(step => (step.kind === 'define' && !step.local ? [step.name] : []))),
]);

function skippedIn(flow: DocumentFlow, statements: readonly SliceStatement[]): number | undefined {
  return statements.find(taken => mayEndBefore(flow, taken))?.block.block.number;
}

/** Whether a block may have ended, without its author meaning it to fail, before it came to a statement. */
export function mayEndBefore(flow: DocumentFlow, taken: SliceStatement): boolean {
  return mayEndIn(taken.block, statementsBefore(taken)) || mayMissValueBefore(flow, taken);
}

/** Whether `set -u` may end a block above a statement: at a name that no step before it surely gives a value. */
function mayMissValueBefore(flow: DocumentFlow, { block, statement }: SliceStatement): boolean {
  const from = nounsetFrom(block);
  if (from >= statement.span.start) return false;
  if (mayMissElement(block, { start: from, end: statement.span.start })) return true;
  if (lostReadsBetween(flow, block, from, statement.span.start)) return true;
  return mayMissName(flow, block, { start: from, end: statement.span.end });
}

/** Whether functions that a block calls in vain between two offsets, and another fix may define in it, read what it may not have. */
function lostReadsBetween(flow: DocumentFlow, block: AnalysedBlock, start: number, end: number): boolean {
  return block.flow.unknownCalls.some(({ name, span }) => {
    if (name === undefined || span.start < start || span.start >= end) return false;
    const origin = flow.originOfFunction(name, block);
    if (origin?.kind !== 'function') return false;
    const { exposed } = interpretBlock(origin.definition.body, {
      ...NOTHING_AROUND,
      provided: flow.profile.provides,
    });
    return exposed.some(({ read }) => read.fallback === 'none' && !isSurelyGiven(flow, read.name, block));
  });
}

/** The names that some steps read without a value and without a word on what then, run from a new shell. */
function unprovidedReads(
  flow: DocumentFlow,
  steps: Flow,
  fromLibraries: ReadonlySet<string>,
): readonly string[] {
  const { exposed } = interpretBlock(steps, {
    ...NOTHING_AROUND,
    provided: new Set([...flow.profile.provides, ...flow.provided, ...fromLibraries]),
  });
  return exposed.flatMap(({ read, maybeSet }) => (maybeSet || read.fallback !== 'none' ? [] : [read.name]));
}

/**
 * Whether a slice asks for a value that other words than its own have given the name: `[ -z "${X:-}" ]`, `${X:-d}`. The author asked
 * before that, and in the reading block the answer would look like a loss.
 */
function asksForAnother(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  statements: readonly SliceStatement[],
): boolean {
  const known = new Set<string>();
  return statements.some(taken => {
    const asked = [...allSteps(taken.statement.flow)].flatMap(step =>
      step.kind === 'read' && (step.asksFor !== undefined || step.fallback !== 'none') ? [step.name] : [],
    );
    const isAnother = asked.some(name => !known.has(name) && !isGivenBy(flow, reader, name, taken));
    for (const name of definedIn(taken.statement)) known.add(name);
    return isAnother;
  });
}

/** Whether nothing before a block gives a name a value but a statement, or the same one in another block. */
function isGivenBy(flow: DocumentFlow, reader: AnalysedBlock, name: string, taken: SliceStatement): boolean {
  const origin = flow.originOfVariable(name, reader);
  if (origin?.kind !== 'definition') return true;
  const { block } = origin;
  const last = new Set<FlowStep>(block.flow.end.names.get(name)?.definitions ?? [origin.define]);
  const text = condensed(linesOfStatement(taken.block, taken.statement));
  return block.script.statements.every(
    statement =>
      ![...allSteps(statement.flow)].some(step => last.has(step)) ||
      condensed(linesOfStatement(block, statement)) === text,
  );
}

/** Tells which names a block may read with a value from outside; a library that it sources may read any. */
function namesSeenIn({ script, flow }: AnalysedBlock): (name: string) => boolean {
  if (flow.loads.length > 0) return () => true;
  const names = new Set(flow.exposed.map(({ read }) => read.name));
  for (const step of allSteps(script.flow, true)) {
    // A question about a value is no loss, and what is added is added to something.
    const isAsked = step.kind === 'read' && (step.asksFor !== undefined || step.fallback !== 'none');
    const isKept = step.kind === 'define' && (step.append || step.form === 'default');
    if (isAsked || isKept || step.kind === 'export') names.add(step.name);
  }
  return name => names.has(name);
}

class Slicer {
  readonly #flow: DocumentFlow;
  readonly #reader: AnalysedBlock;
  readonly #taken = new Map<Statement, SliceStatement>();
  readonly #visiting = new Set<string>();
  readonly #libraryCalls = new Set<string>();
  readonly #libraryNames = new Set<string>();

  constructor(flow: DocumentFlow, reader: AnalysedBlock) {
    this.#flow = flow;
    this.#reader = reader;
  }

  /** The functions of libraries that are called. */
  get libraryCalls(): ReadonlySet<string> {
    return this.#libraryCalls;
  }

  /** The variables that come from libraries. */
  get libraryNames(): ReadonlySet<string> {
    return this.#libraryNames;
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
    // Whether it was taken away since, only the run knows.
    const since = this.#flow.blocks.slice(origin.block.block.number, block.block.number - 1);
    if (since.some(other => isStep(other) && takesAway(other, name))) return false;
    if (origin.kind === 'library') return this.#addLibraryVariable(name, origin);
    if (origin.kind !== 'definition') return false;
    // An attribute of another block's, which a shell for both would still have.
    if (attributeAbove(this.#flow, origin.block, name) !== undefined) return false;
    return this.#addUpTo(name, origin.block, aliveStatements(origin.block.script.statements).length);
  }

  /** Takes the statements before `end` of a block that give a name its value, the last certain one and all behind it. */
  #addUpTo(name: string, block: AnalysedBlock, end: number): boolean {
    const key = `${block.block.number} ${end} ${name}`;
    if (this.#visiting.has(key)) return true;
    this.#visiting.add(key);
    if (!isPlain(block, name)) return false;
    const { statements } = block.script;
    const isNew = this.#flow.originOfVariable(name, block) === undefined;
    const defining: number[] = [];
    let certain = false;
    for (let index = end - 1; index >= 0; index--) {
      const { flow } = statements[index]!;
      // An attribute holds for all later assignments, and `export X` on a line of its own belongs to the value that it exports.
      const isTaken = certain
        ? setsAttribute(flow, name)
        : definitionsIn(flow, name).length > 0 || isExportOf(statements[index]!, name);
      if (!isTaken) continue;
      defining.unshift(index);
      certain ||= mustDefine(flow, name, isNew);
    }
    if (!certain && !this.addFromBlocksBefore(name, block)) return false;
    // `X+=1` on top of nothing would add up where it is inserted twice.
    const startsFromNothing = !certain && isNew;
    if (startsFromNothing && defining.some(index => appends(statements[index]!.flow, name))) return false;
    return defining.every(index => this.#take(block, index));
  }

  #take(block: AnalysedBlock, index: number): boolean {
    const statement = block.script.statements[index]!;
    if (this.#taken.has(statement)) return true;
    if (this.#taken.size >= MAX_STATEMENTS || !isShell(block, statement)) return false;
    // Marked before what it needs is looked for: a function may call itself.
    this.#taken.set(statement, { block, statement });
    const before = block.script.statements.slice(0, index + 1);
    if (before.some(({ flow }) => [...shellSteps(flow)].some(changesMeaning))) return false;
    return this.#addNeedsOf(statement.flow, block, index, NO_NAMES);
  }

  /**
   * Takes what some steps of a statement read and call.
   * @param own the parameters and local variables of the function whose body they are
   */
  #addNeedsOf(steps: Flow, block: AnalysedBlock, index: number, own: ReadonlySet<string>): boolean {
    for (const step of allSteps(steps)) {
      if (step.kind === 'load' || step.kind === 'deferred') return false;
      if (step.kind === 'call' && !this.#addFunctionOf(step, steps, block, index)) return false;
      // `~` is HOME, which a step may have changed.
      if (step.kind === 'define' && step.value?.text.startsWith('~') && this.#isAssigned('HOME', block))
        return false;
      if (step.kind !== 'read') continue;
      if (/^(?:\d+|[@*#])$/.test(step.name) && own === NO_NAMES && setsArguments(block)) return false;
      // Which name `${!X}` means, only the run knows.
      if (step.isIndirect === true) return false;
      if (!/^[A-Za-z_]/.test(step.name) || own.has(step.name)) continue;
      // What the host provides is there anyway, unless the document has given the name a value of its own.
      if (this.#isProvided(step.name) && !this.#isAssigned(step.name, block)) continue;
      if (!this.#addUpTo(step.name, block, index)) return false;
    }
    return true;
  }

  /** Takes the function that a call runs, if it is one of the document's; false where that cannot be. */
  #addFunctionOf({ name, passesFunctions }: Call, steps: Flow, block: AnalysedBlock, index: number): boolean {
    if (name === undefined || passesFunctions) return true;
    const inBlock = block.script.statements
      .slice(0, index)
      .findLastIndex(({ flow }) => [...allSteps(flow)].some(step => isFunction(step, name)));
    if (inBlock >= 0) return this.#addFunction(name, steps, { block, index: inBlock }, { block, index });
    if (block.flow.end.functions.get(name)?.kind === 'library')
      return this.#addLibraryFunction(name, block, index);
    const origin = this.#flow.originOfFunction(name, block);
    if (origin === undefined) return true;
    if (origin.kind === 'library')
      return this.#addLibraryFunction(name, origin.block, origin.block.script.statements.length);
    if (origin.kind !== 'function') return false;
    const found = origin.block.script.statements.findLastIndex(({ flow }) =>
      [...allSteps(flow)].some(step => isFunction(step, name)),
    );
    return this.#addFunction(name, steps, { block: origin.block, index: found }, { block, index });
  }

  #addFunction(name: string, steps: Flow, definition: StatementPlace, call: StatementPlace): boolean {
    const statement = definition.block.script.statements[definition.index];
    const [step] = statement?.flow ?? [];
    // On one branch, or beside other things: which one the author means, only the run knows.
    if (step === undefined || !isFunction(step, name) || statement?.flow.length !== 1) return false;
    // Where the reading block calls it too, it must be the same one.
    const meant = this.#flow.originOfFunction(name, this.#reader);
    const isCalled = this.#reader.flow.unknownCalls.some(other => other.name === name);
    if (isCalled && (meant?.kind !== 'function' || meant.definition !== step)) return false;
    const locals = localNames(step.body);
    const setsOwn = [...allSteps(step.body, true)].some(
      inner => inner.kind === 'define' && !locals.has(inner.name),
    );
    // What it sets is gone behind a substitution, and stays behind a plain call.
    const isCalledPlainly = [...shellSteps(steps)].some(
      other => other.kind === 'call' && other.name === name,
    );
    if (setsOwn && isCalledPlainly) return false;
    if (this.#taken.has(statement)) return true;
    if (!isShell(definition.block, statement)) return false;
    this.#taken.set(statement, { block: definition.block, statement });
    return this.#addNeedsOf(step.body, call.block, call.index, locals);
  }

  #addLibraryVariable(name: string, { block, load, throughCall }: LibraryOrigin): boolean {
    this.#libraryNames.add(name);
    return !throughCall && this.#addLibrary(block, load);
  }

  #addLibraryFunction(name: string, block: AnalysedBlock, end: number): boolean {
    const before = block.script.statements[end - 1]?.span.end ?? 0;
    const loads = block.flow.loads.filter(
      ({ library, load }) => library !== undefined && load.span.start < before,
    );
    const [source] = loads;
    // Of two libraries, the names do not tell which one it is from.
    if (source === undefined || loads.length > 1 || !this.#addLibrary(block, source.load)) return false;
    this.#libraryCalls.add(name);
    return true;
  }

  /** Takes the line that sources a library, with what gives its path. */
  #addLibrary(block: AnalysedBlock, load: Load): boolean {
    const statement = sourcingStatement(block, load);
    if (statement === undefined) return false;
    if (this.#taken.has(statement)) return true;
    if (!isShell(block, statement)) return false;
    this.#taken.set(statement, { block, statement });
    const index = block.script.statements.indexOf(statement);
    const steps = statement.flow.filter(({ kind }) => kind !== 'load');
    return this.#addNeedsOf(steps, block, index, NO_NAMES);
  }

  #isProvided(name: string): boolean {
    return this.#flow.profile.provides.has(name) || this.#flow.provided.has(name);
  }

  #isAssigned(name: string, block: AnalysedBlock): boolean {
    const own = block.flow.definitions.some(define => define.name === name);
    return own || this.#flow.originOfVariable(name, block) !== undefined;
  }
}

type LibraryOrigin = Extract<Origin, { kind: 'library' }>;

/** A statement by its number, from 0, in its block. */
interface StatementPlace {
  readonly block: AnalysedBlock;
  readonly index: number;
}

const NO_NAMES: ReadonlySet<string> = new Set();

function isFunction(step: FlowStep, name: string): step is FunctionDefinition {
  return step.kind === 'function' && step.name === name;
}

function localNames(body: Flow): ReadonlySet<string> {
  return new Set(
    [...allSteps(body, true)].flatMap(step => (step.kind === 'define' && step.local ? [step.name] : [])),
  );
}

/** The statement that sources a library, where it does nothing else: no definition, no other command. */
export function sourcingStatement(block: AnalysedBlock, { how, span }: Load): Statement | undefined {
  if (how !== 'source') return undefined;
  const statement = statementAt(block, span.start);
  const isAlone = statement !== undefined && [...allSteps(statement.flow)].every(isOfSourcing);
  return isAlone ? statement : undefined;
}

/** What a `source` line consists of: a test whether the file is there, a word where it is not. */
function isOfSourcing(step: FlowStep): boolean {
  if (step.kind === 'call')
    return /^(?:source|\.|\[\[?|test|echo|printf|true|:|exit|return)$/.test(step.name ?? '');
  return ['read', 'load', 'choice', 'leave', 'input'].includes(step.kind);
}

/** Tells whether a block's definitions of a name all stand in its own statements, and nothing takes the name away there. */
function isPlain(block: AnalysedBlock, name: string): boolean {
  if (block.flow.loads.some(({ gives }) => gives(name))) return false;
  const { unset, hasReference, outside } = notPlainIn(block);
  return !(unset.has(name) || hasReference || outside.has(name));
}

/** What keeps statements of a block from being cut out, for all of its names. */
const notPlainIn = kept((block: AnalysedBlock) => {
  const { script, flow } = block;
  const own = new Set<FlowStep>();
  const unset = new Set<string>();
  for (const step of allSteps(script.flow)) {
    if (step.kind === 'unset') unset.add(step.name);
    own.add(step);
  }
  return {
    unset,
    /** `declare -n` sets another name than the one that it assigns. */
    hasReference: [...allSteps(script.flow, true)].some(
      step => step.kind === 'define' && isReference(block, step),
    ),
    /** What a function or an evaluated text sets cannot be cut out. */
    outside: new Set(flow.definitions.filter(define => !own.has(define)).map(({ name }) => name)),
  };
});

/** Whether some steps give a name an attribute with which an assignment means something else: `declare -i`. */
function setsAttribute(flow: Flow, name: string): boolean {
  return [...shellSteps(flow)].some(step => step.kind === 'define' && step.attribute && step.name === name);
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

/**
 * True where some steps give the name a value on every path, whatever it held before.
 * @param isNew true where nothing has given it one before
 */
function mustDefine(flow: Flow, name: string, isNew: boolean): boolean {
  return flow.some(step => {
    // `declare -r X` keeps what X holds; an array that is declared begins anew, as authors mean it.
    if (step.kind === 'define')
      return (
        step.name === name &&
        !step.append &&
        step.form !== 'default' &&
        !dependsOnFile(flow, name) &&
        (step.form !== 'declaration' || step.array)
      );
    // Where the shell ends, nobody asks for the value any more.
    if (step.kind === 'leave') return step.fails;
    if (step.kind === 'loop') return setsInLoop(step, name);
    if (step.kind !== 'choice') return false;
    // A guard that calculates the name where it is empty: where nothing has set it before, it always is.
    const guard = isNew ? step.tests.find(({ read }) => read.name === name) : undefined;
    if (guard === undefined) return step.branches.every(branch => mustDefine(branch, name, isNew));
    const whenEmpty = guard.firstWhenEmpty ? step.branches.slice(0, 1) : step.branches.slice(1);
    return whenEmpty.some(branch => mustDefine(branch, name, isNew));
  });
}

/** Whether a loop gives its own name a value at least once: it has words, whatever becomes of the others. */
function setsInLoop({ body }: Extract<FlowStep, { kind: 'loop' }>, name: string): boolean {
  return body.some(
    step =>
      step.kind === 'define' &&
      step.form === 'loop' &&
      step.name === name &&
      step.words?.some(({ text }) => /^[\w./:-]+$/.test(text)) === true,
  );
}
