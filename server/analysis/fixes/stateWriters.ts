import { isOnWayApart } from '../document/alternatives';
import { isToRunAgain } from '../document/bridges';
import { alwaysRunsBefore } from '../document/optionalSteps';
import { areOfOtherProcedures, isKeptApart } from '../document/procedures';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { countBefore, type Origin } from '../flow/origins';
import { kept } from '../kept';
import { exposedByName, isCredentialToFillIn, type LostRead, lostReads } from '../rules/lostReads';
import { resetToDefault } from '../rules/resetToDefault';
import { NOUNSET } from '../shell/calls';
import {
  allSteps,
  type Choice,
  type Define,
  dependsOnFile,
  type Flow,
  type FlowStep,
  type Loop,
  type Read,
  type Statement,
  shellSteps,
} from '../shell/script';
import { IDENTIFIER } from '../shell/words';
import { isConstantIn, isReference } from './attributes';
import { aliveSteps, mayEndAbove, setsInBlock } from './endings';
import { ownFunctions } from './functionBodies';
import { isLoopValue } from './loopValues';
import { isOwnLoad } from './stateFileText';
import { isNoShell } from './toolCalls';
import { isAmongSeveralGivers, isOneOfSeveral } from './ways';

/** A variable that a block misses, with the blocks whose values reach it. */
export interface LostName {
  readonly name: string;
  readonly reader: AnalysedBlock;
  /** In the order of the document; never empty. */
  readonly sources: readonly Source[];
  /** True for what is set outside, before the agent starts: settings and credentials. */
  readonly isSetting: boolean;
  /** True where the prose has the agent carry the value over. */
  readonly isBridged: boolean;
  /** True where no rule tells of it: the block has a value, and would have kept an earlier one. */
  readonly isKept: boolean;
}

/** A name in a block. */
export type Missed = Pick<LostName, 'reader' | 'name'>;

/** A name in a block, for sets and maps. */
export function placeOf({ reader, name }: Missed): string {
  return `${reader.block.number} ${name}`;
}

/** A block that may have given a lost variable its value. */
export interface Source {
  readonly block: AnalysedBlock;
  /** True where the block always runs before the reader, and always gives a value. */
  readonly isSure: boolean;
  /** True where, besides, a reader without the value can only go wrong. */
  readonly isRequired: boolean;
}

/**
 * The variables that blocks miss and that state files can hand over. A name that one block must not get from such a file is none,
 * for that block may load the file for another name's sake, unless no block at all gives it to that one.
 */
export const lostNames = kept((flow: DocumentFlow): readonly LostName[] => {
  const all = lostReads(flow)
    .filter(({ block, read }) => !isAuthorsOwn(flow, block, read.name))
    .map(found => ({ name: found.read.name, block: found.block, lost: lostName(flow, found) }));
  const left = new Set(
    // What only another procedure sets, nobody hands to this one, whatever else it loads.
    all.flatMap(({ name, block, lost }) =>
      lost === undefined && writersReaching(flow, name, block)?.length !== 0 ? [name] : [],
    ),
  );
  const lost = all.flatMap(({ name, lost }) => (lost === undefined || left.has(name) ? [] : [lost]));
  return withKept(flow, lost);
});

/**
 * Some losses, with those that no rule tells of: `X=${X:-1}` and `[ -z "$X" ] && X=1` in a block that gives a value
 * would have kept an earlier one, if there was any.
 */
export function withKept(flow: DocumentFlow, lost: readonly LostName[]): readonly LostName[] {
  const all = [...lost];
  const known = new Set(all.map(placeOf));
  for (const { name, isSetting, sources } of all)
    for (const { block: reader } of sources) {
      const key = placeOf({ reader, name });
      if (known.has(key) || !mayKeep(reader, name)) continue;
      known.add(key);
      const writers = writersReaching(flow, name, reader) ?? [];
      if (writers.some(({ block }) => isAwkward(block, name, false))) continue;
      const kept = writers.map(({ block, isSure }) => ({ block, isSure, isRequired: false }));
      if (kept.length > 0)
        all.push({ name, reader, isSetting, isBridged: false, isKept: true, sources: kept });
    }
  return all;
}

