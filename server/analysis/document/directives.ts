import type { Block } from './commandDocument';

/**
 * A comment that speaks to Crossblock. In a shell block it is a `#` comment, in the Markdown an HTML comment:
 * - `# crossblock-disable-line [rule …]`, `# crossblock-disable-next-line [rule …]`
 * - `<!-- crossblock-disable [rule …] -->` … `<!-- crossblock-enable -->`, `<!-- crossblock-disable-file [rule …] -->`
 * - `<!-- crossblock: step -->`, `example`, `same-shell` for the next block, `provides NAME …` for the whole document
 */
export interface Directive {
  readonly kind:
    | 'disable-line'
    | 'disable-next-line'
    | 'disable'
    | 'enable'
    | 'disable-file'
    | 'step'
    | 'example'
    | 'same-shell'
    | 'provides';
  /** The document's line, from 0. */
  readonly line: number;
  /** Rules or names behind the word; empty means all. */
  readonly arguments: readonly string[];
}

const SHELL_COMMENT = /(?:^|\s)#\s*crossblock-(disable-line|disable-next-line)(?![\w-])([^#]*)/;
const HTML_COMMENT =
  /<!--\s*crossblock(?:-(disable-file|disable|enable)(?!\w|-(?!->))|:\s*(step|example|same-shell|provides)(?!\w|-(?!->)))([^<>]*?)-->/;

/** All directives of a document, in order. */
export function readDirectives(lines: readonly string[], blocks: readonly Block[]): readonly Directive[] {
  const inBlock = new Set<number>();
  for (const [index, block] of blocks.entries()) {
    // What nothing closes ends before the next one at the latest: many of them would take the square of the document's length.
    const end = block.closeLine ?? blocks[index + 1]?.openLine ?? lines.length;
    for (let line = block.firstLine; line < end; line++) inBlock.add(line);
  }
  return lines.flatMap((text, line) => {
    if (!text.includes('crossblock')) return [];
    const match = inBlock.has(line) ? SHELL_COMMENT.exec(text) : HTML_COMMENT.exec(text);
    if (match === null) return [];
    const kind = (inBlock.has(line) ? match[1] : (match[1] ?? match[2])) as Directive['kind'];
    const words = (inBlock.has(line) ? match[2] : match[3]) ?? '';
    return [{ kind, line, arguments: words.split(/[\s,]+/).filter(word => word !== '') }];
  });
}

/**
 * Tells whether a finding of a rule is suppressed.
 * @param line the finding's line, from 0
 * @param statementLine the line on which its statement begins: a comment above a statement speaks of all its lines
 */
export function isSuppressed(
  directives: readonly Directive[],
  rule: string,
  line: number,
  statementLine: number,
): boolean {
  const speaksOf = (directive: Directive) =>
    directive.arguments.length === 0 || directive.arguments.includes(rule);
  let disabled = false;
  for (const directive of directives) {
    if (!speaksOf(directive)) continue;
    if (directive.kind === 'disable-file') return true;
    if (directive.kind === 'disable-line' && directive.line === line) return true;
    if (
      directive.kind === 'disable-next-line' &&
      (directive.line === line - 1 || directive.line === statementLine - 1)
    )
      return true;
    if (directive.line > line) continue;
    if (directive.kind === 'disable') disabled = true;
    if (directive.kind === 'enable') disabled = false;
  }
  return disabled;
}
