import { kept } from '../kept';
import type { Write } from '../shell/script';
import type { Span } from '../text';
import type { BlockFlow, UsedPath } from './blockFlow';
import type { AnalysedBlock, DocumentFlow } from './documentFlow';
import type { FileEffect } from './fileEffects';
import { pathKeyOf, type Symbolic } from './symbolic';

/** What the steps of a document do to one file, each list in the order of the document. */
export interface FileTraffic {
  readonly path: Symbolic;
  readonly writes: readonly FileWrite[];
  /** Where it is sourced or evaluated. */
  readonly loads: readonly FileLoad[];
  /** Where a command names it, or a redirection reads it. */
  readonly uses: readonly FileUse[];
  /** Where a step asks whether it is there. */
  readonly tests: readonly FileUse[];
  /** Where a command or a trap deletes it by its own name. */
  readonly removals: readonly AnalysedBlock[];
}

export interface FileWrite {
  readonly block: AnalysedBlock;
  /** UTF-16 offsets in the block's text. */
  readonly span: Span;
  /** The redirection; undefined where the file is moved or copied here. */
  readonly write: Write | undefined;
}

export interface FileLoad {
  readonly block: AnalysedBlock;
  readonly span: Span;
  /** False where a branch or a loop may leave it out. */
  readonly certain: boolean;
}

export interface FileUse {
  readonly block: AnalysedBlock;
  readonly use: UsedPath;
}

/** The files that steps write, by `pathKeyOf` their path, and what is deleted with a name that is not all known. */
export interface DocumentTraffic {
  readonly files: ReadonlyMap<string, FileTraffic>;
  /** Whether a step may delete a file: by its name, with a folder above it, by a pattern, or in a way that nobody can tell. */
  mayRemove(file: FileTraffic): boolean;
}

interface Growing {
  readonly path: Symbolic;
  readonly writes: FileWrite[];
  readonly loads: FileLoad[];
  readonly uses: FileUse[];
  readonly tests: FileUse[];
  readonly removals: AnalysedBlock[];
}

/** One thing that a block does to a file. */
interface Deed {
  readonly path: Symbolic;
  readonly key: string;
  readonly isWrite: boolean;
  readonly isRemoval: boolean;
  /** Enters it into what is known of the file. */
  readonly enter: (file: Growing, block: AnalysedBlock) => void;
}

/** What a block does to files, wherever in a document it stands. */
const deedsOf = kept(({ fileEffects, deletedAtEnd, usedPaths, testedPaths }: BlockFlow): readonly Deed[] => [
  ...fileEffects.map(effect =>
    deed(
      effect.path,
      (file, block) => addEffect(file, block, effect),
      effect.kind === 'write' || effect.kind === 'replace',
      effect.kind === 'remove',
    ),
  ),
  ...deletedAtEnd.map(({ path }) => deed(path, (file, block) => file.removals.push(block), false, true)),
  ...usedPaths.map(use => deed(use.path, (file, block) => file.uses.push({ block, use }))),
  ...testedPaths.map(use => deed(use.path, (file, block) => file.tests.push({ block, use }))),
]);

function deed(path: Symbolic, enter: Deed['enter'], isWrite = false, isRemoval = false): Deed {
  return { path, key: pathKeyOf(path), isWrite, isRemoval, enter };
}

function collectTraffic(flow: DocumentFlow): DocumentTraffic {
  const steps = flow.blocks.flatMap(block =>
    block.role.kind === 'step' ? [{ block, deeds: deedsOf(block.flow) }] : [],
  );
  const files = new Map<string, Growing>();
  for (const { deeds } of steps)
    for (const { path, key, isWrite } of deeds)
      if (isWrite && !files.has(key))
        files.set(key, { path, writes: [], loads: [], uses: [], tests: [], removals: [] });
  if (files.size === 0) return { files, mayRemove: () => false };
  const removed: Symbolic[] = [];
  for (const { block, deeds } of steps)
    for (const { path, key, isRemoval, enter } of deeds) {
      if (isRemoval) removed.push(path);
      const file = files.get(key);
      if (file !== undefined) enter(file, block);
    }
  return { files, mayRemove: removalTest(removed) };
}

function addEffect(file: Growing, block: AnalysedBlock, effect: FileEffect): void {
  if (effect.kind === 'write')
    file.writes.push({ block, span: effect.write?.path.span ?? effect.span, write: effect.write });
  else if (effect.kind === 'replace') file.writes.push({ block, span: effect.span, write: undefined });
  else if (effect.kind === 'load') file.loads.push({ block, span: effect.span, certain: effect.certain });
  else if (effect.kind === 'remove') file.removals.push(block);
}

/** What the steps of a document do to files. */
export const trafficOf: (flow: DocumentFlow) => DocumentTraffic = kept(collectTraffic);

/** Patterns that are tried for each file; a document with more of them deletes whatever it likes. */
const MAX_PATTERNS = 64;

function removalTest(removed: readonly Symbolic[]): (file: FileTraffic) => boolean {
  const keys = new Set(removed.map(pathKeyOf).map(key => key.replace(/(?<!\/)\/+$/, '')));
  const patterns = [...keys].flatMap(key => {
    const at = key.search(/[*?[{]/);
    return at < 0 ? [] : [key.slice(0, at)];
  });
  const isUnclear =
    patterns.length > MAX_PATTERNS ||
    removed.some(([first]) => first === undefined || first.kind === 'unknown');
  return ({ path }) => {
    if (isUnclear) return true;
    const key = pathKeyOf(path);
    if (keys.has(key) || patterns.some(pattern => key.startsWith(pattern))) return true;
    for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1))
      if (keys.has(key.slice(0, end))) return true;
    return false;
  };
}
