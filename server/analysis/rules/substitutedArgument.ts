import { callerArguments } from '../document/callerArguments';
import { type CommandDocument, documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import type { HostProfile } from '../hosts/profile';
import { kept } from '../kept';
import type { Call, Flow } from '../shell/script';
import { entryOf } from '../table';
import type { Span } from '../text';
import { type Rule, runBlocks, steps } from './rule';

/** `$1` of an awk program or of a function, which the host takes for the command's own argument. */
export const substitutedArgument: Rule = {
  name: 'substituted-argument',
  summary: 'The host puts an argument of the command in the place of this `$1` before the shell runs.',
  page: {
    severity:
      'Warning; information where the frontmatter names fewer arguments than it takes for the number to be replaced.',
    why: "In commands and skills, Claude Code replaces `$0`, `$1`, … by the caller's arguments, counted from 0, and does so everywhere in the text: in fences, in an awk program, in the body of a function. With two arguments or more, `awk '{print $1}'` prints the second one as many times as there are lines, and a function gets the command's argument instead of its own. With fewer it works, which is why it is found late. OpenCode does the same in commands, counted from 1, takes a number out of the text where there is no such argument, and puts all the rest in for the highest number.",
    example: `---\nargument-hint: <folder> <pattern>\n---\n\n${steps("du -s build | awk '{print $1}'")}`,
    useInstead: `---\nargument-hint: <folder> <pattern>\n---\n\n${steps("du -s build | awk '{print $(1)}'")}`,
    fix: 'Write `$(1)` in awk, and `${1}` in the shell and in Perl: the host leaves both alone. In Claude Code a backslash does it too: `\\$1`.',
    references: [
      'https://github.com/anthropics/claude-code/issues/78759',
      'https://github.com/anthropics/claude-code/issues/94709',
      'https://code.claude.com/docs/en/skills',
      'https://opencode.ai/docs/commands',
    ],
  },
  *check(flow) {
    const { kinds, firstArgument, missingArgument } = flow.profile.textSubstitution;
    if (firstArgument === undefined || !kinds.has(flow.kind)) return;
    const stays = missingArgument === 'stays';
    const taken = callerArguments(flow.document);
    if (taken === undefined && stays) return;
    // Where a number that nobody gives an argument vanishes, it is wrong in every call.
    const count = stays ? taken?.count : undefined;
    for (const block of runBlocks(flow)) {
      // One of a kind tells: whoever mends it sees the others.
      const seen = new Set<Place>();
      for (const found of substitutedIn(block)) {
        if (seen.has(found.place)) continue;
        seen.add(found.place);
        yield report(flow, block, found, found.number - firstArgument, count);
      }
    }
  },
};

/** What the author means by the number. */
export type Place = 'awk' | 'perl' | 'program' | 'function';

export interface Substituted {
  readonly place: Place;
  readonly number: number;
  /** UTF-16 offsets in the block's text. */
  readonly span: Span;
}

/** Programs that are handed as text and that have numbers of their own. */
const PROGRAMS: Readonly<Record<string, Place>> = {
  awk: 'awk',
  gawk: 'awk',
  mawk: 'awk',
  nawk: 'awk',
  perl: 'perl',
  bash: 'program',
  sh: 'program',
  zsh: 'program',
};

const MEANINGS: Readonly<Record<Place, string>> = {
  awk: 'field of awk',
  perl: 'match of Perl',
  program: 'parameter of that shell',
  function: 'parameter of the function',
};

/** What a host replaces; `$1x`, `${1}` and `\$1` are left alone. */
const NUMBER = /(?<!\\)\$(\d{1,4})(?!\w)/g;

/** In the order of the text. Outside functions and programs, `$1` is the command's argument, and meant to be. */
export function* substitutedIn({ block, script }: AnalysedBlock): Generator<Substituted> {
  if (!/\$\d/.test(block.text)) return;
  yield* inFlow(script.flow, block.text, false);
}

function* inFlow(flow: Flow, source: string, isFunction: boolean): Generator<Substituted> {
  for (const step of flow) {
    if (step.kind === 'read' && isFunction && /^\d/.test(step.name)) {
      const [found] = numbersIn(source, step.span.start, step.span.end + 1);
      if (found?.span.start === step.span.start) yield { ...found, place: 'function' };
    } else if (step.kind === 'call') yield* inProgram(step, source);
    else if (step.kind === 'choice')
      for (const branch of step.branches) yield* inFlow(branch, source, isFunction);
    else if (step.kind === 'function') yield* inFlow(step.body, source, true);
    else if ('body' in step) yield* inFlow(step.body, source, isFunction);
  }
}

/** Numbers between the single quotes of a program; between double quotes they are the shell's. */
function* inProgram({ name, arguments: words }: Call, source: string): Generator<Substituted> {
  const place = entryOf(PROGRAMS, name);
  if (place === undefined) return;
  for (const { span } of words)
    for (const quoted of source.slice(span.start, span.end).matchAll(/'[^']*'/g)) {
      const start = span.start + quoted.index;
      for (const found of numbersIn(source, start, start + quoted[0].length)) yield { ...found, place };
    }
}

function numbersIn(source: string, start: number, end: number): readonly Omit<Substituted, 'place'>[] {
  // The character before says whether the first one is escaped.
  const from = Math.max(0, start - 1);
  return [...source.slice(from, end).matchAll(NUMBER)].map(match => ({
    number: Number(match[1]),
    span: { start: from + match.index, end: from + match.index + match[0].length },
  }));
}

/** The spelling that the host leaves alone: `${1}` is a syntax error in awk. */
export function leftAlone(place: Place, number: number): string {
  return place === 'awk' ? `$(${number})` : `\${${number}}`;
}

function report(
  { profile, kind, document }: DocumentFlow,
  { block }: AnalysedBlock,
  { place, number, span }: Substituted,
  position: number,
  count: number | undefined,
): Finding {
  const instead = leftAlone(place, number);
  const isRare = count !== undefined && position >= count;
  const condition = isRare ? ' where the caller gives that many' : '';
  const takesRest = profile.textSubstitution.lastTakesRest === true && number === highestNumber(document);
  const isWhole = takesRest && position === 0;
  const replacement = isWhole
    ? 'all arguments'
    : takesRest
      ? `the arguments from the ${ordinal(position)} one on`
      : `the ${ordinal(position)} argument`;
  const what =
    position < 0
      ? `takes it for an argument of the ${kind}, though it counts them from 1`
      : `puts ${replacement} of the ${kind}${orNothing(profile)} in its place before the shell runs`;
  return {
    rule: 'substituted-argument',
    // A function that is handed the whole text gets just that.
    severity: isRare || (isWhole && place === 'function') ? 'information' : 'warning',
    name: `$${number}`,
    message: `$${number} is no ${MEANINGS[place]} here: ${profile.title} ${what}${condition}; write ${instead}`,
    block: block.number,
    span: documentSpan(block, span),
    definition: undefined,
  };
}

/** The highest number that the host sees in a document, wherever it stands. */
const highestNumber = kept(({ text }: CommandDocument): number => {
  let highest = 0;
  for (const [, number] of text.matchAll(/\$(\d{1,4})/g)) highest = Math.max(highest, Number(number));
  return highest;
});

function orNothing({ textSubstitution }: HostProfile): string {
  return textSubstitution.missingArgument === 'vanishes' ? ', or nothing,' : '';
}

const ORDINALS = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];

/** The word for a place, from 0. */
export function ordinal(position: number): string {
  return ORDINALS[position] ?? `${position + 1}th`;
}
