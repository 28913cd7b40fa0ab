import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import {
  allSteps,
  type Call,
  dependsOnFile,
  type Flow,
  type FlowStep,
  type FunctionDefinition,
  type Statement,
} from '../shell/script';
import { isCopiable, linesOfStatement } from './copying';
import type { Fix } from './fix';
import { type HandedValues, handOverTo } from './handOver';
import { insertLines, startOfCode } from './insertion';
import { lostSettingCall } from './lostSetters';
import { recalculate } from './recalculate';
import { lineBelow, textOf } from './replacing';
import type { FixSettings } from './settings';
import { mayEndBefore } from './slice';
import { mayKeep, readsItself, resetsIn } from './stateWriters';
import { isOnWayTo } from './ways';

/** A function with more of them that it calls is a library. */
const MAX_FUNCTIONS = 12;

/** The text of an earlier block that defines a function and does nothing else. */
interface Definition {
  readonly name: string;
  readonly block: AnalysedBlock;
  /** The definition itself, which may be a part of a statement. */
  readonly statement: Statement;
  readonly body: FunctionDefinition['body'];
  /** Why another definition, or none, may be the one that a shell for all blocks has. */
  readonly doubt: string | undefined;
}

/** *Define the function here*: the author's own text, with the functions that it calls and the values that it reads. */
export function defineFunction(analysis: Analysis, finding: Finding, settings: FixSettings): readonly Fix[] {
  const { flow, findings } = analysis;
  const block = flow.blocks[finding.block - 1];
  if (finding.rule !== 'lost-function' || finding.name === undefined || block === undefined) return [];
  const { name } = finding;
  const call = block.flow.unknownCalls.find(other => other.name === name)?.span.start ?? 0;
  const definitions = definitionsFor(flow, block, name, call);
  if (definitions === undefined) return [];
  const lines = definitions.flatMap(({ block: source, statement }) => linesOfStatement(source, statement));
  const bodies = [...definitions.map(({ body }) => body), ...ownBodies(block, definitions)];
  const differs = [...new Set(bodies.flatMap(body => namesThatDiffer(flow, block, body)))];
  const lost = differs.filter(
    other => flow.originOfVariable(other, block) !== undefined && !isSurelySetBefore(block, other, call),
  );
  if (!definitions.every(({ block: source, statement }) => isCopiable([], source, statement))) return [];
  // What a body misses where it stands is given to its copy.
  const others = findings.filter(({ name: missed }) => missed === undefined || !lost.includes(missed));
  const flawed = definitions.find(({ block: source, statement }) => !isCopiable(others, source, statement));
  const values =
    lost.length === 0
      ? undefined
      : valuesFor(flow, block, lost, new Set(definitions.map(({ name: own }) => own)), settings);
  const [first] = differs;
  const changed = setBy(bodies);
  const doubt =
    absence(flow, block, definitions) ??
    (flawed === undefined
      ? undefined
      : `what is wrong in block ${flawed.block.block.number} would be wrong here`) ??
    valueMissedLater(flow, block, name, changed) ??
    changesWhatItReads(lost, changed) ??
    setByLostCall(flow, block, definitions, bodies) ??
    // A value that is lost as well would only be found next.
    (lost.length > 0 && values === undefined ? `what it reads, ${lost.join(', ')}, stays lost` : undefined) ??
    (values?.isSuggestion ? `what it reads, ${lost.join(', ')}, is handed over on demand only` : undefined);
  const reason = doubt ?? (first === undefined ? undefined : `it reads ${first}, which is another one here`);
  const safety = doubt !== undefined ? 'suggestion' : reason === undefined ? 'safe' : 'unsafe';
  const definition = insertLines(flow.document, block.block, placeFor(flow, block, definitions[0]!), lines);
  return [
    {
      title: `Define the function here: ${name}${reason === undefined ? '' : ` (${safety}: ${reason})`}`,
      kind: 'define',
      safety,
      edits: [...(values?.edits ?? []), definition].sort((a, b) => a.span.start - b.span.start),
    },
  ];
}

