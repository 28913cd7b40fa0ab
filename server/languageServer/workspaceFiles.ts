import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  CancellationToken,
  Diagnostic,
  SymbolInformation,
  TextDocuments,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { StateClaim } from '../inspector/types';
import { diagnosticsOf, tooLarge } from './diagnostics';
import { MAX_TEXT_LENGTH } from './documentCheck';
import { symbolsOf } from './documentSymbols';
import type { ScanFile } from './fileScanner';
import type { Session } from './session';
import { claimsOf } from './stateClaims';

/** Command files of a workspace folder that are looked at; a folder with more has them from a generator. */
const MAX_FILES = 5_000;

/** What the workspace's views show of a file. */
export interface FileFacts {
  readonly uri: string;
  /** The version of an open document; null for a file on disk. */
  readonly version: number | null;
  readonly diagnostics: Diagnostic[];
  readonly symbols: readonly SymbolInformation[];
  /** Absolute paths of the libraries that it sources, and of the hooks that set something for it. */
  readonly libraries: readonly string[];
  /** What it says of state files. */
  readonly claims: readonly StateClaim[];
}

/**
 * What is kept of a file. The facts are bytes: there may be thousands of them, and names and messages are slices of their
 * document's text, each of which would keep the whole of it alive.
 */
interface Remembered {
  readonly stamp: string;
  readonly libraries: readonly string[];
  readonly facts: Buffer;
}

/** A symbol without what all symbols of its file have in common: name, kind, container, and the range as four numbers. */
type SymbolRow = readonly [string, SymbolInformation['kind'], string | null, number, number, number, number];

/**
 * The command files of the workspace, checked one after the other with a turn of the event loop between them, each again only
 * when it or something that it rests on has changed. Nothing is read before somebody asks.
 */
export class WorkspaceFiles {
  readonly #session: Session;
  readonly #documents: TextDocuments<TextDocument>;
  readonly #scan: ScanFile;
  readonly #remembered = new Map<string, Remembered>();
  readonly #running = new Map<string, Promise<FileFacts>>();
  readonly #waiting = new Set<() => void>();
  #revision = 0;
  #generation = 0;

  /** @param scan looks at a file that no editor shows */
  constructor(session: Session, documents: TextDocuments<TextDocument>, scan: ScanFile) {
    this.#session = session;
    this.#documents = documents;
    this.#scan = scan;
  }

  /** Grows with each change that may change what is known of a file. */
  get revision(): number {
    return this.#revision;
  }

  /** Something that any file may rest on has changed. */
  forgetEverything(): void {
    this.#remembered.clear();
    this.#generation++;
    this.changed();
  }

