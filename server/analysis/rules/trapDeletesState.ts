import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { DeletedPath, UsedPath } from '../flow/blockFlow';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { pathKeyOf } from '../flow/symbolic';
import { type Rule, readingBlocks, steps } from './rule';

/** An EXIT trap deletes, at the end of its own block, a file that a later block uses. */
export const trapDeletesState: Rule = {
  name: 'trap-deletes-state',
  summary: 'A file is used here that an EXIT trap has deleted at the end of an earlier block.',
  page: {
    severity: 'Error.',
    why: 'An EXIT trap runs when its shell ends, and every block ends its shell. A trap that block 1 sets to tidy up after the workflow runs at the end of block 1, and deletes what block 2 needs.',
    example: steps(
      "trap 'rm -f plan.env' EXIT\nprintf 'PLAN=%q\\n' plan.md > plan.env",
      'source plan.env || exit 1\necho "$PLAN"',
    ),
    useInstead: steps(
      "printf 'PLAN=%q\\n' plan.md > plan.env",
      'trap \'rm -f plan.env\' EXIT\nsource plan.env || exit 1\necho "$PLAN"',
    ),
    fix: 'Move the trap to the last block that needs the file.',
    references: ['https://www.gnu.org/software/bash/manual/bash.html#index-trap'],
  },
  *check(flow) {
    if (!flow.blocks.some(block => block.flow.deletedAtEnd.length > 0)) return;
    const deleted = new Map<string, { readonly block: AnalysedBlock; readonly path: DeletedPath }>();
    for (const block of readingBlocks(flow)) {
      // What a block writes anew is there again for it and for all behind it.
      for (const effect of block.flow.fileEffects)
        if (effect.kind === 'write' || effect.kind === 'replace' || effect.kind === 'remove')
          deleted.delete(pathKeyOf(effect.path));
      // Who asks whether it is there knows that it may not be.
      for (const { path } of block.flow.testedPaths)
        deleted.delete(deletedAbove(deleted, pathKeyOf(path)) ?? '');
      for (const use of block.flow.usedPaths) {
        const key = deletedAbove(deleted, pathKeyOf(use.path));
        const origin = key === undefined ? undefined : deleted.get(key);
        if (key === undefined || origin === undefined || isLost(block, use)) continue;
        if (flow.areAlternatives(origin.block.block, block.block)) continue;
        if (use.creates) {
          deleted.delete(key);
          continue;
        }
        // The first use tells; the file stays gone.
        deleted.delete(key);
        yield report(flow, block, use, origin.block, origin.path);
      }
      if (!isStep(block)) continue;
      for (const path of block.flow.deletedAtEnd)
        if (isFile(path)) deleted.set(pathKeyOf(path.path), { block, path });
    }
  },
};

/** The deleted path that a path is or lies below. */
function deletedAbove(
  deleted: ReadonlyMap<string, { readonly path: DeletedPath }>,
  path: string,
): string | undefined {
  if (deleted.size === 0 || deleted.has(path)) return deleted.has(path) ? path : undefined;
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    if (deleted.get(path.slice(0, end))?.path.isTree === true) return path.slice(0, end);
  return undefined;
}

/**
 * A path of which enough is known to say that two blocks mean the same file. What a process has made up for it names the
 * process: a later block that has the same part got it from a file, and means the same one.
 */
function isFile({ path }: UsedPath): boolean {
  return (
    path.some(part => part.kind === 'text' && /[\w.-]/.test(part.text)) &&
    !path.some(part => part.kind === 'unknown')
  );
}

/** Where the variable itself is lost, that is the finding: the path that it held is nobody's question any more. */
function isLost(block: AnalysedBlock, { name }: UsedPath): boolean {
  return (
    name !== undefined && block.flow.exposed.some(({ read, maybeSet }) => read.name === name && !maybeSet)
  );
}

function report(
  flow: DocumentFlow,
  block: AnalysedBlock,
  use: UsedPath,
  writer: AnalysedBlock,
  deletion: UsedPath,
): Finding {
  const span = documentSpan(writer.block, deletion.span);
  const line = flow.document.lineIndex.lineAt(span.start) + 1;
  const thing = use.name === undefined ? 'This file' : `The file in ${use.name}`;
  return {
    rule: 'trap-deletes-state',
    severity: 'error',
    // The variable by which the author knows the file, here or in the trap.
    name: use.name ?? deletion.name,
    message: `${thing} is gone here: the EXIT trap of block ${writer.block.number} (line ${line}) deletes it when that block's shell ends; move the trap to the last block that needs the file`,
    block: block.block.number,
    span: documentSpan(block.block, use.span),
    definition: {
      block: writer.block.number,
      span,
      message: `this trap runs at the end of block ${writer.block.number}, not at the end of the workflow`,
    },
  };
}
