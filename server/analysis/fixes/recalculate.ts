import type { Finding } from '../finding';
import { type AnalysedBlock, type DocumentFlow, NOTHING_AROUND } from '../flow/documentFlow';
import { interpretBlock } from '../flow/interpreter';
import { isCommandOfShell } from '../shell/programs';
import { allSteps, type Flow, type Statement } from '../shell/script';
import { uncoveredCommands } from './allowedTools';
import { closeFence, commentBehind, condensed, linesOfStatement } from './copying';
import type { Fix } from './fix';
import { inputsOf } from './inputs';
import { insertLines, startOfCode } from './insertion';
import { differencesOf, doubtsAbout, doubtsAboutRecipes } from './recalculationDoubts';
import { planRecipes } from './recipes';
import { textOf } from './replacing';
import { definedIn, type Slice, type SliceStatement, sliceBefore } from './slice';
import { ownState } from './stateFileText';

/**
 * *Recalculate here*: inserts the statements of the earlier blocks that compute a value, with all that they read.
 * @param names several variables make one insertion; a name whose value cannot be cut out is an undefined result
 * @param recipes how the project wants variables to be calculated, by their names: they take the place of the author's way
 */
export function recalculate(
  flow: DocumentFlow,
  block: AnalysedBlock,
  names: readonly string[],
  recipes: ReadonlyMap<string, string> = NO_RECIPES,
): Fix | undefined {
  const plan = planRecipes(flow, block, names, recipes);
  const slice = plan.others.length === 0 ? NOTHING : sliceBefore(flow, block, plan.others);
  if (slice === undefined) return undefined;
  // What the author's own statements set needs no recipe.
  const sliced = slice.statements.flatMap(({ statement }) => definedIn(statement));
  const used = plan.recipes.filter(({ name }) => !sliced.includes(name));
  const prelude = preludeOf(block, slice);
  const inserted = [
    ...withoutRepeats(prelude.missing, taken => condensed(linesOf(taken, block, slice))).map(taken =>
      withComment(taken, linesOf(taken, block, slice)),
    ),
    ...used.map(({ lines }) => lines),
  ];
  const { end, missing } = prelude.isRepeated
    ? aboveInserted(block, prelude.end, inserted)
    : behindInserted(block, prelude.end, inserted);
  const lines = missing.flat();
  if (closeFence(lines)) return undefined;
  const unsure = [...doubtsAbout(flow, block, slice), ...doubtsAboutRecipes(flow, block, used)];
  const suggested = [
    ...differencesOf(flow, block, slice),
    // What nobody can vouch for is not worth that much text in another block.
    ...(unsure.length > 0 && lines.length > MAX_LINES * names.length
      ? [`it repeats ${lines.length} lines`]
      : []),
  ];
  const doubts = [...suggested, ...unsure];
  const safety = suggested.length > 0 ? 'suggestion' : doubts.length > 0 ? 'unsafe' : 'safe';
  const subject = names.length <= 3 ? names.join(', ') : `${names.length} variables`;
  const uncovered = uncoveredRemark(flow, [...slice.statements.map(({ statement }) => statement), ...used]);
  const remarks = [
    ...(names.length === 1 && used.length > 0 ? ["the project's recipe"] : []),
    ...(doubts[0] === undefined ? [] : [`${safety}: ${doubts[0]}`]),
    ...uncovered,
  ];
  return {
    title: `Recalculate here: ${subject}${remarks.length === 0 ? '' : ` (${remarks.join(', ')})`}`,
    kind: 'recalculate',
    safety,
    edits: [insertLines(flow.document, block.block, end, lines)],
    asks: uncovered.length > 0,
  };
}

/** Some lines of a statement with the author's comment behind them; a statement behind it on its line leaves it none. */
function withComment({ block, statement }: SliceStatement, lines: readonly string[]): readonly string[] {
  return [...lines.slice(0, -1), lines.at(-1)! + commentBehind(block, statement)];
}

