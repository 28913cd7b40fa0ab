import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** What a shell had at its end. */
export interface ShellRecord {
  /** Scalars and the first elements of arrays, by name. */
  readonly variables: ReadonlyMap<string, string>;
  readonly functions: ReadonlySet<string>;
}

export interface ShellRun {
  /** Undefined where a signal has ended it. */
  readonly status: number | undefined;
  /** What it had before the block. */
  readonly start: ShellRecord;
  /** Undefined where it ended in a way that let nobody look: `exec`, a signal, a trap of its own and `exit`. */
  readonly end: ShellRecord | undefined;
  /** The directory that it ended in; undefined where the host does not get to know it. */
  readonly directory: string | undefined;
  readonly isTimedOut: boolean;
}

/** What is recorded, by a function whose own names nobody else has. Written NUL by NUL: values may hold any text. */
const RECORDER = `__crossblock_record() {
  { local __crossblock_name
    while IFS= read -r __crossblock_name; do
      case "$__crossblock_name" in __crossblock*|BASH*|_|PIPESTATUS|FUNCNAME|LINENO|RANDOM|SRANDOM|SECONDS|EPOCH*) continue ;; esac
      printf 'v%s\\0%s\\0' "$__crossblock_name" "\${!__crossblock_name-}"
    done < <(compgen -v)
    while IFS= read -r __crossblock_name; do
      case "$__crossblock_name" in __crossblock*) continue ;; esac
      printf 'f%s\\0\\0' "$__crossblock_name"
    done < <(compgen -A function)
  } >| "$1" 2>/dev/null
}`;

/**
 * Runs a step in a shell of its own as the host does: evaluated, with empty input, and the directory noted where it succeeds.
 * @param timeout milliseconds
 * @param onOutput what it prints, as it comes
 */
export async function runShell(
  text: string,
  directory: string,
  environment: NodeJS.ProcessEnv,
  timeout: number,
  onOutput: (text: string) => void,
): Promise<ShellRun> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'crossblock-run-'));
  const file = (name: string) => path.join(folder, name);
  try {
    const script = [
      RECORDER,
      `__crossblock_record ${quote(file('start'))}`,
      `trap ${quote(`__crossblock_record ${quote(file('end'))}`)} EXIT`,
      'shopt -u extglob',
      `eval ${quote(text)} < /dev/null && pwd -P >| ${quote(file('directory'))}`,
      '__crossblock_status=$?',
      `__crossblock_record ${quote(file('end'))}`,
      'exit "$__crossblock_status"',
    ].join('\n');
    const ended = await runBash(script, directory, environment, timeout, onOutput);
    const end = await readText(file('end'));
    const noted = await readText(file('directory'));
    return {
      ...ended,
      start: parseRecord((await readText(file('start'))) ?? ''),
      end: end === undefined ? undefined : parseRecord(end),
      directory: noted === undefined ? undefined : noted.replace(/\n$/, ''),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runBash(
  script: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  timeout: number,
  onOutput: (text: string) => void,
): Promise<Pick<ShellRun, 'status' | 'isTimedOut'>> {
  // A group of its own: when its time is over, its children end with it.
  const child = spawn('bash', ['--noprofile', '--norc', '-c', script], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let isTimedOut = false;
  const timer = setTimeout(() => {
    isTimedOut = true;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, timeout);
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onOutput);
  return new Promise((resolve, reject) => {
    child.once('error', error => {
      clearTimeout(timer);
      reject(new Error(`bash cannot be started in ${cwd}: ${error.message}`));
    });
    // Not 'close': a job in the background may hold the output open.
    child.once('exit', status => {
      clearTimeout(timer);
      setImmediate(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ status: status ?? undefined, isTimedOut });
      });
    });
  });
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parseRecord(text: string): ShellRecord {
  const variables = new Map<string, string>();
  const functions = new Set<string>();
  const fields = text.split('\0');
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = fields[at]!.slice(1);
    if (fields[at]!.startsWith('v')) variables.set(name, fields[at + 1]!);
    else functions.add(name);
  }
  return { variables, functions };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
