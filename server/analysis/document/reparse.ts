import { LineIndex } from '../text';
import { type Block, BlockContent, movedBlock } from './block';
import { type CommandDocument, frameOf, lineEndOf } from './commandDocument';

/** A new version of a document of which one block's text has changed, and nothing else. */
export interface Reparsed {
  readonly document: CommandDocument;
  /** The number of that block. */
  readonly changed: number;
}

/**
 * Understands a text as what an earlier one has become by an edit within one shell block, which is what most keystrokes are.
 * Undefined where the edit may mean anything to the Markdown around the block: then the whole is to be parsed.
 * @param previous the document before the edit
 */
export function reparse(previous: CommandDocument, text: string): Reparsed | undefined {
  const edit = editOf(previous, text);
  const block = edit && blockAround(previous, edit);
  if (edit === undefined || block === undefined || !meansNothingOutside(previous, block, edit))
    return undefined;
  const moved = edit.lines.length - (edit.last - edit.first + 1);
  const shift = text.length - previous.text.length;
  const lineIndex = lineIndexAfter(previous, edit, shift);
  const isBehind = ({ line }: { readonly line: number }) => line > edit.last;
  return {
    changed: block.number,
    document: {
      frame: frameOf(previous),
      text,
      lines: [...previous.lines.slice(0, edit.first), ...edit.lines, ...previous.lines.slice(edit.last + 1)],
      lineIndex,
      lineEnd: lineEndOf(text),
      frontmatter: previous.frontmatter,
      headings: movedLines(previous.headings, moved, isBehind),
      blocks: previous.blocks.map(other =>
        other === block
          ? editedBlock(block, edit, moved, lineIndex)
          : movedBlock(other, other.openLine > edit.last ? moved : 0, 0, other.content, lineIndex),
      ),
      directives: movedLines(previous.directives, moved, isBehind),
      inlineCommands: previous.inlineCommands.map(command =>
        isBehind(command)
          ? {
              ...command,
              line: command.line + moved,
              span: { start: command.span.start + shift, end: command.span.end + shift },
            }
          : command,
      ),
    },
  };
}

/** Whole lines of a document and what they have become. */
interface Edit {
  /** The first and the last of the old lines, from 0. */
  readonly first: number;
  readonly last: number;
  /** The new ones, without their ends. */
  readonly lines: readonly string[];
  /** The offsets in the new text at which these start. */
  readonly starts: readonly number[];
}

/** The lines that differ between a document and a new text of it. */
function editOf({ text: before, lineIndex }: CommandDocument, text: string): Edit | undefined {
  const from = commonStart(before, text);
  const behind = commonEnd(before, text, Math.min(before.length, text.length) - from);
  const first = lineIndex.lineAt(from);
  const last = lineIndex.lineAt(before.length - behind);
  // The document's last line has no line below it that would still be there.
  if (last + 1 >= lineIndex.starts.length) return undefined;
  const start = lineIndex.startOf(first);
  const changed = text.slice(start, text.length - (before.length - lineIndex.startOf(last + 1)));
  // A lone CR ends a line, and with the LF that stands behind it no other one; NUL is another character in Markdown.
  if (/\r(?!\n)|\0/.test(changed) || text[start - 1] === '\r') return undefined;
  const lines = changed.split('\n').slice(0, -1);
  let next = start;
  const starts = lines.map(line => {
    const offset = next;
    next += line.length + 1;
    return offset;
  });
  return { first, last, lines: lines.map(line => line.replace(/\r$/, '')), starts };
}

/** UTF-16 units that are compared at once. */
const CHUNK = 1024;

function commonStart(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at + CHUNK <= length && a.slice(at, at + CHUNK) === b.slice(at, at + CHUNK)) at += CHUNK;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

/** @param length UTF-16 units that may be common at most */
function commonEnd(a: string, b: string, length: number): number {
  const isSame = (from: number, to: number) =>
    a.slice(a.length - to, a.length - from) === b.slice(b.length - to, b.length - from);
  let at = 0;
  while (at + CHUNK <= length && isSame(at, at + CHUNK)) at += CHUNK;
  while (at < length && a.charCodeAt(a.length - 1 - at) === b.charCodeAt(b.length - 1 - at)) at++;
  return at;
}

/** The closed block whose content holds all old lines of an edit. */
function blockAround({ blocks }: CommandDocument, { first, last }: Edit): Block | undefined {
  return blocks.find(
    ({ firstLine, closeLine }) => closeLine !== undefined && firstLine <= first && last < closeLine,
  );
}

/** Whether neither the old lines nor the new ones can mean anything to what stands around the block. */
function meansNothingOutside({ lines }: CommandDocument, { linePrefix }: Block, edit: Edit): boolean {
  // In a quote, and where the block is indented by tabs, its lines end where Markdown says.
  if (/[^ ]/.test(linePrefix)) return false;
  const isPlain = (line: string) =>
    line.startsWith(linePrefix) && (linePrefix === '' || line.trim() !== '') && !SPEAKS_OUTSIDE.test(line);
  return lines.slice(edit.first, edit.last + 1).every(isPlain) && edit.lines.every(isPlain);
}

/**
 * What a line of a block may say to its surroundings: a fence, a tag, the end of a frontmatter, a directive, a bold label, a
 * word that makes something elsewhere one side of a comparison.
 */
const SPEAKS_OUTSIDE =
  /```|~~~|\*\*|crossblock|^\s*<|^\s*(?:---|\+\+\+)|^[^A-Za-z]*(?:before|after|old|new|problem|solution|deprecated)\b/i;

/** @param shift UTF-16 units by which the text has grown */
function lineIndexAfter({ lineIndex, text }: CommandDocument, edit: Edit, shift: number): LineIndex {
  const before = lineIndex.starts.slice(0, edit.first);
  const behind = lineIndex.starts.slice(edit.last + 1).map(start => start + shift);
  return new LineIndex([...before, ...edit.starts, ...behind], text.length + shift);
}

/** The block with the new lines in its content. */
function editedBlock(block: Block, edit: Edit, moved: number, document: LineIndex): Block {
  const { text, places, lineIndex } = block.content;
  const column = block.linePrefix.length;
  const [first, last] = [edit.first - block.firstLine, edit.last - block.firstLine];
  const inserted = edit.lines.map(line => `${line.slice(column)}\n`).join('');
  const content = new BlockContent(
    text.slice(0, lineIndex.startOf(first)) + inserted + text.slice(lineIndex.startOf(last + 1)),
    [...places.slice(0, first), ...edit.lines.map(() => ({ column, padding: 0 })), ...places.slice(last + 1)],
  );
  return movedBlock(block, 0, moved, content, document);
}

/** What stands behind an edit, some lines further down. */
function movedLines<T extends { readonly line: number }>(
  items: readonly T[],
  moved: number,
  isBehind: (item: T) => boolean,
): readonly T[] {
  if (moved === 0) return items;
  return items.map(item => (isBehind(item) ? { ...item, line: item.line + moved } : item));
}
