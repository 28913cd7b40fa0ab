import type { Block, CommandDocument, Heading } from './commandDocument';

const FENCE = /^[\s>]*(?:`{3,}|~{3,})/;

/**
 * Walks through a document's prose and tells, for each block, what was found since the last heading above it. What stands in
 * fences is no prose.
 * @param take what is known behind a line, from what was known before it
 * @param nothing what is known at the start
 * @param behindHeading what is known behind a heading, by default nothing
 */
export function walkProse<T>(
  { lines, headings, blocks }: CommandDocument,
  nothing: T,
  take: (known: T, line: string) => T,
  behindHeading: (known: T, heading: Heading) => T = () => nothing,
): ReadonlyMap<Block, T> {
  const found = new Map<Block, T>();
  const ends = new Map(headings.map(heading => [heading.line, heading]));
  const opening = new Map(blocks.map(block => [block.openLine, block]));
  let known = nothing;
  let isFenced = false;
  for (const [index, line] of lines.entries()) {
    const block = opening.get(index);
    if (block !== undefined) found.set(block, known);
    const heading = ends.get(index);
    if (FENCE.test(line)) isFenced = !isFenced;
    else if (heading !== undefined) known = behindHeading(known, heading);
    else if (!isFenced) known = take(known, line);
  }
  return found;
}

/** The same for what only bold lines tell. Most documents hold none: those are not walked through. */
export function boldAbove<T>(
  document: CommandDocument,
  nothing: T,
  take: (known: T, line: string) => T,
): ReadonlyMap<Block, T> {
  return document.text.includes('**') ? walkProse(document, nothing, take) : new Map();
}