/** The variables that some bodies set for whoever calls them. */
function setBy(bodies: readonly Flow[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const body of bodies)
    for (const step of allSteps(body, true)) if (step.kind === 'define' && !step.local) names.add(step.name);
  return names;
}

/**
 * What a function changes, and a block reads that has it from nowhere else: the function's own block where it may not be called, or a
 * later one. With the function, that is a loss too.
 */
function valueMissedLater(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  name: string,
  changed: ReadonlySet<string>,
): string | undefined {
  if (changed.size === 0) return undefined;
  const isCall = (step: FlowStep): step is Call => step.kind === 'call' && step.name === name;
  const certain = reader.script.flow.find(isCall)?.span.start ?? Number.POSITIVE_INFINITY;
  const missesHere = (other: string) =>
    flow.originOfVariable(other, reader) !== undefined &&
    reader.flow.exposed.some(
      ({ read, maybeSet }) =>
        read.name === other && read.span.start < certain && !maybeSet && read.fallback === 'none',
    );
  // What a guard's default replaces is told of once the block before it sets a known value.
  const isTold = (block: AnalysedBlock, other: string) =>
    resetsIn(flow).has(`${block.block.number} ${other}`) ||
    (flow.originOfVariable(other, block)?.block.block.number ?? 0) > reader.block.number;
  const missesLater = (block: AnalysedBlock, other: string) =>
    mayKeep(block, other) &&
    (flow.originOfVariable(other, block) === undefined || (isGuarded(block, other) && !isTold(block, other)));
  for (const block of flow.blocks.slice(reader.block.number - 1).filter(isStep))
    for (const other of changed)
      if (block === reader ? missesHere(other) : missesLater(block, other))
        return `it sets ${other}, which block ${block.block.number} may miss all the same`;
  return undefined;
}

/** Whether a block asks for a name, and takes what it has got, or a default. */
function isGuarded({ flow }: AnalysedBlock, name: string): boolean {
  return (
    flow.definitions.some(define => define.name === name) ||
    flow.exposed.some(({ read }) => read.name === name && read.fallback === 'default')
  );
}

/** A value that a function needs from elsewhere, and replaces: blocks further down would have to get the new one. */
function changesWhatItReads(lost: readonly string[], changed: ReadonlySet<string>): string | undefined {
  const both = lost.find(name => changed.has(name));
  return both && `it changes ${both}, which it reads`;
}

/** A lost call in between that would set what some functions read: once it is mended, they miss that here. */
function setByLostCall(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  definitions: readonly Definition[],
  bodies: readonly Flow[],
): string | undefined {
  const reads = new Set(bodies.flatMap(body => outsideNames(body, new Set())));
  const defined = { block: reader, names: new Set(definitions.map(({ name }) => name)) };
  const call = lostSettingCall(flow, reads, definitions[0]!.block, reader, defined);
  return (
    call && `block ${call.block.block.number} calls ${call.name}, which sets what it reads, and is lost there`
  );
}

/** At the start of a block's code, behind the functions that stand there already and that the document defines earlier. */
function placeFor(flow: DocumentFlow, reader: AnalysedBlock, first: Definition): number {
  const { block, script } = reader;
  let place = startOfCode(block);
  for (const statement of script.statements.filter(({ span }) => span.start >= place)) {
    const [step] = statement.flow;
    const text = textOf(reader, statement);
    const isKnown =
      step?.kind === 'function' &&
      flow.blocks.some(source => {
        const isAbove = (other: Statement) =>
          isBefore({ block: source, statement: other }, first) && textOf(source, other) === text;
        return source.block.number < block.number && source.script.statements.some(isAbove);
      });
    const below = isKnown ? lineBelow(block.text, statement) : undefined;
    if (below === undefined) break;
    place = below;
  }
  return place;
}

