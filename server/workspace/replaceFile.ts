import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Gives a file another text, whole or not at all: the text goes into a new file beside it, which takes its place. A link stays
 * one. Rejects where the file does not hold `before` any more, and where it cannot be written; it is as it was then.
 */
export async function replaceFile(file: string, before: string, after: string): Promise<void> {
  const target = await realpath(file);
  const { mode } = await stat(target);
  const made = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.crossblock`);
  const handle = await open(made, 'wx', mode & 0o777);
  try {
    try {
      await handle.writeFile(after);
      await handle.chmod(mode & 0o777);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (!(await readFile(target)).equals(Buffer.from(before)))
      throw new Error('It has changed since it was checked, and is left as it is; run the command again');
    await rename(made, target);
  } catch (error) {
    await rm(made, { force: true });
    throw error;
  }
}
