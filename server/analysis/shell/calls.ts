import type { Call, FlowStep } from './script';

/** Questions about what a call does to its own shell, which rules and fixes ask alike. */

/** What `set` is given for `errexit`, by its letter or its name. Source: bash(1), SHELL BUILTIN COMMANDS. */
export const ERREXIT = /^-\w*e|^errexit$/;
/** The same for `nounset`. */
export const NOUNSET = /^-\w*u|^nounset$/;

/** Whether a step is a `set` with such a word. */
export function setsOption(step: FlowStep, option: RegExp): boolean {
  return step.kind === 'call' && step.name === 'set' && step.arguments.some(({ text }) => option.test(text));
}

/** Whether a step changes the shell's directory. */
export function changesDirectory(step: FlowStep): step is Call {
  return step.kind === 'call' && /^(?:cd|pushd|popd)$/.test(step.name ?? '');
}
