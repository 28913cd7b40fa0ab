import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EXECUTIONS, type Execution, type RunnableBlock, type RunnableDocument } from './repairDocuments';

/** What a way of running a document shows, for both executions of the session. */
export interface Outcome {
  /** By execution, block and number of the probe: each value, with a sign that tells whether the name is known. */
  readonly seen: ReadonlyMap<string, readonly string[]>;
  /** The exit status by execution and block; a block that was not run has none. */
  readonly statuses: ReadonlyMap<string, number>;
  /** What git says of the work tree in the end. */
  readonly workTree: string;
}

export function seenKey(execution: number, block: number, probe: number): string {
  return `${execution} ${block} ${probe}`;
}

export function statusKey(execution: number, block: number): string {
  return `${execution} ${block}`;
}

/** One shell for all blocks, or one for each, as the host runs them. */
export type Way = 'oneShell' | 'shellPerBlock';

/** Generous: shells that take longer hang. */
const TIMEOUT_MILLISECONDS = 120_000;
const MAX_OUTPUT_BYTES = 1 << 20;

/** Where documents are run: a folder that is made once, and thrown away with all that was run in it. */
export class Workshop {
  readonly #folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'crossblock-repair-')));
  readonly #template = path.join(this.#folder, 'template');
  #places = 0;
  readonly #free: string[] = [];

