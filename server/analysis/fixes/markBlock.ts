import type { Analysis } from '../analyse';
import type { Finding, RuleName } from '../finding';
import { type AnalysedBlock, continuesShell, type DocumentFlow, isStep } from '../flow/documentFlow';
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
  const previous = previousStep(flow, block);
  const isFromPrevious = previous !== undefined && finding.definition?.block === previous.block.number;
  return [mark(flow, block, EXAMPLE), ...(isFromPrevious ? [mark(flow, block, sameShellAs(previous))] : [])];
}

/** All that a block can be marked as, other than it is taken for: what its fence's line offers, whatever is found in it. */
export function marksOf(flow: DocumentFlow, block: AnalysedBlock): readonly Fix[] {
  if (!isStep(block)) return [mark(flow, block, STEP)];
  const previous = previousStep(flow, block);
  const isOwnShell = previous !== undefined && !continuesShell(flow.document, block.block);
  return [
    mark(flow, block, EXAMPLE),
    ...(isOwnShell && !flow.profile.keepsShell ? [mark(flow, block, sameShellAs(previous))] : []),
  ];
}

interface Mark {
  readonly word: 'step' | 'example' | 'same-shell';
  /** What the block is, at the end of a sentence. */
  readonly as: string;
}

const STEP: Mark = { word: 'step', as: 'a step that is run' };
const EXAMPLE: Mark = { word: 'example', as: 'an example that nobody runs' };

function sameShellAs({ block }: AnalysedBlock): Mark {
  return { word: 'same-shell', as: `run in the shell of block ${block.number}` };
}

function previousStep(flow: DocumentFlow, { block }: AnalysedBlock): AnalysedBlock | undefined {
  return flow.blocks.slice(0, block.number - 1).findLast(isStep);
}

/** A comment above the fence; one that says the opposite goes. */
function mark({ document, blocks }: DocumentFlow, { block }: AnalysedBlock, { word, as }: Mark): Fix {
  const { number, openLine, linePrefix } = block;
  const comment = `${linePrefix}<!-- crossblock: ${word} -->`;
  const above = blocks[number - 2]?.block.openLine ?? -1;
  const opposite = document.directives.find(
    ({ kind, line }) =>
      above < line && line < openLine && (kind === 'step' || kind === 'example') && word !== 'same-shell',
  );
  const edit =
    opposite === undefined
      ? insertAtLine(document, openLine, [comment])
      : {
          span: {
            start: document.lineIndex.startOf(opposite.line),
            end: document.lineIndex.startOf(opposite.line) + document.lines[opposite.line]!.length,
          },
          text: comment,
        };
  return { title: `Mark block ${number} as ${as}`, kind: 'mark', safety: 'suggestion', edits: [edit] };
}
