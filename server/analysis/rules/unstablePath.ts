import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { BlockFlow, UsedPath } from '../flow/blockFlow';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { describePath, pathKeyOf, type Symbolic, shapeKeyOf } from '../flow/symbolic';
import { kept } from '../kept';
import type { Span } from '../text';
import { placeIn, type Rule, readingBlocks, steps } from './rule';

/** A path that an earlier block wrote to, made up anew from what is another value in each process. */
export const unstablePath: Rule = {
  name: 'unstable-path',
  summary: 'A path that an earlier block wrote to is made up anew here, and is another one.',
  page: {
    severity: 'Warning.',
    why: 'The number in `$$`, the time of `date`, `$RANDOM` and what `mktemp` prints are other values in each block. A path that is written down the same way in two blocks looks like one file and is two: what block 1 saved, block 2 does not find, and what block 2 removes is not there.',
    example: steps('git status --short > "/tmp/changes_$$.txt"', 'wc -l < "/tmp/changes_$$.txt"'),
    useInstead: steps(
      'mkdir -p .workflow\ngit status --short > .workflow/changes.txt',
      'wc -l < .workflow/changes.txt',
    ),
    fix: 'Use a name that every block can work out: a fixed one in the project, or one with `$CLAUDE_CODE_SESSION_ID` in it.',
    references: [
      'https://www.gnu.org/software/bash/manual/bash.html#Special-Parameters',
      'https://code.claude.com/docs/en/tools-reference',
    ],
  },
  *check(flow) {
    for (const unstable of unstableUses(flow)) yield report(flow, unstable);
  },
};

/** A use of a path that is another one than the one that an earlier block wrote to. */
export interface UnstableUse {
  readonly block: AnalysedBlock;
  readonly use: UsedPath;
  readonly before: Written;
}

export const unstableUses = kept((flow: DocumentFlow): readonly UnstableUse[] => [...findUnstableUses(flow)]);

function* findUnstableUses(flow: DocumentFlow): Generator<UnstableUse> {
  const written = new Map<string, Written>();
  for (const block of readingBlocks(flow)) {
    const places = placesWrittenBy(block.flow);
    const own = new Set(written.size === 0 ? [] : places.map(({ path }) => pathKeyOf(path)));
    const told = new Set<string>();
    const uses = written.size === 0 ? [] : usesOf(block);
    for (const use of [...uses].sort((a, b) => a.span.start - b.span.start)) {
      const shape = shapeKeyOf(use.path);
      const before = written.get(shape);
      if (before === undefined || told.has(shape) || own.has(pathKeyOf(use.path))) continue;
      if (!isMadeAnew(use.path, block.process) || flow.areAlternatives(before.block.block, block.block))
        continue;
      told.add(shape);
      yield { block, use, before };
    }
    if (places.length === 0 || !isStep(block)) continue;
    for (const { path, span } of places)
      if (isMadeAnew(path, block.process)) written.set(shapeKeyOf(path), { block, span });
  }
}

interface Written {
  readonly block: AnalysedBlock;
  readonly span: Span;
}

/** Whether a part of a path is made up by the block itself, and the rest of it is known. */
function isMadeAnew(path: Symbolic, process: number): boolean {
  if (path.some(({ kind }) => kind === 'unknown' || kind === 'wildcard')) return false;
  return path.some((part, index) => {
    if (part.kind !== 'unique' || part.process !== process) return false;
    // `mktemp` has just made that file or folder: only what should lie in it is missing.
    const next = path[index + 1];
    return part.source !== 'mktemp' || (next?.kind === 'text' && /\/[^/]/.test(next.text));
  });
}

const placesWrittenBy = kept(
  ({ fileEffects, usedPaths }: BlockFlow): readonly { readonly path: Symbolic; readonly span: Span }[] => [
    ...fileEffects.flatMap(effect =>
      effect.kind === 'write' || effect.kind === 'replace' ? [{ path: effect.path, span: effect.span }] : [],
    ),
    ...usedPaths.filter(({ creates }) => creates),
  ],
);

/** Where a block needs what is in a file, asks for it or removes it. */
function usesOf({ flow }: AnalysedBlock): readonly UsedPath[] {
  return [...flow.usedPaths.filter(({ reads }) => reads), ...flow.testedPaths, ...flow.removedPaths];
}

function report(flow: DocumentFlow, { block, use, before }: UnstableUse): Finding {
  const span = documentSpan(before.block.block, before.span);
  const unique = use.path.find(part => part.kind === 'unique' && part.process === block.process);
  const source = describePath(unique === undefined ? [] : [unique]);
  const place = placeIn(flow, before.block, before.span);
  return {
    rule: 'unstable-path',
    severity: 'warning',
    name: use.name ?? (unique?.kind === 'unique' ? unique.source : undefined),
    message: `This is not the file that ${place} wrote: ${source} is another value in each block; use a name that every block can work out`,
    block: block.block.number,
    span: documentSpan(block.block, use.span),
    definition: {
      block: before.block.block.number,
      span,
      message: `block ${before.block.block.number} writes to a name of its own here`,
    },
  };
}
