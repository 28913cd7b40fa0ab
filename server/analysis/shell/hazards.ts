import type { FlowStep, Hazard } from './script';
import { LEADING_EXPANSION, startsWithExpansionAndSlash } from './words';

/** Which words of a command are dangerous where a variable in them is empty. */
export function hazardsOf(
  name: string | undefined,
  words: readonly string[],
): (word: string) => Hazard | undefined {
  if (name === 'sudo' || name === 'doas' || name === 'env') {
    const at = words.findIndex(
      (word, index) => !/^(?:-|\w+=)/.test(word) && !/^-[ughpCTDR]$/.test(words[index - 1] ?? ''),
    );
    return at < 0 ? () => undefined : hazardsOf(words[at], words.slice(at + 1));
  }
  const leads = (word: string) => LEADING_EXPANSION.test(word);
  if (name === 'cd' || name === 'pushd') return word => (leads(word) ? 'changes-directory' : undefined);
  if (deletes(name, words)) return word => (startsWithExpansionAndSlash(word) ? 'deletes' : undefined);
  if (name === 'mkdir') return word => (startsWithExpansionAndSlash(word) ? 'writes-to-root' : undefined);
  const named = words.indexOf('-t');
  const target = COPIES.has(name ?? '')
    ? named < 0
      ? words[words.length - 1]
      : words[named + 1]
    : undefined;
  return word => (word === target && startsWithExpansionAndSlash(word) ? 'writes-to-root' : undefined);
}

/** Commands whose last word is where they write. */
const COPIES = new Set(['cp', 'mv', 'install', 'rsync', 'tee']);

/** Whether a step deletes files, branches or work trees, or throws away what is not committed. */
export function deletesAnything(step: FlowStep): boolean {
  if (step.kind !== 'call') return false;
  const words = step.arguments.map(({ text }) => text);
  if (step.name !== 'xargs') return deletesBy(step.name, words);
  const at = words.findIndex(word => /^[a-z]/.test(word));
  return at >= 0 && deletesBy(words[at], words.slice(at + 1));
}

function deletesBy(name: string | undefined, words: readonly string[]): boolean {
  if (name === 'rm') return true;
  if (name !== 'git') return deletes(name, words);
  // `-C DIR` and `-c NAME=VALUE` stand before the command.
  const own = words.slice(
    words.findIndex((word, index) => !/^-/.test(word) && !/^-[Cc]$/.test(words[index - 1] ?? '')),
  );
  return (
    /^(?:branch (?:.* )?(?:-\w*[dD]\w*|--delete)\b|reset --hard|clean (?:.* )?-|push .*(?:--delete|-d\b| :))/.test(
      own.join(' '),
    ) || deletes('git', own)
  );
}

function deletes(name: string | undefined, words: readonly string[]): boolean {
  if (name === 'rm') return words.some(word => /^-\w*[rR]/.test(word) || word === '--recursive');
  if (name === 'find')
    return words.some(
      (word, index) => word === '-delete' || (word === 'rm' && /^-(?:exec|ok)/.test(words[index - 1] ?? '')),
    );
  if (name === 'git') return words[0] === 'worktree' && words[1] === 'remove';
  return name === 'rsync' && words.some(word => word.startsWith('--delete'));
}
