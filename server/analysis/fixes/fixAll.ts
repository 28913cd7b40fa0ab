import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import { type AnalysedBlock, isStep } from '../flow/documentFlow';
import type { Fix, Safety, TextEdit } from './fix';
import { fixesFor } from './index';
import { recalculate } from './recalculate';

/** How far a fix must be trusted to run unasked. */
type RunSafety = Exclude<Safety, 'suggestion'>;

/** Which findings are mended, and how far the fixes have to be trusted. */
export interface FixWish {
  /** What may run: `safe` alone, or `unsafe` as well. A suggestion never does. */
  readonly safety: RunSafety;
  /** Whether a finding is to be mended at all. */
  readonly wants: (finding: Finding) => boolean;
}

/** What mends some findings of one block. */
export interface BlockFix {
  readonly block: number;
  readonly findings: readonly Finding[];
  /** In the order of their places, without overlaps. */
  readonly edits: readonly TextEdit[];
}

/**
 * The fixes of a whole document, one a block at the most, so that none touches another: the variables of a block make one
 * insertion, in the order in which the document calculates them. What a block needs besides comes with the next analysis.
 * @param findings those of the analysis, as the project configures them
 */
export function fixAll(analysis: Analysis, findings: readonly Finding[], wish: FixWish): readonly BlockFix[] {
  return analysis.flow.blocks.flatMap(block => {
    if (!isStep(block)) return [];
    const own = findings.filter(finding => finding.block === block.block.number && wish.wants(finding));
    const fix = own.length === 0 ? undefined : fixBlock(analysis, block, own, wish.safety);
    return fix === undefined ? [] : [fix];
  });
}

/** A finding with the best fix that may run. */
interface Mended {
  readonly finding: Finding;
  readonly fix: Fix;
}

function fixBlock(
  analysis: Analysis,
  block: AnalysedBlock,
  findings: readonly Finding[],
  safety: RunSafety,
): BlockFix | undefined {
  const mended = findings.flatMap(finding => {
    const fix = fixesFor(analysis, finding).find(candidate => mayRun(candidate, safety));
    return fix === undefined ? [] : [{ finding, fix }];
  });
  const recalculated = mended.filter(({ fix }) => fix.kind === 'recalculate');
  if (recalculated.length > 0) return recalculateAll(analysis, block, recalculated, safety);
  return mended.length === 0 ? undefined : withoutOverlaps(block, mended);
}

function mayRun({ safety }: Fix, wished: RunSafety): boolean {
  return safety === 'safe' || (safety === 'unsafe' && wished === 'unsafe');
}

/** One insertion for all of them; where they do not go together, for as many as do. */
function recalculateAll(
  { flow }: Analysis,
  block: AnalysedBlock,
  mended: readonly Mended[],
  safety: RunSafety,
): BlockFix | undefined {
  const insertionOf = (names: ReadonlySet<string>): Fix | undefined => {
    const fix = recalculate(flow, block, [...names]);
    return fix !== undefined && mayRun(fix, safety) ? fix : undefined;
  };
  const names = new Set(mended.flatMap(({ finding: { name } }) => (name === undefined ? [] : [name])));
  let taken = names;
  let fix = insertionOf(names);
  if (fix === undefined) {
    taken = new Set();
    for (const name of [...names].slice(0, MAX_TRIED)) {
      const more = new Set([...taken, name]);
      const together = insertionOf(more);
      if (together === undefined) continue;
      taken = more;
      fix = together;
    }
  }
  if (fix === undefined) return undefined;
  const findings = mended.flatMap(({ finding }) => (taken.has(finding.name ?? '') ? [finding] : []));
  return { block: block.block.number, findings, edits: fix.edits };
}

/** Names that are tried one by one; a block with more of them is generated. */
const MAX_TRIED = 100;

/** The edits of several fixes; of two that meet, the first one's. */
function withoutOverlaps(block: AnalysedBlock, mended: readonly Mended[]): BlockFix {
  const edits: TextEdit[] = [];
  const findings: Finding[] = [];
  for (const { finding, fix } of mended) {
    const meets = fix.edits.some(({ span }) =>
      edits.some(other => span.start <= other.span.end && other.span.start <= span.end),
    );
    if (meets) continue;
    edits.push(...fix.edits);
    findings.push(finding);
  }
  return {
    block: block.block.number,
    findings,
    edits: edits.sort((a, b) => a.span.start - b.span.start),
  };
}