/** Whether a block asks for a name before it surely sets it: a guard's question is no exposed read. */
export function mayKeep(block: AnalysedBlock, name: string): boolean {
  if (takesAway(block, name) && !block.flow.takenAway.includes(name)) return true;
  return namesLookedAt(block).has(name);
}

/** The names that a block asks for before it surely sets them. */
const namesLookedAt = kept(({ script }: AnalysedBlock): ReadonlySet<string> => {
  const names = new Set<string>();
  const set = new Set<string>();
  for (const { flow } of script.statements) {
    // A function that the block defines is called by it, or by what stands behind it.
    for (const step of allSteps(flow, true))
      if (looksAtValue(step) && !set.has(step.name)) names.add(step.name);
    for (const step of flow)
      if (step.kind === 'define' && !dependsOnFile(flow, step.name)) set.add(step.name);
  }
  return names;
});

/**
 * Whether what a block gives a name may be another value than in one shell for all blocks: it would have kept an earlier block's one, or
 * makes it of what it may miss.
 */
export function mayGiveAnother(flow: DocumentFlow, block: AnalysedBlock, name: string): boolean {
  return keepsEarlier(flow, block, name) || maybeMissed(flow, block, new Set([name])).length > 0;
}

/** Whether a block that gives a name a value would have kept an earlier block's one, and no rule tells of it: `X="${X:-1}"`. */
function keepsEarlier(flow: DocumentFlow, block: AnalysedBlock, name: string): boolean {
  const isTold = lostReads(flow).some(other => other.block === block && other.read.name === name);
  return !isTold && mayKeep(block, name) && (writersReaching(flow, name, block) ?? []).length > 0;
}

/** Whether a block gets a name's value otherwise: from the agent, one after the other, or by the author's line in each shell. */
export function isAuthorsOwn(flow: DocumentFlow, reader: AnalysedBlock, name: string): boolean {
  // `Read("$FILE")` is no shell: the agent does something else with it.
  if (isNoShell(reader)) return true;
  const writers = writersReaching(flow, name, reader) ?? [];
  return writers.some(
    ({ block }) => isLoopValue(flow, block, reader, name) || isToRunAgain(block.block, name),
  );
}

/** Whether a step makes something of its name's value: `A[2]=x` keeps the other elements. */
function looksAtValue(step: FlowStep): step is Read | Define {
  return step.kind === 'read' || (step.kind === 'define' && step.append);
}

function lostName(
  flow: DocumentFlow,
  { block: reader, read, origin, bridged }: LostRead,
): LostName | undefined {
  const { name } = read;
  if (!IDENTIFIER.test(name)) return undefined;
  const writers = writersReaching(flow, name, reader);
  if (writers === undefined || writers.length === 0) return undefined;
  if (isAwkwardFor(flow, writers, reader, name)) return undefined;
  const toleratesAbsence = !needsValue(reader, name);
  return {
    name,
    reader,
    isSetting: isSecret(name) || origin.block.role.kind === 'configuration' || isCredentialToFillIn(origin),
    isBridged: bridged,
    isKept: false,
    sources: writers.map(({ block, isSure }) => ({
      block,
      isSure,
      isRequired: isSure && !toleratesAbsence && !bridged,
    })),
  };
}

/**
 * What the values that a block gives some names are made of, and what it may miss: on one of its ways it sets that itself, on
 * another one, or in the place of a default, it would have an earlier block's value. No rule calls that lost.
 */
