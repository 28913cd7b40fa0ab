import type { Analysis } from '../analyse';
import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import { trafficOf } from '../flow/fileTraffic';
import { pathKeyOf } from '../flow/symbolic';
import { isFixed } from '../rules/stateFiles';
import type { Fix } from './fix';
import { insertLines } from './insertion';
import { filesNamedIn, hasExitTrap, lastBlockNaming, trapOffset, trapRemoving } from './removal';

/** *Remove it when its last reader ends*: by a trap, so that the block's status stays what it was. */
export function removeState({ flow }: Analysis, finding: Finding): readonly Fix[] {
  if (finding.rule !== 'state-left-behind') return [];
  const file = [...trafficOf(flow).files.values()].find(
    ({ writes: [first] }) =>
      first?.block.block.number === finding.block &&
      documentSpan(first.block.block, first.span).start === finding.span.start,
  );
  // A name that is the same in every run, and that a step deletes, is another finding, where it is none yet.
  if (file === undefined || (isFixed(file.path) && file.loads.length === 0)) return [];
  const key = pathKeyOf(file.path);
  const last = lastBlockNaming(flow, path => pathKeyOf(path) === key);
  if (last === undefined || hasExitTrap(last)) return [];
  const named = filesNamedIn(last).find(({ path, isWord }) => isWord && pathKeyOf(path) === key);
  const line = named && trapRemoving(last.block.text.slice(named.span.start, named.span.end));
  if (line === undefined) return [];
  return [
    {
      title: `Remove it when block ${last.block.number}, the last one that reads it, ends (suggestion: whoever comes back to that block does not find it)`,
      kind: 'trap',
      safety: 'suggestion',
      edits: [insertLines(flow.document, last.block, trapOffset(last, line), [line])],
    },
  ];
}
