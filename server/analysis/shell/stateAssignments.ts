import { readWord, type ShellWord } from './stateWords';

/** A value as a shell would unquote it. */
export interface StateText {
  /** The unquoted value, or the word as it is written where `literal` is false. */
  readonly value: string;
  /** False where a shell that sources the text would expand the value first. */
  readonly literal: boolean;
}

/** An element in the parentheses of an array assignment. */
interface ListedElement extends StateText {
  /** Index or key, unquoted; undefined where the element takes the next index. */
  readonly key: string | undefined;
}

/** `NAME=word`, `NAME+=word`, `NAME[key]=word` or `NAME=(…)`. */
export interface Assignment {
  readonly name: string;
  readonly key: string | undefined;
  /** True for `+=`. */
  readonly append: boolean;
  /** The word, or the elements of an array. */
  readonly value: StateText | readonly ListedElement[];
  /** UTF-16 offset behind the assignment. */
  readonly end: number;
}

const HEAD = /([A-Za-z_][A-Za-z0-9_]*)(\[|\+?=)/y;
/** Globs are expanded in an array's elements, braces too; in `[key]=value` and in a plain assignment neither is. */
const EXPANDED_IN_LIST = '{*?[';

/**
 * Reads the assignment that starts at `start`.
 * @param expanded the characters that are expanded in its word, `{` for the arguments of `declare`
 * @returns 'open' where a quote or parenthesis is never closed, undefined where no assignment starts here
 */
export function readAssignment(
  text: string,
  start: number,
  expanded: string,
): Assignment | 'open' | undefined {
  HEAD.lastIndex = start;
  const match = HEAD.exec(text);
  if (match === null) return undefined;
  const name = match[1]!;
  const behind = start + match[0].length;
  if (match[2] !== '[')
    return readValue(text, behind, { name, key: undefined, append: match[2] === '+=' }, expanded);
  const subscript = readWord(text, behind, { closer: ']' });
  if (subscript === undefined) return 'open';
  const operator = /^\]\+?=/.exec(text.slice(subscript.end, subscript.end + 3))?.[0];
  if (operator === undefined) return undefined;
  const head = { name, key: subscript.value, append: operator === ']+=' };
  return readValue(text, subscript.end + operator.length, head, expanded);
}

function readValue(
  text: string,
  start: number,
  head: Pick<Assignment, 'name' | 'key' | 'append'>,
  expanded: string,
): Assignment | 'open' {
  if (text[start] === '(' && head.key === undefined) {
    const list = readList(text, start + 1);
    return list === undefined ? 'open' : assignment(head, list.elements, list.end);
  }
  const word = readWord(text, start, { expanded });
  return word === undefined ? 'open' : assignment(head, word, word.end);
}

/** Written out, since spreading `head` costs more than all the reading. */
function assignment(
  { name, key, append }: Pick<Assignment, 'name' | 'key' | 'append'>,
  value: Assignment['value'],
  end: number,
): Assignment {
  return { name, key, append, value, end };
}

/** Reads the elements of `( … )` from behind the parenthesis; undefined where it is never closed. */
function readList(
  text: string,
  start: number,
): { readonly elements: readonly ListedElement[]; readonly end: number } | undefined {
  const elements: ListedElement[] = [];
  let at = start;
  for (;;) {
    at = skipSpace(text, at);
    if (at >= text.length) return undefined;
    if (text[at] === ')') return { elements, end: at + 1 };
    const key = text[at] === '[' ? readKey(text, at + 1) : undefined;
    const word = readWord(text, key?.end ?? at, key === undefined ? { expanded: EXPANDED_IN_LIST } : {});
    // No word and no key: an operator stands where none may be.
    if (word === undefined || (word.end === at && key === undefined)) return undefined;
    elements.push({ key: key?.value, value: word.value, literal: word.literal });
    at = word.end;
  }
}

/** Skips blanks, line ends and comments between an array's elements. */
function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    if (text[at] === '#') at = lineEnd(text, at);
    else if (' \t\n'.includes(text[at]!)) at++;
    else break;
  }
  return at;
}

/** The offset of the line end at or behind `at`; the text's end on its last line. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** UTF-16 units of an element's key. */
const MAX_KEY = 10_000;

/** Reads `key]=`; undefined where that is not what follows. */
function readKey(text: string, start: number): ShellWord | undefined {
  // A list of nothing but brackets would be read to its end from each of them.
  if (!text.slice(start, start + MAX_KEY).includes(']=')) return undefined;
  const word = readWord(text, start, { closer: ']' });
  if (word === undefined || !text.startsWith(']=', word.end)) return undefined;
  return { ...word, end: word.end + 2 };
}
