import { alwaysRunsBefore } from '../document/optionalSteps';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { kept } from '../kept';

/**
 * Whether a block has been run wherever another one is: neither its headings nor what introduces it speak of a condition that
 * does not hold for the other one too, and no step that excludes it leads to the other one as well.
 */
export function isOnWayTo(flow: DocumentFlow, block: AnalysedBlock, reader: AnalysedBlock): boolean {
  return (
    alwaysRunsBefore(flow.document, block.block, reader.block) &&
    alternativesOf(flow)(block).every(other => flow.areAlternatives(other.block, reader.block))
  );
}

/** The steps that are not run where a block is. */
const alternativesOf = kept((flow: DocumentFlow) => {
  const known = new Map<AnalysedBlock, readonly AnalysedBlock[]>();
  return (block: AnalysedBlock): readonly AnalysedBlock[] => {
    const before = known.get(block);
    if (before !== undefined) return before;
    const found = flow.blocks.filter(
      other => isStep(other) && flow.areAlternatives(other.block, block.block),
    );
    known.set(block, found);
    return found;
  };
});
