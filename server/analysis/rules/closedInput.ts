import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { kept } from '../kept';
import type { Call, ShellScript } from '../shell/script';
import { type Rule, steps } from './rule';
import { placedSteps, placedStepsOf } from './shells';

/** `read` or `select` that asks somebody: in a block there is nobody to answer. */
export const closedInput: Rule = {
  name: 'closed-input',
  summary: 'A block reads from its standard input, which is /dev/null.',
  page: {
    severity: 'Information.',
    why: 'The host runs a block with /dev/null as its standard input. `read -p "Go on? "` shows no question to anybody: it reaches the end of its input at once, fails, and leaves the variable empty; `select` ends without a choice, and a loop around them may never end.',
    example: steps('read -p "Push to main? (y/n) " ANSWER\nif [ "$ANSWER" = y ]; then\n  git push\nfi'),
    useInstead: 'Ask the user whether to push to main. If yes:\n\n```bash\ngit push\n```\n',
    fix: 'Let the agent ask, in the text above the block, or take the answer from an argument.',
    noQuickFix: 'A question belongs into the text, in words that only its author finds.',
    references: [
      'https://github.com/anthropics/claude-code/issues/90611',
      'https://code.claude.com/docs/en/tools-reference',
    ],
  },
  *check(flow) {
    if (!flow.profile.closesInput) return;
    for (const block of flow.blocks) {
      const call = block.role.kind === 'step' && mayAsk(block.script) ? firstQuestion(block) : undefined;
      if (call !== undefined) yield report(flow, block, call);
    }
  },
};

const mayAsk = kept((script: ShellScript): boolean =>
  placedStepsOf(script).some(
    ({ step }) => step.kind === 'call' && (step.name === 'read' || step.name === 'select'),
  ),
);

/** The first read from the standard input that the block was started with. */
function firstQuestion(block: AnalysedBlock): Call | undefined {
  // Whoever asks whether there is a terminal knows that there may be none.
  if (/(?:\[|test)\s+(?:! +)?-t\s+0/.test(block.block.masked)) return undefined;
  const all = placedSteps(block);
  const called = new Set(
    all.flatMap(({ step }) => (step.kind === 'call' && step.hasInput !== true ? [step.name] : [])),
  );
  let functionName: string | undefined;
  for (const { step, inFunction } of all) {
    if (step.kind === 'function') functionName = step.name;
    if (step.kind !== 'call') continue;
    // `exec < FILE` gives an input to all that follows.
    if (step.name === 'exec' && step.hasInput === true) return undefined;
    if (inFunction && !called.has(functionName)) continue;
    if (asks(step, block)) return step;
  }
  return undefined;
}

/** How far behind a `read` its `||` is looked for. */
const MAX_LINE = 200;

function asks({ name, hasInput, arguments: words, span }: Call, { block }: AnalysedBlock): boolean {
  if (hasInput === true) return false;
  if (name === 'select') return true;
  const last = words[words.length - 1];
  if (name !== 'read' || last === undefined) return false;
  // `read <file>` is an instruction to the agent.
  if (block.text.slice(span.start, last.span.end) !== block.masked.slice(span.start, last.span.end))
    return false;
  // Another descriptor is not the standard input; `read … || X=y` has an answer ready.
  if (words.some(({ text }) => /^-\w*u/.test(text))) return false;
  return !/^[^\n]*\|\|/.test(block.masked.slice(last.span.end, last.span.end + MAX_LINE));
}

function report(flow: DocumentFlow, block: AnalysedBlock, call: Call): Finding {
  return {
    rule: 'closed-input',
    severity: 'information',
    name: call.name,
    message: `${call.name} gets no answer here: ${flow.profile.title} runs a block with /dev/null as its input; let the agent ask, or take the value from an argument`,
    block: block.block.number,
    span: documentSpan(block.block, call.span),
    definition: undefined,
  };
}
