import type { LineIndex, Span } from '../text';
import type { Fence } from './fences';

/** A command in the prose, between backquotes, that the agent runs in a shell of its own. */
export interface InlineCommand {
  readonly text: string;
  /** UTF-16 offsets in the document, without the backquotes. */
  readonly span: Span;
  /** The document's line, from 0. */
  readonly line: number;
}

/** A code span on one line; what begins with `!` is run by the host before the agent sees the text. */
const CODE_SPAN = /(?<![`!\\])(`{1,2})(?!`)([^`\n]{4,500}?)(?<!`)\1(?!`)/g;

/**
 * Begins like a command, with at least one word behind it: a program by its path or in a variable, or one that everybody has.
 * `$DIR` alone, `X=$Y` and `if $X is empty` are words about a variable.
 */
const COMMAND =
  /^(?:"?\$\{?[A-Za-z_]\w*\}?"?(?:\/[^\s"]+"?)?|[.~]?\/?[\w.-]+\/[\w./-]+|bash|cat|cd|chmod|cp|curl|docker|find|gh|git|grep|jq|kubectl|ls|mkdir|mv|node|npm|npx|pip|pnpm|python3?|rm|sed|sh|source|tail|touch|uv|wc|yarn)\s+["'$\w./~-]/;

/** The commands in a document's prose that read a variable. */
export function findInlineCommands(
  lines: readonly string[],
  fences: readonly Fence[],
  index: LineIndex,
): readonly InlineCommand[] {
  let next = 0;
  return lines.flatMap((text, line) => {
    while (next < fences.length && endOf(fences[next]!) < line) next++;
    if (next < fences.length && fences[next]!.openLine <= line) return [];
    if (!text.includes('`') || !text.includes('$')) return [];
    return [...text.matchAll(CODE_SPAN)].flatMap(match => {
      const [, ticks, code] = match as unknown as [string, string, string];
      if (!COMMAND.test(code) || !/\$\{?[A-Za-z_]/.test(code)) return [];
      const start = index.startOf(line) + match.index + ticks.length;
      return [{ text: code, span: { start, end: start + code.length }, line }];
    });
  });
}

/** The last line of a fence. */
function endOf({ openLine, closeLine, lines }: Fence): number {
  return closeLine ?? openLine + lines.length;
}
