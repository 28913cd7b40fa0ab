import { type Assignment, lineEnd, readAssignment, type StateText } from './stateAssignments';
import { readWord } from './stateWords';

/** A variable that a state file sets. */
export interface StateVariable extends StateText {
  readonly name: string;
  /** For arrays: index or (unquoted) key, and the value of each element. `value` is then empty. */
  readonly elements: ReadonlyMap<string, StateText> | undefined;
}

/** What a shell that sources a text would have set, as far as that can be said without running it. */
export interface ShellState {
  /** In the order of their first assignment; a later assignment replaces the value, `unset` removes the variable. */
  readonly variables: readonly StateVariable[];
  /** Number of commands that are not assignments; they are skipped. */
  readonly commands: number;
  /**
   * UTF-16 offset where reading ended before the text did: at a compound command, a function, a here-document or an
   * unclosed quote. Undefined where all was read.
   */
  readonly stoppedAt: number | undefined;
}

/**
 * Reads a text of shell assignments: what `printf '%s=%q\n'`, `declare -p`, `export -p` and people write. It never fails,
 * never expands anything, and takes linear time on any text. The grammar does not: state files lie in directories that
 * everyone may write to, and 16,000 lines of `X=(` keep it busy for 12 seconds.
 */
export function readShellState(text: string): ShellState {
  const variables = new Variables();
  let at = 0;
  let commands = 0;
  for (;;) {
    at = skipToStatement(text, at);
    if (at >= text.length) break;
    const statement = readStatement(text, at);
    if (statement === undefined) return { variables: variables.all(), commands, stoppedAt: at };
    for (const assignment of statement.assignments) variables.assign(assignment, statement.flags);
    for (const name of statement.unset) variables.unset(name);
    if (statement.isCommand) commands++;
    at = statement.end;
  }
  return { variables: variables.all(), commands, stoppedAt: undefined };
}

interface Statement {
  readonly assignments: readonly Assignment[];
  /** The letters of the options of `declare`, e.g. `ax`. */
  readonly flags: string;
  readonly unset: readonly string[];
  /** True for a command that was skipped. */
  readonly isCommand: boolean;
  readonly end: number;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const OPTION = /^[-+][-A-Za-z0-9]*$/;
const DECLARATIONS = new Set(['declare', 'typeset', 'export', 'readonly', 'local']);
const COMPOUNDS = new Set(['if', 'for', 'while', 'until', 'case', 'select', 'function', 'coproc', '{', '[[']);
const NONE: readonly never[] = [];

function skipToStatement(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    if (text[at] === '#') at = lineEnd(text, at);
    else if (' \t\n;'.includes(text[at]!)) at++;
    else break;
  }
  return at;
}

/** @returns undefined where reading cannot go on */
function readStatement(text: string, start: number): Statement | undefined {
  const plain = readAssignments(text, start, false);
  if (plain !== 'other') return plain === 'open' ? undefined : plain;
  const first = readWord(text, start);
  if (first === undefined || first.end === start) return undefined;
  if (COMPOUNDS.has(first.value) || text[first.end] === '(') return undefined;
  if (DECLARATIONS.has(first.value)) {
    const declared = readAssignments(text, first.end, true);
    if (declared !== 'other') return declared === 'open' ? undefined : declared;
  }
  if (first.value === 'unset') return readUnset(text, first.end);
  return skipCommand(text, start);
}

/**
 * Reads assignments up to the statement's end.
 * @param declared whether options and bare names may stand between them, as behind `declare`
 * @returns 'other' where it turns out to be another statement, 'open' at an unclosed quote or parenthesis
 */
function readAssignments(text: string, start: number, declared: boolean): Statement | 'other' | 'open' {
  const assignments: Assignment[] = [];
  let flags = '';
  let at = start;
  for (;;) {
    at = skipBlanks(text, at);
    const end = statementEnd(text, at);
    if (end !== undefined) return { assignments, flags, unset: NONE, isCommand: false, end };
    const assignment = readAssignment(text, at, declared ? '{' : '');
    if (assignment === 'open') return 'open';
    if (assignment !== undefined) {
      assignments.push(assignment);
      at = assignment.end;
      continue;
    }
    const word = declared ? readWord(text, at) : undefined;
    if (word === undefined) return 'other';
    if (OPTION.test(word.value)) flags += word.value;
    else if (!NAME.test(word.value)) return 'other';
    at = word.end;
  }
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  for (;;) {
    if (text[at] === ' ' || text[at] === '\t') at++;
    else if (text.startsWith('\\\n', at)) at += 2;
    else return at;
  }
}

