import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Analyser } from '../../server/analysis/analyse';
import type { Finding } from '../../server/analysis/finding';
import { fixesFor } from '../../server/analysis/fixes';
import { hasNounset, mayMissValue } from '../../server/analysis/fixes/endings';
import type { FixKind, Safety } from '../../server/analysis/fixes/fix';
import { DEFAULT_FIX_SETTINGS } from '../../server/analysis/fixes/settings';
import type { AnalysedBlock } from '../../server/analysis/flow/documentFlow';
import { ERREXIT, setsOption } from '../../server/analysis/shell/calls';
import { allSteps, type FlowStep } from '../../server/analysis/shell/script';
import type { ShellParser } from '../../server/analysis/shell/syntax';
import { Checker } from '../../server/workspace/checker';
import {
  type Checked,
  type FixedDocument,
  fixDocument,
  ONCE_PER_CAUSE,
} from '../../server/workspace/fixDocument';
import { type Library, librariesIn } from './documents';
import { EXECUTIONS, type NumberedDocument, numberProbes, runnable } from './repairDocuments';
import { type Outcome, seenKey, statusKey, type Workshop } from './repairRuns';

/** Which fixes a run applies: those of `check --fix`, or of `check --fix-unsafe`. */
export type Fixes = 'safe' | 'unsafe';

const SAFETIES: Readonly<Record<Fixes, ReadonlySet<Safety>>> = {
  safe: new Set(['safe']),
  unsafe: new Set(['safe', 'unsafe']),
};

/** What a repair of one document came to. */
export interface Verdict {
  readonly fixes: Fixes;
  readonly text: string;
  /** The titles of what was applied. */
  readonly titles: readonly string[];
  /** What contradicts the promises, one line each: a class, a colon, and the particulars. */
  readonly faults: readonly string[];
  /** Reads that had to print what one shell prints, and did or did not. */
  readonly compared: number;
}

/** The rules that tell of a value that does not arrive, and of which a fix brings it. */
const LOSSES: ReadonlySet<string> = new Set([
  'lost-variable',
  'unsaved-variable',
  'lost-function',
  'lost-library',
]);

/** What brings a value or a function; only suggested, it says why one shell for all blocks may have another one, or none. */
const SUGGESTED: ReadonlySet<FixKind> = new Set(['handOver', 'define']);

export interface JudgedDocument {
  readonly text: string;
  readonly shell: 'bash' | 'zsh';
}

/**
 * Repairs a document with the composition that editor and command line use, runs it before and after, and compares.
 * @param spoil what becomes of the repaired text: whatever a fix must not do has to be seen
 */
export async function verdictsOf(
  parser: ShellParser,
  workshop: Workshop,
  { text: written, shell }: JudgedDocument,
  ways: readonly Fixes[],
  spoil: (text: string) => string = repaired => repaired,
): Promise<readonly Verdict[]> {
  const original = numberProbes(written);
  const libraries = librariesIn(written);
  const root = libraries.length === 0 ? '/nowhere' : folderWith(libraries);
  try {
    const checker = new Checker(parser, new Analyser(parser));
    const check = async (changed: string): Promise<Checked> => {
      const file = path.join(root, '.claude/commands/x.md');
      const { analysis } = await checker.check(changed, file, [root], 'named', { shell });
      return { analysis, findings: analysis.findings, fixSettings: DEFAULT_FIX_SETTINGS };
    };
    const before = await check(original.text);
    const repairs: { readonly fixes: Fixes; readonly fixed: FixedDocument; readonly again: string }[] = [];
    for (const fixes of ways) {
      const repaired = await fixDocument(before, SAFETIES[fixes], check);
      const text = spoil(repaired.text);
      const fixed = { ...repaired, text, checked: await check(text) };
      const again = await fixDocument(fixed.checked, SAFETIES[fixes], check);
      repairs.push({ fixes, fixed, again: again.text });
    }
    const changed = [
      ...new Set(repairs.map(({ fixed }) => fixed.text).filter(other => other !== original.text)),
    ];
    const unchanged = runnable(original.text, shell);
    const outcomes =
      changed.length === 0
        ? []
        : await workshop.run([
            { way: 'oneShell', document: unchanged },
            { way: 'shellPerBlock', document: unchanged },
            ...changed.map(other => ({ way: 'shellPerBlock' as const, document: runnable(other, shell) })),
          ]);
    return repairs.map(({ fixes, fixed, again }): Verdict => {
      const after = outcomes[changed.indexOf(fixed.text) + 2];
      const ran =
        after === undefined
          ? { faults: [], compared: 0 }
          : compareRuns(
              original,
              before,
              fixed,
              { truth: outcomes[0]!, before: outcomes[1]!, after },
              { fixes, shell },
            );
      return {
        fixes,
        text: fixed.text,
        titles: fixed.titles,
        faults: [
          ...(again === fixed.text ? [] : ['second run: it changes the text once more']),
          ...faultsInFindings(before, fixed, fixes),
          ...ran.faults,
        ],
        compared: ran.compared,
      };
    });
  } finally {
    if (libraries.length > 0) rmSync(root, { recursive: true, force: true });
  }
}

