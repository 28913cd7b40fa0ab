import { realpath } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { compileNameGlob, expandBraces, type NameGlob } from './nameGlob';

/** One step of a search on its way down: a name to match, or any number of directories. */
export type Segment = NameGlob | 'anyDepth';

/** Where a glob is looked for. */
export interface Search {
  /** The glob that this comes from, as it was given. */
  readonly glob: string;
  /** The existing directory that the search starts in; absolute, links resolved. */
  readonly base: string;
  /** What to match beneath it; nothing there is followed if it is a link. */
  readonly segments: readonly Segment[];
}

/** A directory in which state files are looked for. */
interface Root {
  readonly path: string;
  /** The part of the path up to which links are resolved; what a workspace contains is not trusted so far. */
  readonly resolved: string;
}

/** What to look for. */
export interface SearchRequest {
  /** Absolute globs that documents name; only those in the known directories of state files are looked for. */
  readonly claimed: readonly string[];
  /** Globs that the user configured: absolute, beneath `~`, or relative to each workspace folder. */
  readonly configured: readonly string[];
  /** Further directories of state files: absolute, or beneath `~`. */
  readonly directories?: readonly string[];
  /** Paths of the workspace folders. */
  readonly workspaceFolders: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Turns globs into searches. It reads the disk only to resolve the directories that searches start in. */
export async function planSearches(request: SearchRequest): Promise<readonly Search[]> {
  const roots = knownRoots(request);
  const resolve = memoize(resolveExisting);
  const claimed = unique(request.claimed).flatMap(glob => candidates(glob, glob, roots));
  const configured = unique(request.configured).flatMap(glob =>
    absolute(glob, request).flatMap(each => candidates(glob, each, undefined)),
  );
  return Promise.all(
    [...claimed, ...configured].map(async ({ glob, root, segments }): Promise<Search> => {
      const existing = await resolve(root.resolved);
      const beneath = path.relative(root.resolved, root.path);
      const literal = [existing.missing, beneath]
        .flatMap(part => part.split(path.sep))
        .filter(name => name !== '');
      return { glob, base: existing.path, segments: [...literal.map(literalSegment), ...segments] };
    }),
  );
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

function memoize<T>(compute: (key: string) => T): (key: string) => T {
  const results = new Map<string, T>();
  return key => {
    if (!results.has(key)) results.set(key, compute(key));
    return results.get(key)!;
  };
}

/** Where state files live, by convention. */
function knownRoots({ environment, workspaceFolders, directories = [] }: SearchRequest): readonly Root[] {
  const home = environment.HOME ?? os.homedir();
  const shared = ['/tmp', '/dev/shm', environment.TMPDIR, environment.XDG_RUNTIME_DIR, `${home}/.claude/tmp`];
  const further = directories.map(folder => (folder.startsWith('~/') ? `${home}${folder.slice(1)}` : folder));
  const own = [...shared, ...further]
    .filter((folder): folder is string => folder !== undefined && path.isAbsolute(folder))
    .map(folder => normalized(folder))
    .map(folder => ({ path: folder, resolved: folder }));
  const inWorkspaces = workspaceFolders.flatMap(folder =>
    ['.crossblock', '.claude/tmp'].map(name => ({
      path: path.join(folder, name),
      resolved: normalized(folder),
    })),
  );
  return [...own, ...inWorkspaces];
}

function normalized(folder: string): string {
  const text = path.normalize(folder);
  return text.length > 1 && text.endsWith(path.sep) ? text.slice(0, -1) : text;
}

/** Absolute forms of a configured glob. */
function absolute(glob: string, { environment, workspaceFolders }: SearchRequest): readonly string[] {
  if (glob.startsWith('~/')) return [`${environment.HOME ?? os.homedir()}${glob.slice(1)}`];
  return path.isAbsolute(glob) ? [glob] : workspaceFolders.map(folder => path.join(folder, glob));
}

interface Candidate {
  readonly glob: string;
  readonly root: Root;
  readonly segments: readonly Segment[];
}

/**
 * The searches for one absolute glob.
 * @param roots the directories that it must lie in; without, the literal beginning of the glob itself
 */
function candidates(glob: string, form: string, roots: readonly Root[] | undefined): readonly Candidate[] {
  return expandBraces(form).flatMap(each => {
    const names = each.split('/').filter(name => name !== '' && name !== '.');
    // A `..` behind a wildcard could lead anywhere; before one it has no use in a state file's path.
    if (!each.startsWith('/') || names.length === 0 || names.includes('..')) return [];
    const segments = names.map(toSegment);
    const prefix = literalPrefix(segments);
    const root = roots === undefined ? { path: prefix, resolved: prefix } : rootOf(prefix, roots);
    if (root === undefined) return [];
    return [
      { glob, root, segments: segments.slice(root.path.split('/').filter(name => name !== '').length) },
    ];
  });
}

function toSegment(glob: string): Segment {
  return glob === '**' ? 'anyDepth' : compileNameGlob(glob);
}

function literalSegment(name: string): Segment {
  return { literal: name, matches: other => other === name };
}

/** The directory that all matches lie in: the literal names before the first wildcard, without the last segment. */
function literalPrefix(segments: readonly Segment[]): string {
  const end = segments.findIndex(segment => segment === 'anyDepth' || segment.literal === undefined);
  const names = segments.slice(0, end < 0 ? -1 : Math.min(end, segments.length - 1));
  return `/${names.map(segment => (segment as NameGlob).literal).join('/')}`;
}

/** The innermost root that a directory lies in. */
function rootOf(directory: string, roots: readonly Root[]): Root | undefined {
  return roots
    .filter(
      root => directory === root.path || directory.startsWith(root.path === '/' ? '/' : `${root.path}/`),
    )
    .reduce<Root | undefined>(
      (best, root) => (best === undefined || root.path.length > best.path.length ? root : best),
      undefined,
    );
}

/** The nearest existing directory above a path, links resolved, and what is missing beneath it. */
async function resolveExisting(folder: string): Promise<{ readonly path: string; readonly missing: string }> {
  for (let current = folder; ; current = path.dirname(current)) {
    try {
      return { path: await realpath(current), missing: path.relative(current, folder) };
    } catch {
      if (current === path.dirname(current))
        return { path: current, missing: path.relative(current, folder) };
    }
  }
}
