import type { BlockContent } from '../document/block';
import type { Block, CommandDocument } from '../document/commandDocument';
import { kept } from '../kept';
import type { TextEdit } from './fix';

/** A line of a block's head: nothing, a comment, or a `set` with nothing else on its line. */
const HEAD_LINE = /^\s*(?:#.*|set(?:\s+[-+]\w+|\s+\w+)*\s*(?:#.*)?)?$/;

/** A comment, but not the line that names the interpreter. */
const COMMENT = /^\s*#(?!!)/;

/**
 * Where a block's own code begins: behind its head of comments, empty lines and `set`, but above the comment that stands directly
 * over the first statement and speaks of it. An offset in the block's text, at the start of a line.
 */
export function startOfCode({ content }: Block): number {
  return startOfCodeIn(content);
}

const startOfCodeIn = kept(({ text }: BlockContent): number => {
  const lines = text.split('\n');
  const first = lines.findIndex(line => !HEAD_LINE.test(line));
  let start = first < 0 ? lines.length - 1 : first;
  while (start > 0 && COMMENT.test(lines[start - 1]!)) start--;
  return lines.slice(0, start).reduce((offset, line) => offset + line.length + 1, 0);
});

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

/** Takes whole lines of a block out, between two offsets of its text at starts of lines. */
export function removeLines(document: CommandDocument, block: Block, start: number, end: number): TextEdit {
  const lineOf = (offset: number) => block.firstLine + block.text.slice(0, offset).split('\n').length - 1;
  const span = {
    start: document.lineIndex.startOf(lineOf(start)),
    end: document.lineIndex.startOf(lineOf(end)),
  };
  return { span, text: '' };
}

/** Inserts whole lines above a line, from 0, of the document. */
export function insertAtLine(document: CommandDocument, line: number, lines: readonly string[]): TextEdit {
  // A byte order mark stays the first character of the file.
  const start = line === 0 && document.text.startsWith('\uFEFF') ? 1 : document.lineIndex.startOf(line);
  const text = lines
    .map(inserted => (inserted.trim() === '' ? inserted.trimEnd() : inserted) + document.lineEnd)
    .join('');
  const atUnfinishedEnd = line >= document.lines.length;
  return { span: { start, end: start }, text: atUnfinishedEnd ? document.lineEnd + text : text };
}
