import { type BigIntStats, constants, type Dir, type Dirent } from 'node:fs';
import { type FileHandle, lstat, open, opendir, stat, unlink } from 'node:fs/promises';

const ON_LINUX = process.platform === 'linux';
/** What Windows does not know is 0 there. */
const { O_RDONLY } = constants;
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0;
const O_NONBLOCK = constants.O_NONBLOCK ?? 0;
const O_NOCTTY = constants.O_NOCTTY ?? 0;
const O_DIRECTORY = constants.O_DIRECTORY ?? 0;

/** Entries that are read at once; between two batches the event loop runs. */
const BATCH = 256;

/**
 * What one asynchronous read has fetched besides the entry that it returns: it is there at once, while a promise for each of
 * 100,000 entries takes a second.
 */
function bufferedEntries(entries: Dir): readonly Dirent[] {
  const buffered: Dirent[] = [];
  while (buffered.length < BATCH - 1) {
    const entry = entries.readSync();
    if (entry === null) break;
    buffered.push(entry);
  }
  return buffered;
}

/** Where a directory is: a resolved path and names beneath it, of which none may be a link. */
export interface DirectoryPlace {
  /** Absolute, links resolved. */
  readonly base: string;
  readonly names: readonly Buffer[];
}

/** The directory's path in bytes: a name that is no UTF-8 cannot be part of a string. */
export function placePath(place: DirectoryPlace): Buffer {
  const separator = Buffer.from('/');
  const base = Buffer.from(place.base === '/' ? '' : place.base);
  return place.names.length === 0
    ? Buffer.from(place.base)
    : Buffer.concat([base, ...place.names.flatMap(name => [separator, name])]);
}

/**
 * An open directory. O_NOFOLLOW guards only the last component of a path, so on Linux whatever is done to an entry goes
 * through the directory's descriptor: no one can put a link in the way. Elsewhere it goes through the path.
 */
export class OpenDirectory {
  readonly place: DirectoryPlace;
  readonly #handle: FileHandle | undefined;
  readonly #path: Buffer;
  #shared: Promise<boolean> | undefined;

  private constructor(place: DirectoryPlace, handle: FileHandle | undefined) {
    this.place = place;
    this.#handle = handle;
    this.#path = handle === undefined ? placePath(place) : Buffer.from(`/proc/self/fd/${handle.fd}`);
  }

  /**
   * Opens a directory, name by name from its base.
   * @throws the system's error, e.g. ENOTDIR where a name is a link or no directory
   */
  static async open(place: DirectoryPlace): Promise<OpenDirectory> {
    let directory = await OpenDirectory.#openBase(place.base);
    for (const name of place.names) {
      const next = await directory.openBeneath(name).finally(() => directory.close());
      directory = next;
    }
    return directory;
  }

  static async #openBase(base: string): Promise<OpenDirectory> {
    const place = { base, names: [] };
    if (!ON_LINUX) return new OpenDirectory(place, undefined);
    return new OpenDirectory(place, await open(base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK));
  }

  /** Opens a directory in this one. @throws the system's error, e.g. ENOTDIR or ELOOP where the name is a link */
  async openBeneath(name: Buffer): Promise<OpenDirectory> {
    const place = { base: this.place.base, names: [...this.place.names, name] };
    if (ON_LINUX) {
      return new OpenDirectory(
        place,
        await open(this.#at(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK),
      );
    }
    if ((await this.lstat(name)).isDirectory()) return new OpenDirectory(place, undefined);
    throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
  }

  /** Whether everyone may make files in it, as in /tmp. */
  async isShared(): Promise<boolean> {
    this.#shared ??= (this.#handle?.stat() ?? stat(this.#path)).then(({ mode }) => (mode & 0o002) !== 0);
    return this.#shared;
  }

  /** Device and inode of the directory itself. */
  async identity(): Promise<string> {
    const found = await (this.#handle?.stat({ bigint: true }) ?? stat(this.#path, { bigint: true }));
    return `${found.dev}:${found.ino}`;
  }

  /** The names of all entries, in batches; bytes, since a string cannot name what is no UTF-8. */
  async *names(): AsyncGenerator<readonly Buffer[]> {
    // Node's types know strings only, but its names are buffers with this encoding.
    const options = { encoding: 'buffer' as BufferEncoding, bufferSize: BATCH };
    const entries = await opendir(this.#path.toString(), options);
    try {
      for (let first = await entries.read(); first !== null; first = await entries.read()) {
        yield [first, ...bufferedEntries(entries)].map(entry => entry.name as unknown as Buffer);
      }
    } finally {
      await entries.close();
    }
  }

  /** Status of an entry, of a link itself. */
  lstat(name: Buffer): Promise<BigIntStats> {
    return lstat(this.#at(name), { bigint: true });
  }

  /** Opens an entry for reading. It never waits for a writer, and never follows a link. */
  openFile(name: Buffer): Promise<FileHandle> {
    return open(this.#at(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  }

  /** Removes an entry that is no directory. */
  unlink(name: Buffer): Promise<void> {
    return unlink(this.#at(name));
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }

  #at(name: Buffer): Buffer {
    return Buffer.concat([this.#path, Buffer.from('/'), name]);
  }
}
