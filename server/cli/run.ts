import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { HOST_NAMES, type HostWish } from '../analysis/hosts';
import { escapeForDisplay } from '../inspector/display';
import { runDocument, type StepReport } from '../run/runDocument';
import { callsAgent, placeholdersOf, type ShellStep, shellSteps, shellText } from '../run/steps';
import { type CheckedFile, checkPaths } from '../workspace/checkPaths';
import { suggestion } from '../workspace/suggest';
import { amount } from './amount';
import { type Command, UsageError } from './command';
import { shownPath } from './displayPath';
import { describeWords, hostOption, workingFolder } from './options';

/** `crossblock run`: executes a command file's steps as the host does, and shows what each shell loses. */
export const run: Command = {
  name: 'run',
  summary: "executes a command file's steps as the agent would, and shows what each shell loses",
  help: `Usage: crossblock run [OPTIONS] --in FOLDER FILE

Executes the steps of a command file for real, each in a bash of its own as the agent does, in a folder that you name; prints for
each what was set, lost and restored and which files changed, and where that differs from what crossblock check says.
It shows what it is about to run and asks first. Files are looked at in that folder and where temporary files lie; what other
programs write there meanwhile is told as well.

Options:
  --in FOLDER        the folder to run in; best a scratch copy
  --set NAME=VALUE   what stands for a placeholder: ARGUMENTS for $ARGUMENTS, 0 for $0, branch for <branch> or {branch};
                     without it you are asked
  --yes              do not ask; needed where there is no terminal
  --pause            wait for Enter at the end, in a terminal that closes then
  --timeout SECONDS  for each step; 120 by default
  --host NAME        the host that runs the file, as for crossblock check
  -h, --help         this text

Exit codes: 0 the run and the analysis agree, 1 they differ, 2 it was not run.
`,
  options: { in: [], set: [], yes: [], pause: [], timeout: [], host: HOST_NAMES },
  async run(words) {
    const request = parse(words);
    if (!request.isPausing || !process.stdin.isTTY) return runRequest(request);
    try {
      return await runRequest(request);
    } catch (error) {
      process.stderr.write(`crossblock: ${error instanceof Error ? error.message : String(error)}\n`);
      return 2;
    } finally {
      await ask('Enter ends this. ');
    }
  },
};

async function runRequest(request: Request): Promise<number> {
  const folder = workingFolder();
  const directory = await existingFolder(path.resolve(folder, request.directory));
  const { files, errors } = await checkPaths([request.file], folder, undefined, request.host);
  for (const { file, message } of errors)
    process.stderr.write(`crossblock: ${shownPath(file, folder)}: ${escapeForDisplay(message)}\n`);
  const [file] = files;
  if (file === undefined) return 2;
  const steps = runnableSteps(file);
  const values = await valuesFor(placeholdersOf(steps), request);
  process.stdout.write(preview(steps, values, directory));
  const inZsh = steps.flatMap(({ blocks }) => blocks).filter(({ block }) => block.dialect === 'zsh');
  if (inZsh.length > 0)
    process.stdout.write(
      `${inZsh.map(({ block }) => `Block ${block.number}`).join(', ')}: marked zsh, but run in bash here; what is zsh's alone fails.\n`,
    );
  if (!(await isConfirmed(request, steps.length, directory))) return 2;
  return (await runAndPrint(file, steps, values, directory, request.timeout)) === 0 ? 0 : 1;
}

interface Request {
  readonly file: string;
  readonly directory: string;
  readonly values: ReadonlyMap<string, string>;
  readonly isConfirmed: boolean;
  readonly isPausing: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  readonly host: HostWish;
}

const OPTIONS = {
  in: { type: 'string' },
  set: { type: 'string', multiple: true, default: [] as string[] },
  yes: { type: 'boolean', default: false },
  pause: { type: 'boolean', default: false },
  timeout: { type: 'string', default: '120' },
  host: { type: 'string' },
} as const;

function parse(words: readonly string[]): Request {
  const { values, positionals } = readWords(words);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('crossblock run takes one FILE');
  if (values.in === undefined)
    throw new UsageError('crossblock run needs --in FOLDER, the folder to run in; best a scratch copy');
  if (!/^[1-9]\d{0,4}$/.test(values.timeout))
    throw new UsageError(`--timeout needs seconds from 1 to 99999, not "${values.timeout}"`);
  return {
    file,
    directory: values.in,
    values: new Map(values.set.map(assignment)),
    isConfirmed: values.yes,
    isPausing: values.pause,
    timeout: Number(values.timeout) * 1_000,
    host: hostOption(values.host),
  };
}

function readWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(describeWords(error, words, { host: HOST_NAMES }, Object.keys(OPTIONS)));
  }
}

function assignment(word: string): readonly [string, string] {
  const at = word.indexOf('=');
  if (at < 1) throw new UsageError(`--set needs NAME=VALUE, not "${word}"`);
  return [word.slice(0, at), word.slice(at + 1)];
}

