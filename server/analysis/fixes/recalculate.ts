import { callerArguments } from '../document/callerArguments';
import type { Finding } from '../finding';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { isCommandOfShell } from '../shell/programs';
import { allSteps, type Call, type Flow, type Statement } from '../shell/script';
import { closeFence, holdsPlaceholder, linesOfStatement } from './copying';
import type { Fix } from './fix';
import { inputsOf } from './inputs';
import { insertLines, startOfCode } from './insertion';
import { definedIn, type Slice, type SliceStatement, sliceBefore, statementsBefore } from './slice';

/**
 * *Recalculate here*: inserts the statements of the earlier blocks that compute a value, with all that they read.
 * @param names several variables make one insertion; a name whose value cannot be cut out is an undefined result
 */
export function recalculate(
  flow: DocumentFlow,
  block: AnalysedBlock,
  names: readonly string[],
): Fix | undefined {
  const slice = sliceBefore(flow, block, names);
  if (slice === undefined) return undefined;
  const doubts = doubtsAbout(flow, block, slice);
  const prelude = preludeOf(block, slice);
  const lines = withoutRepeatedGuards(prelude.missing.map(linesOf)).flat();
  if (closeFence(lines)) return undefined;
  const subject = names.length <= 3 ? names.join(', ') : `${names.length} variables`;
  return {
    title:
      doubts[0] === undefined
        ? `Recalculate here: ${subject}`
        : `Recalculate here: ${subject} (unsafe: ${doubts[0]})`,
    kind: 'recalculate',
    safety: doubts.length === 0 ? 'safe' : 'unsafe',
    edits: [insertLines(flow.document, block.block, prelude.end, lines)],
  };
}

/** The fix for a finding alone. */
export function recalculateFinding(flow: DocumentFlow, finding: Finding): Fix | undefined {
  const block = flow.blocks[finding.block - 1];
  const isLost = finding.rule === 'lost-variable' || finding.rule === 'unsaved-variable';
  if (!isLost || finding.name === undefined || block === undefined) return undefined;
  return recalculate(flow, block, [finding.name]);
}

/** Why the recalculated value may be another one than the author's, most telling first. */
function doubtsAbout(flow: DocumentFlow, block: AnalysedBlock, slice: Slice): readonly string[] {
  const { instabilities, directory, argumentsOfHost } = slice.inputs;
  const doubts = [...instabilities];
  const [unknownName] = slice.unknownNames;
  if (unknownName !== undefined) doubts.push(`nothing here sets ${unknownName}`);
  if (slice.skippedIn !== undefined)
    doubts.push(`block ${slice.skippedIn} may have ended before it came to that`);
  if (slice.statements.some(({ block: source, statement }) => holdsPlaceholder(source, statement)))
    doubts.push('the agent fills in a placeholder');
  if (argumentsOfHost && callerArguments(flow.document) === undefined)
    doubts.push('nothing says that the host replaces the arguments');
  if (directory) doubts.push(...changesOfPlace(flow, block));
  doubts.push(
    ...otherShell(block, slice),
    ...laterValues(flow, block, slice),
    ...otherWays(flow, block, slice),
  );
  return doubts;
}

/** What the shell of a source block has and the reading block's has not. */
function otherShell(reader: AnalysedBlock, { statements }: Slice): readonly string[] {
  const readerFails = setsPipefail(reader.script.statements);
  return statements.flatMap(taken => {
    const { block, statement } = taken;
    const { number } = block.block;
    const before = statementsBefore(taken);
    const steps = before.flatMap(({ flow }) => [...allSteps(flow)]);
    const differs = setsPipefail(before) !== readerFails;
    const text = block.block.text.slice(statement.span.start, statement.span.end);
    const decides = statement.flow.some(({ kind }) => kind === 'choice') && /[^|]\|[^|]/.test(text);
    const path = steps.some(step => step.kind === 'define' && step.name === 'PATH');
    const calls = [...allSteps(statement.flow)].some(
      step => step.kind === 'call' && !isCommandOfShell(step.name ?? ''),
    );
    return [
      ...(differs && decides ? ['pipefail is not set in both blocks'] : []),
      ...(path && calls ? [`PATH is another one in block ${number}`] : []),
    ];
  });
}

function setsPipefail(statements: readonly Statement[]): boolean {
  return statements.some(({ flow }) =>
    someCall(
      flow,
      ({ name, arguments: words }) => name === 'set' && words.some(({ text }) => text === 'pipefail'),
    ),
  );
}

