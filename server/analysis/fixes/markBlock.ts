import type { Analysis } from '../analyse';
import type { Finding, RuleName } from '../finding';
import { isStep } from '../flow/documentFlow';
import type { Fix } from './fix';
import { insertAtLine } from './insertion';

/** What is lost between two blocks, and is not where they are run in one shell. */
const LOST_BETWEEN_SHELLS: ReadonlySet<RuleName> = new Set([
  'lost-variable',
  'lost-function',
  'lost-library',
  'lost-alias',
  'lost-option',
  'lost-job',
  'lost-status',
  'missing-environment',
  'reset-to-default',
  'unsaved-variable',
]);

/** Whether what a rule finds is gone where both blocks are run in one shell. */
export function isLostBetweenShells(rule: RuleName): boolean {
  return LOST_BETWEEN_SHELLS.has(rule);
}

/** A comment above the block says what the text does not show: that it is only an example, or runs in the shell before. */
export function markBlock({ flow }: Analysis, finding: Finding): readonly Fix[] {
  const block = flow.blocks[finding.block - 1];
  if (!isLostBetweenShells(finding.rule) || block === undefined || !isStep(block)) return [];
  const { number, openLine, linePrefix } = block.block;
  const mark = (title: string, word: string): Fix => ({
    title,
    kind: 'mark',
    safety: 'suggestion',
    edits: [insertAtLine(flow.document, openLine, [`${linePrefix}<!-- crossblock: ${word} -->`])],
  });
  const previous = flow.blocks.slice(0, number - 1).findLast(isStep);
  const isFromPrevious = previous !== undefined && finding.definition?.block === previous.block.number;
  return [
    mark(`Mark block ${number} as an example that nobody runs`, 'example'),
    ...(isFromPrevious
      ? [mark(`Mark block ${number} as run in the shell of block ${previous.block.number}`, 'same-shell')]
      : []),
  ];
}
