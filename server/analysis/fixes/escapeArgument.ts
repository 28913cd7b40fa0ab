import type { Analysis } from '../analyse';
import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import { leftAlone, type Substituted, substitutedIn } from '../rules/substitutedArgument';
import type { Fix } from './fix';

/**
 * `${1}` for `$1`, and `$(1)` in awk: the same to the program, and nothing to the host. All of a kind in the block, since the
 * finding speaks for them.
 */
export function escapeArgument({ flow }: Analysis, finding: Finding): readonly Fix[] {
  const block = flow.blocks[finding.block - 1];
  if (finding.rule !== 'substituted-argument' || block === undefined) return [];
  const all = [...substitutedIn(block)];
  const spanOf = ({ span }: Substituted) => documentSpan(block.block, span);
  const found = all.find(candidate => spanOf(candidate).start === finding.span.start);
  if (found === undefined) return [];
  const same = all.filter(({ place }) => place === found.place);
  // `$10` is `${1}0` to the shell and the tenth argument to the host: what the author meant, nobody knows.
  if (found.place !== 'awk' && same.some(({ number }) => number > 9)) return [];
  const instead = leftAlone(found.place, found.number);
  return [
    {
      title: `Write ${instead} for $${found.number}${same.length > 1 ? ', and the others of the block alike' : ''}`,
      kind: 'escape',
      safety: 'safe',
      edits: same
        .map(each => ({ span: spanOf(each), text: leftAlone(each.place, each.number) }))
        .sort((a, b) => a.span.start - b.span.start),
    },
  ];
}
