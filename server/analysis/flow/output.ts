import type { Call } from '../shell/script';
import { withoutQuotes } from '../shell/words';
import { evaluate, type Knowledge } from './evaluate';
import { concat, type Symbolic, text, unknown } from './symbolic';

/** Commands that print nothing to standard output when they do what they are for. */
const SILENT = new Set(
  (
    '[ . : alias cd chmod chown continue break cp declare disown eval exec exit export false hash kill ln local mapfile mkdir ' +
    'mkfifo mv read readarray readonly return rm rmdir set shift shopt sleep source test touch trap true typeset ulimit umask ' +
    'unalias unset wait'
  ).split(' '),
);

/** What more commands print than this is no value that anybody compares. */
const MAX_PARTS = 200;

/**
 * What a command adds to the output of the `$( … )` that it stands in.
 * @param before what was printed so far
 */
export function printedBy(call: Call, before: Symbolic, known: Knowledge): Symbolic {
  if (call.isRedirected === true || isSilent(call)) return before;
  const added = outputOf(call, known) ?? unknown('');
  if (added.length === 0) return before;
  if (before.length === 0) return added;
  return before.length > MAX_PARTS ? unknown('') : concat(before, text('\n'), added);
}

function isSilent({ name, arguments: words }: Call): boolean {
  if (name !== undefined && SILENT.has(name)) return true;
  return name === 'grep' && words.some(({ text: word }) => /^-\w*q/.test(word));
}

function outputOf({ name, arguments: words }: Call, known: Knowledge): Symbolic | undefined {
  if (name === 'echo') {
    const printed = words.filter(({ text: word }) => !/^-[neE]+$/.test(word));
    return concat(
      ...printed.map((word, index) => concat(text(index === 0 ? '' : ' '), evaluate(word, known))),
    );
  }
  if (name === 'printf') {
    const format = withoutQuotes(words[0]?.text ?? '');
    if (/^%s(?:\\n)?$/.test(format) && words.length === 2) return evaluate(words[1], known);
    return words.length === 1 && !/[%\\$`]/.test(format) ? text(format) : undefined;
  }
  const [file] = words;
  return name === 'cat' && words.length === 1 ? known.content(evaluate(file, known)) : undefined;
}