/** Where the next statement may start, if a statement of assignments ends at `at`; assignments joined by `&&` all happen. */
function statementEnd(text: string, at: number): number | undefined {
  const next = text[at];
  if (next === undefined || next === '\n' || next === ';' || next === '#') return at;
  return text.startsWith('&&', at) ? at + 2 : undefined;
}

function readUnset(text: string, start: number): Statement | undefined {
  const names: string[] = [];
  let at = start;
  for (;;) {
    at = skipBlanks(text, at);
    const word = readWord(text, at);
    if (word === undefined) return undefined;
    if (word.value === '-f') return skipCommand(text, start);
    if (word.end === at) break;
    names.push(word.value);
    at = word.end;
  }
  const rest = skipCommand(text, at);
  return rest === undefined ? undefined : { ...rest, unset: names, isCommand: false };
}

/** Skips a command that is not looked into. A here-document's lines would be taken for statements: reading ends there. */
function skipCommand(text: string, start: number): Statement | undefined {
  let at = start;
  while (at < text.length && text[at] !== '\n' && text[at] !== ';') {
    if ('()'.includes(text[at]!) || text.startsWith('<<', at)) return undefined;
    if (text[at] === '#') {
      at = lineEnd(text, at);
      continue;
    }
    const word = readWord(text, at);
    if (word === undefined) return undefined;
    // An operator is no word: step over it.
    at = Math.max(word.end, at + 1);
  }
  return { assignments: NONE, flags: '', unset: NONE, isCommand: true, end: at };
}

interface MutableVariable {
  text: StateText;
  elements: Map<string, StateText> | undefined;
  /** The index that the next element without a key takes. */
  next: number;
}

/** The variables while the text is read. Arrays grow in place: copying them at each `A[i]=` would be quadratic. */
class Variables {
  readonly #variables = new Map<string, MutableVariable>();

  assign(assignment: Assignment, flags: string): void {
    const { name, key, append, value } = assignment;
    const variable = this.#variables.get(name) ?? {
      text: { value: '', literal: true },
      elements: undefined,
      next: 0,
    };
    if (!this.#variables.has(name)) this.#variables.set(name, variable);
    if ('literal' in value) {
      const text = transformed(value, flags);
      if (key !== undefined || variable.elements !== undefined)
        setElement(variable, key ?? '0', text, append);
      else
        variable.text = append ? joined(variable.text, text) : { value: text.value, literal: text.literal };
      return;
    }
    if (append) toArray(variable);
    else Object.assign(variable, { text: { value: '', literal: true }, elements: new Map(), next: 0 });
    for (const element of value) {
      setElement(variable, element.key ?? String(variable.next), transformed(element, flags), false);
    }
  }

  /** @param name a variable's name, or `NAME[key]` */
  unset(name: string): void {
    const subscript = /^([A-Za-z_][A-Za-z0-9_]*)\[([\s\S]*)\]$/.exec(name);
    if (subscript === null) this.#variables.delete(name);
    else this.#variables.get(subscript[1]!)?.elements?.delete(subscript[2]!);
  }

  all(): readonly StateVariable[] {
    return [...this.#variables].map(([name, { text, elements }]) => ({ name, ...text, elements }));
  }
}

function toArray(variable: MutableVariable): Map<string, StateText> {
  if (variable.elements !== undefined) return variable.elements;
  const elements = new Map<string, StateText>();
  if (variable.text.value !== '') elements.set('0', variable.text);
  variable.elements = elements;
  variable.next = elements.size;
  variable.text = { value: '', literal: true };
  return elements;
}

function setElement(variable: MutableVariable, key: string, text: StateText, append: boolean): void {
  const elements = toArray(variable);
  const before = elements.get(key);
  const { value, literal } = text;
  elements.set(key, append && before !== undefined ? joined(before, text) : { value, literal });
  if (/^\d{1,15}$/.test(key)) variable.next = Number(key) + 1;
}

function joined(before: StateText, added: StateText): StateText {
  return { value: before.value + added.value, literal: before.literal && added.literal };
}

/** `declare -i` calculates, `-l` and `-u` change the case, `-n` names another variable: the value is what is written only if none changes it. */
function transformed(text: StateText, flags: string): StateText {
  const { value } = text;
  const kept =
    (!flags.includes('i') || /^-?\d+$/.test(value)) &&
    (!flags.includes('l') || value === value.toLowerCase()) &&
    (!flags.includes('u') || value === value.toUpperCase()) &&
    !flags.includes('n');
  return kept ? text : { value, literal: false };
}
