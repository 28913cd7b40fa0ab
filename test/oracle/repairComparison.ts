import type { Finding } from '../../server/analysis/finding';
import { mayMissElement, setsInBlock } from '../../server/analysis/fixes/endings';
import type { AnalysedBlock } from '../../server/analysis/flow/documentFlow';
import { ERREXIT, NOUNSET } from '../../server/analysis/shell/calls';
import { allSteps, type Flow, type FlowStep } from '../../server/analysis/shell/script';
import type { Checked } from '../../server/workspace/fixDocument';
import { EXECUTIONS, type Fixes, type JudgedDocument, type NumberedDocument } from './repairDocuments';
import { type Outcome, seenKey, statusKey } from './repairRuns';

/** The rules that tell of a value that does not arrive, and of which a fix brings it. */
export const LOSSES: ReadonlySet<string> = new Set([
  'lost-variable',
  'unsaved-variable',
  'lost-function',
  'lost-library',
]);

/** Where a block loads a state file now, what was lost before is not saved there: the same loss under another rule. */
export function keyOf({ rule, name, block }: Finding): string {
  return `${rule === 'unsaved-variable' ? 'lost-variable' : rule} ${name ?? ''} in block ${block}`;
}

/** A document before and after its repair. */
export interface Repair {
  readonly original: NumberedDocument;
  readonly before: Checked;
  readonly after: Checked;
  readonly fixes: Fixes;
  readonly shell: JudgedDocument['shell'];
}

/** What three ways to run a document have shown. */
export interface Outcomes {
  /** All blocks in one shell. */
  readonly truth: Outcome;
  /** Each in a shell of its own, before and after the repair. */
  readonly before: Outcome;
  readonly after: Outcome;
}

export interface Comparison {
  readonly faults: readonly string[];
  /** Reads that had to print what one shell prints, and did or did not. */
  readonly compared: number;
}

/** Compares what a repaired document shows with what it showed before, and with what one shell for all blocks shows. */
export function compareRuns(repair: Repair, outcomes: Outcomes): Comparison {
  const comparer = new Comparer(repair, outcomes);
  for (const { number: execution } of EXECUTIONS)
    for (const analysed of repair.before.analysis.flow.blocks) comparer.compareBlock(execution, analysed);
  comparer.compareWorkTrees();
  return comparer;
}

class Comparer implements Comparison {
  readonly faults: string[] = [];
  compared = 0;
  readonly #repair: Repair;
  readonly #outcomes: Outcomes;
  /** The probes of the reads whose findings are mended, as `block probe`. */
  readonly #strict: ReadonlySet<string>;
  /** The names of losses that are left, by block. */
  readonly #leftNames: ReadonlyMap<number, readonly string[]>;
  /** What is calculated from a value that is still missing is neither what it was nor what one shell makes of it. */
  readonly #firstLeft: number;
  /** Whether the one shell has ended before its last block. */
  #hasEnded = false;

  constructor(repair: Repair, outcomes: Outcomes) {
    const { original, before, after } = repair;
    this.#repair = repair;
    this.#outcomes = outcomes;
    const left = after.findings.filter(({ rule }) => LOSSES.has(rule));
    const leftKeys = new Set(left.map(keyOf));
    const mended = before.findings.filter(
      finding => LOSSES.has(finding.rule) && !leftKeys.has(keyOf(finding)),
    );
    this.#strict = new Set(mended.flatMap(finding => probesOf(before, original, finding)));
    const leftNames = new Map<number, string[]>();
    for (const { block, name } of left)
      leftNames.set(block, [...(leftNames.get(block) ?? []), ...(name === undefined ? [] : [name])]);
    this.#leftNames = leftNames;
    this.#firstLeft = Math.min(Number.POSITIVE_INFINITY, ...leftNames.keys());
  }

