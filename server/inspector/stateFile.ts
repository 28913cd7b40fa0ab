import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { OpenDirectory } from './openDirectory';
import type { StateFileKind } from './types';

/** No more of a file is read than this many bytes; of one that is as long, the end is not known. */
export const MAX_FILE_BYTES = 256 * 1024;

/** How often a file that is written to while it is read is read again. */
const ATTEMPTS = 3;

/** What was read of a file. */
export type FileReading =
  | {
      readonly kind: 'read';
      readonly bytes: Uint8Array;
      readonly truncated: boolean;
    }
  /** Why nothing was read, as a sentence. */
  | { readonly kind: 'unread'; readonly reason: string };

/** What an entry is. */
export function kindOf(stats: BigIntStats): StateFileKind {
  if (stats.isFile()) return 'file';
  if (stats.isFIFO()) return 'fifo';
  if (stats.isSocket()) return 'socket';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'device';
}

/** Whether two statuses are of the same file, whatever its name was in between. */
function isSameFile(first: BigIntStats, second: BigIntStats): boolean {
  return first.dev === second.dev && first.ino === second.ino && kindOf(first) === kindOf(second);
}

/** Whether the file belongs to the user whom this process runs as; on Windows there is nothing to compare. */
export function isOwn(stats: BigIntStats): boolean {
  const user = process.geteuid?.();
  return user === undefined || stats.uid === BigInt(user);
}

/**
 * Reads a regular file, at most {@link MAX_FILE_BYTES}. Between `expected` and now anything may have happened to the name:
 * what is opened is compared with it before a byte is read.
 * @param expected the entry's status as it was listed; it must be a regular file
 */
export async function readStateFile(
  directory: OpenDirectory,
  name: Buffer,
  expected: BigIntStats,
): Promise<FileReading> {
  if (!expected.isFile()) return { kind: 'unread', reason: 'Only regular files are read.' };
  try {
    const handle = await directory.openFile(name);
    try {
      if (!isSameFile(expected, await handle.stat({ bigint: true }))) return REPLACED;
      return await readSettled(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { kind: 'unread', reason: reasonOf(error) };
  }
}

const REPLACED: FileReading = {
  kind: 'unread',
  reason: 'It was replaced by another file while it was read.',
};

/** Reads until size and time are the same before and after, a few times at most: half a change is no state. */
async function readSettled(handle: FileHandle): Promise<FileReading> {
  for (let attempt = 1; ; attempt++) {
    const before = await handle.stat({ bigint: true });
    const bytes = await readStart(handle, Number(before.size));
    const stats = await handle.stat({ bigint: true });
    const settled = before.mtimeNs === stats.mtimeNs && before.size === stats.size;
    if (settled || attempt === ATTEMPTS) {
      return { kind: 'read', bytes, truncated: bytes.length === MAX_FILE_BYTES };
    }
  }
}

/** @param size the file's size in bytes; 0 also for files such as those in /proc, which are longer than they say */
async function readStart(handle: FileHandle, size: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(size === 0 ? MAX_FILE_BYTES : Math.min(MAX_FILE_BYTES, size + 1));
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  // A copy: the small file must not keep the whole buffer alive.
  return Uint8Array.from(buffer.subarray(0, length));
}

/** Removes a file, if it is still the very one that was listed. */
export async function removeStateFile(
  directory: OpenDirectory,
  name: Buffer,
  identity: { readonly dev: bigint; readonly ino: bigint },
): Promise<{ readonly removed: true } | { readonly removed: false; readonly reason: string }> {
  try {
    const stats = await directory.lstat(name);
    const refusal = refusalToRemove(stats, identity);
    if (refusal !== undefined) return { removed: false, reason: refusal };
    await directory.unlink(name);
    return { removed: true };
  } catch (error) {
    return { removed: false, reason: reasonOf(error) };
  }
}

function refusalToRemove(
  stats: BigIntStats,
  identity: { readonly dev: bigint; readonly ino: bigint },
): string | undefined {
  if (stats.dev !== identity.dev || stats.ino !== identity.ino) return 'Another file has its name by now.';
  if (!stats.isFile() && !stats.isFIFO()) return 'Only regular files and FIFOs are deleted.';
  return isOwn(stats) ? undefined : 'It belongs to another user.';
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'You have no permission.',
  EPERM: 'You have no permission.',
  ENOENT: 'It no longer exists.',
  ELOOP: 'It is a symbolic link by now, and links are not followed.',
  ENXIO: 'It is a socket or device by now.',
  EAGAIN: 'It has no content to read now.',
};

/** A system error as a sentence. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? `The system reports ${code === '' ? String(error) : code}.`;
}