export function maybeMissed(
  flow: DocumentFlow,
  writer: AnalysedBlock,
  names: ReadonlySet<string>,
): readonly string[] {
  // Behind a load of this fix's, the rule sees no step any more that gave the value.
  const isOwn = (origin: Origin | undefined) =>
    origin?.kind === 'stateFile' && isOwnLoad(origin.load.path?.text);
  const isReset = (name: string) =>
    resetsIn(flow).has(`${writer.block.number} ${name}`) || isOwn(flow.originOfVariable(name, writer));
  // `: "${X:=1}"` would have kept what X has.
  const isGuarded = (name: string) =>
    writer.flow.definitions.some(define => define.name === name && define.form === 'default');
  // What a state file of the author's own gives, it gives where it is there.
  const isLoaded = (name: string) => writer.flow.loads.some(({ known, gives }) => known && gives(name));
  const missed = writer.flow.exposed.filter(
    ({ read, maybeSet }) =>
      read.asksFor === undefined &&
      !isLoaded(read.name) &&
      (isGuarded(read.name) || (maybeSet ? read.fallback === 'none' : isReset(read.name))),
  );
  if (missed.length === 0 && fileReads(writer).size === 0) return [];
  const parts = new Set(names);
  for (let size = 0; size < parts.size; ) {
    size = parts.size;
    for (const { name, value } of writer.flow.definitions)
      if (parts.has(name))
        for (const step of allSteps(value?.flow ?? [])) if (step.kind === 'read') parts.add(step.name);
  }
  // Under `set -u` it would end there.
  const ends = (name: string) =>
    setsInBlock(writer, NOUNSET) && missed.some(({ read }) => read.name === name && read.fallback === 'none');
  const isNeeded = (name: string) => parts.has(name) || ends(name);
  const candidates = new Set(
    [...missed.map(({ read }) => read.name), ...fileReads(writer)].filter(
      name => isNeeded(name) && !names.has(name),
    ),
  );
  return [...candidates].filter(name => (writersReaching(flow, name, writer) ?? []).length > 0);
}

/** What a block looks at, and has read from a file alone: where that is not there, it would have kept an earlier value. */
const fileReads = kept((block: AnalysedBlock): ReadonlySet<string> => {
  const read = block.script.statements.flatMap(({ flow }) =>
    flow.flatMap(step => (step.kind === 'define' && dependsOnFile(flow, step.name) ? [step.name] : [])),
  );
  return new Set(read.filter(name => namesLookedAt(block).has(name)));
});

/** Where a default takes the place of an earlier block's value, as `block name`. */
export const resetsIn = kept(
  (flow: DocumentFlow): ReadonlySet<string> =>
    new Set([...resetToDefault.check(flow)].map(({ block, name }) => `${block} ${name}`)),
);

/**
 * What a block will miss once it reads a name that it does not read yet, as in a function that is defined in it.
 * @param withTaker whether the block that surely takes the name away counts too: a file says so where another one would give a value
 */
export function expectedLoss(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  name: string,
  withTaker = false,
): LostName | undefined {
  const writers = writersReaching(flow, name, reader, withTaker) ?? [];
  if (writers.length === 0 || isAwkwardFor(flow, writers, reader, name) || isSecret(name)) return undefined;
  if (isAuthorsOwn(flow, reader, name)) return undefined;
  return {
    name,
    reader,
    isSetting: false,
    isBridged: false,
    isKept: false,
    sources: writers.map(({ block, isSure }) => ({ block, isSure, isRequired: false })),
  };
}

function isAwkwardFor(
  { areAlternatives }: DocumentFlow,
  writers: readonly Writer[],
  reader: AnalysedBlock,
  name: string,
): boolean {
  // Of several ways, only one is gone.
  const isOnlyOne = writers.every(({ block }) =>
    writers.every(other => other.block === block || areAlternatives(other.block.block, block.block)),
  );
  const isConstant = isOnlyOne && !changes(reader, name);
  return writers.some(({ block }) => isAwkward(block, name, isConstant));
}

function changes({ flow }: AnalysedBlock, name: string): boolean {
  return flow.takenAway.includes(name) || flow.definitions.some(define => define.name === name);
}

interface Writer {
  readonly block: AnalysedBlock;
  /** True where it always runs before the reader and always gives the name a value. */
  readonly isSure: boolean;
}

/**
 * The blocks whose values of a name reach a block, up to the last one that surely gives it one.
 * @param withTaker whether the one that surely takes it away is told of as well
 * @returns undefined where a library has a say in it
 */
