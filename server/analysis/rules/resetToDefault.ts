import { isBridged } from '../document/bridges';
import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { ExposedRead } from '../flow/blockFlow';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import type { Origin } from '../flow/origins';
import { type Symbolic, sameSymbolic } from '../flow/symbolic';
import { kept } from '../kept';
import { allSteps, type Choice, type Define, type ShellScript } from '../shell/script';
import type { Span } from '../text';
import { exposedByName, losesValue } from './lostReads';
import { originSpan, place, type Rule, readingBlocks, steps } from './rule';

/** A default, or a value that a guard calculates, in the place of what an earlier step gave the name. */
export const resetToDefault: Rule = {
  name: 'reset-to-default',
  summary: 'A default takes the place of the value that an earlier block set.',
  page: {
    severity: 'Hint; information where the two values are known to differ.',
    why: '`${MODE:-fast}` says what holds where nobody has set MODE. In a new shell nobody has: what an earlier block set is gone, and the default holds every time. Unlike a lost variable it looks like a value, so that nobody notices.',
    example: steps('MODE=thorough\necho "reviewing in mode $MODE"', 'MODE="${MODE:-fast}"\necho "$MODE"'),
    useInstead: steps('MODE=thorough\necho "reviewing in mode $MODE"', 'MODE=thorough\necho "$MODE"'),
    fix: 'Calculate the value in both blocks in the same way, hand it over through a state file, or give it another name where it is meant to be another value.',
    references: ['https://www.gnu.org/software/bash/manual/bash.html#Shell-Parameter-Expansion'],
  },
  *check(flow) {
    for (const block of readingBlocks(flow)) {
      const seen = new Set<string>();
      for (const replaced of [...defaultsIn(flow, block), ...guardsIn(flow, block)]) {
        if (seen.has(replaced.name)) continue;
        seen.add(replaced.name);
        const finding = report(flow, block, replaced);
        if (finding !== undefined) yield finding;
      }
    }
  },
};

/** A value that holds where the name has none, and what gave it another one before. */
interface Replaced {
  readonly name: string;
  readonly span: Span;
  /** The value as written, without quotes. */
  readonly text: string;
  /** All values that the block's own guards may give it, as written. */
  readonly ownTexts: readonly string[];
  /** Whether it takes the place of an empty value too (`:-`): that one is then lost in one shell as well. */
  readonly replacesEmpty: boolean;
  readonly origin: DefinedOrigin;
}

type DefinedOrigin = Extract<Origin, { readonly kind: 'definition' }>;

function* defaultsIn(flow: DocumentFlow, block: AnalysedBlock): Generator<Replaced> {
  for (const [name, reads] of exposedByName(block)) {
    // What is dangerous is reported as lost; who asks for it as well knows that it may be empty.
    if (reads.some(read => losesValue(read) || read.read.asksFor !== undefined)) continue;
    const found = reads.find(isDefault);
    const origin = found && definedBefore(flow, name, block);
    if (origin === undefined) continue;
    const expansion = block.block.text.slice(found!.read.span.start, found!.read.span.end);
    const [, colon, text] = /^\$\{\w+(:?)[-=]([\s\S]*)\}$/.exec(expansion) ?? [];
    if (text === undefined) continue;
    const own = withoutQuotes(text);
    const replacesEmpty = colon !== '';
    yield { name, span: found!.read.span, text: own, ownTexts: [own], replacesEmpty, origin };
  }
}

function isDefault({ read, maybeSet }: ExposedRead): boolean {
  return read.fallback === 'default' && read.reader === 'shell' && !maybeSet;
}

/** `[ -z "$X" ] && X=…`, where nothing in the block has set X before. */
function* guardsIn(flow: DocumentFlow, block: AnalysedBlock): Generator<Replaced> {
  const guarded = guardedIn(block.script);
  if (guarded.length === 0) return;
  const { loads } = block.flow;
  const first = new Map<string, number>();
  // Also of names that the block takes away again.
  for (const step of allSteps(block.script.flow))
    if (step.kind === 'define' && !first.has(step.name)) first.set(step.name, step.span.start);
  for (const { define, asked } of guarded) {
    const { name } = define;
    if ((first.get(name) ?? define.span.start) < asked.start) continue;
    // What is loaded before may give the value back.
    if (loads.some(({ load, known, gives }) => load.span.start < asked.start && (!known || gives(name))))
      continue;
    const origin = definedBefore(flow, name, block);
    const text = define.value && withoutQuotes(textAt(block, define.value.span));
    if (origin === undefined || text === undefined || RESTORES.test(text)) continue;
    if (sameValue(block, origin, name)) continue;
    const ownTexts = guarded.flatMap(({ define: { name: other, value } }) =>
      other === name && value !== undefined ? [withoutQuotes(textAt(block, value.span))] : [],
    );
    const replacesEmpty = !textAt(block, asked).startsWith(`\${${name}+`);
    yield { name, span: define.span, text, ownTexts, replacesEmpty, origin };
  }
}

