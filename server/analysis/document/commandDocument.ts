import { LineIndex } from '../text';
import { type Block, blockOf, dialectOf } from './block';
import type { Directive } from './directives';
import { readDirectives } from './directives';
import { type Fence, type MarkdownBlocks, parseMarkdownBlocks } from './fences';
import { readFrontmatter } from './frontmatter';
import { findInlineCommands, type InlineCommand } from './inlineCommands';
import { nestedFences, swallowingIn } from './nestedFences';
import { type Dedented, dedentFencesInTags } from './tags';

export { type Block, documentSpan } from './block';

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
  /**
   * An earlier version of the document that only the text of shell blocks tells apart from this one, if there is one: what
   * stands around the blocks is the same, some lines up or down.
   */
  readonly frame?: CommandDocument;
}

/**
 * What is to be asked about the text around the blocks: the same object for as long as only blocks are edited. Blocks have the
 * same numbers in it, and may have other lines and other texts.
 */
export function frameOf(document: CommandDocument): CommandDocument {
  return document.frame ?? document;
}

/** Understands a text as command markdown. Never fails: any text is a document, perhaps one without blocks. */
export function parseDocument(text: string): CommandDocument {
  const lineIndex = LineIndex.of(text);
  const lines = splitLines(text, lineIndex);
  const frontmatter = readFrontmatter(lines);
  // The frontmatter's lines stay as empty ones, so that every line keeps its number.
  const body = lines.map((line, index) => {
    if (index < frontmatter.lines) return '';
    // A byte order mark before a fence would hide it.
    return index === 0 ? line.replace(/^\uFEFF/, '') : line;
  });
  const { dedented, fences, headings } = parseBody(body);
  const blocks: Block[] = [];
  for (const fence of fences) {
    const dialect = dialectOf(fence.info);
    if (dialect !== undefined)
      blocks.push(blockOf(indentAgain(fence, dedented), dialect, blocks.length + 1, body, lineIndex));
  }
  return {
    text,
    lines,
    lineIndex,
    lineEnd: lineEndOf(text),
    frontmatter: frontmatter.values,
    headings,
    blocks,
    directives: readDirectives(lines, blocks),
    inlineCommands: findInlineCommands(body, fences, lineIndex),
  };
}

/** What the Markdown parser finds, and the lines as it saw them. */
interface ParsedBody extends MarkdownBlocks {
  readonly dedented: Dedented;
}

/** Readings of one document that are tried: each template with fences of its own length takes one. */
const MAX_READINGS = 20;

/** Parses a document's lines, and once more for each template whose own fences would cut it. */
function parseBody(body: readonly string[]): ParsedBody {
  let best = parseLines(body);
  // Most documents are read as CommonMark reads them: nothing else is asked of those.
  if (swallowingIn(best.dedented.lines, best.fences) === 0) return best;
  const sign = SIGNS.find(candidate => body.every(line => !line.includes(candidate)));
  if (sign === undefined) return best;
  let lines = body;
  let readings = 0;
  for (let isBetter = true; isBetter; ) {
    isBetter = false;
    const swallowing = swallowingIn(best.dedented.lines, best.fences);
    if (swallowing === 0) break;
    for (const nested of nestedFences(best.dedented.lines, best.fences)) {
      if (readings++ >= MAX_READINGS) break;
      const hidden = new Set(nested);
      const others = lines.map((line, index) => (hidden.has(index) ? line.replace('`', sign) : line));
      const reading = parseLines(others);
      if (swallowingIn(reading.dedented.lines, reading.fences) >= swallowing) continue;
      isBetter = true;
      best = reading;
      lines = others;
      break;
    }
  }
  if (lines === body) return best;
  return {
    ...best,
    fences: best.fences.map(fence => ({ ...fence, content: fence.content.replaceAll(sign, '`') })),
  };
}

/** Signs of which one stands for the first backtick of a fence that is hidden: of private use, and in no text. */
const SIGNS = ['\uE000', '\uE001', '\uE002'];

function parseLines(lines: readonly string[]): ParsedBody {
  const dedented = dedentFencesInTags(lines);
  return { dedented, ...parseMarkdownBlocks(dedented.lines.join('\n')) };
}

/** The fence at its columns in the document, of which `dedentFencesInTags` took some. */
function indentAgain(fence: Fence, { removed }: Dedented): Fence {
  return {
    ...fence,
    prefixLength: fence.prefixLength + removed[fence.openLine]!,
    lines: fence.lines.map(({ column, padding }, index) => ({
      column: column + removed[fence.openLine + 1 + index]!,
      padding,
    })),
  };
}

/** The line end that a text uses first. */
export function lineEndOf(text: string): CommandDocument['lineEnd'] {
  return /\r\n/.test(text.slice(0, 10_000)) ? '\r\n' : '\n';
}

function splitLines(text: string, index: LineIndex): readonly string[] {
  return index.starts.map((start, line) =>
    text.slice(start, index.starts[line + 1] ?? text.length).replace(/[\r\n]+$/, ''),
  );
}