export function writersReaching(
  flow: DocumentFlow,
  name: string,
  reader: AnalysedBlock,
  withTaker = false,
): readonly Writer[] | undefined {
  const writers: Writer[] = [];
  const touching = blocksTouching(flow).get(name) ?? [];
  let isSkipped = false;
  for (let index = countBefore(touching, block => block, reader.block.number) - 1; index >= 0; index--) {
    const block = touching[index]!;
    if (flow.areAlternatives(block.block, reader.block)) continue;
    if (isKeptApart(flow.document, block.block, reader.block)) continue;
    if (areOfOtherProcedures(flow.document, block.block, reader.block)) {
      isSkipped = true;
      continue;
    }
    // Whoever goes through both procedures has what the one in between gave, and not this one's value.
    if (isSkipped) return undefined;
    if (block.flow.definitions.some(define => define.name === name)) {
      const isSure =
        surelyGives(block, name) &&
        !mayEndAbove(flow, block, lastGiven(block, name)) &&
        alwaysRunsBefore(flow.document, block.block, reader.block) &&
        !isOnWayApart(flow.document, block.block, reader.block) &&
        !isOneOfSeveral(flow, block) &&
        !isAmongSeveralGivers(flow, block, reader);
      writers.unshift({ block, isSure });
      if (isSure) break;
    } else if (takesAway(block, name)) {
      const isSure =
        block.flow.takenAway.includes(name) && alwaysRunsBefore(flow.document, block.block, reader.block);
      if (!isSure || withTaker) writers.unshift({ block, isSure: false });
      if (isSure) break;
    } else if (block.flow.loads.some(({ library }) => library !== undefined)) return undefined;
    else if (!loadsOnlyOwn(block)) writers.unshift({ block, isSure: false });
  }
  return writers;
}

/** Whether a block may take a name's value away, by itself or by a function of its own that it calls. */
export function takesAway(block: AnalysedBlock, name: string): boolean {
  return block.flow.takenAway.includes(name) || unsetNames(block).has(name);
}

const unsetNames = kept((block: AnalysedBlock): ReadonlySet<string> => {
  const functions = ownFunctions(block);
  const names = new Set<string>();
  const called = new Set<string>();
  const pending = [aliveSteps(block.script.statements)];
  for (let steps = pending.pop(); steps !== undefined; steps = pending.pop())
    for (const step of shellSteps(steps)) {
      if (step.kind === 'unset' && !step.ofFunction && !step.ofElement) names.add(step.name);
      if (step.kind !== 'call' || step.name === undefined || called.has(step.name)) continue;
      called.add(step.name);
      pending.push(...(functions.get(step.name) ?? []));
    }
  return names;
});

/** The steps that set a name, take it away, or get it from a file or a library, in the order of the document. */
const blocksTouching = kept((flow: DocumentFlow): ReadonlyMap<string, readonly AnalysedBlock[]> => {
  const touching = new Map<string, AnalysedBlock[]>();
  for (const block of flow.blocks.filter(isStep)) {
    const names = new Set([...block.flow.definitions.map(({ name }) => name), ...block.flow.takenAway]);
    for (const name of unsetNames(block)) names.add(name);
    for (const [name, { definitions }] of block.flow.end.names) if (definitions.length === 0) names.add(name);
    for (const name of names) {
      const known = touching.get(name);
      if (known === undefined) touching.set(name, [block]);
      else known.push(block);
    }
  }
  return touching;
});

function loadsOnlyOwn({ flow }: AnalysedBlock): boolean {
  return flow.loads.every(({ load }) => isOwnLoad(load.path?.text));
}

/** What nobody wants in a file beside the project because of something else. */
export function isSecret(name: string): boolean {
  return SECRET.test(name) && !COUNTED.test(name);
}

const SECRET =
  /(?:^|_)(?:TOKENS?|KEY|SECRETS?|PASS(?:WORD|WD|PHRASE)?|CREDENTIALS?|AUTH(?:ORIZATION)?|(?:AUTH|BEARER)_HEADER|BEARER|COOKIES?|JWT|DSN)$/i;
/** The tokens of a model are counted. */
const COUNTED =
  /^(?:tokens|(?:\w+_)?(?:total|estimated|max|min|input|output|used|prompt|completion|cached|num|count)_tokens)$/i;

