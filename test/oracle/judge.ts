import type { Analysis } from '../../server/analysis/analyse';
import type { Finding } from '../../server/analysis/finding';
import type { AnalysedBlock } from '../../server/analysis/flow/documentFlow';
import { NOUNSET, setsOption } from '../../server/analysis/shell/calls';
import { allSteps, type Flow, type FunctionDefinition } from '../../server/analysis/shell/script';
import type { OracleDocument, Probe } from './documents';
import type { Observation, Runs } from './shells';

/** What bash shows of the reads of one name in one block. */
export type Truth =
  /** There in one shell, missing in a shell per block. */
  | 'lost'
  /** Known in both. */
  | 'kept'
  /** Without a value in one shell too. */
  | 'absent'
  /** Lost, but the read says itself what happens then. */
  | 'tolerated'
  /** A value that shows no difference, such as the empty string. */
  | 'unobservable'
  /** Not run in one of the shells. */
  | 'unreached'
  /** Run by no shell, whatever the conditions are. */
  | 'unreachable';

/** What the engine says of it: `maybe` is a read that some path gives a value. */
export type Answer = 'finding' | 'maybe' | 'silent';

export interface Verdict {
  readonly block: number;
  readonly name: string;
  readonly truth: Truth | 'unobserved';
  readonly answer: Answer;
  readonly outcome: 'agree' | 'missed' | 'wrong' | 'path-dependent' | 'no judgement';
}

const LOSS_RULES: ReadonlySet<string> = new Set([
  'lost-variable',
  'lost-function',
  'lost-library',
  'unsaved-variable',
]);

/** The findings that claim a loss. */
function lossesIn({ findings }: Analysis): readonly Finding[] {
  return findings.filter(
    ({ rule, severity }) => LOSS_RULES.has(rule) && (severity === 'warning' || severity === 'error'),
  );
}

/** Compares what bash did with what the engine says, per block and name. */
export function judge(document: OracleDocument, runs: Runs, analysis: Analysis): readonly Verdict[] {
  const losses = lossesIn(analysis);
  const truths = truthsOf(document, runs);
  const observed = [...truths].map(([key, truth]) => {
    const [block, name] = splitKey(key);
    const answer = answerOf(analysis, losses, block, name);
    return {
      block,
      name,
      truth,
      answer,
      outcome: outcomeOf(truth, answer, {
        onPath: () => skipsReads(document, runs, block, name) || dependsOnPath(analysis, block, name),
        onLostFunction: losses.some(
          finding => finding.rule === 'lost-function' && finding.block <= block && finding.name !== name,
        ),
      }),
    };
  });
  const unobserved = losses
    .filter(({ block, name }) => !truths.has(keyOf(block, name ?? '')))
    .map(
      ({ block, name }): Verdict => ({
        block,
        name: name ?? '',
        truth: 'unobserved',
        answer: 'finding',
        outcome: 'wrong',
      }),
    );
  return [...observed, ...unobserved];
}

/** The verdicts in which bash proves the engine wrong, as lines to read and to compare. */
export function disagreements(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts
    .filter(({ outcome }) => outcome === 'missed' || outcome === 'wrong')
    .map(
      ({ block, name, truth, answer }) =>
        `block ${block}, ${name}: bash says ${truth}, the engine says ${answer}`,
    )
    .sort();
}

/** What excuses an engine that does not know which way a condition goes. */
interface Excuses {
  /** On another path the value would be there, or another read would be the first. */
  readonly onPath: () => boolean;
  /** This block or an earlier one calls another function that is lost, and with it all that it would have set and taken away. */
  readonly onLostFunction: boolean;
}

function outcomeOf(truth: Truth, answer: Answer, excuses: Excuses): Verdict['outcome'] {
  if (truth === 'unobservable' || truth === 'unreached') return 'no judgement';
  if (truth === 'lost' && answer === 'silent') return excuses.onLostFunction ? 'no judgement' : 'missed';
  if (truth === 'lost' && answer === 'maybe') return 'path-dependent';
  if (truth === 'lost' || answer !== 'finding') return 'agree';
  if (truth === 'absent' && excuses.onLostFunction) return 'no judgement';
  return truth !== 'unreachable' && excuses.onPath() ? 'path-dependent' : 'wrong';
}

/** True where some read of the name is on a path of the block that was not taken. */
function skipsReads({ probes }: OracleDocument, runs: Runs, block: number, name: string): boolean {
  return probes.some(
    (probe, index) =>
      probe.block === block &&
      probe.name === name &&
      probe.kind !== 'unreachable' &&
      !runs.shellPerBlock.some(observation => observation.probe === index),
  );
}

function keyOf(block: number, name: string): string {
  return `${block} ${name}`;
}

function splitKey(key: string): readonly [number, string] {
  const [block, name] = key.split(' ');
  return [Number(block), name!];
}

