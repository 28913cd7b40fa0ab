import type { Span } from '../text';
import { LineIndex } from '../text';
import type { Directive } from './directives';
import { readDirectives } from './directives';
import { type Fence, parseMarkdownBlocks } from './fences';
import { readFrontmatter } from './frontmatter';
import { findInlineCommands, type InlineCommand } from './inlineCommands';
import { applyMasks, findMasks, type Mask } from './masking';
import { type Dedented, dedentFencesInTags } from './tags';

/** The shell that a fence asks for. */
export type Dialect = 'bash' | 'sh' | 'zsh';

/** A fenced shell block of a document. All offsets named `start` and `end` are UTF-16 offsets into the block's `text`. */
export interface Block {
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
  /** The offset in the document of an offset in `text`. */
  toDocument(offset: number): number;
  /** The offset in `text` of an offset in the document, or undefined where it lies outside the block's content. */
  fromDocument(offset: number): number | undefined;
}

/** A heading, with the block text's neighbours that tell what a block is for. */
export interface Heading {
  readonly line: number;
  readonly level: number;
  readonly text: string;
}

/** A Markdown document as a sequence of shell blocks. */
export interface CommandDocument {
  readonly text: string;
  readonly lines: readonly string[];
  readonly lineIndex: LineIndex;
  /** The line end that the document uses first: what inserted text should use. */
  readonly lineEnd: '\n' | '\r\n';
  readonly frontmatter: Readonly<Record<string, unknown>>;
  readonly headings: readonly Heading[];
  readonly blocks: readonly Block[];
  readonly directives: readonly Directive[];
  /** Commands in the prose that read a variable. */
  readonly inlineCommands: readonly InlineCommand[];
}

/** Understands a text as command markdown. Never fails: any text is a document, perhaps one without blocks. */
export function parseDocument(text: string): CommandDocument {
  const lineIndex = new LineIndex(text);
  const lines = splitLines(text, lineIndex);
  const frontmatter = readFrontmatter(lines);
  // The frontmatter's lines stay as empty ones, so that every line keeps its number.
  const body = lines.map((line, index) => {
    if (index < frontmatter.lines) return '';
    // A byte order mark before a fence would hide it.
    return index === 0 ? line.replace(/^\uFEFF/, '') : line;
  });
  const dedented = dedentFencesInTags(body);
  const { fences, headings } = parseMarkdownBlocks(dedented.lines.join('\n'));
  const blocks: Block[] = [];
  for (const fence of fences) {
    const dialect = dialectOf(fence.info);
    if (dialect !== undefined)
      blocks.push(makeBlock(indentAgain(fence, dedented), dialect, blocks.length + 1, body, lineIndex));
  }
  return {
    text,
    lines,
    lineIndex,
    lineEnd: /\r\n/.test(text.slice(0, 10_000)) ? '\r\n' : '\n',
    frontmatter: frontmatter.values,
    headings,
    blocks,
    directives: readDirectives(lines, blocks),
    inlineCommands: findInlineCommands(body, fences, lineIndex),
  };
}

/** The fence at its columns in the document, of which `dedentFencesInTags` took some. */
function indentAgain(fence: Fence, { removed }: Dedented): Fence {
  return {
    ...fence,
    prefixLength: fence.prefixLength + removed[fence.openLine]!,
    lines: fence.lines.map(line => ({ ...line, column: line.column + removed[line.line]! })),
  };
}

function splitLines(text: string, index: LineIndex): readonly string[] {
  return index.starts.map((start, line) =>
    text.slice(start, index.starts[line + 1] ?? text.length).replace(/[\r\n]+$/, ''),
  );
}

/**
 * The shell that an info string asks for. It must begin with the name of a shell (`bash`, `bash Title`, `sh{1,3}`, …), or be
 * `!`, the form that Claude Code runs before it sends the prompt.
 */
function dialectOf(info: string): Dialect | undefined {
  if (info === '!') return 'bash';
  const name = /^(bash|shell|sh|zsh)(?![\w+#-])/i.exec(info)?.[1]?.toLowerCase();
  if (name === undefined) return undefined;
  return name === 'zsh' ? 'zsh' : name === 'sh' ? 'sh' : 'bash';
}

function makeBlock(
  fence: Fence,
  dialect: Dialect,
  number: number,
  lines: readonly string[],
  lineIndex: LineIndex,
): Block {
  const text = fence.content;
  const masks = findMasks(text);
  const contentLines = new LineIndex(text);
  const toDocument = (offset: number): number => {
    const { line, column } = contentLines.positionAt(offset);
    const source = fence.lines[line];
    // Behind the last line lies the closing fence, or the end of the document.
    if (source === undefined) return lineIndex.startOf(fence.openLine + 1 + fence.lines.length);
    return lineIndex.startOf(source.line) + source.column + Math.max(0, column - source.padding);
  };
  const fromDocument = (offset: number): number | undefined => {
    const { line, column } = lineIndex.positionAt(offset);
    const source = fence.lines[line - fence.openLine - 1];
    if (source === undefined || column < source.column) return undefined;
    return contentLines.startOf(line - fence.openLine - 1) + column - source.column + source.padding;
  };
  return {
    number,
    info: fence.info,
    dialect,
    text,
    masked: applyMasks(text, masks),
    masks,
    openLine: fence.openLine,
    closeLine: fence.closeLine,
    firstLine: fence.openLine + 1,
    linePrefix: linePrefix(fence, lines),
    toDocument,
    fromDocument,
  };
}

/**
 * What a new line of the block must begin with. The opening fence's own prefix serves, but for a list marker on its line,
 * which becomes the spaces that carry the list item on.
 */
function linePrefix(fence: Fence, lines: readonly string[]): string {
  const prefix = (lines[fence.openLine] ?? '').slice(0, fence.prefixLength);
  return prefix.replace(/[^\s>]/g, ' ');
}

/** The range of the document that a range of a block's text covers. */
export function documentSpan(block: Block, span: Span): Span {
  return { start: block.toDocument(span.start), end: block.toDocument(span.end) };
}
