import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { kept } from '../kept';
import { allSteps, type Call, type FlowStep, type ShellScript, type Subshell } from '../shell/script';
import type { Span } from '../text';
import { placeIn, type Rule, steps } from './rule';
import { Earlier, type PlacedStep, placedSteps, placedStepsOf, stepsByShell } from './shells';

/** `$!`, `wait`, `jobs`, `kill %1` in a block that has no job of its own, where an earlier one started one. */
export const lostJob: Rule = {
  name: 'lost-job',
  summary: 'A job is waited for or spoken of here that an earlier block has started in the background.',
  page: {
    severity: 'Warning.',
    why: 'A job belongs to the shell that started it. The process lives on when the block ends, but the next block is another shell: `$!` is empty there, `wait` returns at once, `jobs` prints nothing, and `kill %1` finds no job. What was meant to wait for a server or a build goes on before it is ready.',
    example: steps('npm run build > build.log 2>&1 &', 'wait\ntail build.log'),
    useInstead: steps('npm run build > build.log 2>&1 &\nwait\ntail build.log'),
    fix: 'Wait in the block that starts the job. To end it later, write its number to a file (`echo $! > server.pid`) and read it there (`kill "$(cat server.pid)"`).',
    references: [
      'https://www.gnu.org/software/bash/manual/bash.html#Job-Control',
      'https://github.com/anthropics/claude-code/issues/93794',
      'https://github.com/anthropics/claude-code/issues/76814',
    ],
  },
  *check(flow) {
    const earlier = new Earlier<Job>(flow);
    let hasEarlier = false;
    for (const shell of stepsByShell(flow)) {
      let hasJob = false;
      for (const block of shell) {
        const use = hasJob || !hasEarlier ? undefined : firstUse(block);
        const job = use && (earlier.nearest('pending', block) ?? pastJob(use, earlier, block));
        if (use !== undefined && job !== undefined && block.role.kind === 'step')
          yield report(flow, block, use, job);
        hasJob ||= jobsOf(block.script).length > 0;
      }
      for (const block of shell) {
        for (const { step } of jobsOf(block.script)) {
          hasEarlier = true;
          earlier.add('any', { block, span: spanOf(block, step) });
        }
        // What has been waited for is no job any more.
        const pending = pendingJob(block.script);
        if (pending !== undefined) earlier.add('pending', { block, span: spanOf(block, pending) });
      }
    }
  },
};

interface Job {
  readonly block: AnalysedBlock;
  readonly span: Span;
}

interface Use {
  readonly name: string;
  readonly span: Span;
  readonly becomes: string;
}

/** `$!` names the last job also where it has ended. */
function pastJob({ name }: Use, earlier: Earlier<Job>, block: AnalysedBlock): Job | undefined {
  return name === '$!' ? earlier.nearest('any', block) : undefined;
}

type PlacedJob = PlacedStep & { readonly step: Subshell };

function isJob({ step, inSubshell }: PlacedStep): boolean {
  return step.kind === 'subshell' && step.place === 'background' && !inSubshell;
}

const jobsOf = kept((script: ShellScript): readonly PlacedJob[] =>
  placedStepsOf(script).filter((placed): placed is PlacedJob => isJob(placed)),
);

/** The last job that the block does not wait for. */
const pendingJob = kept((script: ShellScript): FlowStep | undefined => {
  let job: FlowStep | undefined;
  for (const placed of placedStepsOf(script)) {
    if (isJob(placed)) job = placed.step;
    else if (placed.step.kind === 'call' && placed.step.name === 'wait') job = undefined;
  }
  return job;
});

/** The first use of a job before which the block starts none. */
function firstUse(block: AnalysedBlock): Use | undefined {
  const all = placedSteps(block);
  const startsAny = all.some(startsJob);
  const lost = new Set(block.flow.exposed.map(({ read }) => read.name));
  for (const placed of all) {
    if (startsJob(placed)) return undefined;
    if (placed.inAnyOrder && startsAny) continue;
    const use = useOf(placed.step, lost);
    if (use !== undefined) return use;
  }
  return undefined;
}

/** A job of the block's own, or something that may start one out of sight. A process substitution sets `$!` as well. */
function startsJob({ step }: PlacedStep): boolean {
  if (step.kind === 'subshell') return step.place === 'background';
  if (step.kind === 'load') return true;
  return step.kind === 'call' && step.name === 'coproc';
}

/** @param lost variables that have no value here: what is done with them is their own finding */
function useOf(step: FlowStep, lost: ReadonlySet<string>): Use | undefined {
  if (step.kind === 'read')
    return step.name === '!' ? { name: '$!', span: step.span, becomes: 'is empty' } : undefined;
  if (step.kind !== 'call') return undefined;
  const { name, span } = step;
  if (name === 'wait' && waitsForJob(step, lost)) return { name, span, becomes: 'does not wait' };
  if (name === 'jobs' && step.arguments.every(({ text }) => /^-[lprs]+$/.test(text)))
    return { name, span, becomes: 'lists nothing' };
  const speaksOfJob = step.arguments.some(({ text }) => /^["']?%(?:\d+|[%+-])["']?$/.test(text));
  if (speaksOfJob && JOB_COMMANDS.has(name ?? '')) return { name: name!, span, becomes: 'finds no job' };
  return (name === 'fg' || name === 'bg') && step.arguments.length === 0
    ? { name, span, becomes: 'finds no job' }
    : undefined;
}

const JOB_COMMANDS = new Set(['kill', 'disown', 'fg', 'bg']);

/** `wait`, `wait "$PID"`, `wait %1`; any other word is prose, and `$!` speaks for itself. */
function waitsForJob({ arguments: words }: Call, lost: ReadonlySet<string>): boolean {
  if (!words.every(({ text }) => /^(?:-\w|["']?[$%])/.test(text))) return false;
  const reads = words.flatMap(({ flow }) => [...allSteps(flow)]);
  return !reads.some(step => step.kind === 'read' && (step.name === '!' || lost.has(step.name)));
}

/** Where a job's first command or word stands. */
function spanOf(block: AnalysedBlock, job: FlowStep): Span {
  for (const step of allSteps([job])) if ('span' in step) return step.span;
  return block.script.statements[0]?.span ?? { start: 0, end: 0 };
}

function report(flow: DocumentFlow, block: AnalysedBlock, { name, span, becomes }: Use, job: Job): Finding {
  return {
    rule: 'lost-job',
    severity: 'warning',
    name,
    message: `${name} ${becomes} here: the job was started in ${placeIn(flow, job.block, job.span)}, and each block runs in a shell of its own; do it in that block, or keep the process number in a file`,
    block: block.block.number,
    span: documentSpan(block.block, span),
    definition: {
      block: job.block.block.number,
      span: documentSpan(job.block.block, job.span),
      message: `this job is known only to the shell of block ${job.block.block.number}`,
    },
  };
}