/**
 * The telling one first: a single lost read makes the name lost in its block, and a plain read that prints the same either
 * way may be what the engine means, whatever another read tolerates.
 */
const ORDER: readonly Truth[] = [
  'lost',
  'kept',
  'absent',
  'unobservable',
  'tolerated',
  'unreached',
  'unreachable',
];

function truthsOf({ probes }: OracleDocument, runs: Runs): ReadonlyMap<string, Truth> {
  const truths = new Map<string, Truth>();
  for (const probe of probes) {
    // `if [ -n "$X" ]; then probe X yes; else probe X no; fi` are two probes of one read.
    const same = (observation: Observation) => {
      const other = probes[observation.probe]!;
      return other.block === probe.block && other.name === probe.name && other.kind === probe.kind;
    };
    const truth = truthOf(probe.kind, runs.oneShell.filter(same), runs.shellPerBlock.filter(same));
    const key = keyOf(probe.block, probe.name);
    const known = truths.get(key);
    if (known === undefined || ORDER.indexOf(truth) < ORDER.indexOf(known)) truths.set(key, truth);
  }
  return truths;
}

function truthOf(kind: Probe['kind'], one: readonly Observation[], each: readonly Observation[]): Truth {
  const pairs = one.slice(0, each.length).map((before, index) => [before, each[index]!] as const);
  if (pairs.length === 0) return kind === 'unreachable' ? 'unreachable' : 'unreached';
  if (pairs.some(([before, after]) => before.present && !after.present)) {
    if (kind === 'tolerated') return 'tolerated';
    return pairs.some(([before, after]) => before.present && !after.present && before.value !== after.value)
      ? 'lost'
      : 'unobservable';
  }
  return pairs.some(([, after]) => after.present) ? 'kept' : 'absent';
}

function answerOf(analysis: Analysis, losses: readonly Finding[], block: number, name: string): Answer {
  if (losses.some(finding => finding.block === block && finding.name === name)) return 'finding';
  const analysed = analysis.flow.blocks[block - 1]!;
  const exposed = analysed.flow.exposed.filter(({ read }) => read.name === name && read.fallback === 'none');
  if (exposed.some(({ maybeSet }) => maybeSet)) return 'maybe';
  // A function may be defined on one path, or through the call of another.
  const top = new Set<unknown>(analysed.script.flow);
  const defined = [...allSteps(analysed.script.flow, true)].some(
    step => step.kind === 'function' && step.name === name && !top.has(step),
  );
  return defined ? 'maybe' : 'silent';
}

/** True where it takes a condition, a loop or an early exit of an earlier block to give the name a value or to take it away. */
function dependsOnPath({ flow }: Analysis, block: number, name: string): boolean {
  const earlier = flow.blocks.slice(0, block - 1);
  const functions = earlier
    .flatMap(({ script }) => [...allSteps(script.flow, true)])
    .filter(step => step.kind === 'function');
  if (earlier.some(block => mayEndBefore(block, name))) return true;
  return earlier.some(
    ({ flow: { end }, script }) =>
      end.names.get(name)?.presence === 'maybe' || changesOnSomePaths(script.flow, name, false, functions),
  );
}

/**
 * Whether `set -u` ends a block above what it gives a name, unless something outside of the document has a value for what it reads
 * there: the environment, which no text tells of.
 */
function mayEndBefore({ script, flow }: AnalysedBlock, name: string): boolean {
  const given = [...allSteps(script.flow)].find(
    step => (step.kind === 'define' || step.kind === 'function') && step.name === name,
  );
  const hasNounset = [...allSteps(script.flow)].some(step => setsOption(step, NOUNSET));
  if (given === undefined || !('statement' in given) || !hasNounset) return false;
  return flow.exposed.some(({ read }) => read.fallback === 'none' && read.span.start < given.statement.start);
}

function changesOnSomePaths(
  flow: Flow,
  name: string,
  conditional: boolean,
  functions: readonly FunctionDefinition[],
): boolean {
  return flow.some(step => {
    if (step.kind === 'define' || step.kind === 'unset' || step.kind === 'function')
      if (conditional && step.name === name) return true;
    // An early exit leaves out whatever stands behind it.
    if (step.kind === 'leave' && conditional) return true;
    if (step.kind === 'call')
      return (
        conditional &&
        functions.some(
          ({ name: called, body }) =>
            called === step.name &&
            changesOnSomePaths(
              body,
              name,
              true,
              functions.filter(other => other.name !== called),
            ),
        )
      );
    if (step.kind === 'choice')
      return step.branches.some(branch => changesOnSomePaths(branch, name, true, functions));
    if (step.kind === 'loop') return changesOnSomePaths(step.body, name, true, functions);
    return step.kind === 'function' && changesOnSomePaths(step.body, name, conditional, functions);
  });
}