/** What of some steps the host asks about before it runs them, as the document says. */
function uncoveredRemark(
  { document }: DocumentFlow,
  steps: readonly { readonly flow: Flow }[],
): readonly string[] {
  const calls = steps.flatMap(({ flow }) => [...allSteps(flow, true)].filter(step => step.kind === 'call'));
  const functions = new Set(
    steps.flatMap(({ flow }) => flow.flatMap(step => (step.kind === 'function' ? [step.name] : []))),
  );
  const names = new Set(
    calls.flatMap(({ name }) => (name === undefined || isCommandOfShell(name) ? [] : [name])),
  );
  const commands = [...names].filter(name => !functions.has(name) && !/^\[/.test(name));
  const uncovered = uncoveredCommands(document.frontmatter['allowed-tools'], commands);
  return uncovered.length === 0 ? [] : [`allowed-tools does not name ${uncovered.join(', ')}`];
}

/** More lines than these for each variable are copied without a question only where the value is sure to be the same. */
const MAX_LINES = 8;

const NO_RECIPES: ReadonlyMap<string, string> = new Map();

const NOTHING: Slice = {
  statements: [],
  inputs: inputsOf([]),
  unknownNames: [],
  skippedIn: undefined,
  libraryCalls: [],
};

/** What of some insertions does not stand already, whole, at a place in a block, and the offset behind what does. */
function behindInserted(
  { block }: AnalysedBlock,
  start: number,
  insertions: readonly (readonly string[])[],
): { readonly end: number; readonly missing: readonly (readonly string[])[] } {
  let end = start;
  let missing = insertions;
  for (;;) {
    const there = missing.find(lines => block.text.startsWith(`${lines.join('\n')}\n`, end));
    if (there === undefined) return { end, missing };
    end += there.join('\n').length + 1;
    missing = missing.filter(lines => lines !== there);
  }
}

/** What of some insertions does not stand already, as the last ones of them, at a place in a block: they go above it. */
function aboveInserted(
  { block }: AnalysedBlock,
  start: number,
  insertions: readonly (readonly string[])[],
): { readonly end: number; readonly missing: readonly (readonly string[])[] } {
  const stands = (lines: readonly (readonly string[])[]) =>
    block.text.startsWith(`${lines.flat().join('\n')}\n`, start);
  const first = insertions.findIndex((_, index) => stands(insertions.slice(index)));
  return { end: start, missing: first < 0 ? insertions : insertions.slice(0, first) };
}

/** Whether a finding is about a value that can be calculated anew. */
export function isAboutValue({ rule, name }: Finding): boolean {
  return (rule === 'lost-variable' || rule === 'unsaved-variable') && name !== undefined;
}

interface Prelude {
  /** Where the insertion belongs: an offset in the block's text, at the start of a line. */
  readonly end: number;
  /** What of the slice does not stand there yet. */
  readonly missing: readonly SliceStatement[];
  /** True where a name gets several values, so that their order counts. */
  readonly isRepeated: boolean;
}

/**
 * What a block recalculates already: the statements at its start that stand in the slice's own blocks as well. A second
 * insertion goes behind the first one and repeats nothing of it.
 */
function preludeOf(block: AnalysedBlock, slice: Slice): Prelude {
  // A state file may hold an older value of the name.
  const start = Math.max(startOfCode(block.block), ownState(block.block).end);
  const ofSlice = slice.statements.flatMap(({ statement }) => definedIn(statement));
  const whole: Prelude = {
    end: start,
    missing: slice.statements,
    isRepeated: new Set(ofSlice).size < ofSlice.length,
  };
  const sources = new Set(slice.statements.map(({ block: source }) => source));
  const known = new Set(
    [...sources].flatMap(source =>
      source.script.statements.map(statement =>
        linesOf({ block: source, statement }, block, slice).join('\n'),
      ),
    ),
  );
  const { text } = block.block;
  const statements = block.script.statements.filter(({ span }) => span.start >= start);
  const textOfOwn = (statement: Statement) => textOf(block, statement);
  const behind = statements.findIndex(
    (statement, index) =>
      !known.has(textOfOwn(statement)) ||
      !endsLine(text, statements, index) ||
      !isCalculated(block, statement),
  );
  const prelude = statements.slice(0, behind < 0 ? statements.length : behind);
  const last = prelude[prelude.length - 1];
  if (last === undefined) return whole;
  const there = new Set(prelude.map(textOfOwn));
  const missing = slice.statements.filter(taken => !there.has(linesOf(taken, block, slice).join('\n')));
  // What the author repeats for something else is none of it, and is not to be cut in two.
  if (missing.length === slice.statements.length) return whole;
  // A name that gets several values would end with another one of them.
  const defined = [...prelude, ...missing.map(({ statement }) => statement)].flatMap(definedIn);
  const isRepeated = new Set(defined).size < defined.length;
  const lineEnd = text.indexOf('\n', last.span.end);
  return isRepeated || missing.length === 0 || lineEnd < 0
    ? { ...whole, isRepeated }
    : { end: lineEnd + 1, missing, isRepeated };
}

/** A statement that only gives names values, and misses none itself: what it misses has to stand above it. */
function isCalculated({ flow }: AnalysedBlock, statement: Statement): boolean {
  const steps = new Set(allSteps(statement.flow));
  const misses = flow.exposed.some(
    ({ read, maybeSet }) => !maybeSet && steps.has(read) && read.fallback === 'none',
  );
  return !misses && definedIn(statement).length > 0 && !inputsOf(statement.flow).hasEffects;
}

function endsLine(text: string, statements: readonly Statement[], index: number): boolean {
  const next = statements[index + 1];
  return next === undefined || text.slice(statements[index]!.span.end, next.span.start).includes('\n');
}

/** What stands in a slice once more, from another block, and does nothing a second time. */
function withoutRepeats(
  statements: readonly SliceStatement[],
  shown: (taken: SliceStatement) => string,
): readonly SliceStatement[] {
  return statements.filter((taken, index) => {
    const text = shown(taken);
    const before = statements.slice(0, index).findLastIndex(other => shown(other) === text);
    if (before < 0) return true;
    if (/^(?:if )?\[+ -z "/.test(text)) return false;
    const between = statements.slice(before + 1, index).flatMap(({ statement }) => namesSetIn(statement));
    const own = namesSetIn(taken.statement);
    const needs = needsOf(taken.statement);
    const isAffected = between.some(name => own.includes(name) || needs.includes(name));
    return isAffected || own.some(name => needs.includes(name));
  });
}

/** The variables that a statement reads before it sets them, and the functions that it calls. */
function needsOf({ flow }: Statement): readonly string[] {
  const calls = [...allSteps(flow, true)].flatMap(step => (step.kind === 'call' ? [step.name] : []));
  const { exposed } = interpretBlock(flow, { ...NOTHING_AROUND, provided: new Set() });
  return [...exposed.map(({ read }) => read.name), ...calls.filter(name => name !== undefined)];
}

/** The variables that a statement sets, and the functions. */
function namesSetIn(statement: Statement): readonly string[] {
  const functions = statement.flow.flatMap(step => (step.kind === 'function' ? [step.name] : []));
  return [...definedIn(statement), ...functions];
}

/**
 * A statement as the author wrote it, placeholders included: another form of it may mean something else. Only `readonly` is
 * left out where the block or the slice sets the name again, which the shell would refuse.
 */
function linesOf(
  { block, statement }: SliceStatement,
  reader: AnalysedBlock,
  { statements }: Slice,
): readonly string[] {
  const [first = '', ...others] = linesOfStatement(block, statement);
  if (!/^readonly\s/.test(first)) return [first, ...others];
  const names = definedIn(statement);
  const sets = (other: Statement) => definedIn(other).some(name => names.includes(name));
  const inSlice = statements.some(other => other.statement !== statement && sets(other.statement));
  // What stands there already, and before the first read, is what was inserted.
  const firstRead = Math.min(
    ...reader.flow.exposed.flatMap(({ read }) => (names.includes(read.name) ? [read.span.start] : [])),
  );
  const isInserted = ({ span }: Statement) =>
    span.start < firstRead &&
    reader.block.text.slice(span.start, span.end).trimEnd() === [first, ...others].join('\n');
  const inReader = reader.script.statements.some(other => sets(other) && !isInserted(other));
  return [inSlice || inReader ? first.replace(/^readonly\s+(?=[A-Za-z_]\w*=)/, '') : first, ...others];
}
