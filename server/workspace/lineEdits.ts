import { diffLines } from 'diff';
import type { TextEdit } from '../analysis/fixes/fix';

/** The edits of whole lines that make one text another, in the order of their places: what stays the same is not touched. */
export function lineEdits(before: string, after: string): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  let offset = 0;
  let start: number | undefined;
  let text = '';
  const finish = (): void => {
    if (start !== undefined) edits.push({ span: { start, end: offset }, text });
    start = undefined;
    text = '';
  };
  for (const { value, added, removed } of diffLines(before, after)) {
    if (!added && !removed) finish();
    else start ??= offset;
    if (added) text += value;
    else offset += value.length;
  }
  finish();
  return edits;
}
