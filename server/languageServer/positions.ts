import type { Range } from 'vscode-languageserver/node';
import type { LineIndex, Span } from '../analysis/text';

/** A span of the document as the protocol has it: lines and UTF-16 columns from 0. */
export function toRange(lines: LineIndex, span: Span): Range {
  const start = lines.positionAt(span.start);
  const end = lines.positionAt(span.end);
  return {
    start: { line: start.line, character: start.column },
    end: { line: end.line, character: end.column },
  };
}
