import type { TracedAnalysis } from '../analyse';
import { lastLine } from '../explain/places';
import type { AnalysedBlock } from '../flow/documentFlow';
import { allSteps } from '../shell/script';
import type { Span } from '../text';

/** Lines of a document, from 0, that can be shown as their first one alone. */
export interface Fold {
  readonly first: number;
  readonly last: number;
  readonly kind: 'code' | 'comment';
}

/** The blocks, and in them functions, other statements of several lines, and comments of several lines. */
export function foldsOf({ document, flow }: TracedAnalysis): readonly Fold[] {
  const folds = flow.blocks.flatMap(block => foldsIn(block, offset => document.lineIndex.lineAt(offset)));
  const byFirst = new Map(folds.map(fold => [`${fold.first}:${fold.last}`, fold]));
  return [...byFirst.values()]
    .filter(({ first, last }) => first < last)
    .sort((a, b) => a.first - b.first || b.last - a.last);
}

function foldsIn({ block, script }: AnalysedBlock, lineAt: (offset: number) => number): readonly Fold[] {
  const fold = ({ start, end }: Span): Fold => ({
    first: lineAt(block.toDocument(start)),
    last: lineAt(block.toDocument(Math.max(start, end - 1))),
    kind: 'code',
  });
  const functions = [...allSteps(script.flow, true)].filter(step => step.kind === 'function');
  const comments = [...block.text.matchAll(/^[ \t]*#.*(?:\n[ \t]*#.*)+/gm)].map(({ index, 0: text }) => ({
    ...fold({ start: index, end: index + text.length }),
    kind: 'comment' as const,
  }));
  return [
    { first: block.openLine, last: lastLine(block), kind: 'code' },
    ...script.statements.map(({ span }) => fold(trimmed(block.text, span))),
    ...functions.map(({ statement }) => fold(trimmed(block.text, statement))),
    ...comments,
  ];
}

/** Without the white space at its end, which belongs to no statement. */
function trimmed(text: string, { start, end }: Span): Span {
  return { start, end: start + text.slice(start, end).trimEnd().length };
}
