import type { Call, Flow, FlowStep, Value } from '../shell/script';
import { literalText } from '../shell/words';

/** Why a value may be another one when it is calculated again; undefined where it cannot be. */
export type Instability = string;

/**
 * Commands that only transform text which is handed to them. A number tells how many operands are text and not files: behind
 * them, a word names a file to read. Sources: POSIX utilities, coreutils manual.
 */
const TEXT_COMMANDS: Readonly<Record<string, number>> = {
  // All operands are text.
  basename: Number.POSITIVE_INFINITY,
  dirname: Number.POSITIVE_INFINITY,
  echo: Number.POSITIVE_INFINITY,
  printf: Number.POSITIVE_INFINITY,
  expr: Number.POSITIVE_INFINITY,
  seq: Number.POSITIVE_INFINITY,
  // Two sets of characters.
  tr: 2,
  // The first operand is the program or pattern, the others are files.
  sed: 1,
  awk: 1,
  grep: 1,
  // Every operand is a file.
  cut: 0,
  head: 0,
  tail: 0,
  sort: 0,
  uniq: 0,
  wc: 0,
  rev: 0,
  cat: 0,
  // The shell's own, which change nothing but the exit status.
  test: Number.POSITIVE_INFINITY,
  ':': Number.POSITIVE_INFINITY,
  true: Number.POSITIVE_INFINITY,
  false: Number.POSITIVE_INFINITY,
};

/** Commands whose output depends on more than their words, by what it depends on. */
const DEPENDS_ON: Readonly<Record<string, Instability>> = {
  date: 'date depends on the clock',
  mktemp: 'mktemp makes another file each time',
  uuidgen: 'uuidgen gives another value each time',
  git: 'git reads what a step may have changed',
  gh: 'gh reads the network',
  curl: 'curl reads the network',
  wget: 'wget reads the network',
  jq: 'jq reads a file that a step may have changed',
  yq: 'yq reads a file that a step may have changed',
  find: 'find reads directories that a step may have changed',
  ls: 'ls reads directories that a step may have changed',
  stat: 'stat reads a file that a step may have changed',
};

/** Commands that print and otherwise change nothing: with their output thrown away or kept, they may run twice. */
const WITHOUT_EFFECT = new Set([
  ...Object.keys(TEXT_COMMANDS),
  ...Object.keys(DEPENDS_ON).filter(name => name !== 'mktemp'),
  ...'pwd command type which hostname whoami id uname nproc tty ps df du node python3 python stat readlink realpath md5sum sha1sum sha256sum cksum env printenv column comm diff cmp file tac nl fold paste'.split(
    ' ',
  ),
]);

const PROCESS_PARAMETERS: Readonly<Record<string, Instability>> = {
  $: '$$ is another number in each block',
  BASHPID: 'BASHPID is another number in each block',
  PPID: 'PPID is another number in each block',
  RANDOM: 'RANDOM is another number each time',
  SRANDOM: 'SRANDOM is another number each time',
  SECONDS: 'SECONDS depends on the clock',
  EPOCHSECONDS: 'EPOCHSECONDS depends on the clock',
  EPOCHREALTIME: 'EPOCHREALTIME depends on the clock',
  '!': '$! is the process of another block',
  '?': '$? is the status of another block',
  PIPESTATUS: 'PIPESTATUS is the status of another block',
  OLDPWD: 'OLDPWD depends on the directory',
  OPTARG: 'OPTARG is what the last getopts left',
  OPTIND: 'OPTIND is what the last getopts left',
  REPLY: 'REPLY is what the last read left',
  MAPFILE: 'MAPFILE is what the last mapfile left',
  BASH_REMATCH: 'BASH_REMATCH is what the last match left',
  LINENO: 'LINENO is another number in each place',
  _: '$_ is the last word of another command',
};

/** What a calculation depends on. */
export interface Inputs {
  /** Why it may give another value in a later block, most telling first; empty where it cannot. */
  readonly instabilities: readonly Instability[];
  /** True where it depends on the directory that it runs in. */
  readonly directory: boolean;
  /** True where running it again does something besides calculating, so that it cannot be offered at all. */
  readonly hasEffects: boolean;
  /** True where it reads what the caller gave: `$ARGUMENTS`, `$1`. */
  readonly argumentsOfHost: boolean;
}

