import type { Finding, RuleName } from '../analysis/finding';
import type { DocumentFlow } from '../analysis/flow/documentFlow';
import type { ShellRecord, ShellRun } from './shell';
import type { ShellStep } from './steps';

/** What one step did to names, in its own shell, and where the analysis says something else. */
export interface StepOutcome {
  readonly set: readonly string[];
  readonly restored: readonly string[];
  /** Names that it reads or calls, that an earlier step had, and that its own shell did not have. */
  readonly lost: readonly string[];
  /** One line each. */
  readonly differences: readonly string[];
}

/** Names that earlier steps had, with the number of the last block that had them. */
export interface Known {
  readonly variables: Map<string, { readonly block: number; readonly value: string }>;
  readonly functions: Map<string, number>;
}

const LOSSES: ReadonlySet<RuleName> = new Set([
  'lost-variable',
  'lost-function',
  'lost-library',
  'unsaved-variable',
]);

/**
 * Compares what a shell had with what earlier ones had, and with what the analysis says; then remembers it in `known`.
 */
export function compareStep(
  flow: DocumentFlow,
  findings: readonly Finding[],
  step: ShellStep,
  { start, end }: ShellRun,
  known: Known,
): StepOutcome | undefined {
  if (end === undefined) return undefined;
  const changed = [...end.variables].filter(
    ([name, value]) => start.variables.get(name) !== value && !UNINTERESTING.has(name),
  );
  const own = new Set(
    step.blocks.flatMap(({ flow: { definitions } }) => definitions.map(({ name }) => name)),
  );
  const isRestored = ([name, value]: readonly [string, string]) =>
    !own.has(name) && known.variables.get(name)?.value === value;
  const restored = changed.filter(isRestored).map(([name]) => name);
  const set = changed.filter(entry => !isRestored(entry)).map(([name]) => name);
  const functions = [...end.functions].filter(name => !start.functions.has(name));
  const lost = lostNames(step, start, end, own, known);
  const differences = differencesIn(findings, step, { end, own, lost, known, flow });
  const number = step.blocks[step.blocks.length - 1]!.block.number;
  for (const [name, value] of changed) known.variables.set(name, { block: number, value });
  for (const name of functions) known.functions.set(name, number);
  return { set: [...set, ...functions.map(name => `${name}()`)], restored, lost, differences };
}

/** What every block changes. */
const UNINTERESTING = new Set([
  'PWD',
  'OLDPWD',
  'OPTIND',
  'SHLVL',
  'PPID',
  'IFS',
  'COLUMNS',
  'LINES',
  'SHELLOPTS',
  'BASHOPTS',
]);

/** @param own the names that the step sets itself: a read before that has lost the value all the same */
function lostNames(
  { blocks }: ShellStep,
  start: ShellRecord,
  end: ShellRecord,
  own: ReadonlySet<string>,
  known: Known,
): readonly string[] {
  const isGone = (name: string) => !(own.has(name) ? start : end).variables.has(name);
  const reads = blocks.flatMap(({ flow }) =>
    flow.exposed.flatMap(({ read, maybeSet }) => (maybeSet ? [] : [read.name])),
  );
  const calls = blocks.flatMap(({ flow }) => flow.unknownCalls.flatMap(({ name }) => name ?? []));
  const variables = [...new Set(reads)].filter(name => known.variables.has(name) && isGone(name));
  const functions = [...new Set(calls)].filter(name => known.functions.has(name) && !end.functions.has(name));
  return [...variables, ...functions.map(name => `${name}()`)];
}

function differencesIn(
  findings: readonly Finding[],
  { blocks }: ShellStep,
  seen: {
    readonly end: ShellRecord;
    readonly own: ReadonlySet<string>;
    readonly lost: readonly string[];
    readonly known: Known;
    readonly flow: DocumentFlow;
  },
): readonly string[] {
  const { end, own, lost, known } = seen;
  const numbers = new Set(blocks.map(({ block }) => block.number));
  const claims = findings.filter(({ rule, block, name }) => LOSSES.has(rule) && numbers.has(block) && name);
  const claimed = new Set(claims.map(({ name }) => name!));
  const hasIt = (name: string) => (end.variables.has(name) || end.functions.has(name)) && !own.has(name);
  const wrong = [...claimed].flatMap(name => {
    if (hasIt(name)) return [`the analysis says that ${name} is lost; the shell had it`];
    const wasThere = known.variables.has(name) || known.functions.has(name);
    return wasThere || own.has(name)
      ? []
      : [`the analysis says that ${name} is lost; in this run no earlier block had set it`];
  });
  const missed = lost
    .map(name => name.replace(/\(\)$/, ''))
    .filter(name => !claimed.has(name))
    .map(
      name =>
        `${name} was gone; the analysis reports nothing (the block may ask for it first, or a comment silences it)`,
    );
  return [...wrong, ...missed];
}
