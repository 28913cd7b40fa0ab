import { allSteps, type Call, type Flow, type FlowStep } from '../shell/script';
import { literalText } from '../shell/words';
import { entryOf } from '../table';
import { CHANCE, hasGlob, type Instability, isChance, judgeCall, outsideQuotes } from './commandTable';

/** Parameters that are other ones in each block. Sources: bash(1), Special Parameters; code.claude.com/docs/en/sandboxing for TMPDIR. */
const DIFFERENT_PARAMETERS: Readonly<Record<string, Instability>> = {
  $: '$$ is another number in each block',
  BASHPID: 'BASHPID is another number in each block',
  PPID: 'PPID is another number in each block',
  RANDOM: 'RANDOM is another number each time',
  SRANDOM: 'SRANDOM is another number each time',
  SECONDS: 'SECONDS depends on the clock',
  EPOCHSECONDS: 'EPOCHSECONDS depends on the clock',
  EPOCHREALTIME: 'EPOCHREALTIME depends on the clock',
};

/** Parameters that depend on what else the shell has done. Source: bash(1), Special Parameters. */
const PROCESS_PARAMETERS: Readonly<Record<string, Instability>> = {
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
  /** Those among them by which it gives another value by its nature: the clock, chance, the process. */
  readonly differences: readonly Instability[];
  /** True where it depends on the directory that it runs in. */
  readonly directory: boolean;
  /** True where its value is the directory itself, or a path below it, and not what git says of it. */
  readonly isPlace: boolean;
  /** True where running it again does something besides calculating, so that it cannot be offered at all. */
  readonly hasEffects: boolean;
  /** True where it prints something that nothing captures: the later block would print it again. */
  readonly prints: boolean;
  /** True where it reads what the caller gave: `$ARGUMENTS`, `$1`. */
  readonly argumentsOfHost: boolean;
}

/**
 * Tells what some steps depend on.
 * @param libraryCalls functions that come from a library; those that the steps define are judged by their bodies
 */