/** Tells what some steps depend on. */
export function inputsOf(flow: Flow): Inputs {
  const instabilities = new Set<Instability>();
  let directory = false;
  let hasEffects = false;
  let argumentsOfHost = false;
  const visit = (steps: Flow): void => {
    for (const step of steps) {
      if (step.kind === 'call') {
        const verdict = judgeCall(step);
        if (verdict.instability !== undefined) instabilities.add(verdict.instability);
        directory ||= verdict.directory;
        hasEffects ||= verdict.hasEffects;
      } else if (step.kind === 'read') {
        const reason = PROCESS_PARAMETERS[step.name];
        if (reason !== undefined) instabilities.add(reason);
        if (step.name === 'PWD') directory = true;
        if (/^(?:\d+|[@*#]|ARGUMENTS)$/.test(step.name)) argumentsOfHost = true;
      } else if (step.kind === 'write') hasEffects ||= literalText(step.path) !== '/dev/null';
      else if (step.kind === 'input') instabilities.add('it looks at a file that a step may have changed');
      else if (step.kind === 'define') for (const reason of fileInputs(step)) instabilities.add(reason);
      else if (step.kind === 'choice') step.branches.forEach(visit);
      else if (step.kind === 'loop' || step.kind === 'subshell') visit(step.body);
      else if (step.kind !== 'export') hasEffects = true;
    }
  };
  visit(flow);
  return { instabilities: [...instabilities], directory, hasEffects, argumentsOfHost };
}

/** An unquoted `*` in a list of words is a list of files. */
function fileInputs(step: Extract<FlowStep, { kind: 'define' }>): readonly Instability[] {
  if (step.form === 'read') return ['it is read from an input that a step may have changed'];
  if (step.form === 'loop') return ['it is the variable of a loop'];
  const text = step.value?.text ?? '';
  const words = text.startsWith('(') ? text.replace(/"[^"]*"|'[^']*'/g, '') : '';
  return /[*?]/.test(words) ? ['a glob lists files that a step may have changed'] : [];
}

interface CallVerdict {
  readonly instability: Instability | undefined;
  readonly directory: boolean;
  readonly hasEffects: boolean;
}

const STABLE: CallVerdict = { instability: undefined, directory: false, hasEffects: false };

function judgeCall(call: Call): CallVerdict {
  const { name } = call;
  if (name === undefined)
    return { ...STABLE, instability: 'a computed command may do anything', hasEffects: true };
  if (isTopLevelQuery(call) || name === 'pwd') return { ...STABLE, directory: true };
  if (name === 'command' || name === 'type') return STABLE;
  if (
    name === 'read' ||
    name === 'mapfile' ||
    name === 'readarray' ||
    name === 'export' ||
    name === 'declare'
  )
    return STABLE;
  const texts = TEXT_COMMANDS[name];
  if (texts !== undefined && operandsOf(call.arguments) <= texts && !hasRiskyOption(call)) return STABLE;
  if (texts !== undefined && !hasRiskyOption(call))
    return { ...STABLE, instability: `${name} reads a file that a step may have changed` };
  const instability = DEPENDS_ON[name] ?? `${name} may give another value`;
  const hasEffects = !WITHOUT_EFFECT.has(name) || hasRiskyOption(call) || writesRepository(call);
  return { instability, directory: name === 'git', hasEffects: name === 'mktemp' ? false : hasEffects };
}

/** `git rev-parse --show-toplevel` and `--is-inside-work-tree`: they depend on the directory and on nothing that steps change. */
export function isTopLevelQuery(call: Call): boolean {
  const words = call.arguments.map(argument => argument.text);
  return (
    call.name === 'git' &&
    words[0] === 'rev-parse' &&
    words.some(word => /^--(?:show-toplevel|is-inside-work-tree|git-dir|git-common-dir)$/.test(word))
  );
}

const GIT_QUERIES = new Set(
  'rev-parse log show diff status branch describe ls-files ls-remote config remote merge-base symbolic-ref rev-list cat-file for-each-ref show-ref name-rev blame shortlog grep worktree tag stash'.split(
    ' ',
  ),
);

function writesRepository(call: Call): boolean {
  if (call.name === 'git') {
    const verb = call.arguments.find(argument => !argument.text.startsWith('-'))?.text ?? '';
    if (!GIT_QUERIES.has(verb)) return true;
    const words = call.arguments.map(argument => argument.text);
    if (verb === 'worktree' || verb === 'stash') return !words.includes('list');
    if (verb === 'branch' || verb === 'tag')
      return (
        operandsOf(call.arguments) > 1 &&
        !words.some(word => /^(?:-l|--list|--points-at|--contains|--merged|--show-current)$/.test(word))
      );
    return false;
  }
  if (call.name === 'gh')
    return /\b(?:create|edit|delete|close|merge|comment|review|run|set|upload)\b/.test(
      call.arguments.map(argument => argument.text).join(' '),
    );
  if (call.name === 'curl' || call.name === 'wget')
    return call.arguments.some(argument =>
      /^(?:-X|--request|-d|--data.*|-F|--form|-T|--post.*|-o|-O|--output.*)$/.test(argument.text),
    );
  return false;
}

/** Options that make a text command change files. */
function hasRiskyOption(call: Call): boolean {
  const risky = RISKY_OPTIONS[call.name ?? ''];
  return risky !== undefined && call.arguments.some(argument => risky.test(argument.text));
}

const RISKY_OPTIONS: Readonly<Record<string, RegExp>> = {
  sed: /^(?:-[a-zA-Z]*i|--in-place)/,
  sort: /^-o/,
  find: /^-(?:delete|exec|execdir|ok)/,
  awk: /\bsystem\s*\(|getline|>\s*"/,
  yq: /^-i/,
  node: /./,
  python: /./,
  python3: /./,
};

function operandsOf(words: readonly Value[]): number {
  let count = 0;
  for (let index = 0; index < words.length; index++) {
    const text = words[index]!.text;
    if (/^-[dfFcnts]$/.test(text)) index++;
    else if (!text.startsWith('-') || text === '-') count++;
  }
  return count;
}