/** Whether a block surely reads a name, or decides by it, and no read of it makes provision for there being no value. */
function needsValue(reader: AnalysedBlock, name: string): boolean {
  const reads = (exposedByName(reader).get(name) ?? []).map(({ read }) => read);
  const certain = new Set(certainSteps(reader.script.flow));
  return (
    reads.some(read => certain.has(read) || isCompared(reader, read)) &&
    reads.every(
      read =>
        (read.asksFor === undefined || asksForFile(reader, read)) &&
        (read.fallback === 'none' || read.fallback === 'required') &&
        !isHandedOn(reader, read) &&
        !isOwnRepository(reader, read),
    )
  );
}

/** `gh issue list --repo "$REPO"` takes the repository that it runs in where the name is empty. Source: gh's manual, `--repo`. */
function isOwnRepository({ script }: AnalysedBlock, read: Read): boolean {
  return [...allSteps(script.flow, true)].some(step => {
    if (step.kind !== 'call' || step.name !== 'gh') return false;
    const words = step.arguments.map(({ text }) => text);
    const at = step.arguments.findIndex(({ flow }) => [...allSteps(flow)].includes(read));
    if (
      at < 0 ||
      !LISTED.test(
        words
          .filter(word => !word.startsWith('-'))
          .slice(0, 2)
          .join(' '),
      )
    )
      return false;
    return /^(?:--repo|-R)$/.test(words[at - 1] ?? '') || /^(?:--repo=|-R=?)/.test(words[at]!);
  });
}

/** What only looks: in another repository than the one that was meant, it does no harm. */
const LISTED = /^(?:issue|pr|run|release|workflow|label) (?:list|view|status)$/;

/** Whether a read is compared with something: `[ "$X" = yes ]` takes the wrong branch without a value. */
function isCompared({ block: { text } }: AnalysedBlock, { span }: Read): boolean {
  const operator = /^"?\s+(?:==?|!=|=~|-(?:eq|ne|lt|le|gt|ge))\s/;
  return operator.test(text.slice(span.end, span.end + 8));
}

