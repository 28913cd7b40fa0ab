import type { Analysis } from '../analyse';
import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import { type AnalysedBlock, isStep } from '../flow/documentFlow';
import type { FileTraffic } from '../flow/fileTraffic';
import { type UnquotedWrite, unquotedWrites } from '../rules/unquotedStateValue';
import { allSteps, type Call } from '../shell/script';
import { expansionsIn } from '../shell/writtenValues';
import type { Span } from '../text';
import type { Fix } from './fix';
import { replaceInBlock } from './replacing';

/**
 * *Quote with %q*: `echo "X=$X" >> F` becomes `printf 'X=%q\n' "$X" >> F`, and a line `X=$X` of a here-document
 * `X=$(printf '%q' "$X")`. All doubtful values that the block writes into the file, since the finding speaks for them.
 */
export function quoteValue({ flow }: Analysis, finding: Finding): readonly Fix[] {
  if (finding.rule !== 'unquoted-state-value') return [];
  const write = unquotedWrites(flow).find(
    ({ block, doubtful }) =>
      block.block.number === finding.block &&
      documentSpan(block.block, doubtful[0]!.value.span).start === finding.span.start,
  );
  const changes = write === undefined ? undefined : changesQuoting(write.block, write.doubtful);
  if (write === undefined || changes === undefined) return [];
  const names = [...new Set(write.doubtful.map(({ value }) => value.name ?? 'the value'))];
  const reason = otherReader(write.file);
  const subject = names.length <= 3 ? names.join(', ') : `${names.length} values`;
  return [
    {
      title: `Quote with %q: ${subject}${reason === undefined ? '' : ` (unsafe: ${reason})`}`,
      kind: 'quote',
      safety: reason === undefined ? 'safe' : 'unsafe',
      edits: changes.map(({ span, text }) => replaceInBlock(flow.document, write.block.block, span, text)),
    },
  ];
}

/** A part of a block's text, and what is to stand there. */
export interface Change {
  readonly span: Span;
  readonly text: string;
}

/**
 * One change for each command and line that writes a doubtful value into a file.
 * @returns in the order of their places; undefined where one of them cannot be told
 */
export function changesQuoting(
  block: AnalysedBlock,
  doubtful: UnquotedWrite['doubtful'],
): readonly Change[] | undefined {
  const changes = new Map<number, Change>();
  for (const { value } of doubtful) {
    const call = callWriting(block, value.span);
    const change = call === undefined ? inHereDocument(block, value.span) : inCall(block, call, value.span);
    if (change === undefined) return undefined;
    changes.set(change.span.start, change);
  }
  return [...changes.values()].sort((a, b) => a.span.start - b.span.start);
}

function callWriting({ script }: AnalysedBlock, { start, end }: Span): Call | undefined {
  for (const step of allSteps(script.flow, true))
    if (
      step.kind === 'call' &&
      (step.name === 'echo' || step.name === 'printf') &&
      step.arguments.some(({ span }) => span.start <= start && end <= span.end)
    )
      return step;
  return undefined;
}

function inCall({ block }: AnalysedBlock, call: Call, value: Span): Change | undefined {
  const words = call.arguments.map(({ span }) => block.text.slice(span.start, span.end));
  const span = { start: call.span.start, end: call.arguments[words.length - 1]!.span.end };
  const whole = block.text.slice(span.start, span.end);
  // A redirection between the words, or something else before the name.
  if (whole.replace(/\s+/g, ' ') !== [call.name, ...words].join(' ').replace(/\s+/g, ' ')) return undefined;
  const isInFormat = call.arguments[0]!.span.end > value.start;
  const text = isInFormat ? printed(call, words) : formatted(words);
  return text === undefined ? undefined : { span, text };
}

/** `echo "X=$X"` and `printf "X=$X\n"`, where the one word is an assignment. */
function printed({ name }: Call, words: readonly string[]): string | undefined {
  const [word] = words;
  if (word === undefined || words.length !== 1) return undefined;
  const inner = /^"([\s\S]*)"$/.exec(word)?.[1];
  const text = name === 'printf' ? /^([\s\S]*)\\n$/.exec(inner ?? '')?.[1] : (inner ?? word);
  if (text === undefined || (name === 'printf' && text.includes('%'))) return undefined;
  const match = /^((?:export )?[A-Za-z_]\w*)=([\s\S]*)$/.exec(text);
  // In a word without quotes around it, the shell has taken those around the value away.
  const content = inner === undefined ? unquoted(match?.[2], '"') : unquoted(match?.[2], '\\"');
  return match === null || content === undefined ? undefined : `printf '${match[1]}=%q\\n' "${content}"`;
}

/** `printf 'X=%s\n' "$X"`: the format says how the values are written. */
function formatted([format = '', ...values]: readonly string[]): string | undefined {
  if (/[$`]/.test(format)) return undefined;
  const quote = format.startsWith('"') ? '\\\\"' : '"';
  const changed = format.replace(new RegExp(`=(${quote}|)%s\\1(?=\\\\n|["']$)`, 'g'), '=%q');
  if (changed === format || /=(?:\\?")?%[^q]/.test(changed)) return undefined;
  const quoted = values.map(value => (/^\$(?:\w+|\{\w+\})$/.test(value) ? `"${value}"` : value));
  return ['printf', changed, ...quoted].join(' ');
}

function inHereDocument({ block }: AnalysedBlock, { start }: Span): Change | undefined {
  const begin = block.text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = block.text.indexOf('\n', start);
  const end = lineEnd < 0 ? block.text.length : lineEnd;
  const match = /^([ \t]*(?:export )?[A-Za-z_]\w*=)(.*)$/.exec(block.text.slice(begin, end));
  const content = unquoted(match?.[2], '"');
  if (match === null || content === undefined) return undefined;
  return { span: { start: begin, end }, text: `${match[1]}$(printf '%q' "${content}")` };
}

/**
 * The value of an assignment, as it can stand between double quotes; undefined where its own text is more than plain words, so
 * that the file would hold something else.
 */
function unquoted(value: string | undefined, quote: string): string | undefined {
  if (value === undefined) return undefined;
  const isQuoted = value.length > 2 * quote.length && value.startsWith(quote) && value.endsWith(quote);
  const inner = isQuoted ? value.slice(quote.length, -quote.length) : value;
  const { rest } = expansionsIn(inner);
  return /^[\w ./:@%+,=-]*$/.test(rest) && !inner.includes('\\') ? inner : undefined;
}

/** Commands to which it makes no difference how a value is spelt in the file. */
const INDIFFERENT =
  /^(?:source|\.|rm|ls|cat|chmod|chown|touch|mkdir|mv|cp|stat|test|\[\[?|wc|dirname|basename)$/;

/** Who reads the file in another way than by sourcing it, and would get the quotes with the value. */
function otherReader({ uses }: FileTraffic): string | undefined {
  for (const { block, use } of uses) {
    if (!isStep(block)) continue;
    for (const step of allSteps(block.script.flow, true)) {
      const isCall =
        step.kind === 'call' &&
        !INDIFFERENT.test(step.name ?? '') &&
        step.arguments.some(({ span }) => span.start === use.span.start);
      const isInput = step.kind === 'input' && !step.isTest && step.path?.span.start === use.span.start;
      if (isCall || isInput) return `block ${block.block.number} reads the file without sourcing it`;
    }
  }
  return undefined;
}
