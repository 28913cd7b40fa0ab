import type { Random } from './random';

/** Longer texts are cut: a few huge lines are enough. UTF-16 units. */
const MAX_LENGTH = 400_000;

type Mutation = (text: string, random: Random, other: string) => string;

/** Pieces that mean something to Markdown, the shell or us, and pieces that break it. */
const PIECES = [
  '```',
  '```bash\n',
  '````\n',
  '~~~sh\n',
  '\n\n',
  '> ',
  '- ',
  '\t',
  '    ',
  '---\n',
  '<step>\n',
  '</step>',
  '<!-- crossblock: same-shell -->\n',
  '<!-- crossblock-disable -->\n',
  '# crossblock-disable-next-line\n',
  '$(',
  '${X',
  '${X:-',
  '$((',
  '))',
  '`',
  '"',
  "'",
  '<<EOF\n',
  '\nEOF\n',
  'f() {',
  '}',
  'if ',
  'case x in',
  ';;',
  'esac',
  'X=1\n',
  'echo $X\n',
  'export X\n',
  'source lib.sh\n',
  'source "$F"\n',
  'trap "rm -f $F" EXIT\n',
  'declare -A M=(',
  '{{',
  '}}',
  '<name>',
  'Task(',
  '\0',
  '\r',
  '\r\n',
  '\ufeff',
  '\ud800',
  '\u202e',
  '\u0301',
  '👩‍👩‍👧',
  '\\',
  '&& ',
  '| ',
  '[[ ',
  ' ]]',
];

const NESTED = [
  ['$(echo ', ')'],
  ['${X:-', '}'],
  ['"$(', ')"'],
  ['( ', ' )'],
  ['{ ', '; }'],
  ['$((', '))'],
  ['if true; then ', '; fi'],
  ['> ', ''],
  ['- ', ''],
  ['[', ']'],
  ['{', '}'],
  ['`', '`'],
  ['<(', ')'],
] as const;

const MUTATIONS: readonly Mutation[] = [
  (text, random) => splice(text, random, 0, random.pick(PIECES)),
  (text, random) => splice(text, random, 0, random.pick(PIECES)),
  (text, random) => splice(text, random, 1 + random.below(3), String.fromCharCode(random.below(0x250))),
  (text, random) => splice(text, random, random.below(400), ''),
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => splice(text, random, 0, slice(text, random, 2_000)),
  (text, random, other) => splice(text, random, 0, slice(other, random, 2_000)),
  // A line without end.
  (text, random) => splice(text, random, 0, random.pick(PIECES).repeat(1 + random.below(20_000))),
  (text, random) => splice(text, random, 0, 'a$b '.repeat(1 + random.below(20_000))),
  (text, random) => {
    const [open, close] = random.pick(NESTED);
    const depth = 1 + random.below(2_000);
    return splice(text, random, 0, open.repeat(depth) + close.repeat(depth));
  },
  (text, random) => text.replaceAll('\n', random.pick(['\r\n', '\n\n', '\n> ', '\n    ', ' '])),
  (text, random) => swapLines(text, random),
];

/** A text with one to eight changes, mostly small ones; the same for the same random numbers. */
export function mutate(text: string, random: Random, other: string): string {
  let mutated = text;
  for (let left = 1 + random.below(8); left > 0; left--)
    mutated = random.pick(MUTATIONS)(mutated, random, other).slice(0, MAX_LENGTH);
  return mutated;
}

function splice(text: string, random: Random, removed: number, inserted: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + inserted + text.slice(at + removed);
}

function slice(text: string, random: Random, length: number): string {
  const at = random.below(text.length + 1);
  return text.slice(at, at + random.below(length));
}

function swapLines(text: string, random: Random): string {
  const lines = text.split('\n');
  const [from, to] = [random.below(lines.length), random.below(lines.length)];
  return lines.with(from, lines[to]!).with(to, lines[from]!).join('\n');
}
