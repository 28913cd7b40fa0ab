import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import { allSteps } from '../shell/script';
import { findingsOf } from './recalculations';
import { definedIn } from './slice';
import { replaces } from './stateWriters';

/**
 * What the nearest block that sets a finding's value makes it of, and misses itself: handed over alone, the value would be one that
 * is made of nothing. What the text has the agent carry to that block it has.
 */
export function missedByWriter(analysis: Analysis, { block, name }: Finding): readonly Finding[] {
  const { flow } = analysis;
  const reader = flow.blocks[block - 1];
  const origin = reader && name !== undefined ? flow.originOfVariable(name, reader) : undefined;
  if (origin?.kind !== 'definition' || name === undefined) return [];
  const { script } = origin.block;
  const sought = new Set([name]);
  const reads = new Set<string>();
  for (const statement of script.statements.toReversed()) {
    const settled = definedIn(statement).filter(defined => sought.has(defined));
    // What stood above a plain assignment makes no difference.
    for (const defined of settled) if (replaces(statement, defined)) sought.delete(defined);
    if (settled.length === 0) continue;
    for (const step of allSteps(statement.flow))
      if (step.kind === 'read') {
        sought.add(step.name);
        reads.add(step.name);
      }
  }
  return (findingsOf(analysis).get(origin.block.block.number) ?? []).filter(
    missed =>
      missed.rule === 'lost-variable' && missed.severity !== 'information' && reads.has(missed.name ?? ''),
  );
}
