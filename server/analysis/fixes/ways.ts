import type { Numbered } from '../document/alternatives';
import { conditionsApart } from '../document/conditions';
import {
  beginsWithCondition,
  beginsWithWay,
  mentionsCondition,
  saysOptional,
  tellsPurpose,
} from '../document/conditionWords';
import { headingsApart } from '../document/headings';
import { labelledBeside, proseAbove } from '../document/optionalSteps';
import { areOfOtherProcedures, isKeptApart, isOfOneProcedure } from '../document/procedures';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { kept } from '../kept';

/** Whether one of two blocks gives the other one nothing: only one of them is run, or each belongs to a procedure of its own. */
export function excludeEachOther(
  { document, areAlternatives }: DocumentFlow,
  a: Numbered,
  b: Numbered,
): boolean {
  return areAlternatives(a, b) || areOfOtherProcedures(document, a, b) || isKeptApart(document, a, b);
}

/**
 * Whether a block has been run wherever another one is: neither the headings that it stands under alone nor the paragraph that
 * introduces it speak of a condition, and no step that excludes it leads to the other one as well.
 */
export function isOnWayTo(flow: DocumentFlow, block: AnalysedBlock, reader: AnalysedBlock): boolean {
  const own = headingsApart(flow.document, block.block, reader.block);
  if (own.some(({ text }) => mentionsCondition(text) || beginsWithWay(text) || tellsPurpose(text)))
    return false;
  if (isOfOneProcedure(flow.document, block.block, reader.block)) return false;
  if (conditionsApart(flow.document, block.block, reader.block).length > 0) return false;
  if (isOneOfSeveral(flow, block)) return false;
  const paragraph = introductionOf(flow, block);
  const introduces = [beginsWithCondition, beginsWithWay, tellsPurpose, saysOptional];
  if (introduces.some(speaksOfWay => speaksOfWay(paragraph))) return false;
  return alternativesOf(flow)(block).every(other => flow.areAlternatives(other.block, reader.block));
}

/** Whether blocks under labels beside a block's own set the same names anew: "**pytest**:" and "**jest**:" count the same tests. */
export function isOneOfSeveral(flow: DocumentFlow, block: AnalysedBlock): boolean {
  const own = setAnew(block);
  return (
    own.size > 0 &&
    labelledBeside(flow.document, block.block).some(({ number }) => {
      const other = flow.blocks[number - 1];
      if (other === undefined || !isStep(other)) return false;
      // What is repeated in the same words is the author's way to keep it.
      return [...setAnew(other)].some(([name, text]) => own.has(name) && own.get(name) !== text);
    })
  );
}

/**
 * Whether several blocks under labels beside each other give a reader values: "**Python projects:**" sets one, "**Node projects:**" another,
 * and a project is one of both.
 */
export function isAmongSeveralGivers(
  flow: DocumentFlow,
  block: AnalysedBlock,
  reader: AnalysedBlock,
): boolean {
  const needed = new Set(reader.flow.exposed.map(({ read }) => read.name));
  return labelledBeside(flow.document, block.block).some(({ number }) => {
    const other = flow.blocks[number - 1];
    return (
      other !== undefined &&
      isStep(other) &&
      other !== reader &&
      other.flow.definitions.some(({ name }) => needed.has(name))
    );
  });
}

/** The names that a block gives values which do not depend on those of before, each with the words of the last one. */
const setAnew = kept(({ block, flow }: AnalysedBlock): ReadonlyMap<string, string> => {
  const read = new Set(flow.exposed.map(exposed => exposed.read.name));
  return new Map(
    flow.definitions.flatMap(({ name, form, append, value }) =>
      form === 'assignment' && !append && !read.has(name) && value !== undefined
        ? [[name, block.text.slice(value.span.start, value.span.end)] as const]
        : [],
    ),
  );
});

/** Whether an earlier step has given a name a value wherever a block is run, so that a shell for both has one. */
export function isSurelyGiven(flow: DocumentFlow, name: string, block: AnalysedBlock): boolean {
  const origin = flow.originOfVariable(name, block);
  return (
    origin?.kind === 'definition' &&
    origin.block.flow.end.names.get(name)?.presence === 'set' &&
    isOnWayTo(flow, origin.block, block)
  );
}

/** The paragraph directly above a block. */
export function introductionOf({ document }: DocumentFlow, { block }: AnalysedBlock): string {
  const lines = proseAbove(document, block);
  const last = lines.findIndex(line => line.trim() !== '');
  const above = last < 0 ? [] : lines.slice(last);
  const end = above.findIndex(line => line.trim() === '');
  return (end < 0 ? above : above.slice(0, end)).toReversed().join('\n');
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
