import type { Analysis } from '../analyse';
import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { movesIn } from '../rules/directories';
import { gatesIn } from '../rules/inertErrexit';
import { unguardedLoads } from '../rules/unguardedLoad';
import { changesDirectory } from '../shell/calls';
import { allSteps, type Statement } from '../shell/script';
import type { Fix, TextEdit } from './fix';
import { insertLines, startOfCode } from './insertion';
import { replaceInBlock, statementAt, textOf, wholeLines } from './replacing';

/**
 * `|| exit 1` behind the author's own statement: where a state file is loaded, where `set -e` was trusted to end the block.
 * Unsafe: the block ends where it went on before.
 */
export function guard(analysis: Analysis, finding: Finding): readonly Fix[] {
  const block = analysis.flow.blocks[finding.block - 1];
  if (block === undefined) return [];
  if (finding.rule === 'unguarded-load') return guardLoad(analysis.flow, finding, block);
  if (finding.rule === 'inert-errexit') return guardCommands(analysis.flow, block);
  return finding.rule === 'lost-directory' ? repeatDirectory(analysis.flow, finding, block) : [];
}

/** `source F || exit 1`, `X=$(cat F) || exit 1`, in all blocks that load the file like that. */
function guardLoad(flow: DocumentFlow, finding: Finding, block: AnalysedBlock): readonly Fix[] {
  const loads = unguardedLoads(flow).find(
    ([first]) => first?.block === block && documentSpan(block.block, first.span).start === finding.span.start,
  );
  const edits = (loads ?? []).flatMap(({ block: loader, span }) => {
    const statement = statementAt(loader, span.start);
    if (statement === undefined || !canBeGuarded(loader, statement)) return [];
    // The status of `export X=$(…)` is that of export.
    if (/^(?:export|declare|typeset|readonly)\b/.test(textOf(loader, statement))) return [];
    return [append(flow.document, loader, statement, ' || exit 1')];
  });
  if (loads === undefined || edits.length < loads.length) return [];
  // Where a step has removed it, it would always end there.
  const isRemoved = loads.some(({ file, block: loader, writer }) =>
    file.removals.some(
      ({ block: { number } }) => number > writer.block.block.number && number < loader.block.number,
    ),
  );
  if (isRemoved) return [];
  const where = edits.length === 1 ? 'the block' : `${edits.length} blocks`;
  return [
    {
      title: `End ${where} where the file is missing: || exit 1 (unsafe: ${edits.length === 1 ? 'it' : 'they'} went on before)`,
      kind: 'guard',
      safety: 'unsafe',
      edits,
    },
  ];
}

/** `npm test || exit`, with the status that `set -e` would have ended the block with; all commands of the block that need it. */
function guardCommands({ document }: DocumentFlow, block: AnalysedBlock): readonly Fix[] {
  const gates = gatesIn(block);
  const [first] = gates;
  if (first === undefined) return [];
  const statements = gates.map(gate => statementAt(block, gate.span.start));
  if (!statements.every(statement => statement !== undefined && canBeGuarded(block, statement))) return [];
  const more = gates.length === 1 ? '' : `, and ${gates.length - 1} more alike`;
  return [
    {
      title: `End the block where ${first.name} fails: || exit${more} (unsafe: it went on before)`,
      kind: 'guard',
      safety: 'unsafe',
      edits: [...new Set(statements)].map(statement => append(document, block, statement!, ' || exit')),
    },
  ];
}

/** Whether something can stand behind a statement: no list, no background job, no here-document, nothing on more lines. */
function canBeGuarded(block: AnalysedBlock, statement: Statement): boolean {
  const text = textOf(block, statement);
  const isList = statement.flow.some(step => step.kind === 'choice' || step.kind === 'leave');
  if (isList || /<<(?!<)|&$|;$/.test(text)) return false;
  return !statement.flow.some(step => step.kind === 'subshell' && step.place !== undefined);
}

function append(
  document: DocumentFlow['document'],
  block: AnalysedBlock,
  statement: Statement,
  text: string,
): TextEdit {
  const end = statement.span.start + textOf(block, statement).length;
  return replaceInBlock(document, block.block, { start: end, end }, text);
}

/** The author's own `cd`, in the block that runs somewhere else without it. */
function repeatDirectory(flow: DocumentFlow, finding: Finding, block: AnalysedBlock): readonly Fix[] {
  const mover = flow.blocks[(finding.definition?.block ?? 0) - 1];
  const offset = finding.definition && mover?.block.fromDocument(finding.definition.span.start);
  const statement = mover && offset !== undefined ? statementAt(mover, offset) : undefined;
  if (mover === undefined || statement === undefined || finding.name === undefined) return [];
  const word = offset === undefined ? undefined : targetAt(mover, offset);
  if (word === undefined) return [];
  const isRepeated = movesIn(block).some(
    ({ span }) => documentSpan(block.block, span).start === finding.span.start,
  );
  if (isRepeated) return repeatGuarded(flow, finding, block, word);
  if (changesDirectoryElsewhere(flow, mover, block, word)) return [];
  return [
    {
      title: `Change to ${finding.name} in this block too: cd ${finding.name} || exit 1 (unsafe: the directory may be another one by then)`,
      kind: 'repeat',
      safety: 'unsafe',
      edits: [insertLines(flow.document, block.block, startOfCode(block.block), [`cd ${word} || exit 1`])],
    },
  ];
}

/**
 * A relative change that builds upon another one means something else without that. Another block's change by the same word goes
 * to the same place, since that block starts where this one does.
 */
function changesDirectoryElsewhere(
  flow: DocumentFlow,
  mover: AnalysedBlock,
  reader: AnalysedBlock,
  word: string,
): boolean {
  const changes = flow.blocks
    .filter(block => isStep(block) && block.block.number <= reader.block.number)
    .flatMap(block =>
      [...allSteps(block.script.flow, true)].filter(changesDirectory).map(({ span }) => ({ block, span })),
    );
  const movers = new Set(changes.map(({ block }) => block));
  const isAlike = ({ block, span }: (typeof changes)[number]) => targetAt(block, span.start) === word;
  return !movers.has(mover) || movers.size < changes.length || !changes.every(isAlike);
}

/** The word that a block changes to at an offset, as far as it says the same everywhere. */
function targetAt({ block }: AnalysedBlock, offset: number): string | undefined {
  return /^(?:builtin )?(?:cd|pushd)\s+(?:-- )?(["']?[\w./@+-]+["']?)(?:\s|$)/.exec(
    block.text.slice(offset),
  )?.[1];
}

/** Where the host keeps the directory: go there only where the shell is not there already. */
function repeatGuarded(
  flow: DocumentFlow,
  finding: Finding,
  block: AnalysedBlock,
  word: string,
): readonly Fix[] {
  const offset = block.block.fromDocument(finding.span.start);
  const statement = offset === undefined ? undefined : statementAt(block, offset);
  if (statement === undefined || wholeLines(block.block.text, statement) === undefined) return [];
  const text = textOf(block, statement);
  if (!/^cd\s+["']?[\w./@+-]+["']?$/.test(text) || /\.\.|["']/.test(word)) return [];
  const folder = word.replace(/^\.\//, '').replace(/\/+$/, '');
  return [
    {
      title: `Change to ${folder} only where the shell is not there yet (suggestion: it goes by the directory's name)`,
      kind: 'repeat',
      safety: 'suggestion',
      edits: [
        replaceInBlock(
          flow.document,
          block.block,
          { start: statement.span.start, end: statement.span.start + text.length },
          `[[ "$PWD" == */${folder} ]] || ${text} || exit 1`,
        ),
      ],
    },
  ];
}
