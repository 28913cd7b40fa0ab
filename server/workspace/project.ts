import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * The directories that a document's blocks may mean by "the project": the nearest one above it that a version control system
 * or an agent's host marks, and the workspace folders that hold it.
 * @param file absolute path of the document
 * @param folders absolute paths of the workspace folders, or the folder that the command line was given
 */
export function projectRoots(file: string, folders: readonly string[]): readonly string[] {
  const holding = folders.filter(folder => file.startsWith(folder + path.sep));
  const marked = markedFolder(path.dirname(file), MARKS);
  return [
    ...new Set([
      ...(marked === undefined ? [] : [marked]),
      ...holding,
      ...(marked ? [] : fallback(file, holding)),
    ]),
  ];
}

const MARKS = ['.git', '.claude', '.claude-plugin', '.crossblock.json'];

function fallback(file: string, holding: readonly string[]): readonly string[] {
  return holding.length > 0 ? [] : [path.dirname(file)];
}

/** The nearest folder, from `start` upwards, that holds one of some entries. */
export function markedFolder(start: string, entries: readonly string[]): string | undefined {
  for (let folder = start; ; folder = path.dirname(folder)) {
    // `~/.claude` is the user's own and marks no project.
    const marks = folder === homedir() ? entries.filter(entry => entry !== '.claude') : entries;
    if (marks.some(entry => existsSync(path.join(folder, entry)))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** A path with `/` between its parts on every system. */
export function slashes(file: string): string {
  return path.sep === '/' ? file : file.split(path.sep).join('/');
}

/** Whether a file lies below a folder, by their absolute paths. */
export function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}
