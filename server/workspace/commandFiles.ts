import type { Dirent } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import picomatch from 'picomatch';
import { isCommandMarkdown, isCommandPlace } from '../analysis/document/commandMarkdown';
import { readFrontmatter } from '../analysis/document/frontmatter';
import type { ProjectConfiguration } from './configuration';
import { markedFolder, placeOf, slashes } from './project';

/** Bytes at a file's start in which its frontmatter must end. */
const HEAD_SIZE = 8_192;

/** A place that could not be looked at, and why. */
export interface Unreadable {
  readonly file: string;
  readonly message: string;
}

/**
 * Tells whether a document is command markdown by its place, its frontmatter, or a glob that somebody configured.
 * @param file absolute path
 * @param text the document's text, of which the frontmatter counts
 * @param globs further globs, relative to `root`
 */
export function isCommandDocument(
  file: string,
  text: string,
  root: string,
  configuration: ProjectConfiguration,
  globs: readonly string[] = [],
): boolean {
  if (isExcluded(file, configuration)) return false;
  if (isConfigured(file, root, configuration, globs)) return true;
  return isCommandMarkdown(placeOf(file, root), frontmatterOf(text));
}

/** Whether somebody has listed a file, by its absolute path, as command markdown: in the settings or in `.crossblock.json`. */
export function isConfigured(
  file: string,
  root: string,
  configuration: ProjectConfiguration,
  globs: readonly string[] = [],
): boolean {
  return matches(file, configuration.folder ?? root, configuration.files) || matches(file, root, globs);
}

function frontmatterOf(text: string): Readonly<Record<string, unknown>> {
  return readFrontmatter(text.slice(0, HEAD_SIZE).split(/\r?\n/)).values;
}

export function isExcluded(file: string, configuration: ProjectConfiguration): boolean {
  return configuration.folder !== undefined && matches(file, configuration.folder, configuration.exclude);
}

/** Whether globs that are relative to a folder name a file. */
export function matches(file: string, folder: string, globs: readonly string[]): boolean {
  if (globs.length === 0) return false;
  return picomatch([...globs], { dot: true })(slashes(path.relative(folder, file)));
}

/**
 * The command markdown below a folder, in a stable order. What `.gitignore` files name is left out, and so are the usual
 * folders of dependencies; symbolic links are not followed.
 * @param folder absolute path
 * @param base the folder that paths are relative to where no repository holds them: a folder's own name counts
 */
export async function findCommandFiles(
  folder: string,
  base: string,
  configuration: ProjectConfiguration,
  globs: readonly string[] = [],
): Promise<{ readonly files: readonly string[]; readonly unreadable: readonly Unreadable[] }> {
  const root = markedFolder(folder, ['.git']) ?? base;
  const found: string[] = [];
  const unreadable: Unreadable[] = [];
  await walk(folder, await ignoreFilesAbove(root, folder), found, unreadable);
  const files: string[] = [];
  for (const file of found.sort()) if (await belongs(file, root, configuration, globs)) files.push(file);
  return { files, unreadable };
}

/** A `.gitignore` file with the folder that its patterns are relative to. */
interface IgnoreFile {
  readonly folder: string;
  readonly matcher: Ignore;
}

/** Collects Markdown files; a folder that cannot be read is remembered, and the walk goes on. */
async function walk(
  folder: string,
  ignores: readonly IgnoreFile[],
  found: string[],
  unreadable: Unreadable[],
): Promise<void> {
  let entries: readonly Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    unreadable.push({ file: folder, message: `This folder cannot be read: ${message}` });
    return;
  }
  const own = entries.some(entry => entry.name === '.gitignore') ? await readIgnoreFile(folder) : undefined;
  const rules = own === undefined ? ignores : [...ignores, own];
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.has(entry.name) && !isIgnored(`${file}/`, rules))
        await walk(file, rules, found, unreadable);
    } else if (entry.isFile() && /\.(?:md|mdc|markdown)$/i.test(entry.name) && !isIgnored(file, rules))
      found.push(file);
  }
}

const SKIPPED_FOLDERS = new Set(['.git', 'node_modules']);

/** The `.gitignore` files between a repository's top and a folder, without the folder's own. */
async function ignoreFilesAbove(root: string, folder: string): Promise<readonly IgnoreFile[]> {
  const above: IgnoreFile[] = [];
  for (let at = folder; at !== root && at !== path.dirname(at); ) {
    at = path.dirname(at);
    const rules = await readIgnoreFile(at);
    if (rules !== undefined) above.unshift(rules);
  }
  return above;
}

async function readIgnoreFile(folder: string): Promise<IgnoreFile | undefined> {
  try {
    const file = path.join(folder, '.gitignore');
    if (!(await stat(file)).isFile()) return undefined;
    return { folder, matcher: ignore().add(await readFile(file, 'utf8')) };
  } catch {
    return undefined;
  }
}

/** A path that ends with `/` is a folder. The deepest file that has a word on a path decides, as in git. */
function isIgnored(file: string, rules: readonly IgnoreFile[]): boolean {
  for (const { folder, matcher } of rules.toReversed()) {
    const verdict = matcher.test(slashes(path.relative(folder, file)) + (file.endsWith('/') ? '/' : ''));
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}

async function belongs(
  file: string,
  root: string,
  configuration: ProjectConfiguration,
  globs: readonly string[],
): Promise<boolean> {
  // Most files are told by their path: only the others are opened.
  if (isCommandPlace(placeOf(file, root))) return !isExcluded(file, configuration);
  return isCommandDocument(file, await readHead(file), root, configuration, globs);
}

async function readHead(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_SIZE), 0, HEAD_SIZE, 0);
      return buffer.subarray(0, bytesRead).toString('utf8');
    } finally {
      await handle.close();
    }
  } catch {
    return '';
  }
}