  /**
   * The content of some files has changed.
   * @param paths absolute
   */
  forgetDependants(paths: ReadonlySet<string>): void {
    for (const [uri, { libraries }] of this.#remembered)
      if (libraries.some(file => paths.has(file))) this.#remembered.delete(uri);
    this.changed();
  }

  /** Files have come, changed or gone, or a document was closed: what they are is seen when somebody asks. */
  changed(): void {
    this.#revision++;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves when the revision is no longer the given one, or when nobody waits any more. */
  nextChange(revision: number, token: CancellationToken): Promise<void> {
    if (revision !== this.#revision || token.isCancellationRequested) return Promise.resolve();
    return new Promise(resolve => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        cancellation.dispose();
        resolve();
      };
      const cancellation = token.onCancellationRequested(wake);
      this.#waiting.add(wake);
    });
  }

  /** Absolute paths of the command files, in a stable order. */
  async paths(): Promise<readonly string[]> {
    const found = new Set<string>();
    for (const folder of this.#session.folders) {
      const files = await this.#session.commandFiles(folder);
      for (const file of files.slice(0, MAX_FILES)) found.add(file);
    }
    const uris = new Set([...found].map(file => pathToFileURL(file).href));
    for (const uri of [...this.#remembered.keys()]) if (!uris.has(uri)) this.#remembered.delete(uri);
    return [...found];
  }

  /** What is known of a file; undefined where it is gone, cannot be read or is no command markdown. */
  async facts(file: string): Promise<FileFacts | undefined> {
    const uri = pathToFileURL(file).href;
    const document = this.#documents.get(uri);
    if (document !== undefined) return this.#openFacts(document);
    try {
      const { mtimeMs, size } = await stat(file);
      const stamp = `${mtimeMs}:${size}`;
      const known = this.#remembered.get(uri);
      if (known?.stamp === stamp) return unpacked(uri, known);
      const revision = this.#revision;
      const facts = await this.#readOnce(file, uri, size, `${uri} ${stamp} ${revision}`);
      if (revision === this.#revision) this.#remembered.set(uri, packed(stamp, facts));
      return facts;
    } catch {
      // A file that vanished or may not be read has nothing to show; `crossblock check` is what reports it.
      this.#remembered.delete(uri);
      return undefined;
    }
  }

  async #openFacts(document: TextDocument): Promise<FileFacts> {
    const { uri, version } = document;
    const check = await this.#session.check(document);
    const diagnostics = await diagnosticsOf(this.#session, document);
    const symbols = check === undefined ? [] : symbolsOf({ uri, check });
    const claims = check === undefined ? [] : claimsOf(uri, check, this.#session.folders);
    const libraries = check === undefined ? [] : [...check.libraries, ...check.hooks];
    return { uri, version, diagnostics, symbols, libraries, claims };
  }

  /** Who asks for a file that is being looked at waits for the same answer. */
  #readOnce(file: string, uri: string, size: number, key: string): Promise<FileFacts> {
    const running = this.#running.get(key) ?? this.#readFacts(file, uri, size);
    this.#running.set(key, running);
    return running.finally(() => this.#running.delete(key));
  }

  async #readFacts(file: string, uri: string, size: number): Promise<FileFacts> {
    const nothing: FileFacts = {
      uri,
      version: null,
      diagnostics: [],
      symbols: [],
      libraries: [],
      claims: [],
    };
    // UTF-8 has at most three bytes for a UTF-16 unit.
    if (size > MAX_TEXT_LENGTH * 3) return { ...nothing, diagnostics: [tooLarge()] };
    const { enable, files: globs, host } = await this.#session.settings(uri);
    if (!enable || !(await this.#session.canCheck())) return nothing;
    // Whatever is wrong with it, people are told once.
    await this.#session.configuration(path.dirname(file));
    const { folders } = this.#session;
    const generation = this.#generation;
    try {
      const scanned = await this.#scan({ file, folders, globs, host: host?.name, generation });
      return { uri, version: null, ...scanned, diagnostics: [...scanned.diagnostics] };
    } catch (error) {
      this.#session.logFailure(uri, error);
      return nothing;
    }
  }
}

interface PackedFacts extends Pick<FileFacts, 'diagnostics' | 'claims'> {
  readonly rows: readonly SymbolRow[];
}

function packed(stamp: string, { diagnostics, symbols, libraries, claims }: FileFacts): Remembered {
  const rows = symbols.map(({ name, kind, containerName, location: { range } }): SymbolRow => {
    const { start, end } = range;
    return [name, kind, containerName ?? null, start.line, start.character, end.line, end.character];
  });
  return { stamp, libraries, facts: Buffer.from(JSON.stringify({ diagnostics, rows, claims })) };
}

function unpacked(uri: string, { libraries, facts }: Remembered): FileFacts {
  const { diagnostics, rows, claims } = JSON.parse(facts.toString()) as PackedFacts;
  const symbols = rows.map(([name, kind, container, line, character, endLine, endCharacter]) => ({
    name,
    kind,
    location: { uri, range: { start: { line, character }, end: { line: endLine, character: endCharacter } } },
    ...(container === null ? {} : { containerName: container }),
  }));
  return { uri, version: null, diagnostics, symbols, libraries, claims };
}
