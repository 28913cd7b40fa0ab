import type { BigIntStats } from 'node:fs';
import path from 'node:path';
import { DirectoryWatchers, type WatchDirectory } from './directoryWatchers';
import { type Entry, EntryTable } from './entryTable';
import { type DirectoryPlace, OpenDirectory, placePath } from './openDirectory';
import { planSearches } from './searches';
import { DEFAULT_STALE_AFTER } from './staleness';
import type { StateClaim, StateFilesView } from './types';
import { describeEntry } from './view';
import { inParallel, matchEntry, type VisitedDirectory, walk } from './walk';

/** What the inspector has to know, asked anew for each search. */
export interface InspectorSources {
  /** What the workspace's documents write and load. */
  claims(): readonly StateClaim[];
  /** The globs of the settings; empty in a workspace that is not trusted. */
  configuredGlobs(): Promise<readonly string[]>;
  /** Paths of the workspace folders. */
  workspaceFolders(): readonly string[];
  /** Directories beside the known ones in which documents' state files are looked for; absolute or beneath `~`. */
  configuredDirectories?(): Promise<readonly string[]>;
  /** Milliseconds without a change after which a file counts as a leftover. */
  staleAfter?(): Promise<number>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Milliseconds in which changes are gathered before they are looked at. */
const GATHER = 80;
/** More changed names than this in one directory: then reading it is cheaper. */
const MAX_CHANGED = 500;

/** Lists state files and, while it is live, keeps the list up to date. Nothing runs while it is not. */
export class InspectorSession {
  readonly entries = new EntryTable();
  readonly #sources: InspectorSources;
  readonly #changed: () => void;
  readonly #watch: WatchDirectory | undefined;
  #directories = new Map<string, VisitedDirectory>();
  #notices = new Set<string>();
  #watchers: DirectoryWatchers | undefined;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #upToDate = false;
  /** What changed since the last look: the names by directory, or everything. */
  #dirty: Map<string, Set<string>> | 'all' = new Map();

  /** @param changed called after each change of the list while the session is live */
  constructor(sources: InspectorSources, changed: () => void, watch?: WatchDirectory) {
    this.#sources = sources;
    this.#changed = changed;
    this.#watch = watch;
  }

