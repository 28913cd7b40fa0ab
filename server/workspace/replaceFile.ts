import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Gives a file another content, all at once: readers see the old text or the new one, and a failure leaves the old one. Its
 * mode stays, and a symbolic link goes on to lead to it.
 * Fails (rejects) where the file does not hold the expected text any more, or cannot be written.
 * @param expected the text that the new one was made from
 */
export async function replaceFile(file: string, expected: string, text: string): Promise<void> {
  const target = await realpath(file);
  // A folder in which one may write is no leave to replace what one may not write.
  await access(target, constants.W_OK).catch(() => {
    throw new Error('You may not write it; it stays as it was');
  });
  const { mode } = await stat(target);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Its folder cannot be written, so it stays as it was: ${reason}`);
    });
    try {
      await handle.writeFile(text);
      await handle.chmod(mode & 0o7777);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (!(await readFile(target)).equals(Buffer.from(expected)))
      throw new Error('It has changed since it was checked; it stays as it is now, run the fix again');
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
