import { opendir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { isBelow } from './project';

/** Entries of a folder that are looked at, and files that are named. */
const MAX_ENTRIES = 2_000;
const MAX_FILES = 200;

const SHELL_FILE = /\.(?:sh|bash|zsh|ksh|env|inc)$/i;
/** A start of a path that only the run knows, which most often means the project. */
const EXPANSION = /^(?:\$\w+|\$\{\w+\}|\$\([^()]*\)|~)\//;

/**
 * The names, in the folder that a written path begins with, of shell files and of folders (with `/` behind them). Nothing outside
 * the roots is looked at; what cannot be read is left out.
 * @param document absolute path of the document
 * @param written the path as far as it is written: `lib/wo`, `$ROOT/lib/`
 */
export async function listSourceableFiles(
  document: string,
  roots: readonly string[],
  written: string,
): Promise<readonly string[]> {
  const known = written.replace(EXPANSION, '');
  // Another expansion further on, or an absolute path: nobody knows the folder, or it is none of the project's.
  if (/[$`~\\]/.test(known) || path.isAbsolute(known)) return [];
  const folder = known.slice(0, known.lastIndexOf('/') + 1);
  const names = new Set<string>();
  for (const base of new Set([...roots, path.dirname(document)]))
    await list(path.join(base, folder), roots, names);
  return [...names].sort().slice(0, MAX_FILES);
}

async function list(folder: string, roots: readonly string[], names: Set<string>): Promise<void> {
  try {
    const real = await realpath(folder);
    const isInside = await Promise.all(
      roots.map(async root => {
        const resolved = await realpath(root);
        return real === resolved || isBelow(real, resolved);
      }),
    );
    if (!isInside.includes(true)) return;
    let entries = 0;
    for await (const entry of await opendir(real)) {
      if (++entries > MAX_ENTRIES) return;
      if (entry.isDirectory() && !/^(?:\.git|node_modules)$/.test(entry.name)) names.add(`${entry.name}/`);
      else if (entry.isFile() && SHELL_FILE.test(entry.name)) names.add(entry.name);
    }
  } catch {
    // A folder that is not there, or may not be read, offers nothing.
  }
}
