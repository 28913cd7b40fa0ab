import type { TracedAnalysis } from '../analyse';
import { sourceOfValue } from '../explain/names';
import type { TextEdit } from '../fixes/fix';
import { recalculate } from '../fixes/recalculate';
import { type AnalysedBlock, isStep } from '../flow/documentFlow';
import { isOfHandOver } from '../rules/stateFiles';
import type { Read } from '../shell/script';

/** A variable that could be read at a place. */
export interface AvailableName {
  readonly name: string;
  /**
   * `here`: it has a value; `given`: the host or a directive gives it; `lost`: only an earlier block has it.
   */
  readonly state: 'here' | 'given' | 'lost';
  /** Where its value comes from, as the rest of a sentence that begins with the name. */
  readonly source: string;
  /** What makes a lost one available: an insertion into the block. */
  readonly fix: { readonly title: string; readonly edits: readonly TextEdit[] } | undefined;
}

/** Names that are offered at most; a document with more is generated. */
const MAX_NAMES = 200;

/**
 * The variables that are known where some read stands: first those that have a value, then those that were lost on the way.
 * @param read a read of the block whose place is asked about
 */
export function availableNames(
  analysis: TracedAnalysis,
  block: AnalysedBlock,
  read: Read,
): readonly AvailableName[] {
  const { flow } = analysis;
  const state = analysis.statesIn(block.block).get(read);
  if (state === undefined) return [];
  const names = new Map<string, AvailableName>();
  // The same question as the hover's, asked for another name at this place.
  const source = (name: string): string => {
    const asked = { ...read, name };
    return sourceOfValue({ ...analysis, statesIn: () => new Map([[asked, state]]) }, block, asked);
  };
  for (const [name, { mark }] of state.names)
    if (isName(name) && mark !== 'takenAway' && !isOfHandOver(name))
      names.set(name, { name, state: 'here', source: source(name), fix: undefined });
  for (const name of namesBefore(analysis, block)) {
    if (names.has(name) || names.size >= MAX_NAMES) continue;
    if (flow.profile.keepsShell)
      names.set(name, { name, state: 'here', source: source(name), fix: undefined });
    else
      names.set(name, { name, state: 'lost', source: source(name), fix: recalculate(flow, block, [name]) });
  }
  for (const name of [...flow.provided, ...flow.profile.provides])
    if (isName(name) && !names.has(name) && names.size < MAX_NAMES)
      names.set(name, { name, state: 'given', source: source(name), fix: undefined });
  names.delete(read.name);
  return [...names.values()];
}

/** Variables that steps before a block had, the nearest first. */
function namesBefore({ flow }: TracedAnalysis, { block }: AnalysedBlock): readonly string[] {
  const earlier = flow.blocks.filter(other => other.block.number < block.number && isStep(other));
  const names = earlier.toReversed().flatMap(other => [...other.flow.end.names].map(([name]) => name));
  return [...new Set(names)].filter(name => isName(name) && !isOfHandOver(name));
}

function isName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}