/** A folder for what the analysis is to find in the project. */
function folderWith(libraries: readonly Library[]): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'crossblock-libraries-')));
  for (const { file, text } of libraries) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  return folder;
}

/** Where a block loads a state file now, what was lost before is not saved there: the same loss under another rule. */
function keyOf({ rule, name, block }: Finding): string {
  return `${rule === 'unsaved-variable' ? 'lost-variable' : rule} ${name ?? ''} in block ${block}`;
}

function faultsInFindings(before: Checked, { checked }: FixedDocument, fixes: Fixes): readonly string[] {
  const count = (findings: readonly Finding[]) => {
    const counts = new Map<string, number>();
    for (const finding of findings) counts.set(keyOf(finding), (counts.get(keyOf(finding)) ?? 0) + 1);
    return counts;
  };
  const [known, left] = [count(before.findings), count(checked.findings)];
  const countOf = (findings: readonly Finding[], rule: string) =>
    findings.filter(finding => finding.rule === rule).length;
  // What is told once for a cause is told at the next place where the first one is mended.
  const hasMoved = (key: string) => {
    const rule = key.slice(0, key.indexOf(' '));
    return ONCE_PER_CAUSE.has(rule) && countOf(checked.findings, rule) <= countOf(before.findings, rule);
  };
  const fresh = [...left].filter(([key, number]) => number > (known.get(key) ?? 0) && !hasMoved(key));
  const promised = before.findings.filter(finding =>
    fixesFor(before.analysis, finding, before.fixSettings).some(({ safety }) => safety === 'safe'),
  );
  const broken = promised.map(keyOf).filter(key => left.has(key));
  // What is only suggested, because the author has to decide it, stays.
  const loud = checked.findings.filter(
    finding =>
      LOSSES.has(finding.rule) &&
      (finding.severity === 'warning' || finding.severity === 'error') &&
      !isSetWhereBlockEnds(checked, finding) &&
      !fixesFor(checked.analysis, finding, checked.fixSettings).some(
        ({ kind, safety }) => SUGGESTED.has(kind) && safety === 'suggestion',
      ),
  );
  return [
    ...fresh.map(([key]) => `new finding: ${key}`),
    ...[...new Set(broken)].map(key => `safe fix, but left: ${key}`),
    ...(fixes === 'unsafe' ? [...new Set(loud.map(keyOf))].map(key => `left: ${key}`) : []),
  ];
}

