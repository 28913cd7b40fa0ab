import { conditionsApart } from '../document/conditions';
import { headingsApart } from '../document/headings';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { introductionOf } from './ways';

/** "For each PLAN.md file in the folder": what the agent goes through, up to where it finds that. */
const FOR_EACH =
  /(?:^|[.:]\s+|\n)[\s>*_`\d.)+-]*for (?:each|every) (.{1,80}?)(?:\s(?:in|of|from|on|at|that|which|with)\b|[:*_,;.]*\s*$|[:,;])/i;

/** UTF-16 units of a text that are looked at: the search may take the square of that. */
const MAX_TEXT = 500;

/**
 * Whether the agent itself gives a name its values in a block, one after the other: "For each plan file" stands above it and not above
 * the writer, and PLAN_FILE is called so.
 */
export function isLoopValue(
  flow: DocumentFlow,
  writer: AnalysedBlock,
  reader: AnalysedBlock,
  name: string,
): boolean {
  const { document } = flow;
  const introduction = introductionOf(flow, reader);
  const above = [
    ...headingsApart(document, reader.block, writer.block),
    ...conditionsApart(document, reader.block, writer.block),
    ...(introduction === introductionOf(flow, writer) ? [] : [{ text: introduction }]),
  ];
  return above.some(({ text }) => {
    const object = wordsOf(FOR_EACH.exec(text.slice(0, MAX_TEXT))?.[1] ?? '');
    if (object.length === 0) return false;
    const named = wordsOf(name);
    // "For each unprocessed file" goes through what `unprocessed` lists.
    return named.at(-1) === object.at(-1) && named.every(word => object.includes(word));
  });
}

function wordsOf(text: string): readonly string[] {
  return text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '');
}
