import { diffLines } from 'diff';
import type { TextEdit } from '../analysis/fixes/fix';

/** What makes one text of another, line by line, so that an editor keeps its cursors and marks in what stays. */
export function lineEdits(before: string, after: string): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  let offset = 0;
  for (const { value, added, removed } of diffLines(before, after)) {
    const last = edits[edits.length - 1];
    if (added) {
      // What takes the place of removed lines comes behind them.
      if (last !== undefined && last.span.end === offset)
        edits[edits.length - 1] = { ...last, text: last.text + value };
      else edits.push({ span: { start: offset, end: offset }, text: value });
      continue;
    }
    if (removed) edits.push({ span: { start: offset, end: offset + value.length }, text: '' });
    offset += value.length;
  }
  return edits;
}
