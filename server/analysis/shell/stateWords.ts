/**
 * Reads single shell words, as a shell would unquote them, without ever expanding anything. It runs in linear time on any
 * text: state files lie in directories that everyone may write to, and the grammar needs seconds for some short hostile
 * texts (16,000 lines of `X=(` take it 12 s), so that the event loop would stand still.
 */

/** A word of shell text. */
export interface ShellWord {
  /** The unquoted text, or the word as it is written where `literal` is false. */
  readonly value: string;
  /** False where a shell would expand something in it (`$X`, `$(…)`, `~`) or where it is no valid UTF-8. */
  readonly literal: boolean;
  /** UTF-16 offset behind the word. */
  readonly end: number;
}

/** What a word's place adds to the general rules of quoting. */
export interface WordPlace {
  /** Characters that end the word besides blanks and operators, e.g. `]` in a subscript. */
  readonly closer?: string;
  /** Characters that a shell expands at this place where they are not quoted, e.g. `*` in the elements of an array. */
  readonly expanded?: string;
}

const OPERATORS = ' \t\n;&|<>()';
const PLAIN = /[A-Za-z0-9_./,@%+-]+/y;
const EXPANSION_START = /[A-Za-z0-9_{(@*#?$!-]/;

/**
 * Reads the word that starts at `start`; an empty one where none does.
 * @returns undefined where a quote is never closed
 */
export function readWord(text: string, start: number, place: WordPlace = {}): ShellWord | undefined {
  let at = start;
  let value = '';
  let literal = true;
  while (at < text.length) {
    const run = plainRun(text, at);
    if (run > at) {
      value += text.slice(at, run);
      at = run;
      continue;
    }
    const character = text[at]!;
    if (place.closer === undefined ? OPERATORS.includes(character) : character === place.closer) break;
    if (isTilde(text, at, start)) literal = false;
    if (place.expanded?.includes(character)) literal = false;
    const piece = readPiece(text, at);
    if (piece === undefined) return undefined;
    value += piece.value;
    literal &&= piece.literal;
    at = piece.end;
  }
  return { value: literal ? value : text.slice(start, at), literal, end: at };
}

/** Letters and the like mean themselves everywhere: they are taken in one go. */
function plainRun(text: string, at: number): number {
  PLAIN.lastIndex = at;
  return PLAIN.test(text) ? PLAIN.lastIndex : at;
}

/** In assignments a tilde is expanded at the value's start and behind each unquoted colon. */
function isTilde(text: string, at: number, start: number): boolean {
  return text[at] === '~' && (at === start || text[at - 1] === ':');
}

/** Reads the quoted stretch, the expansion, or the run of plain characters at `at`. */
function readPiece(text: string, at: number): ShellWord | undefined {
  const character = text[at];
  if (character === '\\') return readBackslash(text, at);
  if (character === "'") return readSingleQuotes(text, at);
  if (character === '"') return readDoubleQuotes(text, at);
  if (character === '`') return expansion(text, at);
  if (character !== '$') return { value: character ?? '', literal: true, end: at + 1 };
  const next = text[at + 1] ?? '';
  if (next === "'") return readAnsiQuotes(text, at);
  if (next === '"') return readDoubleQuotes(text, at + 1);
  if (EXPANSION_START.test(next)) return expansion(text, at);
  return { value: '$', literal: true, end: at + 1 };
}

function readBackslash(text: string, at: number): ShellWord {
  const next = text[at + 1];
  if (next === undefined) return { value: '\\', literal: true, end: at + 1 };
  return { value: next === '\n' ? '' : next, literal: true, end: at + 2 };
}

function readSingleQuotes(text: string, at: number): ShellWord | undefined {
  const close = text.indexOf("'", at + 1);
  return close < 0 ? undefined : { value: text.slice(at + 1, close), literal: true, end: close + 1 };
}

function readDoubleQuotes(text: string, open: number): ShellWord | undefined {
  const pieces: string[] = [];
  let literal = true;
  let at = open + 1;
  while (at < text.length) {
    const character = text[at]!;
    if (character === '"') return { value: pieces.join(''), literal, end: at + 1 };
    if (character === '\\') {
      const next = text[at + 1] ?? '';
      if (next !== '\n') pieces.push('$`"\\'.includes(next) ? next : `\\${next}`);
      at += 2;
      continue;
    }
    if (character === '`' || (character === '$' && EXPANSION_START.test(text[at + 1] ?? ''))) {
      const skipped = expansion(text, at, true);
      if (skipped === undefined) return undefined;
      literal = false;
      at = skipped.end;
      continue;
    }
    pieces.push(character);
    at++;
  }
  return undefined;
}

/** The expansion that starts at `at`, as it is written. */
function expansion(text: string, at: number, quoted = false): ShellWord | undefined {
  const end = expansionEnd(text, at, quoted);
  return end === undefined ? undefined : { value: text.slice(at, end), literal: false, end };
}

/**
 * Finds the end of `$NAME`, `${…}`, `$(…)` or backquotes. Nesting is kept on a stack of its own, since hostile text may nest
 * deeper than the call stack reaches.
 */
function expansionEnd(text: string, start: number, quoted: boolean): number | undefined {
  const next = text[start + 1] ?? '';
  if (text[start] === '$' && next !== '{' && next !== '(') {
    const name = /[A-Za-z_][A-Za-z0-9_]*|./y;
    name.lastIndex = start + 1;
    return start + 1 + (name.exec(text)?.[0].length ?? 0);
  }
  // In double quotes a single quote inside `${…}` quotes nothing: such a brace is held as `q`.
  const stack: string[] = quoted ? ['"'] : [];
  const floor = stack.length;
  let at = start;
  do {
    const character = text[at];
    if (character === undefined) return undefined;
    const top = stack.at(-1);
    const inQuotes = top === '"' || top === 'q';
    const closer = top === 'q' ? '}' : top;
    if (character === '\\') at++;
    else if (stack.length > floor && character === closer) stack.pop();
    else if (character === '$' && text[at + 1] === '{') stack.push(inQuotes ? 'q' : '}');
    else if (character === '$' && text[at + 1] === '(') stack.push(')');
    else if (character === '`') stack.push('`');
    else if (!inQuotes && character === '"') stack.push('"');
    else if (!inQuotes && character === "'") at = text.indexOf("'", at + 1);
    else if (!inQuotes && character === '(') stack.push(')');
    if (at < start) return undefined;
    if (character === '$' && '{('.includes(text[at + 1] ?? ' ')) at++;
    at++;
  } while (stack.length > floor);
  return at;
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  e: 27,
  E: 27,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
  '?': 63,
};
const CODED_ESCAPE =
  /\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c([\s\S]))/y;

/** Reads `$'…'`. Its escapes name bytes, so they are collected as bytes and decoded as UTF-8 at the end. */
function readAnsiQuotes(text: string, start: number): ShellWord | undefined {
  const bytes: number[] = [];
  let ended = false;
  let at = start + 2;
  while (at < text.length) {
    if (text[at] === "'") return decodeAnsi(text, start, at + 1, bytes);
    const unit = text[at] === '\\' ? readEscape(text, at) : readPlain(text, at);
    // bash drops what follows a NUL in the same quotes.
    ended ||= unit.bytes.includes(0);
    if (!ended) bytes.push(...unit.bytes);
    at = unit.end;
  }
  return undefined;
}

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeAnsi(text: string, start: number, end: number, bytes: readonly number[]): ShellWord {
  try {
    return { value: DECODER.decode(Uint8Array.from(bytes)), literal: true, end };
  } catch {
    return { value: text.slice(start, end), literal: false, end };
  }
}

interface Escape {
  readonly bytes: readonly number[];
  readonly end: number;
}

function readPlain(text: string, at: number): Escape {
  const point = text.codePointAt(at)!;
  return { bytes: encode(point), end: at + (point > 0xffff ? 2 : 1) };
}

function readEscape(text: string, at: number): Escape {
  const simple = SIMPLE_ESCAPES[text[at + 1] ?? ''];
  if (simple !== undefined) return { bytes: [simple], end: at + 2 };
  CODED_ESCAPE.lastIndex = at;
  const match = CODED_ESCAPE.exec(text);
  // An escape that bash does not know keeps its backslash.
  if (match === null) return { bytes: [92], end: at + 1 };
  const [whole, octal, hex, short, long, control] = match;
  const end = at + whole.length;
  if (octal !== undefined) return { bytes: [Number.parseInt(octal, 8) & 0xff], end };
  if (hex !== undefined) return { bytes: [Number.parseInt(hex, 16)], end };
  if (control !== undefined) return controlEscape(text, at, control);
  return { bytes: encode(Number.parseInt(short ?? long ?? '0', 16)), end };
}

function controlEscape(text: string, at: number, character: string): Escape {
  const code = character.codePointAt(0)!;
  // `\c\\` is written with two backslashes.
  const length = character === '\\' && text[at + 3] === '\\' ? 4 : 3;
  return { bytes: [character === '?' ? 127 : code & 0x1f], end: at + length };
}

const ENCODER = new TextEncoder();

function encode(point: number): readonly number[] {
  if (point < 128) return [point];
  return [...ENCODER.encode(point > 0x10ffff ? '\uFFFD' : String.fromCodePoint(point))];
}
