import type { Call, Flow, WrittenValue } from './script';

/** A text as it comes to stand in a file, with a mark for each expansion in it. */
interface Template {
  readonly text: string;
  readonly expansions: readonly Expansion[];
}

interface Expansion {
  readonly text: string;
  readonly start: number;
}

/** A character that no text has: it stands for an expansion. */
const MARK = '\uE000';

/** What `echo` and `printf` write into a file, line by line. */
export function valuesPrinted(body: Flow): readonly WrittenValue[] {
  return body.flatMap(step => {
    if (step.kind !== 'call') return [];
    if (step.name === 'echo') return valuesIn(join(echoed(step), ' '));
    return step.name === 'printf' ? valuesIn(formatted(step)) : [];
  });
}

/** @param start where the text begins: the spans are moved there */
export function valuesInHereDocument(text: string, start: number): readonly WrittenValue[] {
  return text.includes('=') ? valuesIn(templateOf(text, start)) : [];
}

function echoed({ arguments: words }: Call): readonly Template[] {
  const first = words.findIndex(({ text }) => !/^-[neE]+$/.test(text));
  const interprets = words.slice(0, Math.max(0, first)).some(({ text }) => text.includes('e'));
  return words.slice(Math.max(0, first)).map(({ text, span }) => {
    const template = wordTemplate(text, span.start);
    return interprets ? withLineEnds(template) : template;
  });
}

/** `%s` takes the next word as it is; `%q` quotes it, and `%d` is a number. */
/** A conversion of a format, or an expansion in it. */
const CONVERSION = new RegExp(`(%[-# +]{0,5}\\d{0,9}(?:\\.\\d{1,9})?[a-zA-Z%]|${MARK})`);

function formatted({ arguments: words }: Call): Template {
  const [format, ...values] = words;
  if (format === undefined || format.text.startsWith('-')) return { text: '', expansions: [] };
  const { text, expansions } = withLineEnds(wordTemplate(format.text, format.span.start));
  let next = 0;
  const parts: Template[] = [];
  do {
    const own = [...expansions];
    for (const piece of text.split(CONVERSION)) {
      if (piece === MARK) parts.push({ text: MARK, expansions: own.splice(0, 1) });
      else if (/^%.*[sb]$/s.test(piece)) {
        const value = values[next++];
        if (value !== undefined) parts.push(wordTemplate(value.text, value.span.start));
      } else if (/^%.*[a-zA-Z]$/s.test(piece)) next++;
      else parts.push({ text: piece, expansions: [] });
    }
    // The format is used again for the words that are left; without a conversion it takes none.
  } while (next > 0 && next < values.length && parts.length < MAX_PARTS);
  return join(parts, '');
}

const MAX_PARTS = 2_000;

function join(templates: readonly Template[], separator: string): Template {
  return {
    text: templates.map(({ text }) => text).join(separator),
    expansions: templates.flatMap(({ expansions }) => expansions),
  };
}

function withLineEnds({ text, expansions }: Template): Template {
  return { text: text.replace(/\\n/g, '\n'), expansions };
}

/** A word of a command, as the shell makes it: its parts in quotes and without, one behind the other. */
function wordTemplate(word: string, start: number): Template {
  // Within one pair of double quotes, a `$( … )` may have quotes of its own.
  if (/^"[\s\S]*"$/.test(word)) return templateOf(word.slice(1, -1), start + 1);
  const parts = [...word.matchAll(/'[^']*'?|"(?:\\[\s\S]|[^"\\])*"?|[^'"]+/g)].map(({ 0: part, index }) => {
    if (part.startsWith("'")) return { text: part.slice(1, -1), expansions: [] };
    return part.startsWith('"')
      ? templateOf(part.slice(1, -1), start + index + 1)
      : templateOf(part, start + index);
  });
  return join(parts, '');
}

/** A text between double quotes or of a here-document: a backslash keeps a sign from the shell, and is gone in the file. */
function templateOf(source: string, start: number): Template {
  let text = '';
  const expansions: Expansion[] = [];
  for (let at = 0; at < source.length; ) {
    const sign = source[at]!;
    if (sign === '\\') {
      const next = source[at + 1] ?? '';
      text += '$`"\\'.includes(next) ? next : sign + next;
      at += 2;
      continue;
    }
    const end = sign === '$' || sign === '`' ? expansionEnd(source, at) : at;
    if (end > at) {
      text += MARK;
      expansions.push({ text: source.slice(at, end), start: start + at });
    } else if (sign !== MARK) text += sign;
    at = Math.max(end, at + 1);
  }
  return { text, expansions };
}

/** The expansions in a text between double quotes, and what is left of it. */
export function expansionsIn(source: string): {
  readonly rest: string;
  readonly expansions: readonly string[];
} {
  const { text, expansions } = templateOf(source, 0);
  return { rest: text.replaceAll(MARK, ''), expansions: expansions.map(expansion => expansion.text) };
}

/** Where the expansion that begins at an offset ends; the offset itself where none does. */
function expansionEnd(source: string, at: number): number {
  if (source[at] === '`') {
    const end = source.indexOf('`', at + 1);
    return end < 0 ? source.length : end + 1;
  }
  const open = source[at + 1] ?? '';
  if (open === '{' || open === '(') {
    const close = open === '{' ? '}' : ')';
    let depth = 0;
    for (let index = at + 1; index < source.length; index++) {
      if (source[index] === '\\') index++;
      else if (source[index] === open) depth++;
      else if (source[index] === close && --depth === 0) return index + 1;
    }
    return source.length;
  }
  return at + (/^\$(?:[A-Za-z_]\w{0,200}|[\d@*#?$!_-])/.exec(source.slice(at, at + 220))?.[0].length ?? 0);
}

const ASSIGNMENT = new RegExp(
  `^[ \\t]*(?:export\\s+|readonly\\s+|(?:declare|typeset)\\s+(?:-\\w+\\s+)*)?([A-Za-z_]\\w*|\\w*${MARK}\\w*)=`,
);

/** The expansions behind the `=` of each line, with the quotes that the file has around them. */
function valuesIn({ text, expansions }: Template): readonly WrittenValue[] {
  const values: WrittenValue[] = [];
  let next = 0;
  for (const line of text.split('\n')) {
    const head = ASSIGNMENT.exec(line);
    const assigned = head?.[1];
    const begin = head === null ? line.length : head[0].length;
    let quotes: WrittenValue['quotes'] = 'none';
    for (let at = 0; at < line.length; at++) {
      const sign = line[at]!;
      if (sign === MARK) {
        const { text: expansion, start } = expansions[next++]!;
        const name = assigned?.includes(MARK) === true ? undefined : assigned;
        const span = { start, end: start + expansion.length };
        if (at >= begin) values.push({ name, expansion, span, quotes });
      } else if (at >= begin) quotes = afterSign(quotes, sign);
    }
  }
  return values;
}

function afterSign(quotes: WrittenValue['quotes'], sign: string): WrittenValue['quotes'] {
  if (sign === '"' && quotes !== 'single') return quotes === 'double' ? 'none' : 'double';
  if (sign === "'" && quotes !== 'double') return quotes === 'single' ? 'none' : 'single';
  return quotes;
}
