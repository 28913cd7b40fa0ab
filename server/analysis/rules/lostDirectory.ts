import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import type { Span } from '../text';
import { type Move, movesIn, whereaboutsIn } from './directories';
import { placeIn, type Rule, steps } from './rule';
import { placedSteps, stepsInOrder } from './shells';

/** A `cd` that the host drops between two blocks, or keeps where the next block does not expect it. */
export const lostDirectory: Rule = {
  name: 'lost-directory',
  summary: 'A block runs in another directory than it believes: the host drops a change, or keeps it.',
  page: {
    severity: 'Information.',
    why: "Hosts differ in what a `cd` leaves behind. In the main conversation Claude Code keeps the directory for the next block as long as it lies in the project and the block did not end in `exit` or fail; a subagent starts every block in the project's directory. So a block that repeats `cd web` may run in `web/web`, or fail, and one that goes on with relative paths may run in the wrong place.",
    example: steps('cd web\nnpm install', 'cd web\nnpm test'),
    useInstead: steps('(cd web && npm install)', '(cd web && npm test)'),
    fix: 'Make no block depend on where another one ended: change the directory in a subshell (`(cd web && npm test)`), name it in the command (`npm --prefix web test`, `git -C repo status`), or use absolute paths.',
    references: [
      'https://code.claude.com/docs/en/tools-reference',
      'https://code.claude.com/docs/en/sub-agents',
      'https://github.com/anthropics/claude-code/issues/79891',
      'https://github.com/anthropics/claude-code/issues/30720',
    ],
  },
  *check(flow) {
    /** The folders that the host has kept, each below the one before. */
    let kept: readonly Move[] = [];
    let dropped: DroppedMove | undefined;
    const reported = new Set<string>();
    for (const shell of stepsInOrder(flow)) {
      const start = kept;
      for (const block of shell) {
        const moves = movesIn(block);
        if (block.role.kind === 'step') {
          const repeated = moves[0] && repeatedMove(flow, moves[0], kept);
          if (repeated !== undefined && !reported.has(keyOf(repeated))) {
            reported.add(keyOf(repeated));
            yield reportRepeated(flow, moves[0]!, repeated);
          }
          const reliance = dropped && relianceOn(flow, dropped, block, moves[0]);
          if (dropped !== undefined && reliance !== undefined && !reported.has(keyOf(dropped.move))) {
            reported.add(keyOf(dropped.move));
            yield reportDropped(flow, block, dropped, reliance);
            dropped = undefined;
          }
        }
        if (moves.length > 0) dropped = undefined;
        kept = moves.reduce(follow, kept);
      }
      const reason = whyDropped(flow, shell, kept);
      if (reason === undefined) continue;
      const last = kept[kept.length - 1];
      if (last !== undefined && shell.includes(last.block)) dropped = droppedMove(last, reason.text);
      kept = reason.isLeft ? start : [];
    }
  },
};

/** A change of directory that holds to the end of its block, and no longer. */
interface DroppedMove {
  readonly move: Move;
  readonly reason: string;
  /** What the block names or calls behind it. */
  readonly whereabouts: ReadonlySet<string>;
}

/** Folders below each other that are remembered. */
const MAX_DEPTH = 16;

/** Where a shell is after a change of directory. */
function follow(kept: readonly Move[], move: Move): readonly Move[] {
  if (move.kind === 'into') return [...kept, move].slice(-MAX_DEPTH);
  if (move.kind === 'back') return kept.slice(0, -1);
  return move.kind === 'outside' ? [move] : [];
}

function keyOf({ word }: Move): string {
  return word.replace(/^\.\//, '').replace(/(?<!\/)\/+$/, '');
}

/** The change that an earlier block has made already, in the very same words. */
function repeatedMove(flow: DocumentFlow, move: Move, kept: readonly Move[]): Move | undefined {
  if (move.kind !== 'into' || isMadeHere(move)) return undefined;
  return kept.find(
    other =>
      other.kind === 'into' &&
      other.block !== move.block &&
      keyOf(other) === keyOf(move) &&
      !flow.areAlternatives(other.block.block, move.block.block),
  );
}

/** `git clone …/app && cd app`: what the block makes anew is there, wherever it runs. */
function isMadeHere({ block, index, word }: Move): boolean {
  const name = word.replace(/(?<!\/)\/+$/, '').replace(/^.*\//, '');
  return placedSteps(block)
    .slice(0, index)
    .some(({ step }) => step.kind === 'call' && step.arguments.some(({ text }) => text.includes(name)));
}

interface Reason {
  readonly text: string;
  /** True where the host stays where the block began; else it goes to the project's directory. */
  readonly isLeft: boolean;
}

/** Why the next shell does not start where this one ends; undefined where it does. */
function whyDropped(
  { profile: { directory, title } }: DocumentFlow,
  shell: readonly AnalysedBlock[],
  kept: readonly Move[],
): Reason | undefined {
  if (directory === 'dropped')
    return { text: `${title} starts each block in the project's directory`, isLeft: false };
  if (shell.some(leaves))
    return { text: 'a block that ends in exit leaves no directory behind', isLeft: true };
  const isOutside = kept.some(({ kind }) => kind === 'outside');
  return directory === 'keptInProject' && isOutside
    ? { text: `${title} goes back to the project's directory where a block ends outside it`, isLeft: false }
    : undefined;
}

/** Whether a block surely ends its shell by itself. */
function leaves({ script }: AnalysedBlock): boolean {
  return script.flow.some(step => step.kind === 'leave' && step.how === 'exit');
}

function droppedMove(move: Move, reason: string): DroppedMove {
  const behind = whereaboutsIn(move.block, move.index + 1);
  return { move, reason, whereabouts: new Set(behind.map(({ key }) => key)) };
}

/** Where a block goes on as if it were in the directory: the same file or the same tool, before a change of its own. */
function relianceOn(
  flow: DocumentFlow,
  { move, whereabouts }: DroppedMove,
  block: AnalysedBlock,
  first: Move | undefined,
): Span | undefined {
  if (whereabouts.size === 0 || flow.areAlternatives(move.block.block, block.block)) return undefined;
  return whereaboutsIn(block, 0, first?.index).find(({ key }) => whereabouts.has(key))?.span;
}

function reportRepeated(flow: DocumentFlow, move: Move, before: Move): Finding {
  return {
    rule: 'lost-directory',
    severity: 'information',
    name: keyOf(move),
    message: `${keyOf(move)} is looked for inside ${keyOf(before)} here: ${placeIn(flow, before.block, before.span)} has gone there, and ${flow.profile.title} keeps the directory; use a subshell, ( cd ${keyOf(move)} && … ), in both`,
    block: move.block.block.number,
    span: documentSpan(move.block.block, move.span),
    definition: {
      block: before.block.block.number,
      span: documentSpan(before.block.block, before.span),
      message: `this directory is kept for the blocks that follow`,
    },
  };
}

function reportDropped(
  flow: DocumentFlow,
  block: AnalysedBlock,
  { move, reason }: DroppedMove,
  span: Span,
): Finding {
  return {
    rule: 'lost-directory',
    severity: 'information',
    name: move.word,
    message: `This does not run in ${move.word} any more: ${placeIn(flow, move.block, move.span)} changes the directory, and ${reason}; change it in this block too`,
    block: block.block.number,
    span: documentSpan(block.block, span),
    definition: {
      block: move.block.block.number,
      span: documentSpan(move.block.block, move.span),
      message: `this holds until the end of block ${move.block.block.number}`,
    },
  };
}
