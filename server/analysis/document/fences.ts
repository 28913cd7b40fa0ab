import createMarkdownIt, { type MarkdownIt, type StateBlock } from 'markdown-it';

/** Where a line of a fence's content stands in the document's line. */
export interface LinePlace {
  /** UTF-16 column at which the content starts, behind the quote marks, list indentation and fence indentation. */
  readonly column: number;
  /** Spaces that the content starts with and the document does not: the rest of a tab that was cut in two. */
  readonly padding: number;
}

/** A fenced code block as CommonMark sees it, nested in whatever containers. */
export interface Fence {
  /** The info string, trimmed. */
  readonly info: string;
  /** The line of the opening fence, from 0. */
  readonly openLine: number;
  /** The line of the closing fence, or undefined where the fence is closed by the end of its container. */
  readonly closeLine: number | undefined;
  /** What stands before the opening fence on its line: quote marks, list marker, indentation. */
  readonly prefixLength: number;
  /** One for each line behind `openLine` that holds content. */
  readonly lines: readonly LinePlace[];
  /** The content with LF line ends; ends with LF unless empty. */
  readonly content: string;
}

/** What the block parse finds, in document order. */
export interface MarkdownBlocks {
  readonly fences: readonly Fence[];
  /** Headings with their line (from 0), level and raw inline text. */
  readonly headings: readonly { readonly line: number; readonly level: number; readonly text: string }[];
}

/** Parses a text's block structure only: no inline rules, since nothing here looks at emphasis or links. */
export function parseMarkdownBlocks(source: string): MarkdownBlocks {
  const fences: Fence[] = [];
  const tokens = markdown.parse(source, { fences });
  const headings = tokens.flatMap((token, index) =>
    token.type === 'heading_open' && token.map
      ? [
          {
            line: token.map[0],
            level: Number(token.tag.slice(1)),
            text: tokens[index + 1]?.content.slice(0, MAX_HEADING) ?? '',
          },
        ]
      : [],
  );
  return { fences, headings };
}

/** UTF-16 units of a heading that are kept: what is asked about it may take the square of its length. */
const MAX_HEADING = 500;

type BlockRule = (state: StateBlock, startLine: number, endLine: number, silent: boolean) => boolean;

const markdown = createMarkdown();

function createMarkdown(): MarkdownIt {
  const md = createMarkdownIt('commonmark', { html: true });
  md.core.ruler.enableOnly(['normalize', 'block']);
  const fence = blockRule('fence');
  const html = blockRule('html_block');
  // Within the rule the state still knows how far each line's containers reach; afterwards that knowledge is gone.
  const recordingFence: BlockRule = (state, startLine, endLine, silent) => {
    const matched = fence(state, startLine, endLine, silent);
    if (matched && !silent)
      (state.env as { readonly fences: Fence[] }).fences.push(readFence(state, startLine));
    return matched;
  };
  // A step away from CommonMark, as are tags.ts and nestedFences.ts: there a tag such as `<step>` makes text of everything up to the
  // next empty line, but an agent reads the fence below it as the step's command. Only what a comment hides is hidden from the agent too.
  const onlyComments: BlockRule = (state, startLine, endLine, silent) => {
    const offset = state.bMarks[startLine]! + state.tShift[startLine]!;
    return state.src.startsWith('<!--', offset) && html(state, startLine, endLine, silent);
  };
  md.block.ruler.at('fence', recordingFence, { alt: ['paragraph', 'reference', 'blockquote', 'list'] });
  md.block.ruler.at('html_block', onlyComments, { alt: ['paragraph', 'reference', 'blockquote'] });
  return md;
}

/** The public way to a rule by its name: a second parser in which it is the only one. */
function blockRule(name: string): BlockRule {
  const md = createMarkdownIt('commonmark', { html: true });
  md.block.ruler.enableOnly([name]);
  return md.block.ruler.getRules('')[0]!;
}

function readFence(state: StateBlock, openLine: number): Fence {
  const token = state.tokens[state.tokens.length - 1]!;
  const lineAfter = token.map![1];
  // The last line of a fence that the document's end closes may have no line end.
  const contentLines = token.content === '' ? 0 : token.content.replace(/\n$/, '').split('\n').length;
  const closed = lineAfter - openLine - 1 > contentLines;
  const indent = state.sCount[openLine]!;
  const lines: LinePlace[] = [];
  for (let line = openLine + 1; line <= openLine + contentLines; line++)
    lines.push(contentStart(state, line, indent));
  return {
    info: token.info.trim(),
    openLine,
    closeLine: closed ? lineAfter - 1 : undefined,
    prefixLength: state.bMarks[openLine]! + state.tShift[openLine]! - lineStart(state, openLine),
    lines,
    content: token.content,
  };
}

/** Where a line's content starts once `indent` columns are taken away, with tabs counted as markdown-it counts them. */
function contentStart(state: StateBlock, line: number, indent: number): LinePlace {
  const begin = state.bMarks[line]!;
  const end = state.eMarks[line]!;
  let offset = begin;
  let width = 0;
  while (offset < end && width < indent) {
    const code = state.src.charCodeAt(offset);
    if (code === 9) width += 4 - ((width + state.bsCount[line]!) % 4);
    else if (code === 32 || offset - begin < state.tShift[line]!) width++;
    else break;
    offset++;
  }
  return { column: offset - lineStart(state, line), padding: Math.max(0, width - indent) };
}

/** The offset in the normalised source at which a line starts; containers move `bMarks`, not the line before it. */
function lineStart(state: StateBlock, line: number): number {
  return state.src.lastIndexOf('\n', state.bMarks[line]! - 1) + 1;
}