async function existingFolder(folder: string): Promise<string> {
  const isFolder = await stat(folder).then(
    status => status.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new UsageError(`There is no folder "${folder}" to run in`);
  return realpath(folder);
}

/** @throws where nothing can be run, or one host's way is not ours */
function runnableSteps({ analysis: { flow }, path: file }: CheckedFile): readonly ShellStep[] {
  if (flow.profile.keepsShell)
    throw new Error(`${flow.profile.title} runs all blocks in one shell: nothing is lost between them`);
  const all = shellSteps(flow);
  const steps = all.filter(step => !callsAgent(step));
  if (steps.length < all.length)
    process.stdout.write(
      `${all.length - steps.length} of ${all.length} steps call the agent's own tools and are left out\n`,
    );
  if (steps.length === 0) throw new Error(`${path.basename(file)} has no step that a shell can run`);
  return steps;
}

/** Values for all placeholders: given, or asked for at a terminal. */
async function valuesFor(
  names: readonly string[],
  { values }: Request,
): Promise<ReadonlyMap<string, string>> {
  for (const name of values.keys())
    if (!names.includes(name))
      throw new UsageError(
        `There is no placeholder "${escapeForDisplay(name)}" in the steps${suggestion(name, names)}; ${names.length === 0 ? 'they have none' : `they have ${names.join(', ')}`}`,
      );
  const missing = names.filter(name => !values.has(name));
  if (missing.length === 0) return values;
  if (!process.stdin.isTTY)
    throw new UsageError(
      `The steps hold placeholders; give ${missing.map(name => `--set ${JSON.stringify(`${name}=…`)}`).join(' ')}`,
    );
  const asked = new Map(values);
  for (const name of missing) asked.set(name, await ask(`${escapeForDisplay(name)} = `));
  return asked;
}

async function isConfirmed(
  { isConfirmed: yes }: Request,
  count: number,
  directory: string,
): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) throw new UsageError('There is no terminal to ask at; --yes runs the steps');
  const answer = await ask(`Run ${amount(count, 'step')} in ${escapeForDisplay(directory)}? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return true;
  process.stdout.write('Nothing was run\n');
  return false;
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

function preview(
  steps: readonly ShellStep[],
  values: ReadonlyMap<string, string>,
  directory: string,
): string {
  const shown = steps.map(step => `${title(step)}\n${indented(shellText(step, values), '    ')}\n`);
  return `${shown.join('')}\nThese run in ${escapeForDisplay(directory)}, each in a shell of its own, with your rights.\n`;
}

function title({ blocks }: ShellStep): string {
  return blocks.map(({ block }) => `Block ${block.number} (line ${block.openLine + 1})`).join(' and ');
}

function indented(text: string, by: string): string {
  return text
    .split('\n')
    .map(line => by + escapeForDisplay(line))
    .join('\n');
}

/** @returns how many differences there were */
async function runAndPrint(
  file: CheckedFile,
  steps: readonly ShellStep[],
  values: ReadonlyMap<string, string>,
  directory: string,
  timeout: number,
): Promise<number> {
  let differences = 0;
  let lost = 0;
  let printed = '';
  await runDocument(file, steps, values, directory, timeout, {
    start: step => {
      printed = '';
      process.stdout.write(`\n${title(step)}\n`);
    },
    output: text => {
      printed += text.slice(0, Math.max(0, MAX_OUTPUT - printed.length));
    },
    end: report => {
      if (printed !== '') process.stdout.write(`${indented(printed.replace(/\n$/, ''), '  | ')}\n`);
      process.stdout.write(describeStep(report));
      differences += report.outcome?.differences.length ?? 0;
      lost += report.outcome?.lost.length ?? 0;
    },
  });
  process.stdout.write(
    `\n${amount(steps.length, 'step')} run: ${amount(lost, 'name')} lost, ${differences === 0 ? 'the analysis says the same' : `${amount(differences, 'difference')} from the analysis`}\n`,
  );
  return differences;
}

/** UTF-16 units that are shown of one step's output. */
const MAX_OUTPUT = 20_000;

function describeStep({ run: ended, outcome, files }: StepReport): string {
  const status = ended.isTimedOut
    ? 'its time was over'
    : ended.status === undefined
      ? 'ended by a signal'
      : `status ${ended.status}`;
  const list = (what: string, names: readonly string[] = []) =>
    names.length === 0 ? [] : [`  ${what}: ${names.map(escapeForDisplay).join(', ')}`];
  return [
    `  ${status}`,
    ...list('set', outcome?.set),
    ...list('lost', outcome?.lost),
    ...list('restored', outcome?.restored),
    ...files.map(change => `  ${escapeForDisplay(change)}`),
    ...(outcome === undefined ? ['  what it had at its end is not known: it left in its own way'] : []),
    ...(outcome?.differences ?? []).map(difference => `  differs: ${escapeForDisplay(difference)}`),
    '',
  ].join('\n');
}
