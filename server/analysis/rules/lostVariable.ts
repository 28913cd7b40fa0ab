import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import type { Read } from '../shell/script';
import { lostCalls } from './lostFunction';
import { type LostRead, lostReads, type ValueOrigin } from './lostReads';
import { originSpan, place, type Rule, steps } from './rule';

/** A variable or an array that is read in one block and has its value only in an earlier one. */
export const lostVariable: Rule = {
  name: 'lost-variable',
  summary: 'A variable is read here that only an earlier block sets.',
  page: {
    severity:
      'Warning; an error where the empty value deletes, changes directory or writes to the root directory; information where the prose bridges the gap, the value is a credential from a set-up section, or the text is one that people read.',
    why: 'The agent runs each fenced block in a shell of its own. A variable that one block sets is unset in the next, `export` or not: an exported variable reaches the children of its shell, and the next block is no child. Nothing warns; the name expands to nothing, and `rm -rf "$DIR/build"` becomes `rm -rf "/build"`.',
    example: steps('REPORT_DIR="$HOME/reports"\nmkdir -p "$REPORT_DIR"', 'date > "$REPORT_DIR/today.txt"'),
    useInstead: steps(
      'REPORT_DIR="$HOME/reports"\nmkdir -p "$REPORT_DIR"',
      'REPORT_DIR="$HOME/reports"\ndate > "$REPORT_DIR/today.txt"',
    ),
    fix: '*Recalculate here* inserts the assignments that compute the value. It is safe where all that they read stays the same while the document runs, and says why where it is not; then *Hand over through a state file* saves the value where it is set and loads it here.',
    references: [
      'https://github.com/anthropics/claude-code/issues/2508',
      'https://github.com/anthropics/claude-code/issues/334',
      'https://code.claude.com/docs/en/tools-reference',
    ],
  },
  *check(flow) {
    for (const lost of lostReads(flow)) if (lost.loaded === undefined) yield report(flow, lost);
  },
};

/** The function that loads the file in the other block, where this one calls it before the read and has lost it. */
function lostLoader(
  flow: DocumentFlow,
  block: AnalysedBlock,
  read: Read,
  { block: giver, load }: Extract<ValueOrigin, { kind: 'stateFile' }>,
): string | undefined {
  const { start, end } = load.span;
  const loading = giver.block.text.slice(start, end);
  return lostCalls(flow, block).find(
    ({ call }) => call.span.start < read.span.start && loading.includes(call.name),
  )?.call.name;
}

function report(flow: DocumentFlow, { block, read, origin, danger, severity }: LostRead): Finding {
  const isLoaded = origin.kind === 'stateFile';
  const loader = isLoaded ? lostLoader(flow, block, read, origin) : undefined;
  const advice = isLoaded
    ? loader === undefined
      ? '; load that file in this block too'
      : `; ${loader}, which would load it, is lost as well`
    : origin.exported
      ? '; export does not change that'
      : '';
  const thing = !isLoaded && origin.define.array ? 'an empty array' : 'empty';
  const given = isLoaded ? 'loaded from a state file' : 'set';
  return {
    rule: 'lost-variable',
    severity,
    name: read.name,
    message: `${read.name} is ${thing} here${danger}: it is ${given} in ${place(flow, origin)}, and each block runs in a shell of its own${advice}`,
    block: block.block.number,
    span: documentSpan(block.block, read.span),
    definition: {
      block: origin.block.block.number,
      span: originSpan(origin),
      message: `${read.name} is ${given} here, in block ${origin.block.block.number}, and gone at the block's end`,
    },
  };
}
