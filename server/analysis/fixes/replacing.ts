import type { Block, CommandDocument } from '../document/commandDocument';
import { documentSpan } from '../document/commandDocument';
import type { AnalysedBlock } from '../flow/documentFlow';
import type { Statement } from '../shell/script';
import type { Span } from '../text';
import type { TextEdit } from './fix';

/** Replaces a range of a block's text; what follows a line end in the new text gets what the block's lines stand behind. */
export function replaceInBlock(
  { lineEnd }: CommandDocument,
  block: Block,
  span: Span,
  text: string,
): TextEdit {
  return { span: documentSpan(block, span), text: text.split('\n').join(lineEnd + block.linePrefix) };
}

/** Deletes a statement that stands alone on its lines, with these lines; undefined where something else stands there. */
export function deleteStatement(
  { lineIndex }: CommandDocument,
  { block }: AnalysedBlock,
  statement: Statement,
): TextEdit | undefined {
  const lines = wholeLines(block.text, statement);
  if (lines === undefined) return undefined;
  const lineOf = (offset: number) => block.firstLine + block.text.slice(0, offset).split('\n').length - 1;
  const start = lineIndex.startOf(lineOf(lines.start));
  return { span: { start, end: lineIndex.startOf(lineOf(lines.end - 1) + 1) }, text: '' };
}

/** The lines of a statement, the last line end included, where nothing else stands on them. */
export function wholeLines(text: string, { span }: Statement): Span | undefined {
  const start = text.lastIndexOf('\n', span.start - 1) + 1;
  const end = endOf(text, span);
  const lineEnd = text.indexOf('\n', end);
  const stop = lineEnd < 0 ? text.length : lineEnd;
  if (!/^\s*$/.test(text.slice(start, span.start)) || !/^\s*;?\s*$/.test(text.slice(end, stop)))
    return undefined;
  return { start, end: lineEnd < 0 ? text.length : lineEnd + 1 };
}

/** The offset of the line below a statement, where nothing but a comment follows it on its last line. */
export function lineBelow(text: string, { span }: Statement): number | undefined {
  const end = endOf(text, span);
  const lineEnd = text.indexOf('\n', end);
  const stop = lineEnd < 0 ? text.length : lineEnd;
  if (!/^\s*;?\s*(?:#.*)?$/.test(text.slice(end, stop))) return undefined;
  return lineEnd < 0 ? text.length : lineEnd + 1;
}

/** A statement as it stands in the block. */
export function textOf({ block }: AnalysedBlock, { span }: Statement): string {
  return block.text.slice(span.start, endOf(block.text, span));
}

function endOf(text: string, span: Span): number {
  return span.start + text.slice(span.start, span.end).trimEnd().length;
}

/** The statement at a block's top level that holds an offset of its text. */
export function statementAt({ script }: AnalysedBlock, offset: number): Statement | undefined {
  return script.statements.find(({ span }) => span.start <= offset && offset < span.end);
}

/** The white space that a line of a text begins with. */
export function indentationAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))![0];
}
