import type { Block, CommandDocument } from './commandDocument';

/** Lines of prose around a block in which a bridge is looked for. */
const NEAR = 6;

const KEEP = /\b(?:store|remember|record|note down|take note|keep|save|capture|hold on to)\b/i;
const FILL_IN =
  /\b(?:substitut\w*|fill in|insert the|replace|inline the|paste|pass(?:ing)? .{0,20}explicitly|literal(?:ly)?)\b/i;
/** The mistaken belief itself: that the shell keeps the value. */
const BELIEF = /\b(?:reuse|re-use|available|persists?|still set|exported)\b/i;

/**
 * Tells whether the prose next to the definition or the read tells the agent to carry the value over itself: "Capture
 * `$BINARY` for Phase 4", "substitute `$ID` by the number above". Such a read is the author's shorthand, not a mistake.
 */
export function isBridged(document: CommandDocument, writer: Block, reader: Block, name: string): boolean {
  const mentions = new RegExp(`\\$?\\{?\\b${name}\\b`);
  const says = (lines: readonly string[], verb: RegExp) =>
    lines.some(line => mentions.test(line) && verb.test(line) && !BELIEF.test(line));
  return (
    says(proseBehind(document, writer), KEEP) ||
    says(proseBefore(document, reader), FILL_IN) ||
    says(proseBehind(document, reader), FILL_IN)
  );
}

function proseBehind(document: CommandDocument, block: Block): readonly string[] {
  const end = block.closeLine ?? document.lines.length;
  return upToFence(document.lines.slice(end + 1, end + 1 + NEAR));
}

function proseBefore(document: CommandDocument, block: Block): readonly string[] {
  return upToFence(document.lines.slice(Math.max(0, block.openLine - NEAR), block.openLine).reverse());
}

function upToFence(lines: readonly string[]): readonly string[] {
  const fence = lines.findIndex(line => /^[\s>]*(?:`{3,}|~{3,})/.test(line));
  return fence < 0 ? lines : lines.slice(0, fence);
}
