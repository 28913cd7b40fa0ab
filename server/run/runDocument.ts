import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { CheckedFile } from '../workspace/checkPaths';
import { isBelow } from '../workspace/project';
import { compareStep, type Known, type StepOutcome } from './compare';
import { fileChanges, fileStates } from './files';
import { runShell, type ShellRun } from './shell';
import { type ShellStep, shellText } from './steps';

export interface StepReport {
  readonly step: ShellStep;
  readonly run: ShellRun;
  /** Undefined where nobody could look at the shell's end. */
  readonly outcome: StepOutcome | undefined;
  /** `writes FILE`, `changes FILE`, `removes FILE`. */
  readonly files: readonly string[];
}

/** Who follows a run. */
export interface RunListener {
  start(step: ShellStep): void;
  output(text: string): void;
  end(report: StepReport): void;
}

/**
 * Runs the steps of a document one after the other, each in a shell of its own, and compares what happens with the analysis.
 * It executes what the document says: who calls it has asked the user.
 * @param directory absolute path of the project's directory for this run
 * @param timeout milliseconds for each step
 */
export async function runDocument(
  { analysis, findings }: CheckedFile,
  steps: readonly ShellStep[],
  values: ReadonlyMap<string, string>,
  directory: string,
  timeout: number,
  listener: RunListener,
): Promise<void> {
  const { flow } = analysis;
  const known: Known = { variables: new Map(), functions: new Map() };
  const environment = hostEnvironment(flow.profile.provides);
  let current = directory;
  for (const step of steps) {
    listener.start(step);
    const before = await fileStates(directory);
    const run = await runShell(shellText(step, values), current, environment, timeout, text =>
      listener.output(text),
    );
    const files = fileChanges(before, await fileStates(directory));
    listener.end({ step, run, outcome: compareStep(flow, findings, step, run, known), files });
    current = nextDirectory(flow.profile.directory, run.directory, current, directory);
  }
}

/** Where the host starts the next step. */
function nextDirectory(
  rule: 'kept' | 'keptInProject' | 'dropped',
  ended: string | undefined,
  current: string,
  project: string,
): string {
  if (rule === 'dropped') return project;
  const next = ended ?? current;
  const isInside = next === project || isBelow(next, project);
  return existsSync(next) && (rule === 'kept' || isInside) ? next : project;
}

/** What the host sets for every block, as far as blocks are known to ask for it. */
function hostEnvironment(provides: ReadonlySet<string>): NodeJS.ProcessEnv {
  const own: NodeJS.ProcessEnv = { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: randomUUID() };
  const given = Object.entries(own).filter(([name]) => provides.has(name));
  // How the editor starts this program is no affair of the steps.
  const { ELECTRON_RUN_AS_NODE: _, ...inherited } = process.env;
  return { ...inherited, ...Object.fromEntries(given) };
}
