import fs from 'node:fs';
import { displayName } from './display';
import { reasonOf } from './stateFile';

/** The system's watchers are a limited good. */
const MAX_WATCHERS = 64;
/** Milliseconds between two looks at a directory that cannot be watched. */
const POLL_INTERVAL = 2000;

/** The part of `fs.watch` that is used. */
export type WatchDirectory = (
  path: Buffer,
  options: { readonly encoding: 'buffer'; readonly persistent: false },
  listener: (event: string, name: Buffer | null) => void,
) => Pick<fs.FSWatcher, 'on' | 'close'>;

interface Watched {
  readonly path: Buffer;
  close(): void;
  /** Why it is polled; undefined where the system tells of changes. */
  readonly polled: string | undefined;
}

/** Watches directories, without what lies beneath them; where the system cannot, it looks every two seconds. */
export class DirectoryWatchers {
  readonly #watched = new Map<string, Watched>();
  readonly #changed: (key: string, name: Buffer | undefined) => void;
  readonly #watch: WatchDirectory;

  /**
   * @param changed called with a directory's key and the entry that changed, or undefined where that is not known
   */
  constructor(
    changed: (key: string, name: Buffer | undefined) => void,
    watch: WatchDirectory = (path, options, listener) => fs.watch(path, options, listener),
  ) {
    this.#changed = changed;
    this.#watch = watch;
  }

  /** Watches one more directory; one that is watched already stays as it is. */
  add(key: string, path: Buffer): void {
    if (!this.#watched.has(key)) this.#watched.set(key, this.#start(key, path));
  }

  /** Stops watching all directories but these. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const [key, watched] of this.#watched) {
      if (keys.has(key)) continue;
      watched.close();
      this.#watched.delete(key);
    }
  }

  /** What does not work live, in sentences. */
  notices(): readonly string[] {
    return [...this.#watched.values()]
      .filter(({ polled }) => polled !== undefined)
      .map(
        ({ path, polled }) =>
          `${displayName(path)} is looked at every ${POLL_INTERVAL / 1000} seconds. ${polled}`,
      );
  }

  #start(key: string, path: Buffer): Watched {
    const live = [...this.#watched.values()].filter(({ polled }) => polled === undefined).length;
    if (live >= MAX_WATCHERS) return this.#poll(key, path, 'Too many directories are watched.');
    try {
      const watcher = this.#watch(path, { encoding: 'buffer', persistent: false }, (_event, name) => {
        this.#changed(key, name ?? undefined);
      });
      watcher.on('error', error => this.#fall(key, watcher, path, error));
      return { path, polled: undefined, close: () => watcher.close() };
    } catch (error) {
      // A directory that has just gone is no matter: what lies above it is watched too.
      return this.#poll(key, path, reasonOf(error));
    }
  }

  /** Goes over to polling when a watcher fails later. */
  #fall(key: string, watcher: Pick<fs.FSWatcher, 'close'>, path: Buffer, error: unknown): void {
    watcher.close();
    if (!this.#watched.has(key)) return;
    this.#watched.set(key, this.#poll(key, path, reasonOf(error)));
    this.#changed(key, undefined);
  }

  #poll(key: string, path: Buffer, reason: string): Watched {
    const timer = setInterval(() => this.#changed(key, undefined), POLL_INTERVAL);
    timer.unref();
    return { path, polled: reason, close: () => clearInterval(timer) };
  }
}
