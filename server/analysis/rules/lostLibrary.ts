import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import type { Origin } from '../flow/origins';
import type { Span } from '../text';
import { lostCalls } from './lostFunction';
import { exposedByName, losesValue } from './lostReads';
import { fileName, originSpan, place, type Rule, readingBlocks, steps } from './rule';

/** A function or variable that only a library gives, which an earlier block sourced and this one did not. */
export const lostLibrary: Rule = {
  name: 'lost-library',
  summary: 'A function or variable is used here whose library only an earlier block sources.',
  page: {
    severity: 'Error.',
    why: 'What a library defines lives in the shell that sourced it. A later block that calls its functions or reads its variables has to source it again.',
    example: steps('source ./lib/state.sh\nsave_state PLAN plan.md', 'save_state PHASE 2'),
    useInstead: steps(
      'source ./lib/state.sh\nsave_state PLAN plan.md',
      'source ./lib/state.sh\nsave_state PHASE 2',
    ),
    fix: 'Source the library in each block that uses it.',
    references: ['https://code.claude.com/docs/en/tools-reference'],
  },
  *check(flow) {
    const isAnyLoaded = flow.blocks.some(block => block.flow.loads.some(load => load.library !== undefined));
    if (!isAnyLoaded) return;
    for (const block of readingBlocks(flow)) {
      for (const { call, origin } of lostCalls(flow, block)) {
        if (origin.kind === 'library') yield report(flow, block, call.name, call.span, origin, 'not found');
      }
      for (const [name, reads] of exposedByName(block)) {
        const first = reads.find(losesValue);
        const origin = first && flow.originOfVariable(name, block);
        if (origin?.kind === 'library') yield report(flow, block, name, first!.read.span, origin, 'empty');
      }
    }
  },
};

function report(
  flow: DocumentFlow,
  block: AnalysedBlock,
  name: string,
  span: Span,
  origin: Extract<Origin, { kind: 'library' }>,
  becomes: 'not found' | 'empty',
): Finding {
  const file = fileName(origin.library);
  const where = place(flow, origin);
  const message = origin.throughCall
    ? `${name} is ${becomes} here: a function of ${file} gives it its value in block ${origin.block.block.number}, and each block runs in a shell of its own; call that function in this block too`
    : `${name} is ${becomes} here: it comes from ${file}, which is sourced in ${where}, and each block runs in a shell of its own; source ${file} in this block too`;
  return {
    rule: 'lost-library',
    severity: 'error',
    name,
    message,
    block: block.block.number,
    span: documentSpan(block.block, span),
    definition: {
      block: origin.block.block.number,
      span: originSpan(origin),
      message: `${file} is sourced here, in block ${origin.block.block.number}, and gone at the block's end`,
    },
  };
}
