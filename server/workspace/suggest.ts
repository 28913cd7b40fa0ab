import { distance } from 'fastest-levenshtein';

/** Typing errors that a word may have: two that are swapped count as two. */
function tolerance(word: string): number {
  return word.length < 4 ? 1 : word.length < 9 ? 2 : 3;
}

/** ` (did you mean "check"?)` where a word is near to one that is known, else nothing. */
export function suggestion(word: string, known: readonly string[]): string {
  const wanted = word.toLowerCase();
  const begun = known.filter(candidate => word.length >= 3 && candidate.startsWith(wanted));
  // The beginning of one word means it; that of several means none.
  if (begun.length === 1) return ` (did you mean "${begun[0]}"?)`;
  const [best] = known
    .map(candidate => ({ candidate, score: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, score }) => score <= tolerance(candidate))
    .sort((a, b) => a.score - b.score);
  return best === undefined ? '' : ` (did you mean "${best.candidate}"?)`;
}
