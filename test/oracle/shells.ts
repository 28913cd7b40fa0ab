import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { OracleDocument } from './documents';

/** What one probe printed. */
export interface Observation {
  /** Index into the document's probes. */
  readonly probe: number;
  /** True where the name is known where the read looks: to the shell, or to the children of the shell. */
  readonly present: boolean;
  readonly value: string;
}

/** Both runs of a document, each in the order of execution. */
export interface Runs {
  readonly oneShell: readonly Observation[];
  readonly shellPerBlock: readonly Observation[];
}

/** Generous: a shell that takes longer hangs. */
const TIMEOUT_MILLISECONDS = 60_000;
const MAX_OUTPUT_BYTES = 1 << 20;

/** Runs a document in real bash: all blocks in one shell, and each in a shell of its own, in fresh directories. */
export async function runDocument(document: OracleDocument): Promise<Runs> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'crossblock-oracle-')));
  try {
    const [oneShell, shellPerBlock] = await Promise.all([
      runInOneShell(document, place(folder, 'one', document)),
      runInShellPerBlock(document, place(folder, 'each', document)),
    ]);
    return { oneShell, shellPerBlock };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Place {
  readonly root: string;
  /** Where the blocks start. */
  readonly project: string;
  /** Where the wrapper writes the directory that a block ends in. */
  readonly directory: string;
  readonly log: string;
}

function place(folder: string, name: string, { libraries }: OracleDocument): Place {
  const root = path.join(folder, name);
  for (const child of ['project', 'home', 'tmp']) mkdirSync(path.join(root, child), { recursive: true });
  for (const { file, text } of libraries) {
    const target = path.join(root, 'project', file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  const log = path.join(root, 'log');
  writeFileSync(log, '');
  return { root, project: path.join(root, 'project'), directory: path.join(root, 'directory'), log };
}

/**
 * One process that evaluates each block in turn under the host's wrapper. An `exit` ends one block, not the document: the
 * rest runs in the trap that the exit triggers, in the same shell with all that it holds (once: bash arms no such trap there).
 */
async function runInOneShell({ blocks }: OracleDocument, at: Place): Promise<readonly Observation[]> {
  const all = path.join(at.root, 'blocks');
  const steps = blocks.map(
    (block, index) =>
      `if ((ORACLE_BLOCK < ${index + 1})); then\nORACLE_BLOCK=${index + 1}\n${wrapped(block, at)}\nfi`,
  );
  writeFileSync(all, steps.join('\n'));
  const evaluate = `eval "$(<${quote(all)})"`;
  await runBash(
    [prelude(at), 'ORACLE_BLOCK=0', `trap ${quote(evaluate)} EXIT`, evaluate].join('\n'),
    at,
    at.project,
  );
  return observations(at);
}

/** A new shell for each block; the directory is carried over where the block ended well, as the host does. */
async function runInShellPerBlock({ blocks }: OracleDocument, at: Place): Promise<readonly Observation[]> {
  let directory = at.project;
  for (const block of blocks) {
    writeFileSync(at.directory, '');
    await runBash([prelude(at), 'shopt -u extglob', wrapped(block, at)].join('\n'), at, directory);
    directory = readFileSync(at.directory, 'utf8').trimEnd() || directory;
  }
  return observations(at);
}

/** How the host wraps a block: standard input is empty, and the directory at its end is noted. */
function wrapped(block: string, at: Place): string {
  return `eval ${quote(block)} < /dev/null && pwd -P >| ${quote(at.directory)}`;
}

/** The probes write to a file, so that redirections and substitutions around them change nothing. */
function prelude({ log }: Place): string {
  const print = (presence: string) =>
    `{ if ${presence}; then printf '%s + %s\\0' "$1" "$3"; else printf '%s - %s\\0' "$1" "$3"; fi; } >> ${quote(log)} 2> /dev/null`;
  const known = 'declare -p "$2" > /dev/null || declare -F "$2" > /dev/null';
  return [
    `probe() ${print(known)}`,
    `probe_exported() ${print('[[ "$(declare -p "$2")" =~ ^declare\\ -[a-zA-Z]*x ]]')}`,
    `tolerated() ${print(known)}`,
    `unreachable() ${print(known)}`,
  ].join('\n');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function observations({ log, root }: Place): readonly Observation[] {
  return readFileSync(log, 'utf8')
    .split('\0')
    .filter(record => record !== '')
    .map(record => {
      const [, probe, sign, value] = /^(\d+) ([+-]) ([\s\S]*)$/.exec(record) ?? [];
      return { probe: Number(probe), present: sign === '+', value: value!.replaceAll(root, '<root>') };
    });
}

/** Resolves whatever the script's status is; rejects where bash cannot be started or does not end. */
function runBash(script: string, at: Place, directory: string): Promise<void> {
  const env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: path.join(at.root, 'home'),
    TMPDIR: path.join(at.root, 'tmp'),
    LC_ALL: 'C',
    CLAUDECODE: '1',
    CLAUDE_CODE_SESSION_ID: 'oracle',
  };
  const options = {
    env,
    cwd: directory,
    timeout: TIMEOUT_MILLISECONDS,
    killSignal: 'SIGKILL' as const,
    maxBuffer: MAX_OUTPUT_BYTES,
  };
  return new Promise((resolve, reject) => {
    const child = execFile('bash', ['--noprofile', '--norc', '-c', script], options, error => {
      if (error === null || typeof error.code === 'number') resolve();
      else reject(new Error(`bash did not run to its end: ${error.message.slice(0, 2_000)}`));
    });
    child.stdin?.end();
  });
}
