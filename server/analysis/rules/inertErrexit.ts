import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { keptBy } from '../kept';
import { allSteps, type Call, type Statement } from '../shell/script';
import { isDestroying, mayFail } from './publishing';
import { placeIn, type Rule, steps } from './rule';

/** `set -e` in a host that evaluates a block where `set -e` is inert, and a command that is trusted to stop the block. */
export const inertErrexit: Rule = {
  name: 'inert-errexit',
  summary:
    '`set -e` does not stop this block: a command that fails is followed by one that destroys or publishes.',
  page: {
    severity: 'Information.',
    why: 'The host evaluates a block on the left of `&&`. There `set -e` is inert, as it is in a condition: the shell goes on behind a command that fails, and does what was meant for success alone. `set -u` and `set -o pipefail` work.',
    example: steps('set -e\nnpm test\nnpm publish'),
    useInstead: steps('npm test || exit 1\nnpm publish'),
    fix: 'Let the command itself end the block (`npm test || exit 1`), or tie the next one to it (`npm test && npm publish`).',
    references: [
      'https://github.com/anthropics/claude-code/issues/90611',
      'https://www.gnu.org/software/bash/manual/bash.html#The-Set-Builtin',
    ],
  },
  *check(flow) {
    if (!flow.profile.errexitIsInert) return;
    for (const block of flow.blocks) {
      const risk = block.role.kind === 'step' ? firstRisk(block) : undefined;
      if (risk !== undefined) yield report(flow, block, risk);
    }
  },
};

interface Risk {
  readonly gate: Call;
  readonly destroyer: Call;
}

/** The commands that `set -e` was trusted with: all that may fail before the last one that destroys or publishes. */
export function gatesIn(block: AnalysedBlock): readonly Call[] {
  const risks = [...risksIn(block)];
  const last = risks[risks.length - 1]?.destroyer.span.start ?? 0;
  return [...watchedCalls(block)].filter(call => mayFail(call) && call.span.start < last);
}

/** The first command that destroys or publishes, with the nearest one before it whose failure should have kept it from that. */
const firstRisk = keptBy(
  ({ script }: AnalysedBlock) => script,
  (block): Risk | undefined => {
    for (const risk of risksIn(block)) return risk;
    return undefined;
  },
);

/** All of them: each command that destroys or publishes, where one before it may fail. */
function* risksIn(block: AnalysedBlock): Generator<Risk> {
  let gate: Call | undefined;
  for (const call of watchedCalls(block, () => (gate = undefined))) {
    if (gate !== undefined && isDestroying(call, gate)) yield { gate, destroyer: call };
    if (mayFail(call)) gate = call;
  }
}

/**
 * The simple commands that stand behind `set -e`, up to an ERR trap: one that exits stops a block in bash.
 * @param asked called where the author says what happens on a failure, or turns `set -e` on or off
 */
function* watchedCalls({ script, block }: AnalysedBlock, asked = (): void => {}): Generator<Call> {
  let isOn = false;
  for (const statement of script.statements) {
    if (statement.flow.some(step => step.kind === 'deferred' && step.signals.includes('ERR'))) return;
    const told = errexitIn(statement);
    if (told !== undefined) {
      isOn = told;
      asked();
    }
    if (!isOn) continue;
    // Whoever leaves by himself has asked what went wrong.
    if ([...allSteps(statement.flow)].some(({ kind }) => kind === 'leave')) asked();
    const call = plainCall(statement, block.masked);
    if (call !== undefined) yield call;
  }
}

/** What a statement says about `set -e`: true for on, false for off. */
function errexitIn({ flow }: Statement): boolean | undefined {
  const [call] = flow;
  if (call?.kind !== 'call' || call.name !== 'set') return undefined;
  const words = call.arguments.map(({ text }) => text);
  const named = words.indexOf('errexit');
  if (named > 0) return words[named - 1]!.startsWith('-');
  if (words.some(word => /^\+\w*e/.test(word))) return false;
  return words.some(word => /^-\w*e/.test(word)) ? true : undefined;
}

/** The call of a statement that is one simple command, in no list, condition or pipeline. */
function plainCall({ flow, span }: Statement, text: string): Call | undefined {
  const calls = flow.filter(step => step.kind === 'call');
  const isPlain = flow.every(
    step => step.kind !== 'choice' && step.kind !== 'loop' && step.kind !== 'deferred' && !isPart(step),
  );
  return calls.length === 1 && isPlain && !/^[!({]/.test(text.slice(span.start, span.start + 1))
    ? calls[0]
    : undefined;
}

function isPart(step: Statement['flow'][number]): boolean {
  return step.kind === 'subshell' && step.place !== undefined;
}

function report(flow: DocumentFlow, block: AnalysedBlock, { gate, destroyer }: Risk): Finding {
  const where = placeIn(flow, block, destroyer.span);
  return {
    rule: 'inert-errexit',
    severity: 'information',
    name: gate.name,
    message: `set -e does not stop this block where ${gate.name} fails: ${flow.profile.title} evaluates blocks where it is inert, and ${destroyer.name} in ${where} runs all the same; append || exit 1`,
    block: block.block.number,
    span: documentSpan(block.block, gate.span),
    definition: {
      block: block.block.number,
      span: documentSpan(block.block, destroyer.span),
      message: 'this runs also where the command above it has failed',
    },
  };
}
