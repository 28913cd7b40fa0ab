import { allSteps, type Flow, type FlowStep } from '../shell/script';
import { literalText } from '../shell/words';
import { entryOf } from '../table';
import { hasGlob, type Instability, judgeCall, outsideQuotes } from './commandTable';

/** Parameters that are other ones in each block. Sources: bash(1), Special Parameters; code.claude.com/docs/en/sandboxing for TMPDIR. */
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
  '-': '$- is what the options are',
  SHELLOPTS: 'SHELLOPTS is what the options are',
  BASHOPTS: 'BASHOPTS is what the options are',
  SHLVL: 'SHLVL is another number in each shell',
  DIRSTACK: 'DIRSTACK depends on the directory',
  TMPDIR: 'TMPDIR may be another folder in each block',
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
  const isPlainWord = plainWords(flow);
  let directory = false;
  let hasEffects = false;
  let argumentsOfHost = false;
  const visit = (steps: Flow): void => {
    for (const step of steps) {
      if (step.kind === 'call') {
        const verdict = judgeCall(step);
        if (verdict.instability !== undefined) instabilities.add(verdict.instability);
        if (step.arguments.some(({ text }) => !isPlainWord(text)))
          instabilities.add('an unquoted value may list files that a step may have changed');
        directory ||= verdict.directory;
        hasEffects ||= verdict.hasEffects;
      } else if (step.kind === 'read') {
        const reason = entryOf(PROCESS_PARAMETERS, step.name);
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

/**
 * Tells whether a word is expanded to itself: what stands in it without quotes holds neither white space nor a pattern, as
 * far as the steps that calculate it show.
 */
function plainWords(flow: Flow): (word: string) => boolean {
  const literal = new Map<string, boolean>([
    ['HOME', true],
    ['PWD', true],
  ]);
  for (const step of allSteps(flow)) {
    if (step.kind !== 'define') continue;
    const text = literalText(step.value);
    const isPlain = text !== undefined && /^[^\s*?[\]\\]*$/.test(text) && !step.append;
    literal.set(step.name, isPlain && literal.get(step.name) !== false);
  }
  return word => {
    const bare = withoutQuoted(word);
    if (/`|\$\((?!pwd\)|\()/.test(bare)) return false;
    return [...bare.matchAll(/\$(?:\{[#!]?)?(\w+|[@*])/g)].every(
      ([whole, name]) => /^\$\{?[#]/.test(whole) || literal.get(name!) === true,
    );
  };
}

/** A word without its quoted parts; what a `$( … )` in it quotes stays with it. */
function withoutQuoted(word: string): string {
  return word.replace(/\\.|'[^']*'|"(?:[^"\\$]|\\.|\$(?!\()|\$\((?:[^()]|\([^()]*\))*\))*"/g, '');
}

/** What a definition takes from files by itself: an unquoted pattern, or an unquoted value that may hold one. */
function fileInputs(step: Extract<FlowStep, { kind: 'define' }>): readonly Instability[] {
  if (step.form === 'read') return ['it is read from an input that a step may have changed'];
  if (step.form === 'loop') return ['it is the variable of a loop'];
  const text = step.value?.text ?? '';
  if (/^~[^/]/.test(text)) return ['the directory that a tilde means may be another one'];
  if (/@P[:}]/.test(text)) return ['a prompt depends on the clock and the directory'];
  if (!text.startsWith('(')) return [];
  const bare = outsideQuotes(text.slice(1, -1));
  if (hasGlob(bare)) return ['a glob lists files that a step may have changed'];
  return /\$/.test(bare) ? ['an unquoted value may list files that a step may have changed'] : [];
}