  constructor() {
    for (const child of ['project/sub', 'home', 'tmp'])
      mkdirSync(path.join(this.#template, child), { recursive: true });
    const git = (...words: readonly string[]) =>
      execFileSync('git', words, {
        cwd: path.join(this.#template, 'project'),
        env: environment(this.#template),
      });
    const write = (file: string, text: string) =>
      writeFileSync(path.join(this.#template, 'project', file), text);
    write('note.txt', 'first note\n');
    write('list.txt', 'one\ntwo\n');
    write('sub/inner.txt', 'inner\n');
    git('init', '-q', '-b', 'main', '--template=');
    git('add', '-A');
    git('commit', '-q', '-m', 'first');
    git('checkout', '-q', '-b', 'other');
    write('note.txt', 'note of the other branch\n');
    write('extra.txt', 'extra\n');
    git('add', '-A');
    git('commit', '-q', '-m', 'second');
    git('checkout', '-q', 'main');
  }

  /**
   * Runs variants of a document one after the other at the same place, so that paths are the same in all of them, each from a
   * fresh copy of the repository and through both executions.
   */
  async run(
    variants: readonly { readonly way: Way; readonly document: RunnableDocument }[],
  ): Promise<readonly Outcome[]> {
    const place = this.#free.pop() ?? path.join(this.#folder, `place-${++this.#places}`);
    mkdirSync(place, { recursive: true });
    try {
      const driver = [
        driverHead(place, this.#template),
        ...variants.map(({ way, document }, index) => variantText(way, document, index)),
      ].join('\n');
      const file = path.join(place, 'driver');
      writeFileSync(file, driver);
      await runDriver(file, path.join(place, 'run'), place);
      return variants.map((_, index) => outcomeOf(readFileSync(path.join(place, `log-${index}`), 'utf8')));
    } finally {
      this.#free.push(place);
    }
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function environment(root: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: path.join(root, 'home'),
    TMPDIR: path.join(root, 'tmp'),
    LC_ALL: 'C',
    CLAUDECODE: '1',
    CLAUDE_CODE_SESSION_ID: 'oracle',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap(who => [
        [`GIT_${who}_NAME`, 'oracle'],
        [`GIT_${who}_EMAIL`, 'oracle@example.org'],
        [`GIT_${who}_DATE`, '2026-01-01T00:00:00Z'],
      ]),
    ),
  };
}

/**
 * What every shell starts with. Probes write to a file, so that redirections and substitutions around them change nothing. The
 * clock, chance and temporary names are functions of the execution and the block, so that two runs of one block agree, and
 * two blocks never do.
 */
function prelude(shell: RunnableDocument['shell']): string {
  const known =
    shell === 'zsh'
      ? '(( ${+parameters[$2]} || ${+functions[$2]} ))'
      : '[[ -v $2 || -v $2[@] ]] || declare -F "$2" > /dev/null || { [ "$2" = M ] && declare -p M > /dev/null; }';
  const exported =
    shell === 'zsh' ? '[[ "${(Pt)2}" == *export* ]]' : '[[ "$(declare -p "$2")" =~ ^declare\\ -[a-zA-Z]*x ]]';
  const print = (presence: string) =>
    `{ if { ${presence}; } 2> /dev/null; then oracle_write "$1" + "$3"; else oracle_write "$1" - "$3"; fi; }`;
  return [
    `oracle_write() { printf 'O %s %s %s %s %s\\0' "$ORACLE_EXECUTION" "$ORACLE_BLOCK" "$1" "$2" "$3" >> "$ORACLE_LOG"; } 2> /dev/null`,
    `probe() ${print(known)}`,
    `tolerated() ${print(known)}`,
    `unreachable() ${print(known)}`,
    `probe_exported() ${print(exported)}`,
    'observe() { oracle_write "$1" + "$2"; }',
    shell === 'zsh'
      ? 'has() { (( ${+functions[$1]} )) && echo "$1"; }'
      : 'has() { declare -F "$1" > /dev/null && echo "$1"; }',
    'date() { echo "$((1700000000 + ORACLE_EXECUTION * 100000 + ORACLE_BLOCK))"; }',
    'mktemp() {',
    '  set -- "$1" "$TMPDIR/tmp.$ORACLE_EXECUTION$ORACLE_BLOCK"',
    '  while [ -e "$2" ]; do set -- "$1" "$2+"; done',
    '  case "$1" in -d) mkdir "$2" ;; *) : > "$2" ;; esac',
    '  echo "$2"',
    '}',
  ].join('\n');
}

/** The start of one block: what chance and the process give follows from its number. */
const BLOCK_HEAD = 'RANDOM=$((ORACLE_EXECUTION * 1000 + ORACLE_BLOCK)) ORACLE_PID=$((90000 + ORACLE_BLOCK))';

function driverHead(place: string, template: string): string {
  return [
    `ORACLE_PLACE=${quote(place)} ORACLE_TEMPLATE=${quote(template)}`,
    'ORACLE_PROJECT=$ORACLE_PLACE/run/project',
    `PRELUDE_BASH=${quote(prelude('bash'))}`,
    `PRELUDE_ZSH=${quote(prelude('zsh'))}`,
    `BLOCK_HEAD=${quote(BLOCK_HEAD)}`,
    `fresh() {
  rm -rf "$ORACLE_PLACE/run"
  cp -a "$ORACLE_TEMPLATE" "$ORACLE_PLACE/run"
  ORACLE_LOG=$ORACLE_PLACE/log-$1
  : >| "$ORACLE_LOG"
}`,
    // The host keeps the directory where the block has ended well, and only inside of the project.
    `carry() {
  local directory=
  IFS= read -r directory < "$ORACLE_PLACE/run/directory"
  case "$directory/" in "$ORACLE_PROJECT"/*) ORACLE_DIRECTORY=$directory ;; /) ;; *) ORACLE_DIRECTORY=$ORACLE_PROJECT ;; esac
  [ -d "$ORACLE_DIRECTORY" ] || ORACLE_DIRECTORY=$ORACLE_PROJECT
}`,
    `block() {
  : >| "$ORACLE_PLACE/run/directory"
  cd "$ORACLE_DIRECTORY"
  local head="ORACLE_LOG='$ORACLE_LOG' ORACLE_EXECUTION=$ORACLE_EXECUTION ORACLE_BLOCK=$2"
  if [ "$1" = zsh ]; then
    zsh -f -c "$PRELUDE_ZSH"$'\\n'"$head"$'\\n'"$BLOCK_HEAD"$'\\n'"$3" 2>> "$ORACLE_PLACE/errors"
  else
    bash --noprofile --norc -c "$PRELUDE_BASH"$'\\n'"$head"$'\\n'"$BLOCK_HEAD"$'\\n'"$3" 2>> "$ORACLE_PLACE/errors"
  fi
  printf 'S %s %s %s\\0' "$ORACLE_EXECUTION" "$2" "$?" >> "$ORACLE_LOG"
  carry
}`,
    `agent() { ( cd "$ORACLE_PROJECT"; eval "$1" ) < /dev/null > /dev/null 2>&1; }`,
    `one_shell() {
  cd "$ORACLE_DIRECTORY"
  : >| "$ORACLE_PLACE/run/directory"
  local head="ORACLE_PLACE='$ORACLE_PLACE' ORACLE_PROJECT='$ORACLE_PROJECT' ORACLE_DIRECTORY='$ORACLE_DIRECTORY' ORACLE_LOG='$ORACLE_LOG' ORACLE_EXECUTION=$ORACLE_EXECUTION"
  if [ "$1" = zsh ]; then
    zsh -f -c "$PRELUDE_ZSH"$'\\n'"$(declare -f carry agent)"$'\\n'"$head"$'\\n'"$2" 2>> "$ORACLE_PLACE/errors"
  else
    bash --noprofile --norc -c "$PRELUDE_BASH"$'\\n'"$(declare -f carry agent)"$'\\n'"$head"$'\\n'"$2" 2>> "$ORACLE_PLACE/errors"
  fi
}`,
    `work_tree() { cd "$ORACLE_PROJECT"; printf 'W %s\\0' "$(git status --porcelain 2>&1)" >> "$ORACLE_LOG"; }`,
    ': >| "$ORACLE_PLACE/errors"',
  ].join('\n');
}

function variantText(way: Way, document: RunnableDocument, index: number): string {
  const { libraries, shell } = document;
  const libraryLines = libraries.flatMap(({ file, text }) => {
    const target = `"$ORACLE_PROJECT"/${quote(file)}`;
    return [`mkdir -p "$(dirname ${target})"`, `printf %s ${quote(text)} > ${target}`];
  });
  const executions = EXECUTIONS.flatMap(execution => [
    `ORACLE_EXECUTION=${execution.number} ORACLE_DIRECTORY=$ORACLE_PROJECT`,
    execution.flag === '' ? 'unset FLAG' : `export FLAG=${execution.flag}`,
    way === 'oneShell'
      ? `one_shell ${shell} ${quote(oneShellText(document, execution))}`
      : shellPerBlockText(document, execution),
  ]);
  return [`fresh ${index}`, ...libraryLines, ...executions, 'work_tree'].join('\n');
}

function shellPerBlockText(
  { blocks, shell, takesArguments }: RunnableDocument,
  execution: Execution,
): string {
  const asGiven = (text: string) => (takesArguments ? asHostGivesIt(text, execution) : text);
  return blocks
    .flatMap(block => [
      ...block.before.map(agentText),
      ...(isDone(block, execution)
        ? [`block ${shell} ${block.number} ${quote(wrapped(asGiven(block.text)))}`]
        : []),
    ])
    .join('\n');
}

/**
 * One process that evaluates each block in turn under the host's wrapper, with the agent in between. An `exit` ends one
 * block, not the document: the rest runs in a subshell of the trap that the exit triggers, with all that the shell holds. The
 * directory and the options are those that a new shell would have: only values are compared.
 */
function oneShellText({ blocks, shell }: RunnableDocument, execution: Execution): string {
  const steps = blocks.map(block => {
    const text = withArguments(block.text, execution);
    return [
      `if ((ORACLE_BLOCK < ${block.number})); then`,
      `ORACLE_BLOCK=${block.number}`,
      'set +e; set +u; set +o pipefail',
      // A block that exits has noted no directory.
      'carry; : >| "$ORACLE_PLACE/run/directory"',
      ...block.before.map(agentText),
      ...(isDone(block, execution)
        ? ['cd "$ORACLE_DIRECTORY"', BLOCK_HEAD, 'oracle_open=1', wrapped(text), `oracle_end $?`]
        : []),
      'fi',
    ].join('\n');
  });
  const count = blocks.length;
  // A part of a pipeline that set -u ends runs the trap of the shell that it is a part of.
  const trap = [
    'oracle_status=$?',
    'if [ "${BASHPID:-}" = "$oracle_process" ]; then',
    'oracle_end $oracle_status',
    `if ((ORACLE_BLOCK < ${count})); then`,
    '( set +e; set +u; oracle_process=${BASHPID:-}; trap "$oracle_trap" EXIT; eval "$oracle_all" )',
    'fi',
    'fi',
  ].join('\n');
  return [
    `oracle_end() { [ "$oracle_open" != 1 ] || printf 'S %s %s %s\\0' "$ORACLE_EXECUTION" "$ORACLE_BLOCK" "$1" >> "$ORACLE_LOG"; oracle_open=; }`,
    'ORACLE_BLOCK=0 oracle_open= oracle_process=${BASHPID:-}',
    `oracle_all=${quote(steps.join('\n'))}`,
    `oracle_trap=${quote(trap)}`,
    'trap "$oracle_trap" EXIT',
    'eval "$oracle_all"',
    ...(shell === 'zsh' ? [':'] : []),
  ].join('\n');
}

function isDone({ only }: RunnableBlock, execution: Execution): boolean {
  return only === undefined || only === execution.only;
}

function agentText(command: string): string {
  const [, directory] = /^cd (\S+)$/.exec(command) ?? [];
  return directory === undefined
    ? `agent ${quote(command)}`
    : `ORACLE_DIRECTORY=$ORACLE_PROJECT/${directory}`;
}

/** How the host wraps a block: standard input is empty, and the directory at its end is noted. */
function wrapped(text: string): string {
  const ownPid = text.replaceAll('$$', '$ORACLE_PID');
  return `eval ${quote(ownPid)} < /dev/null && pwd -P >| "${'$'}{ORACLE_LOG%/*}/run/directory"`;
}

/** What the caller gives, in the place of `$ARGUMENTS`: so it is meant, however the blocks are run. */
function withArguments(text: string, execution: Execution): string {
  return text.replace(/\$\{?ARGUMENTS\b\}?/g, execution.arguments);
}

/** The text that the host hands to the shell: it replaces `$1` as well, whatever that means to the shell. */
function asHostGivesIt(text: string, execution: Execution): string {
  const words = execution.arguments.split(' ');
  return withArguments(text, execution).replace(/\$(\d)/g, (all, digit) => words[Number(digit)] ?? all);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function outcomeOf(log: string): Outcome {
  const seen = new Map<string, string[]>();
  const statuses = new Map<string, number>();
  let workTree = '';
  for (const record of log.split('\0')) {
    const [, execution, block, probe, value] = /^O (\d+) (\d+) (\d+) ([\s\S]*)$/.exec(record) ?? [];
    if (value !== undefined) {
      const key = seenKey(Number(execution), Number(block), Number(probe));
      seen.set(key, [...(seen.get(key) ?? []), value]);
      continue;
    }
    const status = /^S (\d+) (\d+) (\d+)$/.exec(record);
    if (status !== null) statuses.set(statusKey(Number(status[1]), Number(status[2])), Number(status[3]));
    if (record.startsWith('W ')) workTree = record.slice(2);
  }
  return { seen, statuses, workTree };
}

/** Resolves whatever the script's status is; rejects where bash cannot be started or does not end. */
function runDriver(file: string, root: string, cwd: string): Promise<void> {
  const options = {
    env: environment(root),
    cwd,
    timeout: TIMEOUT_MILLISECONDS,
    killSignal: 'SIGKILL' as const,
    maxBuffer: MAX_OUTPUT_BYTES,
  };
  return new Promise((resolve, reject) => {
    const child = execFile('bash', ['--noprofile', '--norc', file], options, error => {
      if (error === null || typeof error.code === 'number') resolve();
      else reject(new Error(`bash did not run to its end: ${error.message.slice(0, 2_000)}`));
    });
    child.stdin?.end();
  });
}
