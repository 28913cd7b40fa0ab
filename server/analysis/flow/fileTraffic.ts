import { kept } from '../kept';
import type { Write } from '../shell/script';
import type { Span } from '../text';
import type { UsedPath } from './blockFlow';
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

function collectTraffic(flow: DocumentFlow): DocumentTraffic {
  const steps = flow.blocks.filter(({ role }) => role.kind === 'step');
  const files = new Map<string, Growing>();
  for (const { flow: own } of steps)
    for (const effect of own.fileEffects)
      if (isWrite(effect) && !files.has(pathKeyOf(effect.path)))
        files.set(pathKeyOf(effect.path), {
          path: effect.path,
          writes: [],
          loads: [],
          uses: [],
          tests: [],
          removals: [],
        });
  if (files.size === 0) return { files, mayRemove: () => false };
  const removed: Symbolic[] = [];
  for (const block of steps) {
    for (const effect of block.flow.fileEffects) {
      if (effect.kind === 'remove') removed.push(effect.path);
      const file = files.get(pathKeyOf(effect.path));
      if (file !== undefined) addEffect(file, block, effect);
    }
    for (const { path } of block.flow.deletedAtEnd) {
      removed.push(path);
      files.get(pathKeyOf(path))?.removals.push(block);
    }
    for (const use of block.flow.usedPaths) files.get(pathKeyOf(use.path))?.uses.push({ block, use });
    for (const use of block.flow.testedPaths) files.get(pathKeyOf(use.path))?.tests.push({ block, use });
  }
  return { files, mayRemove: removalTest(removed) };
}

function isWrite({ kind }: FileEffect): boolean {
  return kind === 'write' || kind === 'replace';
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
