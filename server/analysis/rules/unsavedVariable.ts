import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { describePath } from '../flow/symbolic';
import { withoutQuotes } from '../shell/words';
import { type LostRead, lostReads } from './lostReads';
import { originSpan, place, type Rule, steps } from './rule';

/** A variable that the loaded state file does not hold. */
export const unsavedVariable: Rule = {
  name: 'unsaved-variable',
  summary: 'A variable is read here from a state file into which no block saves it.',
  page: {
    severity:
      'Warning; an error where the empty value deletes, changes directory or writes to the root directory; information where the prose bridges the gap.',
    why: 'A state file restores exactly the names that were written into it. One name more in the block that reads, or one line less in the block that writes, and the variable is empty, although the block loads its state and looks right.',
    example: steps(
      'PLAN=plan.md\nPHASE=2\nprintf \'PLAN=%q\\n\' "$PLAN" > .state.env',
      '[ -f .state.env ] && source .state.env\necho "$PLAN, phase $PHASE"',
    ),
    useInstead: steps(
      'PLAN=plan.md\nPHASE=2\nprintf \'PLAN=%q\\nPHASE=%q\\n\' "$PLAN" "$PHASE" > .state.env',
      '[ -f .state.env ] && source .state.env\necho "$PLAN, phase $PHASE"',
    ),
    fix: 'Save the variable in the block that sets it, or calculate it again in the block that reads it.',
    references: [
      'https://github.com/anthropics/claude-code/issues/2508',
      'https://www.gnu.org/software/bash/manual/bash.html#index-source',
    ],
  },
  *check(flow) {
    for (const lost of lostReads(flow)) if (lost.loaded !== undefined) yield report(flow, lost);
  },
};

function report(flow: DocumentFlow, { block, read, origin, danger, severity, loaded }: LostRead): Finding {
  const { name } = read;
  const file = loaded?.path === undefined ? 'the state file' : describePath(loaded.path);
  const where = place(flow, origin);
  const saver = lostSaver(flow, origin.block, name);
  const isLocal = loaded?.gives(name) === true;
  const missing = isLocal
    ? `${file} declares it, and the function that loads the file makes it local to itself; load the file outside of a function, or save with printf '%q'`
    : undefined;
  const advice =
    saver === undefined
      ? `save it in ${where}, which gives it its value`
      : `${where} calls ${saver} for it, which is not found there`;
  return {
    rule: 'unsaved-variable',
    severity,
    name,
    message: `${name} is empty here${danger}: ${missing ?? `${file}, which this block loads, does not hold it; ${advice}`}`,
    block: block.block.number,
    span: documentSpan(block.block, read.span),
    definition: {
      block: origin.block.block.number,
      span: originSpan(origin),
      message: `${name} gets its value here, in block ${origin.block.block.number}, and is not saved into ${file}`,
    },
  };
}

/** The function that the block calls with the name, as `save_state PLAN "$PLAN"`, and that is lost there. */
export function lostSaver(flow: DocumentFlow, block: AnalysedBlock, name: string): string | undefined {
  return block.flow.unknownCalls.find(
    call =>
      call.name !== undefined &&
      call.arguments.some(({ text }) => withoutQuotes(text) === name) &&
      flow.originOfFunction(call.name, block) !== undefined,
  )?.name;
}
