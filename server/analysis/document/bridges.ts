import type { Block, CommandDocument } from './commandDocument';

/** Lines of prose around a block in which a bridge is looked for. */
const NEAR = 6;
/** Lines behind a definition; there another fence may stand in between, with what to tell the user. */
const NEAR_BEHIND = 12;

const KEEP = /\b(?:store|remember|record|note down|take note|keep|save|capture|hold on to)\b/i;
const FILL_IN =
  /\b(?:substitut\w*|fill in|insert the|replace|inline the|paste|pass(?:ing)? .{0,20}explicitly|literal(?:ly)?)\b/i;
/** What makes a sentence speak of the whole document. */
const EVERYWHERE =
  /\b(?:every|each|all|throughout)\b.{0,40}\b(?:below|command|block|step|call|skill|workflow)s?\b/i;
/** The mistaken belief itself: that the shell keeps the value. */
const BELIEF = /\b(?:reuse|re-use|available|persists?|still set|exported)\b/i;

/**
 * Tells whether the prose tells the agent to carry a value over itself: "Capture `$BINARY` for Phase 4" behind one of the
 * definitions, "substitute `$ID` by the number above" at the read, "substitute the literal path for `$DIR` into every command
 * below" anywhere. Such a read is the author's shorthand, not a mistake.
 * @param writers the blocks before the reader that give the name a value
 */
export function isBridged(
  document: CommandDocument,
  writers: readonly Block[],
  reader: Block,
  name: string,
): boolean {
  const mentions = new RegExp(`\\$?\\{?\\b${name}\\b`);
  const says = (text: string, verb: RegExp) => mentions.test(text) && verb.test(text) && !BELIEF.test(text);
  return (
    writers.some(writer => proseBehind(document, writer).some(line => says(line, KEEP))) ||
    proseBefore(document, reader).some(line => says(line, FILL_IN)) ||
    proseBehind(document, reader, NEAR).some(line => says(line, FILL_IN)) ||
    sentences(document).some(sentence => EVERYWHERE.test(sentence) && says(sentence, FILL_IN))
  );
}

/** The prose behind a block, up to the next shell block; what stands in other fences is none. */
function proseBehind(document: CommandDocument, block: Block, length = NEAR_BEHIND): readonly string[] {
  const start = (block.closeLine ?? document.lines.length) + 1;
  const next = document.blocks[block.number]?.openLine ?? document.lines.length;
  const prose: string[] = [];
  let fence: string | undefined;
  for (const line of document.lines.slice(start, Math.min(start + length, next))) {
    const marker = FENCE.exec(line)?.[1];
    if (marker !== undefined) fence = fence === undefined ? marker : marker === fence ? undefined : fence;
    else if (/^#{1,6}\s/.test(line) && fence === undefined) break;
    else if (fence === undefined) prose.push(line);
  }
  return prose;
}

function proseBefore(document: CommandDocument, block: Block): readonly string[] {
  const lines = document.lines.slice(Math.max(0, block.openLine - NEAR), block.openLine).reverse();
  const fence = lines.findIndex(line => FENCE.test(line));
  return fence < 0 ? lines : lines.slice(0, fence);
}

const FENCE = /^[\s>]*(`{3,}|~{3,})/;

/** A document's sentences, also over several lines; kept, for each finding asks for them. */
const known = new WeakMap<CommandDocument, readonly string[]>();

function sentences(document: CommandDocument): readonly string[] {
  const before = known.get(document);
  if (before !== undefined) return before;
  const found = paragraphs(document.lines)
    .filter(paragraph => FILL_IN.test(paragraph))
    .flatMap(paragraph => paragraph.split(/(?<=[.;!?])\s(?=[A-Z])/));
  known.set(document, found);
  return found;
}

/** The lines between empty lines and fences, each joined to one. */
function paragraphs(lines: readonly string[]): readonly string[] {
  const result: string[][] = [[]];
  for (const line of lines) {
    const text = line.trim();
    if (text === '' || FENCE.test(line)) result.push([]);
    else result[result.length - 1]!.push(text);
  }
  return result.map(paragraph => paragraph.join(' '));
}