  compareBlock(execution: number, analysed: AnalysedBlock): void {
    const { after } = this.#outcomes;
    // In zsh, the second `exit` of a document ends the one shell for good: nothing tells what the rest would have done, and the next
    // execution begins with what the agent had done by then.
    this.#hasEnded ||= this.#isMissing(execution, analysed.block.number);
    if (this.#hasEnded || this.#isMoody(analysed)) return;
    const isStopped = hasFailedBefore(this.#repair.before, after, execution, analysed.block.number);
    this.#compareReads(execution, analysed, isStopped);
    if (!isStopped) this.#compareStatus(execution, analysed);
  }

  /** Whether a block was run that the one shell did not come to. */
  #isMissing(execution: number, block: number): boolean {
    const { truth, after } = this.#outcomes;
    const key = statusKey(execution, block);
    return after.statuses.has(key) && !truth.statuses.has(key);
  }

  /** Whether what a block shows depends on more than its text, here or further up. */
  #isMoody({ block: { number } }: AnalysedBlock): boolean {
    const upToHere = this.#repair.before.analysis.flow.blocks.slice(0, number);
    return upToHere.some(dependsOnMood) || (this.#repair.shell === 'zsh' && addsToNumber(upToHere));
  }

  #compareReads(execution: number, analysed: AnalysedBlock, isStopped: boolean): void {
    const { original, after, fixes } = this.#repair;
    const { number: block } = analysed.block;
    // A block that `set -u` ends at a loss that is left, or at one that not every way has, does not come to what is behind it.
    const mayEnd = block >= this.#firstLeft || readsUnset(after.analysis.flow.blocks[block - 1]!);
    const spoiled = madeOf(analysed, this.#leftNames.get(block) ?? []);
    const maybe = new Set(
      analysed.flow.exposed.flatMap(({ read, maybeSet }) => (maybeSet ? [read.name] : [])),
    );
    const tolerated = toleratedNames(analysed);
    const open = madeOf(analysed, [...maybe, ...tolerated]);
    // A subshell of bash rolls its own dice, each time others.
    const random = madeOf(analysed, namesOfSubshellsDice(analysed));
    for (const [probe, { name, kind }] of original.probes.entries()) {
      const seenAs = seenKey(execution, block, probe);
      const all = this.#each(({ seen }) => seen.get(seenAs) ?? []);
      const [truth, was, is] = all.map(values => values.join(' | ')) as [string, string, string];
      if ((is === '' && isStopped) || (mayEnd && isCutShort(all))) continue;
      const where = `${kind} ${probe}${name === '' ? '' : ` of ${name}`} in block ${block}, execution ${execution}`;
      if (this.#strict.has(`${block} ${probe}`) && truth !== '') {
        this.compared++;
        // What the block makes of what is left there is something else, and in a loop what it makes of what only some ways give.
        const isMadeLater = open.has(name) && all[2].length > 1 && all[2][0] === all[0][0];
        if (
          is !== truth &&
          !spoiled.has(name) &&
          !isMadeLater &&
          (fixes === 'safe' || block <= this.#firstLeft)
        )
          this.faults.push(`read: ${where}: one shell prints [${truth}], the repaired block [${is}]`);
        continue;
      }
      // A name that only some ways set has no value where it is not one shell's, unless the block takes a default.
      const isPlain = maybe.has(name) && !tolerated.has(name);
      const isOpen = random.has(name) || (was === '' && open.has(name) && (!isPlain || is.startsWith('-')));
      // A loop that ended in its first round goes on, and takes the same default in each.
      const isRepeated =
        tolerated.has(name) && all[2].length > 0 && all[2].every(value => all[1].includes(value));
      const isExcused = isOpen || isRepeated || isCalledLessOften(all, was);
      if (!isEither(all) && block < this.#firstLeft && !isExcused)
        this.faults.push(
          `other read: ${where}: it printed [${was}], one shell prints [${truth}], now [${is}]`,
        );
    }
  }

  #compareStatus(execution: number, analysed: AnalysedBlock): void {
    const block = analysed.block.number;
    const { before, shell } = this.#repair;
    const key = statusKey(execution, block);
    const [truth, was, is] = this.#each(({ statuses }) => statuses.get(key));
    // With `set -u`, bash ends by itself with another status than in an `eval`.
    const endsAlike = is === 127 && truth === 1 && setsInBlock(analysed, NOUNSET);
    // Behind an `exit`, the one shell goes on in its trap, where zsh forgets the status of `A=$(false)`.
    const isForgotten = shell === 'zsh' && before.analysis.flow.blocks.slice(0, block - 1).some(mayExit);
    if (is === was || is === truth || block >= this.#firstLeft || endsAlike || isForgotten) return;
    this.faults.push(
      `status: block ${block}, execution ${execution}: it was ${was}, in one shell ${truth}, now ${is}`,
    );
  }

  compareWorkTrees(): void {
    const last = this.#repair.before.analysis.flow.blocks.at(-1);
    // Which of its files a block comes to write depends on the same.
    if (this.#hasEnded || (last !== undefined && this.#isMoody(last))) return;
    const [truth, was, is] = this.#each(({ workTree }) =>
      workTree.replace(PROCESS_OR_SESSION, '-ID').split('\n'),
    );
    // One mended directory of several leaves a file in each place.
    const fresh = is.filter(line => line !== '' && !was.includes(line) && !truth.includes(line));
    if (fresh.length > 0)
      this.faults.push(`work tree: [${fresh.join(', ')}], neither as before nor as in one shell`);
  }

  /** What one shell, the document before and the document after the repair have to say. */
  #each<T>(ask: (outcome: Outcome) => T): readonly [truth: T, was: T, is: T] {
    const { truth, before, after } = this.#outcomes;
    return [ask(truth), ask(before), ask(after)];
  }
}

/**
 * Names of which a block takes what there is: a tolerant read that nothing mends may be reached now, and finds what it would have
 * found in a shell of its own, as do those behind it.
 */
function toleratedNames({ block, flow, script }: AnalysedBlock): ReadonlySet<string> {
  // `if [ -z "${B:-}" ]; then B=51; fi` takes what there is as well, and no rule says a word.
  const asked = new Set(
    [...allSteps(script.flow)].flatMap(step =>
      step.kind === 'read' && step.asksFor !== undefined ? [step.name] : [],
    ),
  );
  const guarded = flow.definitions.flatMap(({ name }) => (asked.has(name) ? [name] : []));
  return new Set([
    ...guarded,
    ...[...block.text.matchAll(/(?<![\w-])tolerated \d+ (\w+)/g)].map(match => match[1]!),
  ]);
}

/** What a block makes of RANDOM in subshells. */
function namesOfSubshellsDice({ script }: AnalysedBlock): readonly string[] {
  const rolls = (steps: Flow): boolean =>
    [...allSteps(steps, true)].some(step => step.kind === 'read' && step.name === 'RANDOM');
  const subshells = (steps: Flow) =>
    [...allSteps(steps, true)].flatMap(step => (step.kind === 'subshell' ? [step.body] : []));
  const isMade = (step: FlowStep, inSubshell: boolean) =>
    step.kind === 'define' &&
    (inSubshell ? [step.value?.flow ?? []] : subshells(step.value?.flow ?? [])).some(rolls);
  const made = [
    ...[...allSteps(script.flow, true)].filter(step => isMade(step, false)),
    ...subshells(script.flow).flatMap(body => [...allSteps(body, true)].filter(step => isMade(step, true))),
  ];
  return made.flatMap(step => (step.kind === 'define' ? [step.name] : []));
}

/** Whether a block under `set -u` reads a name that may have no value, or an element of an array that may not be there: there, it ends. */
function readsUnset(analysed: AnalysedBlock): boolean {
  const { block, flow } = analysed;
  return (
    setsInBlock(analysed, NOUNSET) &&
    (flow.exposed.some(({ read }) => read.fallback === 'none') ||
      mayMissElement(analysed, { start: 0, end: block.text.length }))
  );
}

function mayExit({ script }: AnalysedBlock): boolean {
  return [...allSteps(script.flow, true)].some(step => step.kind === 'leave' && step.how === 'exit');
}

/** Whether the last of three lists has only the first values of the first one, not all, and no fewer than the second one. */
function isCutShort([truth = [], was = [], is = []]: readonly (readonly string[])[]): boolean {
  return was.length <= is.length && is.length < truth.length && is.every((value, i) => value === truth[i]);
}

/** Whether the last of three lists is the first or the second one, or has each value from one of them: a loop reads several times. */
function isEither([truth = [], was = [], is = []]: readonly (readonly string[])[]): boolean {
  const isSame = (other: readonly string[]) => is.join(' | ') === other.join(' | ');
  const isMixed = is.length === was.length && is.every((value, i) => value === was[i] || value === truth[i]);
  return isSame(was) || isSame(truth) || isMixed;
}

/**
 * Whether what was not printed before is printed now as in one shell, and not each time: of two that call the same function, one
 * may be lost itself where nobody can tell.
 */
function isCalledLessOften([truth = [], , is = []]: readonly (readonly string[])[], was: string): boolean {
  const values = new Set(truth);
  return was === '' && values.size === 1 && is.length < truth.length && is.every(value => values.has(value));
}

/** Some names, with those that a block makes of them. */
function madeOf({ script }: AnalysedBlock, names: Iterable<string>): ReadonlySet<string> {
  const all = new Set(names);
  const isMade = (step: FlowStep) => step.kind === 'read' && all.has(step.name);
  for (const step of allSteps(script.flow))
    if (step.kind === 'define' && [...allSteps(step.value?.flow ?? [])].some(isMade)) all.add(step.name);
  return all;
}

/** `${#A[@]}` of an array that is not there: under `set -u`, bash ends with the shell itself, and goes on in an `eval`. */
function dependsOnMood(analysed: AnalysedBlock): boolean {
  return /\$\{#\w+\[[@*]\]\}/.test(analysed.block.text) && setsInBlock(analysed, NOUNSET);
}

/**
 * Whether digits are added to a name that an earlier block has calculated with: in zsh that makes the name a number for good, also for
 * plain assignments, and `+=` a sum. In a shell of its own, it is text.
 */
function addsToNumber(blocks: readonly AnalysedBlock[]): boolean {
  const numbers = new Set<string>();
  return blocks.some(({ flow }) => {
    const adds = flow.definitions.some(({ name, append }) => append && numbers.has(name));
    for (const { name, form } of flow.definitions) if (form === 'arithmetic') numbers.add(name);
    return adds;
  });
}

/** Whether a step above a block failed under `set -e`, before it came to its end: whoever runs the document does not go on. */
function hasFailedBefore(
  { analysis }: Checked,
  { statuses }: Outcome,
  execution: number,
  block: number,
): boolean {
  return analysis.flow.blocks.some(
    analysed =>
      analysed.block.number < block &&
      setsInBlock(analysed, ERREXIT) &&
      (statuses.get(statusKey(execution, analysed.block.number)) ?? 0) !== 0,
  );
}

/** A file that is named with the process gets a name with the session: that is what it is repaired for. */
const PROCESS_OR_SESSION = /-(?:9000\d|oracle)\b/g;

/** The probes that show what the reads of a finding see, as `block probe`: each stands on its read's line, or above it. */
function probesOf(
  { analysis }: Checked,
  { probes }: NumberedDocument,
  { rule, name, block: number }: Finding,
): readonly string[] {
  const { block, flow } = analysis.flow.blocks[number - 1]!;
  const placed = [...block.text.matchAll(/(?<![\w-])(?:probe|probe_exported) (\d+) /g)].map(match => ({
    probe: Number(match[1]),
    line: lineAt(block.text, match.index),
  }));
  const ofName = placed.filter(({ probe }) => probes[probe]!.name === name);
  if (rule === 'lost-function') return ofName.map(({ probe }) => `${number} ${probe}`);
  const reads = flow.exposed.filter(({ read }) => read.name === name);
  return reads.flatMap(({ read }) => {
    const line = lineAt(block.text, read.span.start);
    const own = ofName.filter(other => other.line <= line);
    const last = own[own.length - 1]?.line;
    return own.filter(other => other.line === last).map(({ probe }) => `${number} ${probe}`);
  });
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
