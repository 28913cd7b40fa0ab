import type { Block, CommandDocument } from '../document/commandDocument';
import type { TextEdit } from './fix';

/**
 * Where a block's own code begins: behind its head of comments, empty lines and `set`. An offset in the block's text, at the
 * start of a line.
 */
export function startOfCode(block: Block): number {
  let offset = 0;
  for (const line of block.text.split('\n')) {
    if (!/^\s*(?:#.*|set\s+[-+][\w ]+.*|)$/.test(line) || /[\\]$/.test(line)) break;
    offset += line.length + 1;
  }
  return Math.min(offset, Math.max(0, block.text.lastIndexOf('\n') + 1));
}

/** Inserts lines of shell code into a block, at the start of one of its lines. */
export function insertLines(
  document: CommandDocument,
  block: Block,
  offset: number,
  lines: readonly string[],
): TextEdit {
  const line = block.text.slice(0, offset).split('\n').length - 1;
  return insertAtLine(
    document,
    block.firstLine + line,
    lines.map(text => block.linePrefix + text),
  );
}

/** Inserts whole lines above a line, from 0, of the document. */
export function insertAtLine(document: CommandDocument, line: number, lines: readonly string[]): TextEdit {
  // A byte order mark stays the first character of the file.
  const start = line === 0 && document.text.startsWith('\uFEFF') ? 1 : document.lineIndex.startOf(line);
  const text = lines.map(inserted => inserted.trimEnd() + document.lineEnd).join('');
  const atUnfinishedEnd = line >= document.lines.length;
  return { span: { start, end: start }, text: atUnfinishedEnd ? document.lineEnd + text : text };
}
