import type { AnalysedBlock } from '../flow/documentFlow';
import { kept } from '../kept';

/** What stands between the operands of a comparison: `[ "$A" != "$B" ]`, `[[ $A -nt $B ]]`. */
const OPERATOR = /^"?\s+(?:==?|!=|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))\s+"?$/;

/**
 * The names that a block compares with a name, where both have no value in it: with one of them alone, the comparison comes to
 * something that it comes to neither without both nor with both.
 */
export function comparedWith(block: AnalysedBlock, name: string): ReadonlySet<string> {
  return comparisonsIn(block).get(name) ?? NOTHING;
}

const NOTHING: ReadonlySet<string> = new Set();

const comparisonsIn = kept(({ block, flow }: AnalysedBlock): ReadonlyMap<string, ReadonlySet<string>> => {
  const compared = new Map<string, Set<string>>();
  const note = (name: string, other: string) =>
    compared.set(name, (compared.get(name) ?? new Set()).add(other));
  const reads = flow.exposed.map(({ read }) => read).sort((a, b) => a.span.start - b.span.start);
  for (const [index, left] of reads.slice(0, -1).entries()) {
    const right = reads[index + 1]!;
    if (left.name === right.name || !OPERATOR.test(block.text.slice(left.span.end, right.span.start)))
      continue;
    note(left.name, right.name);
    note(right.name, left.name);
  }
  return compared;
});