/** `X="${X}"` is a place for the agent's value, and takes what there is. */
export function isHandedOn({ flow, block: { text } }: AnalysedBlock, { name, span }: Read): boolean {
  return flow.definitions.some(
    ({ name: defined, value }) =>
      defined === name &&
      value !== undefined &&
      value.span.start <= span.start &&
      span.end <= value.span.end &&
      /^["']?$/.test(text.slice(value.span.start, span.start)) &&
      /^["']?$/.test(text.slice(span.end, value.span.end)),
  );
}

/** `[ -f "$X" ]` asks for a file, and takes the value for granted. */
function asksForFile({ block }: AnalysedBlock, { span }: Read): boolean {
  return /\s-[a-mo-yA-Z]\s+"?$/.test(block.text.slice(Math.max(0, span.start - 8), span.start));
}

/** The steps that no branch and no loop leaves out. */
function* certainSteps(flow: Flow): Generator<FlowStep> {
  for (const [index, step] of flow.entries()) {
    yield step;
    if (step.kind === 'subshell' || (step.kind === 'loop' && runsOnce(step, flow[index - 1])))
      yield* certainSteps(step.body);
  }
}

/** Whether a loop runs at least once: `while true`, `for X in a b`. */
function runsOnce({ body }: Loop, before: FlowStep | undefined): boolean {
  const [first] = body;
  if (first?.kind === 'define' && first.form === 'loop')
    return first.words?.some(({ text }) => /^[\w./-]+$/.test(text)) === true;
  // The condition is asked again behind each round.
  return before?.kind === 'call' && before === body.at(-1) && /^(?:true|:)$/.test(before.name ?? '');
}

/**
 * Whether a name is better left alone: one that nobody can set again where somebody changes it.
 * @param isConstant whether nobody else changes the value before it is read
 */
function isAwkward(block: AnalysedBlock, name: string, isConstant: boolean): boolean {
  const definitions = block.flow.definitions.filter(define => define.name === name);
  // `declare -p` brings `-i`, `-l` and `-u` back as well.
  if (definitions.some(define => isReference(block, define))) return true;
  // The plain value does for who only reads it.
  return isConstantIn(block, name) && (!isConstant || definitions.some(({ array }) => array));
}

/** Whether a block makes a name's value out of the one that it has: `X=$((X + 1))`, `LIST+=(x)`, `X="$X more"`. */
export function accumulates({ flow }: AnalysedBlock, name: string): boolean {
  return flow.definitions.some(define => define.name === name && readsItself(define));
}

/** Whether a value is made out of the one that the name has. */
export function readsItself({ name, append, value, form }: Define): boolean {
  if (append || form === 'arithmetic') return true;
  return [...allSteps(value?.flow ?? [])].some(step => step.kind === 'read' && step.name === name);
}

/** Whether a statement gives a name another value in any case, whatever it had before. */
export function replaces({ flow }: Statement, name: string): boolean {
  const isPlain = flow.some(step => step.kind === 'define' && step.name === name && !readsItself(step));
  return isPlain && !flow.some(({ kind }) => kind === 'choice');
}

/** Where a block gives a name its last value, in its text: an offset. */
function lastGiven({ flow }: AnalysedBlock, name: string): number {
  return Math.max(...flow.definitions.flatMap(define => (define.name === name ? [define.span.start] : [])));
}

/**
 * Whether a choice among some steps asks whether a name is empty, and gives it a value there in any case: behind it, it has one. What asks
 * for something else as well may give none.
 */
function guards(steps: Flow, choice: Choice, name: string): boolean {
  const { branches, tests } = choice;
  const guard = tests.find(({ read }) => read.name === name);
  if (guard === undefined) return false;
  const asked = steps.indexOf(guard.read);
  const next = steps.find((step, index) => index > asked && step.kind === 'choice');
  if (asked < 0 || next !== choice) return false;
  const whenEmpty = guard.firstWhenEmpty ? branches.slice(0, 1) : branches.slice(1);
  return whenEmpty.every(branch => givesAlways(branch, name));
}

/** Whether each branch of a choice gives a name a value, or ends the block, and not all of them only end it. */
function isGivenBy({ branches }: Choice, name: string): boolean {
  return (
    branches.every(branch => givesAlways(branch, name)) &&
    branches.some(branch => [...allSteps(branch)].some(step => step.kind === 'define' && step.name === name))
  );
}

/** Whether some steps give a name a value whichever branch is taken, or end the block. */
function givesAlways(flow: Flow, name: string): boolean {
  return flow.some(step => {
    if (step.kind === 'choice') return step.branches.every(branch => givesAlways(branch, name));
    if (step.kind === 'leave') return step.how === 'exit';
    return step.kind === 'define' && step.name === name && step.form === 'assignment';
  });
}

/** Whether a block that runs to its end has given a name a value. */
export function surelyGives(block: AnalysedBlock, name: string): boolean {
  const { script, flow } = block;
  const functions = [...ownFunctions(block)];
  const isUnset = (steps: Flow) =>
    [...allSteps(steps)].some(step => step.kind === 'unset' && step.name === name);
  if (functions.some(([, bodies]) => bodies.some(isUnset))) return false;
  // A function of one branch only may not be there when it is called.
  const certain = new Set(script.flow.flatMap(step => (step.kind === 'function' ? [step.name] : [])));
  const gives = (steps: Flow) =>
    [...allSteps(steps)].some(step => step.kind === 'define' && step.name === name);
  const isByMaybe = functions.some(([called, bodies]) => !certain.has(called) && bodies.some(gives));
  // The branch that saves it in the author's file may not have been taken.
  const isFromFile =
    flow.end.names.get(name)?.definitions.length === 0 &&
    flow.loads.some(({ isState, gives }) => isState && gives(name));
  // At the block's end, the state also knows the ways that ended before.
  const given = script.statements.findLastIndex(
    ({ flow: steps }) =>
      steps.some(
        step =>
          (step.kind === 'define' && step.name === name) ||
          (step.kind === 'choice' && (guards(steps, step, name) || isGivenBy(step, name))),
      ) && !dependsOnFile(steps, name),
  );
  const isSet =
    given >= 0 ||
    (!isByMaybe &&
      !isFromFile &&
      flow.end.names.get(name)?.presence === 'set' &&
      !script.statements.some(({ flow: steps }) => dependsOnFile(steps, name)));
  return isSet && !script.statements.slice(Math.max(0, given)).some(({ flow: steps }) => isUnset(steps));
}
