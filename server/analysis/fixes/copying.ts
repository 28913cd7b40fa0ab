import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock } from '../flow/documentFlow';
import type { Statement } from '../shell/script';
import { textOf } from './replacing';

/** A statement as the author wrote it, line by line. */
export function linesOfStatement(block: AnalysedBlock, statement: Statement): readonly string[] {
  return textOf(block, statement).split('\n');
}

/** The comment behind a statement on its last line, with the space before it: it says what the value means, or who changes it. */
export function commentBehind({ block }: AnalysedBlock, { span }: Statement): string {
  const end = span.start + block.text.slice(span.start, span.end).trimEnd().length;
  return /^[ \t]+#(?! *(?:crossblock|shellcheck)\b).*/.exec(block.text.slice(end))?.[0].trimEnd() ?? '';
}

/**
 * Whether a statement can stand in another block as it is: a finding in it would be found twice, the agent fills in a
 * placeholder by itself, and a line that looks like a fence would close the block.
 */
export function isCopiable(
  findings: readonly Finding[],
  block: AnalysedBlock,
  statement: Statement,
): boolean {
  const span = documentSpan(block.block, statement.span);
  const isFound = findings.some(finding => finding.span.start < span.end && span.start < finding.span.end);
  return !isFound && !holdsPlaceholder(block, statement) && !closeFence(linesOfStatement(block, statement));
}

/** Whether the agent fills in a part of a statement. */
export function holdsPlaceholder({ block }: AnalysedBlock, { span }: Statement): boolean {
  return block.masks.some(
    mask => mask.kind === 'placeholder' && mask.start < span.end && span.start < mask.end,
  );
}

/**
 * Whether a shell understands a statement as it is written: no call of the agent's tools, and no `<placeholder>` outside of quotes,
 * where its signs are redirections.
 */
export function isShell({ block }: AnalysedBlock, { span }: Statement): boolean {
  return block.masks.every(
    ({ kind, start, end }) =>
      end <= span.start ||
      start >= span.end ||
      (kind !== 'call' && (block.text[start] !== '<' || isQuoted(block.text.slice(span.start, start)))),
  );
}

/** A statement's text without the empty lines that mean nothing to a shell. */
export function condensed(lines: readonly string[]): string {
  if (lines.some(line => line.includes('<<'))) return lines.join('\n');
  return lines
    .filter((line, index) => line.trim() !== '' || isQuoted(lines.slice(0, index).join('\n')))
    .join('\n');
}

/** Whether a text ends within quotes, which do not reach into a `$( … )` in them. */
function isQuoted(text: string): boolean {
  const open: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    const inner = open[open.length - 1];
    if (inner === "'") {
      if (sign === "'") open.pop();
    } else if (sign === '\\') at++;
    else if (sign === '"') {
      if (inner === '"') open.pop();
      else open.push('"');
    } else if (sign === '(' && (inner !== '"' || text[at - 1] === '$')) open.push('(');
    else if (sign === ')' && inner === '(') open.pop();
    else if (sign === "'" && inner !== '"') open.push("'");
  }
  return /["']/.test(open[open.length - 1] ?? '');
}

/** Whether one of some lines would close the fence that they come into. */
export function closeFence(lines: readonly string[]): boolean {
  return lines.some(line => /^\s*(?:`{3,}|~{3,})\s*$/.test(line));
}
