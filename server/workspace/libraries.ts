import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { LibraryRequest, LibraryTable } from '../analysis/flow/documentFlow';
import { type LibrarySummary, summariseLibrary } from '../analysis/flow/library';
import { keyOf } from '../analysis/flow/symbolic';
import { readShellScript } from '../analysis/shell/lowering';
import type { ShellParser } from '../analysis/shell/syntax';
import type { LibrarySource } from '../analysis/symbols/documentNames';
import { isBelow } from './project';

/** Larger files are no libraries that a person sources; bytes. */
const MAX_LIBRARY_SIZE = 1_000_000;

/** Reads and summarises shell libraries, each once per state of its file. */
export class LibraryStore {
  readonly #parser: ShellParser;
  readonly #summaries = new Map<string, { readonly stamp: string; readonly summary: LibrarySummary }>();

  readonly #sources = new Map<string, { readonly stamp: string; readonly source: LibrarySource }>();

  constructor(parser: ShellParser) {
    this.#parser = parser;
  }

  /** The summary of a regular file, or undefined where there is none or where it cannot be read. */
  async read(file: string): Promise<LibrarySummary | undefined> {
    try {
      const status = await stat(file);
      if (!status.isFile() || status.size > MAX_LIBRARY_SIZE) return undefined;
      const stamp = `${status.mtimeMs}:${status.size}`;
      const known = this.#summaries.get(file);
      if (known?.stamp === stamp) return known.summary;
      const summary = summariseLibrary(this.#parser, file, await readFile(file, 'utf8'));
      this.#summaries.set(file, { stamp, summary });
      return summary;
    } catch {
      return undefined;
    }
  }

  /** The whole text of a library that was found, with its places; undefined where it is gone. */
  async source(file: string): Promise<LibrarySource | undefined> {
    try {
      const status = await stat(file);
      if (!status.isFile() || status.size > MAX_LIBRARY_SIZE) return undefined;
      const stamp = `${status.mtimeMs}:${status.size}`;
      const known = this.#sources.get(file);
      if (known?.stamp === stamp) return known.source;
      const text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, ' ');
      const source = { path: file, text, script: readShellScript(this.#parser, text) };
      this.#sources.set(file, { stamp, source });
      return source;
    } catch {
      return undefined;
    }
  }

  byPath(file: string): LibrarySummary | undefined {
    return this.#summaries.get(file)?.summary;
  }
}

/** The libraries of one document, found through the paths that its blocks write. */
export class DocumentLibraries implements LibraryTable {
  readonly #store: LibraryStore;
  readonly #document: string;
  readonly #roots: readonly string[];
  readonly #found = new Map<string, string | undefined>();

  /**
   * @param document absolute path of the document
   * @param roots absolute paths of the project's directory and the workspace folders: nothing outside is read
   */
  constructor(store: LibraryStore, document: string, roots: readonly string[]) {
    this.#store = store;
    this.#document = document;
    this.#roots = roots;
  }

  /** Absolute paths of the libraries that were found: what the document depends on. */
  get paths(): readonly string[] {
    return [...new Set([...this.#found.values()].filter(file => file !== undefined))];
  }

  find(request: LibraryRequest): LibrarySummary | 'missing' | undefined {
    const key = requestKey(request);
    if (!this.#found.has(key)) return undefined;
    const file = this.#found.get(key);
    return (file === undefined ? undefined : this.#store.byPath(file)) ?? 'missing';
  }

  byPath(file: string): LibrarySummary | undefined {
    return this.#store.byPath(file);
  }

  /** Also behind its symbolic links, a library lies below one of the roots. */
  async #liesInside(candidate: string): Promise<boolean> {
    const file = await resolved(candidate);
    for (const root of this.#roots) if (isBelow(file, await resolved(root))) return true;
    return false;
  }

  /** Looks for a library on disk and remembers what it finds, also that there is nothing. */
  async look(request: LibraryRequest): Promise<void> {
    const key = requestKey(request);
    this.#found.set(key, undefined);
    for (const candidate of candidates(request, this.#document, this.#roots)) {
      if (!this.#roots.some(root => isBelow(candidate, root))) continue;
      if (!(await this.#liesInside(candidate)) || (await this.#store.read(candidate)) === undefined) continue;
      this.#found.set(key, candidate);
      return;
    }
  }
}

/** The path without symbolic links; the path itself where there is nothing. */
async function resolved(file: string): Promise<string> {
  return realpath(file).catch(() => file);
}

function requestKey({ from, path: symbolic }: LibraryRequest): string {
  return `${from ?? ''}\n${keyOf(symbolic)}`;
}

/** The folders that hold a file, below the roots, the outermost first. */
function foldersAbove(file: string, roots: readonly string[]): readonly string[] {
  const folders: string[] = [];
  for (
    let folder = path.dirname(file);
    roots.some(root => isBelow(folder, root));
    folder = path.dirname(folder)
  )
    folders.unshift(folder);
  return folders;
}

/** The places where a symbolic path may lie, the likeliest first. */
function candidates(request: LibraryRequest, document: string, roots: readonly string[]): readonly string[] {
  const [first, ...rest] = request.path;
  if (first === undefined) return [];
  const tail = rest.map(part => (part.kind === 'text' ? part.text : undefined));
  if (tail.includes(undefined)) return [];
  const suffix = tail.join('');
  const base = path.dirname(request.from ?? document);
  // The folder that the blocks run in may be any of them: an example or a package within a repository.
  const projects = [...new Set([...roots, ...foldersAbove(document, roots)])];
  const below = (folders: readonly string[], relative: string) =>
    folders.map(folder => path.join(folder, relative));
  switch (first.kind) {
    case 'text': {
      const whole = first.text + suffix;
      if (path.isAbsolute(whole)) return [path.normalize(whole)];
      return below([base, ...projects], whole);
    }
    case 'here':
      return below([base], suffix);
    case 'project':
      return below(projects, suffix);
    default:
      // `$HOME/.claude/lib/x.sh` is where a project's `.claude/lib/x.sh` is installed; of an unknown start, the rest may tell.
      return suffix.length > 1
        ? below([...roots, ...roots.map(root => path.join(root, '.claude'))], suffix)
        : [];
  }
}