/** Whether a value may be set in the very statement that ends an earlier block: no line of that block could save it. */
function isSetWhereBlockEnds({ analysis }: Checked, { block: reader, name }: Finding): boolean {
  const { blocks } = analysis.flow;
  const functions = new Set(blocks.flatMap(({ flow }) => flow.functions.map(defined => defined.name)));
  return blocks.slice(0, reader - 1).some(({ script, flow }) => {
    const ending = script.statements.find(statement =>
      statement.flow.some(step => step.kind === 'leave' && step.how === 'exit'),
    );
    const sets = (step: FlowStep) => step.kind === 'define' && step.name === name;
    const steps = [...allSteps(ending?.flow ?? [])];
    const calls = steps.some(step => step.kind === 'call' && functions.has(step.name ?? ''));
    return steps.some(sets) || (calls && flow.functions.some(({ body }) => [...allSteps(body)].some(sets)));
  });
}

interface Outcomes {
  /** All blocks in one shell. */
  readonly truth: Outcome;
  /** Each in a shell of its own, before and after the repair. */
  readonly before: Outcome;
  readonly after: Outcome;
}

function compareRuns(
  original: NumberedDocument,
  before: Checked,
  { checked }: FixedDocument,
  outcomes: Outcomes,
  { fixes, shell }: { readonly fixes: Fixes; readonly shell: JudgedDocument['shell'] },
): { readonly faults: readonly string[]; readonly compared: number } {
  const { probes } = original;
  const left = checked.findings.filter(({ rule }) => LOSSES.has(rule));
  const leftKeys = new Set(left.map(keyOf));
  const mended = before.findings.filter(finding => LOSSES.has(finding.rule) && !leftKeys.has(keyOf(finding)));
  const strict = new Set(mended.flatMap(finding => probesOf(before, original, finding)));
  // What is calculated from a value that is still missing is neither what it was nor what one shell makes of it.
  const firstLeft = Math.min(Number.POSITIVE_INFINITY, ...left.map(({ block }) => block));
  const leftBlocks = new Set(left.map(({ block }) => block));
  const faults: string[] = [];
  let compared = 0;
  for (const { number: execution } of EXECUTIONS) {
    for (const analysed of before.analysis.flow.blocks) {
      const { number: block, text } = analysed.block;
      // In zsh, the second `exit` of a document ends the one shell for good: nothing tells what the rest would have done.
      const key = statusKey(execution, block);
      if (outcomes.after.statuses.has(key) && !outcomes.truth.statuses.has(key)) continue;
      const isStopped = hasFailedBefore(before, outcomes.after, execution, block);
      // Behind an `exit`, the one shell goes on in its trap, where zsh forgets the status of `A=$(false)`.
      const isInTrap = before.analysis.flow.blocks.some(
        ({ block: { number }, script }) =>
          number < block &&
          [...allSteps(script.flow, true)].some(step => step.kind === 'leave' && step.how === 'exit'),
      );
      const upToHere = before.analysis.flow.blocks.slice(0, block);
      const isMoody = upToHere.some(dependsOnMood) || (shell === 'zsh' && addsToNumber(upToHere));
      const own = new Set(analysed.flow.definitions.map(define => define.name));
      // A tolerant read that nothing mends may be reached now, and finds what it found in a shell of its own, as do those behind it.
      const tolerant = madeOf(analysed, [
        ...[...text.matchAll(/(?<![\w-])tolerated \d+ (\w+)/g)].map(match => match[1]!),
        ...analysed.flow.exposed.flatMap(({ read, maybeSet }) => (maybeSet ? [read.name] : [])),
      ]);
      // A subshell of bash rolls its own dice, each time others.
      const random = madeOf(analysed, ['RANDOM']);
      for (const [probe, { name, kind }] of probes.entries()) {
        const seenAs = seenKey(execution, block, probe);
        const all = [outcomes.truth, outcomes.before, outcomes.after].map(
          ({ seen }) => seen.get(seenAs) ?? [],
        );
        const [truth, was, is] = all.map(values => values.join(' | ')) as [string, string, string];
        const where = `${kind} ${probe}${name === '' ? '' : ` of ${name}`} in block ${block}, execution ${execution}`;
        // A block that `set -u` ends at a loss that is left, or at one that not every way has, does not come to what is behind it.
        const mayEnd = block >= firstLeft || mayMissValue(checked.analysis.flow.blocks[block - 1]!);
        const isOutOfReach = (is === '' && isStopped) || (mayEnd && isCutShort(all));
        if (isOutOfReach || isMoody) continue;
        if (strict.has(`${block} ${probe}`) && truth !== '') {
          compared++;
          if (
            is !== truth &&
            // What the block makes of what is left there is something else.
            !(leftBlocks.has(block) && own.has(name)) &&
            (fixes === 'safe' || block <= firstLeft)
          )
            faults.push(`read: ${where}: one shell prints [${truth}], the repaired block [${is}]`);
        } else if (
          !isEither(all) &&
          block < firstLeft &&
          !(tolerant.has(name) && was === '') &&
          !random.has(name)
        )
          faults.push(`other read: ${where}: it printed [${was}], one shell prints [${truth}], now [${is}]`);
      }
      const [truth, was, is] = [outcomes.truth, outcomes.before, outcomes.after].map(({ statuses }) =>
        statuses.get(key),
      );
      // With `set -u`, bash ends by itself with another status than in an `eval`.
      const endsAlike = is === 127 && truth === 1 && hasNounset(analysed.script.flow);
      const isOpen = endsAlike || isStopped || isMoody || (shell === 'zsh' && isInTrap);
      if (is !== was && is !== truth && block < firstLeft && !isOpen)
        faults.push(
          `status: block ${block}, execution ${execution}: it was ${was}, in one shell ${truth}, now ${is}`,
        );
    }
  }
  const [truth, was, is] = [outcomes.truth, outcomes.before, outcomes.after].map(({ workTree }) =>
    workTree.replace(PROCESS_OR_SESSION, '-ID'),
  );
  // What is left writes something else, which the agent may have put into a commit.
  const hasEnded = [...outcomes.after.statuses.keys()].some(key => !outcomes.truth.statuses.has(key));
  const isWhole = left.length === 0 && !hasEnded;
  if (isWhole && is !== was && is !== truth) faults.push(`work tree: it was [${was}], now [${is}]`);
  return { faults, compared };
}

