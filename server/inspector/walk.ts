import type { BigIntStats } from 'node:fs';
import { displayName } from './display';
import { type DirectoryPlace, OpenDirectory, placePath } from './openDirectory';
import type { Search, Segment } from './searches';
import { reasonOf } from './stateFile';

/** How far a search has come: the segment that an entry has to match next. */
export interface Position {
  readonly search: Search;
  readonly index: number;
}

/** A directory that was read, with what is looked for in it. */
export interface VisitedDirectory {
  readonly place: DirectoryPlace;
  readonly steps: readonly Step[];
}

/** A position, with a segment that an entry may match there. */
export type Step = readonly [Position, Segment];

/** Who is told what a walk meets. */
export interface Visitor {
  /** A directory, before it is read: a watcher that starts now misses nothing. */
  entered(directory: VisitedDirectory): void;
  /** An entry that the globs match; called at most 16 times at once. */
  found(
    directory: OpenDirectory,
    name: Buffer,
    stats: BigIntStats,
    globs: ReadonlySet<string>,
  ): Promise<void>;
  /** Something that limits the result, as a sentence. */
  noticed(notice: string): void;
}

/** What a walk does at most, so that no directory can keep it busy for ever. */
const WALK_LIMITS = { depth: 8, directories: 256, entries: 2000, concurrent: 16 };

/** Follows all searches down. It rejects only where the visitor does. */
export async function walk(searches: readonly Search[], visitor: Visitor): Promise<void> {
  const waiting: VisitedDirectory[] = startingPoints(searches);
  for (let visited = 0; waiting.length > 0; visited++) {
    if (visited === WALK_LIMITS.directories) {
      visitor.noticed(`Only ${visited} directories are searched; the globs match more.`);
      return;
    }
    waiting.push(...(await visit(waiting.shift()!, visitor)));
  }
}

/** One directory for each base: all searches that start there read it once. */
function startingPoints(searches: readonly Search[]): VisitedDirectory[] {
  const bases = new Map<string, Position[]>();
  for (const search of searches) {
    const positions = bases.get(search.base) ?? [];
    bases.set(search.base, positions);
    positions.push({ search, index: 0 });
  }
  return [...bases].map(([base, positions]) => ({
    place: { base, names: [] },
    steps: positions.flatMap(nextSegments),
  }));
}

/** Reads one directory. @returns the directories to go on with */
async function visit(visited: VisitedDirectory, visitor: Visitor): Promise<readonly VisitedDirectory[]> {
  visitor.entered(visited);
  try {
    const directory = await OpenDirectory.open(visited.place);
    try {
      return await readEntries(directory, visited, visitor);
    } finally {
      await directory.close();
    }
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!gone)
      visitor.noticed(`${displayName(placePath(visited.place))} cannot be listed. ${reasonOf(error)}`);
    return [];
  }
}

interface Match {
  readonly globs: ReadonlySet<string>;
  /** Where to go on, should the entry be a directory. */
  readonly deeper: readonly Position[];
}

async function readEntries(
  directory: OpenDirectory,
  visited: VisitedDirectory,
  visitor: Visitor,
): Promise<readonly VisitedDirectory[]> {
  const matches: { name: Buffer; match: Match }[] = [];
  let leftOut = 0;
  for await (const names of candidateNames(directory, visited)) {
    for (const name of names) {
      const match = matchEntry(visited, name);
      if (match === undefined) continue;
      if (matches.length < WALK_LIMITS.entries) matches.push({ name, match });
      else leftOut++;
    }
  }
  if (leftOut > 0) {
    const shown = displayName(placePath(visited.place));
    visitor.noticed(`${leftOut} more files in ${shown} match; only ${WALK_LIMITS.entries} are listed.`);
  }
  const deeper: VisitedDirectory[] = [];
  await inParallel(matches, async ({ name, match }) => {
    const stats = await statusOf(directory, name, visitor);
    if (stats === undefined) return;
    if (match.globs.size > 0) await visitor.found(directory, name, stats, match.globs);
    if (match.deeper.length === 0) return;
    const place = { base: visited.place.base, names: [...visited.place.names, name] };
    if (stats.isDirectory()) deeper.push({ place, steps: match.deeper.flatMap(nextSegments) });
    else if (stats.isSymbolicLink() && match.deeper.some(isBehindName)) {
      visitor.noticed(
        `${displayName(placePath(place))} is a symbolic link; what lies behind it is not listed.`,
      );
    }
  });
  return deeper;
}

/** Whether the step before was a name that was asked for, and no wildcard that happened to fit. */
function isBehindName({ search, index }: Position): boolean {
  const previous = search.segments[index - 1];
  return previous !== undefined && previous !== 'anyDepth' && previous.literal !== undefined;
}

/** Names are only searched for where a wildcard asks for it: a known name needs no list. */
async function* candidateNames(
  directory: OpenDirectory,
  { steps }: VisitedDirectory,
): AsyncGenerator<readonly Buffer[]> {
  const literals = new Set<string>();
  for (const [, segment] of steps) {
    if (segment === 'anyDepth' || segment.literal === undefined) {
      yield* directory.names();
      return;
    }
    literals.add(segment.literal);
  }
  yield [...literals].map(name => Buffer.from(name));
}

/** The segments that an entry may match: `**` also stands for no directory at all. */
function nextSegments(position: Position): readonly Step[] {
  const segment = position.search.segments[position.index];
  if (segment === undefined) return [];
  const own = [[position, segment]] as const;
  return segment === 'anyDepth' ? [...own, ...nextSegments({ ...position, index: position.index + 1 })] : own;
}

/** What looks for an entry of this name, or undefined where nothing does. */
export function matchEntry(directory: VisitedDirectory, name: Buffer): Match | undefined {
  const text = name.toString('utf8');
  const globs = new Set<string>();
  const deeper: Position[] = [];
  const mayDescend = directory.place.names.length < WALK_LIMITS.depth;
  for (const [position, segment] of directory.steps) {
    const { search, index } = position;
    const isLast = index === search.segments.length - 1;
    if (segment === 'anyDepth' ? text.startsWith('.') : !segment.matches(text)) continue;
    if (isLast) globs.add(search.glob);
    if (mayDescend && segment === 'anyDepth') deeper.push(position);
    else if (mayDescend && !isLast) deeper.push({ search, index: index + 1 });
  }
  return globs.size === 0 && deeper.length === 0 ? undefined : { globs, deeper };
}

async function statusOf(
  directory: OpenDirectory,
  name: Buffer,
  visitor: Visitor,
): Promise<BigIntStats | undefined> {
  try {
    return await directory.lstat(name);
  } catch (error) {
    // Files come and go; only a directory that hides its entries' status is worth a word.
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') {
      visitor.noticed(
        `Entries of ${displayName(placePath(directory.place))} cannot be looked at. ${reasonOf(error)}`,
      );
    }
    return undefined;
  }
}

/** Calls `work` for all items, at most 16 at once. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items.values();
  const worker = async (): Promise<void> => {
    for (const item of iterator) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(WALK_LIMITS.concurrent, items.length) }, worker));
}