export function inputsOf(flow: Flow, libraryCalls: ReadonlySet<string> = new Set()): Inputs {
  const instabilities = new Set<Instability>();
  const differences = new Set<Instability>();
  const differ = (reason: Instability): void => {
    differences.add(reason);
    instabilities.add(reason);
  };
  const isPlainWord = plainWords(flow);
  const functions = new Set(libraryCalls);
  for (const step of allSteps(flow)) if (step.kind === 'function') functions.add(step.name);
  let directory = false;
  let isPlace = false;
  let asksGit = false;
  let hasEffects = false;
  let argumentsOfHost = false;
  let prints = false;
  const call = (step: Call, { isCaptured, isFailing }: Surroundings): void => {
    if (step.arguments.some(({ text }) => !isPlainWord(text)))
      instabilities.add('an unquoted value may list files that a step may have changed');
    prints ||= !isCaptured && !isFailing && !step.isRedirected && PRINTING.test(step.name ?? '');
    if (functions.has(step.name ?? '') && !step.passesFunctions) return;
    // What sourcing means is said by the load behind it.
    if (step.name === 'source' || step.name === '.') return;
    // In a substitution, the directory is the substitution's own.
    if (isCaptured && step.name === 'cd') {
      directory = true;
      instabilities.add('cd depends on directories that a step may have changed');
      return;
    }
    const verdict = judgeCall(step);
    if (verdict.differs && verdict.instability !== undefined) differ(verdict.instability);
    if (verdict.instability !== undefined) instabilities.add(verdict.instability);
    directory ||= verdict.directory;
    isPlace ||= step.name === 'pwd';
    asksGit ||= step.name === 'git';
    hasEffects ||= verdict.hasEffects;
  };
  const read = (name: string, { inFunction }: Surroundings): void => {
    const difference = entryOf(DIFFERENT_PARAMETERS, name);
    if (difference !== undefined) differ(difference);
    const reason = entryOf(PROCESS_PARAMETERS, name);
    if (reason !== undefined) instabilities.add(reason);
    if (name === 'PWD') {
      directory = true;
      isPlace = true;
    }
    if (name === 'ARGUMENTS' || (!inFunction && /^(?:\d+|[@*#])$/.test(name))) argumentsOfHost = true;
  };
  let isGivenInput = false;
  const visit = (steps: Flow, surroundings: Surroundings): void => {
    for (const step of steps) {
      if (step.kind === 'call') {
        call(step, surroundings);
        isGivenInput = step.hasInput === true;
      } else if (step.kind === 'read') read(step.name, surroundings);
      else if (step.kind === 'write') hasEffects ||= literalText(step.path) !== '/dev/null';
      else if (step.kind === 'input' && isChance(step.path?.text ?? '')) differ(CHANCE);
      else if (step.kind === 'input')
        instabilities.add(`it ${step.isTest ? 'looks at' : 'reads'} a file that a step may have changed`);
      // What a redirection, a here-document or a pipe gives to a `read`, is judged where it comes from.
      else if (step.kind === 'define' && step.form === 'read' && isGivenInput) continue;
      else if (step.kind === 'define') for (const reason of fileInputs(step)) instabilities.add(reason);
      else if (step.kind === 'choice')
        for (const branch of step.branches)
          visit(branch, { ...surroundings, isFailing: surroundings.isFailing || branch.some(isFailure) });
      else if (step.kind === 'loop') visit(step.body, surroundings);
      else if (step.kind === 'subshell')
        visit(step.body, {
          ...surroundings,
          isCaptured: surroundings.isCaptured || step.output === 'captured',
        });
      // Whether what it prints is captured, its callers say.
      else if (step.kind === 'function')
        visit(step.body, { inFunction: true, isCaptured: true, isFailing: false });
      else if (step.kind === 'leave') hasEffects ||= !(surroundings.isCaptured || step.fails);
      else if (step.kind === 'load') {
        hasEffects ||= step.how !== 'source';
        instabilities.add('it sources a file that a step may have changed');
      } else if (step.kind !== 'export') hasEffects = true;
    }
  };
  visit(flow, { inFunction: false, isCaptured: false, isFailing: false });
  return {
    // Most telling first.
    instabilities: [...new Set([...differences, ...instabilities])],
    differences: [...differences],
    directory,
    isPlace: isPlace && !asksGit,
    hasEffects,
    argumentsOfHost,
    prints,
  };
}

/** Where a step stands. */
interface Surroundings {
  readonly inFunction: boolean;
  /** True where nobody but the calculation itself sees what is printed, and where what is left is a subshell. */
  readonly isCaptured: boolean;
  /** True on a way that ends the block as failed. */
  readonly isFailing: boolean;
}

/** Commands whose output an author means to be seen, where nothing captures it. */
const PRINTING = /^(?:echo|printf|cat|head|tail|ls|jq|sed|awk|grep)$/;

function isFailure(step: FlowStep): boolean {
  return step.kind === 'leave' && step.fails;
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
  if (step.form === 'loop')
    return step.words === undefined || step.words.some(({ text }) => /[$`*?[]/.test(text))
      ? ['it goes through a list that a step may have changed']
      : [];
  const text = step.value?.text ?? '';
  if (/^~[^/]/.test(text)) return ['the directory that a tilde means may be another one'];
  if (/@P[:}]/.test(text)) return ['a prompt depends on the clock and the directory'];
  if (!text.startsWith('(')) return [];
  // `[key]=value`: a subscript, no pattern.
  const bare = outsideQuotes(text.slice(1, -1)).replace(/(^|\s)\[[\w.-]*\]=/g, '$1');
  if (hasGlob(bare)) return ['a glob lists files that a step may have changed'];
  return /\$/.test(bare) ? ['an unquoted value may list files that a step may have changed'] : [];
}
