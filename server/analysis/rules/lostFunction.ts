import { documentSpan } from '../document/commandDocument';
import type { BlockFlow } from '../flow/blockFlow';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import type { Origin } from '../flow/origins';
import { kept } from '../kept';
import { isCommandEverywhere } from '../shell/programs';
import type { Call, Flow } from '../shell/script';
import { originSpan, place, type Rule, readingBlocks, steps } from './rule';

/** A function that is called in one block and defined only in an earlier one. */
export const lostFunction: Rule = {
  name: 'lost-function',
  summary: 'A function is called here that only an earlier block defines.',
  page: {
    severity: 'Error.',
    why: 'A function lives in the shell that defined it. In the next block its name is a command that nobody knows: the shell prints "command not found", and what was piped from it is empty.',
    example: steps('greet() {\n  printf \'Hello, %s\\n\' "${1}"\n}\ngreet world', 'greet everyone'),
    useInstead: steps('greet() {\n  printf \'Hello, %s\\n\' "${1}"\n}\ngreet world\ngreet everyone'),
    fix: 'Define the function in the block that calls it, or put it into a library that each block sources.',
    references: [
      'https://github.com/open-gsd/gsd-core/issues/381',
      'https://code.claude.com/docs/en/tools-reference',
    ],
  },
  *check(flow) {
    for (const block of readingBlocks(flow)) {
      for (const { call, origin } of lostCalls(flow, block)) {
        if (origin.kind !== 'function') continue;
        yield {
          rule: 'lost-function',
          severity: 'error',
          name: call.name,
          message: isCommandEverywhere(call.name)
            ? `${call.name} is the command here, not the function of ${place(flow, origin)}: each block runs in a shell of its own`
            : `${call.name} is not found here: it is defined in ${place(flow, origin)}, and each block runs in a shell of its own`,
          block: block.block.number,
          span: documentSpan(block.block, call.span),
          definition: {
            block: origin.block.block.number,
            span: originSpan(origin),
            message: `${call.name} is defined here, in block ${origin.block.block.number}, and gone at the block's end`,
          },
        };
      }
    }
  },
};

interface LostCall {
  readonly call: NamedCall;
  readonly origin: Origin;
}

/** The first call of each name that is no function at that point. */
const firstUnknownCalls = kept(({ unknownCalls }: BlockFlow): readonly NamedCall[] => {
  const first = new Map<string, NamedCall>();
  for (const call of unknownCalls) {
    const { name } = call;
    if (name !== undefined && call.hasFallback !== true && !first.has(name))
      first.set(name, { ...call, name });
  }
  return [...first.values()];
});

type NamedCall = Call & { readonly name: string };

/** The first call of each name that is no function at that point, and that an earlier block makes one. */
export function lostCalls(flow: DocumentFlow, block: AnalysedBlock): readonly LostCall[] {
  const lost = firstUnknownCalls(block.flow).flatMap((call): LostCall[] => {
    const origin = flow.originOfFunction(call.name, block);
    return origin === undefined ? [] : [{ call, origin }];
  });
  if (lost.length === 0) return [];
  // `type f >/dev/null && f`: the author knows that it may not be there.
  const asked = askedFor(block);
  return lost.filter(({ call }) => !asked.has(call.name));
}

/** The names that a block asks the shell about before it may call them; what is asked in `$( … )` is only printed. */
function askedFor({ script }: AnalysedBlock): ReadonlySet<string> {
  return new Set(questionsIn(script.flow).flatMap(({ arguments: words }) => words.map(({ text }) => text)));
}

function questionsIn(flow: Flow): readonly Call[] {
  return flow.flatMap((step): readonly Call[] => {
    if (step.kind === 'call') return isQuestion(step) ? [step] : [];
    if (step.kind === 'choice') return step.branches.flatMap(questionsIn);
    return step.kind === 'loop' || step.kind === 'function' ? questionsIn(step.body) : [];
  });
}

function isQuestion({ name, arguments: words }: Call): boolean {
  if (name === 'type' || name === 'which' || name === 'hash') return true;
  const [option] = words;
  if (option === undefined) return false;
  return (
    (name === 'declare' && /^-[fF]/.test(option.text)) || (name === 'command' && /^-[vV]/.test(option.text))
  );
}
