import type { Analysis } from '../../server/analysis/analyse';
import type { Finding } from '../../server/analysis/finding';
import { fixesFor } from '../../server/analysis/fixes';
import { applyEdits, type Fix } from '../../server/analysis/fixes/fix';
import type { ShellParser } from '../../server/analysis/shell/syntax';
import { type OracleDocument, prepareDocument } from './documents';
import { analyseSteps } from './engine';
import { lossesIn } from './judge';
import { type Observation, runAsHost } from './shells';

/** Rounds until fixing everything must have come to an end. */
const MAX_ROUNDS = 40;

/** The recalculation of one finding that may run on save, if there is one. */
function safeFix(analysis: Analysis, finding: Finding): Fix | undefined {
  return fixesFor(analysis, finding).find(fix => fix.kind === 'recalculate' && fix.safety === 'safe');
}

interface Repaired {
  readonly text: string;
  /** Block and name of each finding that was fixed. */
  readonly fixed: readonly { readonly block: number; readonly name: string }[];
}

/** Applies safe recalculations, one after the other, until none is left; undefined where that has no end. */
function repair(parser: ShellParser, text: string): Repaired | undefined {
  const fixed: { readonly block: number; readonly name: string }[] = [];
  let current = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const analysis = analyseSteps(parser, current);
    const next = lossesIn(analysis)
      .map(finding => ({ finding, fix: safeFix(analysis, finding) }))
      .find(({ fix }) => fix !== undefined);
    if (next?.fix === undefined) return { text: current, fixed };
    fixed.push({ block: next.finding.block, name: next.finding.name ?? '' });
    current = applyEdits(current, next.fix.edits);
  }
  return undefined;
}

/** What is wrong with the repair of a document: one line each; none where every fix does what it promises. */
export async function faultsOfRepair(
  parser: ShellParser,
  text: string,
  oneShell: readonly Observation[],
): Promise<{ readonly fixed: number; readonly faults: readonly string[] }> {
  const result = repair(parser, text);
  if (result === undefined) return { fixed: 0, faults: ['fixing has no end'] };
  const { text: repaired, fixed } = result;
  if (fixed.length === 0) return { fixed: 0, faults: [] };
  const left = lossesIn(analyseSteps(parser, repaired));
  const again = fixed.filter(({ block, name }) =>
    left.some(other => other.block === block && other.name === name),
  );
  const document = prepareDocument(repaired);
  const after = await runAsHost(document);
  const different = fixed.flatMap(({ block, name }) => differences(document, block, name, oneShell, after));
  return {
    fixed: fixed.length,
    faults: [
      ...again.map(({ block, name }) => `block ${block}, ${name}: fixed, and found again`),
      ...new Set(different),
    ],
  };
}

function differences(
  { probes }: OracleDocument,
  block: number,
  name: string,
  before: readonly Observation[],
  after: readonly Observation[],
): readonly string[] {
  return probes.flatMap((probe, index) => {
    if (probe.block !== block || probe.name !== name || probe.kind === 'tolerated') return [];
    const values = (observations: readonly Observation[]) =>
      observations
        .filter(observation => observation.probe === index)
        .map(({ value }) => value)
        .join(' | ');
    // What one shell never gets to, because a block has left it, compares with nothing.
    if (!before.some(observation => observation.probe === index)) return [];
    if (values(before) === values(after)) return [];
    return [
      `block ${block}, ${name}: one shell gives [${values(before)}], the repaired block [${values(after)}]`,
    ];
  });
}
