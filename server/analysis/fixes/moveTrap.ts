import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { pathKeyOf, type Symbolic } from '../flow/symbolic';
import { placeIn } from '../rules/rule';
import { allSteps, type Statement } from '../shell/script';
import type { Fix, TextEdit } from './fix';
import { insertLines } from './insertion';
import { filesNamedIn, hasExitTrap, lastBlockNaming, trapOffset } from './removal';
import { deleteStatement, statementAt, textOf } from './replacing';

/**
 * *Move the trap to the last block* that names the file, where the trap removes that file and does nothing else. Unsafe: the
 * file now outlives the blocks before, and whoever comes back to the last block does not find it.
 */
export function moveTrap({ flow }: Analysis, finding: Finding): readonly Fix[] {
  const { rule, definition } = finding;
  const setter = flow.blocks[(definition?.block ?? 0) - 1];
  if (rule !== 'trap-deletes-state' || definition === undefined || setter === undefined) return [];
  const offset = setter.block.fromDocument(definition.span.start);
  const trap = offset === undefined ? undefined : plainTrapAt(setter, offset);
  if (trap === undefined) return [];
  const last = lastBlockFor(flow, setter, trap);
  const removed = deleteStatement(flow.document, setter, trap.statement);
  if (last === undefined || removed === undefined) return [];
  return [
    {
      title: `Move the trap to block ${last.block.number}, the last one that needs the file (unsafe: it is removed there even if that block fails)`,
      kind: 'trap',
      safety: 'unsafe',
      edits: [removed, insertTrap(flow, last, textOf(setter, trap.statement))],
    },
  ];
}

/** *Set the trap here too*: the file that an earlier block's trap has removed is made again, and left behind. */
export function repeatTrap({ flow }: Analysis, finding: Finding): readonly Fix[] {
  const { rule, definition } = finding;
  const setter = flow.blocks[(definition?.block ?? 0) - 1];
  const block = flow.blocks[finding.block - 1];
  if (rule !== 'lost-trap' || definition === undefined || setter === undefined || block === undefined)
    return [];
  const offset = setter.block.fromDocument(definition.span.start);
  const trap = offset === undefined ? undefined : plainTrapAt(setter, offset);
  if (trap === undefined || hasExitTrap(block)) return [];
  const isNeededLater = flow.blocks.some(
    other =>
      other.block.number > block.block.number &&
      filesNamedIn(other).some(({ path }) => pathKeyOf(path) === pathKeyOf(trap.path)),
  );
  if (isNeededLater || !meansTheSame(block, trap)) return [];
  return [
    {
      title: `Set the trap of ${placeIn(flow, setter, trap.statement.span)} here too (unsafe: it removes the file when this block ends)`,
      kind: 'trap',
      safety: 'unsafe',
      edits: [insertTrap(flow, block, textOf(setter, trap.statement))],
    },
  ];
}

function insertTrap(flow: DocumentFlow, block: AnalysedBlock, line: string): TextEdit {
  return insertLines(flow.document, block.block, trapOffset(block, line), [line]);
}

interface PlainTrap {
  readonly statement: Statement;
  readonly path: Symbolic;
  /** The variables in the word that names the file. */
  readonly names: readonly string[];
}

/** `trap 'rm -f FILE' EXIT`, on a line of its own. */
function plainTrapAt(block: AnalysedBlock, offset: number): PlainTrap | undefined {
  const statement = statementAt(block, offset);
  const deferred = statement?.flow.find(step => step.kind === 'deferred');
  if (statement === undefined || deferred?.kind !== 'deferred' || deferred.expandedWhenSet) return undefined;
  if (!/^trap\s+(?:--\s+)?'[^'\n]*'\s+[A-Z0-9 ]+$/.test(textOf(block, statement))) return undefined;
  const calls = deferred.body.filter(step => step.kind !== 'read');
  const [call] = calls;
  if (calls.length !== 1 || call?.kind !== 'call' || call.name !== 'rm') return undefined;
  const operands = call.arguments.filter(({ text }) => !text.startsWith('-'));
  if (
    operands.length !== 1 ||
    !call.arguments.every(({ text }) => !text.startsWith('-') || /^-[rRf]+$/.test(text))
  )
    return undefined;
  const deleted = block.flow.deletedAtEnd.filter(({ span }) => statementAt(block, span.start) === statement);
  const [path] = deleted;
  if (deleted.length !== 1 || path === undefined) return undefined;
  const names = [...allSteps(deferred.body)].flatMap(step => (step.kind === 'read' ? [step.name] : []));
  return { statement, path: path.path, names };
}

/** The last block that names the file, where the trap's words mean it there as well and no trap is lost. */
function lastBlockFor(flow: DocumentFlow, setter: AnalysedBlock, trap: PlainTrap): AnalysedBlock | undefined {
  const key = pathKeyOf(trap.path);
  const last = lastBlockNaming(
    flow,
    path => pathKeyOf(path) === key || pathKeyOf(path).startsWith(`${key}/`),
  );
  if (last === undefined || last.block.number <= setter.block.number) return undefined;
  return hasExitTrap(last) || !meansTheSame(last, trap) ? undefined : last;
}

/** Whether each variable of the trap's word is set in a block, and the file is named by it there. */
function meansTheSame(block: AnalysedBlock, { path, names }: PlainTrap): boolean {
  const key = pathKeyOf(path);
  const isSet = names.every(name => block.flow.end.names.get(name)?.presence === 'set');
  return (
    names.length === 0 ||
    (isSet &&
      [...block.flow.usedPaths, ...block.flow.testedPaths].some(
        use => use.name !== undefined && names.includes(use.name) && pathKeyOf(use.path) === key,
      ))
  );
}
