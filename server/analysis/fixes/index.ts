import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import type { Fix } from './fix';
import { recalculate, recalculateFinding } from './recalculate';

/** What mends a finding, the best first; ways to silence it last. */
export function fixesFor({ flow, findings }: Analysis, finding: Finding): readonly Fix[] {
  const alone = recalculateFinding(flow, finding);
  const whole = alone === undefined ? undefined : recalculateBlock(flow, findings, finding);
  return [alone, whole].filter(fix => fix !== undefined);
}

/** All variables of the finding's block in one insertion, where there are several that can be recalculated. */
function recalculateBlock(
  flow: Analysis['flow'],
  findings: readonly Finding[],
  finding: Finding,
): Fix | undefined {
  const block = flow.blocks[finding.block - 1];
  if (block === undefined) return undefined;
  const names = findings
    .filter(other => other.block === finding.block && recalculateFinding(flow, other) !== undefined)
    .flatMap(other => (other.name === undefined ? [] : [other.name]));
  return names.length < 2 ? undefined : recalculate(flow, block, names);
}
