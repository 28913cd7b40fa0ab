import { diffLines } from 'diff';
import type { TextEdit } from '../analysis/fixes/fix';

/** The edits of whole lines that make one text another, in the order of their places: what stays the same is not touched. */
export function lineEdits(before: string, after: string): readonly TextEdit[] {
  return nearbyEdits(before, after) ?? minimalEdits(before, after);
}

/** How far away, in lines, the two texts may go on alike. */
const NEARBY = 200;
/** How many lines of the first text one edit may replace. */
const REPLACED = 4;
/** So many equal lines are no chance. */
const ALIKE = 3;

/** The edits where they are insertions and replacements of few lines, in linear time; undefined where they are not. */
function nearbyEdits(before: string, after: string): readonly TextEdit[] | undefined {
  const old = before.split(/(?<=\n)/);
  const fresh = after.split(/(?<=\n)/);
  const goesOn = (i: number, j: number): boolean => {
    for (let k = 0; k < ALIKE; k++) {
      if (old[i + k] !== fresh[j + k]) return false;
      if (old[i + k] === undefined) return true;
    }
    return true;
  };
  const distance = (i: number, j: number): { readonly taken: number; readonly given: number } | undefined => {
    for (let total = 1; total <= NEARBY; total++)
      for (let taken = 0; taken <= Math.min(total, REPLACED); taken++) {
        const given = total - taken;
        if (i + taken > old.length || j + given > fresh.length) continue;
        if (goesOn(i + taken, j + given)) return { taken, given };
      }
    return undefined;
  };
  const edits: TextEdit[] = [];
  let offset = 0;
  for (let i = 0, j = 0; i < old.length || j < fresh.length; ) {
    const line = old[i];
    if (line !== undefined && line === fresh[j]) {
      offset += line.length;
      i++;
      j++;
      continue;
    }
    const edit = distance(i, j);
    if (edit === undefined) return undefined;
    const { taken, given } = edit;
    const gone = old.slice(i, i + taken).join('');
    // A lone line between two insertions is among them on both sides.
    for (const { span, text } of minimalEdits(gone, fresh.slice(j, j + given).join('')))
      edits.push({ span: { start: offset + span.start, end: offset + span.end }, text });
    offset += gone.length;
    i += taken;
    j += given;
  }
  return edits;
}

function minimalEdits(before: string, after: string): readonly TextEdit[] {
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