/** Values that a way gives which excludes the way that is recalculated: which of them was gone, nobody knows. */
function otherWays(flow: DocumentFlow, reader: AnalysedBlock, { statements }: Slice): readonly string[] {
  return statements.flatMap(({ block, statement }) => {
    const names = definedIn(statement);
    const other = flow.blocks.find(
      candidate =>
        isStep(candidate) &&
        candidate.block.number < reader.block.number &&
        flow.areAlternatives(candidate.block, block.block) &&
        candidate.flow.definitions.some(({ name }) => names.includes(name)),
    );
    return other === undefined ? [] : [`block ${other.block.number} sets it on another way`];
  });
}

/** Blocks in between that set names which only the run knows. */
function laterValues(flow: DocumentFlow, reader: AnalysedBlock, { statements }: Slice): readonly string[] {
  const first = Math.min(...statements.map(({ block }) => block.block.number));
  const open = flow.blocks.find(
    other =>
      isStep(other) &&
      other.block.number >= first &&
      other.block.number < reader.block.number &&
      other.flow.end.open.variables,
  );
  return open === undefined ? [] : [`block ${open.block.number} may set more than its text shows`];
}

/** What the steps up to a block do to the directory, or to what git says of it. */
function changesOfPlace(flow: DocumentFlow, reader: AnalysedBlock): readonly string[] {
  const before = flow.blocks.slice(0, flow.blocks.indexOf(reader) + 1).filter(isStep);
  const calls = (test: (call: Call) => boolean) => before.some(({ script }) => someCall(script.flow, test));
  return [
    ...(calls(({ name }) => /^(?:cd|pushd|popd)$/.test(name ?? '')) ? ['a step changes the directory'] : []),
    ...(calls(({ name, arguments: words }) => name === 'git' && words.some(({ text }) => text === 'init'))
      ? ['a step makes a repository']
      : []),
  ];
}

/** Whether some steps make such a call in the shell itself. */
function someCall(steps: Flow, test: (call: Call) => boolean): boolean {
  return steps.some(step => {
    if (step.kind === 'call') return test(step);
    if (step.kind === 'choice') return step.branches.some(branch => someCall(branch, test));
    return (step.kind === 'loop' || step.kind === 'function') && someCall(step.body, test);
  });
}

interface Prelude {
  /** Where the insertion belongs: an offset in the block's text, at the start of a line. */
  readonly end: number;
  /** What of the slice does not stand there yet. */
  readonly missing: readonly SliceStatement[];
}

/**
 * What a block recalculates already: the statements at its start that stand in the slice's own blocks as well. A second
 * insertion goes behind the first one and repeats nothing of it.
 */
function preludeOf(block: AnalysedBlock, slice: Slice): Prelude {
  const start = startOfCode(block.block);
  const whole: Prelude = { end: start, missing: slice.statements };
  const sources = new Set(slice.statements.map(({ block: source }) => source));
  const known = new Set(
    [...sources].flatMap(source =>
      source.script.statements.map(statement => linesOfStatement(source, statement).join('\n')),
    ),
  );
  const { text } = block.block;
  const statements = block.script.statements.filter(({ span }) => span.start >= start);
  const textOf = ({ span }: Statement) => text.slice(span.start, span.end).trimEnd();
  const behind = statements.findIndex(
    (statement, index) =>
      !known.has(textOf(statement)) || !endsLine(text, statements, index) || !isCalculated(block, statement),
  );
  const prelude = statements.slice(0, behind < 0 ? statements.length : behind);
  const last = prelude[prelude.length - 1];
  if (last === undefined) return whole;
  const there = new Set(prelude.map(textOf));
  const missing = slice.statements.filter(taken => !there.has(linesOf(taken).join('\n')));
  // A name that gets several values would end with another one of them.
  const defined = [...prelude, ...missing.map(({ statement }) => statement)].flatMap(definedIn);
  const isRepeated = new Set(defined).size < defined.length;
  const lineEnd = text.indexOf('\n', last.span.end);
  return isRepeated || missing.length === 0 || lineEnd < 0 ? whole : { end: lineEnd + 1, missing };
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

/** A guard that stands there already does nothing a second time. */
function withoutRepeatedGuards(statements: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const seen = new Set<string>();
  return statements.filter(lines => {
    const text = lines.join('\n');
    if (!/^(?:if )?\[+ -z "/.test(text)) return true;
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** A statement as the author wrote it, placeholders included: another form of it may mean something else. */
function linesOf({ block, statement }: SliceStatement): readonly string[] {
  return linesOfStatement(block, statement);
}
