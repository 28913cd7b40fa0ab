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

/** The end of a folder's path that says what is in it: below a host's own folder anything, of the common names the nearest. */
const HOST_PLACE = /(?:^|\/)\.(?:agents|claude|codex|cursor|gemini|github|opencode|roo|windsurf)(?:\/.*)?$/s;
const COMMON_PLACE = /(?:^|\/)(?:commands(?:\/[^/]+)?|agents|skills(?:\/[^/]+){0,2}|workflows)$/;
/** A work tree is a project of its own, wherever a host puts it. */
const WORK_TREE = /\/worktrees\/[^/]+$/;

/**
 * Where a file lies in its project, with `/` between the parts. A root that lies in a place of commands itself counts: who
 * opens `.claude/commands` alone means commands.
 */
export function placeOf(file: string, root: string): string {
  const relative = slashes(path.relative(root, file));
  if (relative.startsWith('../')) return slashes(file);
  const folder = slashes(root);
  if (WORK_TREE.test(folder)) return relative;
  const host =
    HOST_PLACE.exec(folder) ?? (existsSync(path.join(root, '.git')) ? null : COMMON_PLACE.exec(folder));
  return host === null ? relative : `${host[0].replace(/^\//, '')}/${relative}`;
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
