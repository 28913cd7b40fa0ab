import { LineIndex, type Span } from '../text';
import type { Fence, LinePlace } from './fences';
import { applyMasks, findMasks, type Mask } from './masking';

/** The shell that a fence asks for. */
export type Dialect = 'bash' | 'sh' | 'zsh';

/** The text of a block, and where its lines begin in the document's lines, wherever in the document these stand. */
export class BlockContent {
  readonly text: string;
  readonly masks: readonly Mask[];
  readonly masked: string;
  readonly lineIndex: LineIndex;
  readonly places: readonly LinePlace[];

  /** @param places one for each line of `text`; none for the one behind its last LF */
  constructor(text: string, places: readonly LinePlace[]) {
    this.text = text;
    this.masks = findMasks(text);
    this.masked = applyMasks(text, this.masks);
    this.lineIndex = LineIndex.of(text);
    this.places = places;
  }
}

/** A fenced shell block of a document. All offsets named `start` and `end` are UTF-16 offsets into the block's `text`. */
export class Block {
  /** Number of the block among the document's shell blocks, from 1. */
  readonly number: number;
  readonly info: string;
  readonly dialect: Dialect;
  /** The shell text with LF line ends, without quote marks, list indentation and fence indentation. */
  readonly text: string;
  /** `text` with placeholders and host substitutions replaced by words of the same length: what is parsed. */
  readonly masked: string;
  readonly masks: readonly Mask[];
  /** The document's line, from 0, of the opening fence. */
  readonly openLine: number;
  /** The document's line of the closing fence; undefined for a fence that nothing closes. */
  readonly closeLine: number | undefined;
  /** The document's line, from 0, of each line of `text`. */
  readonly firstLine: number;
  /** What each line of `text` stands behind in the document, e.g. `> ` or the indentation of a list. */
  readonly linePrefix: string;
  /** Its text, with what is known of it wherever it stands: the same object for as long as the text stays. */
  readonly content: BlockContent;
  readonly #document: LineIndex;

  constructor(
    { number, info, dialect, linePrefix }: Pick<Block, 'number' | 'info' | 'dialect' | 'linePrefix'>,
    { openLine, closeLine }: Pick<Block, 'openLine' | 'closeLine'>,
    content: BlockContent,
    document: LineIndex,
  ) {
    this.number = number;
    this.info = info;
    this.dialect = dialect;
    this.text = content.text;
    this.masked = content.masked;
    this.masks = content.masks;
    this.openLine = openLine;
    this.closeLine = closeLine;
    this.firstLine = openLine + 1;
    this.linePrefix = linePrefix;
    this.content = content;
    this.#document = document;
  }

  /** The offset in the document of an offset in `text`. */
  toDocument(offset: number): number {
    const { line, column } = this.content.lineIndex.positionAt(offset);
    const place = this.content.places[line];
    // Behind the last line lies the closing fence, or the end of the document.
    if (place === undefined) return this.#document.startOf(this.firstLine + this.content.places.length);
    return this.#document.startOf(this.firstLine + line) + place.column + Math.max(0, column - place.padding);
  }

  /** The offset in `text` of an offset in the document, or undefined where it lies outside the block's content. */
  fromDocument(offset: number): number | undefined {
    const { line, column } = this.#document.positionAt(offset);
    const place = this.content.places[line - this.firstLine];
    if (place === undefined || column < place.column) return undefined;
    return this.content.lineIndex.startOf(line - this.firstLine) + column - place.column + place.padding;
  }
}

/** The block that a fence is. */
export function blockOf(
  fence: Fence,
  dialect: Dialect,
  number: number,
  lines: readonly string[],
  document: LineIndex,
): Block {
  const content = new BlockContent(fence.content, fence.lines);
  const linePrefix = linePrefixOf(fence, lines);
  return new Block({ number, info: fence.info, dialect, linePrefix }, fence, content, document);
}

/**
 * A block in another version of its document.
 * @param down lines by which it stands further down
 * @param longer lines by which it is longer
 */
export function movedBlock(
  block: Block,
  down: number,
  longer: number,
  content: BlockContent,
  document: LineIndex,
): Block {
  const openLine = block.openLine + down;
  const closeLine = block.closeLine === undefined ? undefined : block.closeLine + down + longer;
  return new Block(block, { openLine, closeLine }, content, document);
}

/**
 * The shell that an info string asks for. It must begin with the name of a shell (`bash`, `bash Title`, `sh{1,3}`, …), or be
 * `!`, the form that Claude Code runs before it sends the prompt.
 */
export function dialectOf(info: string): Dialect | undefined {
  if (info === '!') return 'bash';
  const name = /^(bash|shell|sh|zsh)(?![\w+#-])/i.exec(info)?.[1]?.toLowerCase();
  if (name === undefined) return undefined;
  return name === 'zsh' ? 'zsh' : name === 'sh' ? 'sh' : 'bash';
}

/**
 * What a new line of the block must begin with. The opening fence's own prefix serves, but for a list marker on its line,
 * which becomes the spaces that carry the list item on.
 */
function linePrefixOf(fence: Fence, lines: readonly string[]): string {
  const prefix = (lines[fence.openLine] ?? '').slice(0, fence.prefixLength);
  return prefix.replace(/[^\s>]/g, ' ');
}

/** The range of the document that a range of a block's text covers. */
export function documentSpan(block: Block, span: Span): Span {
  return { start: block.toDocument(span.start), end: block.toDocument(span.end) };
}
