import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CancellationToken, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { diagnosticsOf, tooLarge } from './diagnostics';
import { MAX_TEXT_LENGTH } from './documentCheck';
import { symbolsOf } from './documentSymbols';
import { FileFacts, NO_FACTS, type PackedFacts, packFacts } from './fileFacts';
import type { ScanFile } from './fileScanner';
import type { Session } from './session';
import { claimsOf } from './stateClaims';

/** Command files of a workspace folder that are looked at; a folder with more has them from a generator. */
const MAX_FILES = 5_000;

interface Remembered {
  readonly stamp: string;
  readonly facts: FileFacts;
}

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
    for (const [uri, { facts }] of this.#remembered)
      if (facts.libraries.some(file => paths.has(file))) this.#remembered.delete(uri);
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
      if (known?.stamp === stamp) return known.facts;
      const revision = this.#revision;
      const facts = await this.#readOnce(file, uri, size, `${uri} ${stamp} ${revision}`);
      if (revision === this.#revision) this.#remembered.set(uri, { stamp, facts });
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
    return new FileFacts(uri, version, packFacts({ diagnostics, symbols, claims, libraries }));
  }

  /** Who asks for a file that is being looked at waits for the same answer. */
  #readOnce(file: string, uri: string, size: number, key: string): Promise<FileFacts> {
    const running = this.#running.get(key) ?? this.#readFacts(file, uri, size);
    this.#running.set(key, running);
    return running.finally(() => this.#running.delete(key));
  }

  async #readFacts(file: string, uri: string, size: number): Promise<FileFacts> {
    const packed = await this.#scanned(file, uri, size);
    return new FileFacts(uri, null, packed ?? packFacts(NO_FACTS));
  }

  /** What the scanner says of a file; undefined where nothing is to be said. */
  async #scanned(file: string, uri: string, size: number): Promise<PackedFacts | undefined> {
    // UTF-8 has at most three bytes for a UTF-16 unit.
    if (size > MAX_TEXT_LENGTH * 3) return packFacts({ ...NO_FACTS, diagnostics: [tooLarge()] });
    const { enable, files: globs, host } = await this.#session.settings(uri);
    if (!enable || !(await this.#session.canCheck())) return undefined;
    // Whatever is wrong with it, people are told once.
    await this.#session.configuration(path.dirname(file));
    const { folders } = this.#session;
    const generation = this.#generation;
    try {
      return await this.#scan({ file, folders, globs, host: host?.name, generation });
    } catch (error) {
      this.#session.logFailure(uri, error);
      return undefined;
    }
  }
}