function isBefore(a: Pick<Definition, 'block' | 'statement'>, b: Definition): boolean {
  const [one, other] = [a.block.block.number, b.block.block.number];
  return one < other || (one === other && a.statement.span.start < b.statement.span.start);
}

/** What gives a block the values that the bodies of some functions read; undefined where nothing can. */
function valuesFor(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  names: readonly string[],
  functions: ReadonlySet<string>,
  settings: FixSettings,
): HandedValues | undefined {
  const again = recalculate(flow, reader, names, settings.recipes);
  if (again?.safety === 'safe') return { edits: again.edits, isSuggestion: false };
  return handOverTo(flow, reader, names, functions, settings);
}

/** Why a shell for all blocks may not have one of some functions, or another one. */
function absence(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  definitions: readonly Definition[],
): string | undefined {
  const skipped = definitions.find(({ block }) => !isOnWayTo(flow, block, reader));
  if (skipped !== undefined) return `block ${skipped.block.block.number} may not have been run`;
  const ended = definitions.find(definition => mayEndBefore(flow, definition));
  if (ended !== undefined) return `block ${ended.block.block.number} may have ended before it came to that`;
  return definitions.find(({ doubt }) => doubt !== undefined)?.doubt;
}

/**
 * In the order of the document; undefined where one cannot be told, or stands within another statement.
 * @param call where the reader calls the function: what it defines itself further down is not there yet
 */
function definitionsFor(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  name: string,
  call: number,
): readonly Definition[] | undefined {
  const own = new Set(
    reader.script.flow.flatMap(step =>
      step.kind === 'function' && step.span.start < call ? [step.name] : [],
    ),
  );
  const found = new Map<string, Definition>();
  const pending = [name];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (found.has(next) || own.has(next)) continue;
    const definition = definitionOf(flow, reader, next);
    if (definition === undefined || found.size >= MAX_FUNCTIONS) return undefined;
    found.set(next, definition);
    for (const step of allSteps(definition.body, true))
      if (step.kind === 'call' && step.name !== undefined && flow.originOfFunction(step.name, reader))
        pending.push(step.name);
  }
  return [...found.values()].sort(
    (a, b) => a.block.block.number - b.block.block.number || a.statement.span.start - b.statement.span.start,
  );
}

/** The bodies of a block's own functions that some definitions call, in turn. */
function ownBodies(block: AnalysedBlock, definitions: readonly Definition[]): readonly Flow[] {
  const found = new Set<Flow>();
  const pending = definitions.map(({ body }) => body);
  for (let body = pending.pop(); body !== undefined; body = pending.pop())
    for (const step of allSteps(body, true)) {
      if (step.kind !== 'call') continue;
      const own = block.flow.functions.filter(
        ({ name, body: other }) => name === step.name && !found.has(other),
      );
      for (const { body: called } of own) {
        found.add(called);
        pending.push(called);
      }
    }
  return [...found];
}

function definitionOf(flow: DocumentFlow, reader: AnalysedBlock, name: string): Definition | undefined {
  const origin = flow.originOfFunction(name, reader);
  if (origin?.kind !== 'function') return undefined;
  const block = onAllWays(flow, origin.block, reader, name);
  const defining = block.script.statements.filter(statement => definesIn(statement.flow, name).length > 0);
  const last = defining[defining.length - 1];
  if (last === undefined) return undefined;
  const [step] = last.flow;
  const number = block.block.number;
  const otherWay = flow.blocks.find(
    other =>
      other.flow.functions.some(defined => defined.name === name) &&
      flow.areAlternatives(other.block, block.block),
  );
  // Of two ways, which one was gone nobody knows.
  const ofWay = otherWay && `block ${otherWay.block.number} defines another one, on another way`;
  // What another function defines, its call decides.
  const isDefinedByCall = defining.some(({ flow: steps }) =>
    steps.some(outer => outer.kind === 'function' && definesIn(outer.body, name).length > 0),
  );
  const byCall = isDefinedByCall ? `a function of block ${number} defines it when it is called` : undefined;
  if (last.flow.length === 1 && step?.kind === 'function' && step.name === name) {
    const changes = [...allSteps(step.body, true)].some(inner => inner.kind === 'function');
    const doubt = ofWay ?? byCall ?? (changes ? 'it defines functions itself' : undefined);
    return { name, block, statement: last, body: step.body, doubt };
  }
  const inner = definesIn(last.flow, name).at(-1)!;
  return {
    name,
    block,
    statement: { span: inner.statement, flow: [inner] },
    body: inner.body,
    doubt: ofWay ?? byCall ?? `block ${number} defines it on one way only`,
  };
}