/** What takes a value from where an earlier block may have put it. */
const RESTORES =
  /^\$\((?:cat|<|jq|grep|sed|head|tail|awk|cut|read|source|yq|load\w*|get\w*|read\w*)(?![\w-])|^\$\(</;

/** An assignment that runs where its own name is empty, and where that is asked. */
interface Guarded {
  readonly define: Define;
  readonly asked: Span;
}

const guardedIn = kept(({ flow }: ShellScript): readonly Guarded[] =>
  [...allSteps(flow)].flatMap(step => (step.kind === 'choice' ? [...guardedBy(step)] : [])),
);

function* guardedBy({ tests, branches }: Choice): Generator<Guarded> {
  for (const { read, firstWhenEmpty } of tests)
    for (const [index, branch] of branches.entries()) {
      if ((index === 0) !== firstWhenEmpty) continue;
      const define = branch.find(step => step.kind === 'define' && step.name === read.name);
      if (define?.kind === 'define' && define.form === 'assignment' && !define.array)
        yield { define, asked: read.span };
    }
}

/** The plain assignment of an earlier step that gave the name its value. */
function definedBefore(flow: DocumentFlow, name: string, block: AnalysedBlock): DefinedOrigin | undefined {
  const origin = flow.originOfVariable(name, block);
  if (origin?.kind !== 'definition' || origin.block.role.kind !== 'step') return undefined;
  const { value, array } = origin.define;
  const definitions = [origin.define, ...definitionsAtEnd(origin)];
  if (!definitions.every(isAssignment) || value === undefined || array) return undefined;
  // On another way, it may have got a value that is none of those that are told of.
  const { areAlternatives, blocks } = flow;
  const isOtherwise = blocks.some(
    other =>
      other.flow.definitions.some(define => define.name === name && !isAssignment(define)) &&
      areAlternatives(other.block, origin.block.block),
  );
  if (isOtherwise) return undefined;
  // `X="${X:-}"` gives nothing that could be lost.
  if (/^["']?\$\{(\w+):?-["']?\}/.exec(value.text)?.[1] === name) return undefined;
  return isBridged(flow.document, flow.blocksDefining(name, block), block.block, name) ? undefined : origin;
}

/** What may have given a name the value that its block ends with; the state at the end also knows the ways that ended before. */
function definitionsAtEnd({ block: { script, flow }, define: { name } }: DefinedOrigin): readonly Define[] {
  const last = script.statements.findLast(statement =>
    statement.flow.some(step => step.kind === 'define' && step.name === name && !step.append),
  );
  const definitions = flow.end.names.get(name)?.definitions ?? [];
  return definitions.filter(({ span }) => span.start >= (last?.span.start ?? 0));
}

function isAssignment({ form }: Define): boolean {
  return form === 'assignment' || form === 'default';
}

/** Whether both blocks end with the same value, however they come to it. */
function sameValue(block: AnalysedBlock, origin: DefinedOrigin, name: string): boolean {
  const own = block.flow.end.names.get(name)?.value;
  const given = origin.block.flow.end.names.get(name)?.value;
  return own !== undefined && given !== undefined && isTold(own) && sameSymbolic(own, given);
}

/** Whether nothing in a value stands for several ones, of which nobody knows which it is. */
function isTold(value: Symbolic): boolean {
  return value.every(part => part.kind !== 'unknown' || part.source !== '');
}

function textAt({ block }: AnalysedBlock, { start, end }: Span): string {
  return block.text.slice(start, end);
}

/** A word without the quotes around it, with one spelling for `${X}` and `$X`. */
function withoutQuotes(word: string): string {
  const inner = /^(["'])([\s\S]*)\1$/.exec(word)?.[2] ?? word;
  return inner.replace(/\$\{(\w+)\}(?!\w)/g, '$$$1');
}

/** The values that the earlier block may have given, as written; of `${X:-d}`, the default. */
function givenTexts(origin: DefinedOrigin): readonly string[] {
  const { block, define } = origin;
  const definitions = definitionsAtEnd(origin);
  return (definitions.length === 0 ? [define] : definitions).map(({ name, value }) => {
    const text = value === undefined ? '$' : withoutQuotes(textAt(block, value.span));
    const own = /^\$\{(\w+):?[-=]([\s\S]*)\}$/.exec(text);
    return own?.[1] === name ? withoutQuotes(own[2]!) : text;
  });
}

/** Whether all of a text is known before anything runs. */
function isLiteral(text: string): boolean {
  return !/[$`*?[\]{}<>\n]/.test(text) && text.length <= 40;
}

function report(
  flow: DocumentFlow,
  { block }: AnalysedBlock,
  { name, span, text, ownTexts, replacesEmpty, origin }: Replaced,
): Finding | undefined {
  const given = givenTexts(origin);
  const isKept = (other: string) => ownTexts.includes(other) || (replacesEmpty && other === '');
  if (given.every(isKept)) return undefined;
  const [only] = given;
  const differ = given.length === 1 && only !== undefined && isLiteral(only) && isLiteral(text);
  const where = place(flow, origin);
  const becomes = text === '' ? 'nothing' : differ ? `"${text}"` : 'its default';
  const was = differ ? `, not "${only}" as in ${where}` : `, whatever ${where} gave it`;
  return {
    rule: 'reset-to-default',
    severity: differ ? 'information' : 'hint',
    name,
    message: `${name} falls back to ${becomes} here${was}: each block runs in a shell of its own, so the default always holds; calculate it in the same way, or hand it over`,
    block: block.number,
    span: documentSpan(block, span),
    definition: {
      block: origin.block.block.number,
      span: originSpan(origin),
      message: `${name} is set here, in block ${origin.block.block.number}, and gone at the block's end`,
    },
  };
}
