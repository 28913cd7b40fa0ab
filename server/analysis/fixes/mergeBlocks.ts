import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import { isStep } from '../flow/documentFlow';
import { changesDirectory } from '../shell/calls';
import { shellSteps } from '../shell/script';
import type { Fix } from './fix';
import { isLostBetweenShells } from './markBlock';

/**
 * *Merge with the previous block*: where nothing but empty lines stands between two blocks of one shell, and the first one
 * gives what the second one misses. A suggestion: the agent sees one output, and decides nothing in between.
 */
export function mergeBlocks({ flow }: Analysis, finding: Finding): readonly Fix[] {
  const block = flow.blocks[finding.block - 1];
  const previous = flow.blocks[finding.block - 2];
  if (!isLostBetweenShells(finding.rule) || block === undefined || previous === undefined) return [];
  if (finding.definition?.block !== previous.block.number || !isStep(previous)) return [];
  const { document } = flow;
  const { closeLine, linePrefix, info } = previous.block;
  const { openLine } = block.block;
  const isAlike = info === block.block.info && linePrefix === block.block.linePrefix;
  if (closeLine === undefined || !isAlike || isFenceLonger(document.lines, previous.block.openLine, openLine))
    return [];
  const between = document.lines.slice(closeLine + 1, openLine);
  if (!between.every(line => line.replace(/^[\s>]*/, '') === '')) return [];
  // Behind `exit` the second block would not run; behind `\` its first line would be another.
  const ends = previous.script.flow.some(step => step.kind === 'leave');
  const isOpen = previous.script.hasErrors || block.script.hasErrors || /\\\s*$/.test(previous.block.text);
  const changes = [...shellSteps(previous.script.flow)].some(
    step => (step.kind === 'call' && step.name === 'exec') || changesDirectory(step),
  );
  if (ends || isOpen || changes) return [];
  const { lineIndex } = document;
  return [
    {
      title: `Merge block ${finding.block} with block ${previous.block.number} (suggestion: the agent sees their output together)`,
      kind: 'merge',
      safety: 'suggestion',
      edits: [
        {
          span: { start: lineIndex.startOf(closeLine), end: lineIndex.startOf(openLine + 1) },
          text: `${linePrefix.trimEnd()}${document.lineEnd}`,
        },
      ],
    },
  ];
}

/** Whether the two fences are not alike, so that the text of one might close the other. */
function isFenceLonger(lines: readonly string[], first: number, second: number): boolean {
  const fenceAt = (line: number) => /(`{3,}|~{3,})/.exec(lines[line] ?? '')?.[0];
  return fenceAt(first) !== fenceAt(second);
}