/** The first block that is run on all ways and from which on a function has had the same text; else the one that defines it last. */
function onAllWays(
  flow: DocumentFlow,
  last: AnalysedBlock,
  reader: AnalysedBlock,
  name: string,
): AnalysedBlock {
  if (isOnWayTo(flow, last, reader)) return last;
  const textsIn = (block: AnalysedBlock) =>
    block.script.statements.flatMap(statement =>
      definesIn(statement.flow, name).length > 0 ? [textOf(block, statement)] : [],
    );
  const [text, ...others] = textsIn(last);
  if (text === undefined || others.length > 0) return last;
  const before = flow.blocks.filter(
    block => isStep(block) && block.block.number < last.block.number && textsIn(block).length > 0,
  );
  const differing = before.findLastIndex(block => textsIn(block).some(other => other !== text));
  return before.slice(differing + 1).find(block => isOnWayTo(flow, block, reader)) ?? last;
}

/** Where some steps, or the functions among them, define a function. */
function definesIn(steps: Flow, name: string): readonly FunctionDefinition[] {
  return [...allSteps(steps, true)].filter(
    step => step.kind === 'function' && step.name === name,
  ) as readonly FunctionDefinition[];
}

/** The variables of the document that a body reads: they have another value, or none, in another block. */
function namesThatDiffer(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  body: FunctionDefinition['body'],
): readonly string[] {
  return outsideNames(body, new Set()).filter(
    name =>
      /^[A-Za-z_]/.test(name) && (flow.originOfVariable(name, reader) !== undefined || isSet(reader, name)),
  );
}

/**
 * The names that a body reads, or adds to, while they are not its own.
 * @param local what is its own by then; of what a subshell declares, nothing is left behind it
 */
function outsideNames(body: Flow, local: Set<string>): readonly string[] {
  return body.flatMap((step): readonly string[] => {
    if (step.kind === 'choice') return step.branches.flatMap(branch => outsideNames(branch, local));
    if (step.kind === 'loop') return outsideNames(step.body, local);
    if (step.kind === 'subshell' || step.kind === 'deferred' || step.kind === 'function')
      return outsideNames(step.body, new Set(local));
    if (step.kind === 'define' && step.local) local.add(step.name);
    const isRead =
      step.kind === 'read' || (step.kind === 'define' && (step.append || step.form === 'default'));
    return isRead && !local.has(step.name) ? [step.name] : [];
  });
}

function isSet({ flow }: AnalysedBlock, name: string): boolean {
  return flow.definitions.some(define => define.name === name);
}

/** Whether a statement above a place in a block surely gives a name a value. */
function isSurelySetBefore({ script }: AnalysedBlock, name: string, offset: number): boolean {
  return script.statements.some(
    ({ span, flow }) =>
      span.end <= offset &&
      // `read X < FILE` sets nothing where there is no file.
      !dependsOnFile(flow, name) &&
      flow.some(
        step => step.kind === 'define' && step.name === name && step.form !== 'default' && !readsItself(step),
      ),
  );
}
