import type { CommandDocument } from '../document/commandDocument';
import type { Finding } from '../finding';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { allSteps, type Define, type Statement } from '../shell/script';
import { isTopLevelQuery } from './commandTable';
import type { Fix } from './fix';
import { insertLines, startOfCode } from './insertion';
import { type Slice, type SliceStatement, sliceBefore } from './slice';

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
  if (finding.rule !== 'lost-variable' || finding.name === undefined || block === undefined) return undefined;
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
  if (hasPlaceholder(slice)) doubts.push('the agent fills in a placeholder');
  if (argumentsOfHost && !takesArguments(flow.document))
    doubts.push('nothing says that the host replaces the arguments');
  if (directory && changesDirectory(flow, block)) doubts.push('a step changes the directory');
  return doubts;
}

function hasPlaceholder({ statements }: Slice): boolean {
  return statements.some(({ block, statement }) =>
    block.block.masks.some(
      mask =>
        mask.kind === 'placeholder' && mask.start < statement.span.end && statement.span.start < mask.end,
    ),
  );
}

/** `$ARGUMENTS` and `$1` are replaced only in texts that take arguments: in others they stay, and mean the shell's own. */
function takesArguments(document: CommandDocument): boolean {
  return (
    'argument-hint' in document.frontmatter ||
    'arguments' in document.frontmatter ||
    /\$ARGUMENTS\b/.test(document.text)
  );
}

function changesDirectory(flow: DocumentFlow, reader: AnalysedBlock): boolean {
  const before = flow.blocks.slice(0, flow.blocks.indexOf(reader) + 1).filter(isStep);
  return before.some(({ script }) => leavesDirectory(script.flow));
}

function leavesDirectory(steps: AnalysedBlock['script']['flow']): boolean {
  return steps.some(step => {
    if (step.kind === 'call') return step.name === 'cd' || step.name === 'pushd' || step.name === 'popd';
    if (step.kind === 'choice') return step.branches.some(leavesDirectory);
    return (step.kind === 'loop' || step.kind === 'function') && leavesDirectory(step.body);
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
      source.script.statements.map(statement => linesOf({ block: source, statement }).join('\n')),
    ),
  );
  const { text } = block.block;
  const statements = block.script.statements.filter(({ span }) => span.start >= start);
  const textOf = ({ span }: Statement) => text.slice(span.start, span.end).trimEnd();
  const behind = statements.findIndex(
    (statement, index) => !known.has(textOf(statement)) || !endsLine(text, statements, index),
  );
  const prelude = statements.slice(0, behind < 0 ? statements.length : behind);
  const last = prelude[prelude.length - 1];
  if (last === undefined) return whole;
  const there = new Set(prelude.map(textOf));
  const missing = slice.statements.filter(statement => !there.has(linesOf(statement).join('\n')));
  // A name that gets several values would end with another one of them.
  const defined = [...prelude, ...missing.map(({ statement }) => statement)].flatMap(definedIn);
  const isRepeated = new Set(defined).size < defined.length;
  const lineEnd = text.indexOf('\n', last.span.end);
  return isRepeated || missing.length === 0 || lineEnd < 0 ? whole : { end: lineEnd + 1, missing };
}

function endsLine(text: string, statements: readonly Statement[], index: number): boolean {
  const next = statements[index + 1];
  return next === undefined || text.slice(statements[index]!.span.end, next.span.start).includes('\n');
}

/** The names that a statement sets, each once: a guard sets its name on several branches. */
function definedIn({ flow }: Statement): readonly string[] {
  return [
    ...new Set(
      [...allSteps(flow)].flatMap(step => (step.kind === 'define' && !step.local ? [step.name] : [])),
    ),
  ];
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

/** A statement as the author wrote it, placeholders included; a project directory in the form that the field has settled on. */
function linesOf({ block, statement }: SliceStatement): readonly string[] {
  const project = projectDirectory(statement);
  if (project !== undefined) return projectDirectoryRecipe(project);
  return block.block.text.slice(statement.span.start, statement.span.end).trimEnd().split('\n');
}

/** The definition, where a statement does nothing but ask git for the top of the work tree, in one of the usual spellings. */
function projectDirectory({ flow }: SliceStatement['statement']): Define | undefined {
  const defines = flow.filter(step => step.kind === 'define');
  const [define] = defines;
  if (define === undefined || defines.length > 1 || define.append || define.value === undefined)
    return undefined;
  const [part] = define.value.parts;
  if (define.value.parts.length !== 1 || part?.kind !== 'command') return undefined;
  const calls = [...allSteps(part.body)].flatMap(step => (step.kind === 'call' ? [step] : []));
  const [query, ...others] = calls;
  if (
    query === undefined ||
    !isTopLevelQuery(query) ||
    !query.arguments.some(word => word.text === '--show-toplevel')
  )
    return undefined;
  return others.every(
    call =>
      call.name === 'pwd' ||
      (call.name === 'echo' && /^"?\$(?:PWD|\(pwd\))"?$/.test(call.arguments[0]?.text ?? '')),
  )
    ? define
    : undefined;
}

function projectDirectoryRecipe({ name, exported }: Define): readonly string[] {
  const keyword = exported ? 'export ' : '';
  return [
    `if [ -z "\${${name}:-}" ]; then`,
    '  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then',
    `    ${keyword}${name}="$(git rev-parse --show-toplevel)"`,
    '  else',
    `    ${keyword}${name}="$(pwd)"`,
    '  fi',
    'fi',
  ];
}