/** Whether the last of three lists has nothing but the first values of the first one, and no fewer than the second one. */
function isCutShort([truth = [], was = [], is = []]: readonly (readonly string[])[]): boolean {
  return was.length <= is.length && is.every((value, i) => value === truth[i]);
}

/** Whether the last of three lists is the first or the second one, or has each value from one of them: a loop reads several times. */
function isEither([truth = [], was = [], is = []]: readonly (readonly string[])[]): boolean {
  const isSame = (other: readonly string[]) => is.join(' | ') === other.join(' | ');
  const isMixed = is.length === was.length && is.every((value, i) => value === was[i] || value === truth[i]);
  return isSame(was) || isSame(truth) || isMixed;
}

/** Some names, with those that a block makes of them. */
function madeOf({ script }: AnalysedBlock, names: readonly string[]): ReadonlySet<string> {
  const all = new Set(names);
  const isMade = (step: FlowStep) => step.kind === 'read' && all.has(step.name);
  for (const step of allSteps(script.flow))
    if (step.kind === 'define' && [...allSteps(step.value?.flow ?? [])].some(isMade)) all.add(step.name);
  return all;
}

/** `${#A[@]}` of an array that is not there: under `set -u`, bash ends with the shell itself, and goes on in an `eval`. */
function dependsOnMood({ block, script }: AnalysedBlock): boolean {
  return /\$\{#\w+\[[@*]\]\}/.test(block.text) && hasNounset(script.flow);
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
    ({ block: { number }, script }) =>
      number < block &&
      [...allSteps(script.flow)].some(step => setsOption(step, ERREXIT)) &&
      (statuses.get(statusKey(execution, number)) ?? 0) !== 0,
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