  /** Starts or ends live updates. */
  setLive(live: boolean): void {
    if (live === (this.#watchers !== undefined)) return;
    this.#upToDate = false;
    if (live) {
      this.#watchers = new DirectoryWatchers((key, name) => this.#entryChanged(key, name), this.#watch);
      return;
    }
    this.#watchers?.keepOnly(new Set());
    this.#watchers = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The list as it is now. @param refresh whether to search anew even if nothing is known to have changed */
  async list(refresh = false): Promise<StateFilesView> {
    const current = this.#upToDate && this.#watchers !== undefined && !refresh;
    await this.#enqueue(async () => {
      if (!current || !this.#upToDate) await this.#searchAll();
    });
    const notices = [...this.#notices, ...(this.#watchers?.notices() ?? [])];
    const staleAfter = (await this.#sources.staleAfter?.()) ?? DEFAULT_STALE_AFTER;
    const files = this.entries.views(this.#sources.claims(), staleAfter);
    return { files, gone: this.entries.history.gone(), notices };
  }

  /** The documents or settings say something new. */
  sourcesChanged(): void {
    this.#dirty = 'all';
    this.#schedule();
  }

  /** One job at a time: two searches at once would report what neither saw. */
  #enqueue(job: () => Promise<void>): Promise<void> {
    const done = this.#work.then(job);
    this.#work = done.catch(() => {});
    return done;
  }

  #entryChanged(key: string, name: Buffer | undefined): void {
    const directory = this.#directories.get(key);
    if (directory === undefined) return;
    // The system names a watched directory itself by its own name.
    const isItself = name?.equals(
      Buffer.from(path.posix.basename(placePath(directory.place).toString('latin1')), 'latin1'),
    );
    if (name === undefined || isItself === true) this.#dirty = 'all';
    else if (matchEntry(directory, name) === undefined) return;
    else if (this.#dirty !== 'all') {
      const names = this.#dirty.get(key) ?? new Set();
      this.#dirty.set(key, names.add(name.toString('latin1')));
      if (names.size > MAX_CHANGED) this.#dirty = 'all';
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#watchers === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      void this.#enqueue(() => this.#lookAtChanges()).finally(() => {
        this.#timer = undefined;
        if (this.#dirty === 'all' || this.#dirty.size > 0) this.#schedule();
      });
    }, GATHER);
  }

  async #lookAtChanges(): Promise<void> {
    const dirty = this.#dirty;
    this.#dirty = new Map();
    let changed = dirty === 'all';
    if (dirty === 'all') await this.#searchAll();
    else {
      for (const [key, names] of dirty) {
        const directory = this.#directories.get(key);
        if (directory === undefined) continue;
        const outcome = await this.#lookAtNames(directory, [...names]);
        changed ||= outcome !== 'same';
        if (outcome !== 'directories') continue;
        await this.#searchAll();
        break;
      }
    }
    if (changed && this.#watchers !== undefined) this.#changed();
  }

  async #searchAll(): Promise<void> {
    const watchers = this.#watchers;
    this.#dirty = new Map();
    this.#directories = new Map();
    this.#notices = new Set();
    const claims = this.#sources.claims();
    const searches = await planSearches({
      claimed: claims.map(claim => claim.glob),
      configured: await this.#sources.configuredGlobs(),
      directories: (await this.#sources.configuredDirectories?.()) ?? [],
      workspaceFolders: this.#sources.workspaceFolders(),
      environment: this.#sources.environment,
    });
    const seen = new Set<string>();
    await walk(searches, {
      entered: visited => this.#enter(visited),
      noticed: notice => this.#notices.add(notice),
      found: async (directory, name, stats, globs) => {
        const key = this.entries.key(directory.place, name);
        if (seen.has(key)) return this.entries.addGlobs(directory.place, name, globs);
        seen.add(key);
        await this.#describe(directory, name, stats, globs);
      },
    });
    await inParallel(this.entries.keepOnly(seen), async entry => {
      if (await isGone(entry)) this.entries.recordEnd(entry);
    });
    this.#watchers?.keepOnly(new Set(this.#directories.keys()));
    // Live updates may have been switched off and on again: the new watchers have not seen it all.
    this.#upToDate = watchers === this.#watchers;
  }

  /** Two searches may come to the same directory from different bases. */
  #enter(visited: VisitedDirectory): void {
    const where = placePath(visited.place);
    const key = where.toString('latin1');
    const before = this.#directories.get(key)?.steps ?? [];
    this.#directories.set(key, { place: visited.place, steps: [...before, ...visited.steps] });
    this.#watchers?.add(key, where);
  }

  /** @returns what changed by that: nothing, files, or the directories to search */
  async #lookAtNames(
    visited: VisitedDirectory,
    names: readonly string[],
  ): Promise<'same' | 'files' | 'directories'> {
    let outcome: 'same' | 'files' | 'directories' = 'same';
    const directory = await openOrUndefined(visited.place);
    if (directory === undefined) return 'directories';
    try {
      await inParallel(names, async text => {
        const name = Buffer.from(text, 'latin1');
        const match = matchEntry(visited, name);
        if (match === undefined) return;
        if (match.deeper.length > 0) outcome = 'directories';
        if (match.globs.size === 0) return;
        const stats = await directory.lstat(name).catch(() => undefined);
        const changed =
          stats === undefined
            ? this.entries.remove(visited.place, name)
            : await this.#describe(directory, name, stats, match.globs);
        if (changed && outcome === 'same') outcome = 'files';
      });
    } finally {
      await directory.close();
    }
    return outcome;
  }

  async #describe(
    directory: OpenDirectory,
    name: Buffer,
    stats: BigIntStats,
    globs: ReadonlySet<string>,
  ): Promise<boolean> {
    const described = await describeEntry(directory, name, stats);
    return this.entries.set(directory.place, name, stats, globs, described, await directory.isShared());
  }
}

/** Whether an entry that no search has found is no longer there. */
async function isGone({ place, name }: Entry): Promise<boolean> {
  const directory = await openOrUndefined(place);
  if (directory === undefined) return true;
  try {
    await directory.lstat(name);
    return false;
  } catch {
    return true;
  } finally {
    await directory.close();
  }
}

async function openOrUndefined(place: DirectoryPlace): Promise<OpenDirectory | undefined> {
  try {
    return await OpenDirectory.open(place);
  } catch {
    return undefined;
  }
}
