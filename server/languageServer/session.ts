import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Connection, InitializeParams } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { Analyser } from '../analysis/analyse';
import type { ShellParser } from '../analysis/shell/syntax';
import { type DocumentNames, namesOf } from '../analysis/symbols/documentNames';
import type { ClientOptions } from '../protocol';
import { Checker } from '../workspace/checker';
import { findCommandFiles } from '../workspace/commandFiles';
import { CONFIGURATION_FILE, loadConfiguration, type ProjectConfiguration } from '../workspace/configuration';
import { projectRoots } from '../workspace/project';
import { listSourceableFiles } from '../workspace/sourceableFiles';
import { checkDocument, type DocumentCheck, isCommandText, MAX_TEXT_LENGTH } from './documentCheck';
import { DEFAULT_SETTINGS, parseSettings, type Settings } from './settings';

interface CachedCheck {
  readonly version: number;
  readonly result: Promise<DocumentCheck | undefined>;
  /** Absolute paths of the files that it rests on; undefined while it runs. */
  libraries: readonly string[] | undefined;
}

/** What the server knows while a client is connected: folders, settings, and the analysis of each open document. */
export class Session {
  readonly #connection: Connection;
  readonly #parser: Promise<ShellParser>;
  readonly #checks = new Map<string, CachedCheck>();
  readonly #configurations = new Map<string, Promise<ProjectConfiguration>>();
  readonly #reported = new Set<string>();
  readonly #tooLarge = new Set<string>();
  readonly #names = new WeakMap<DocumentCheck, Promise<DocumentNames>>();
  #checker: Promise<Checker> | undefined;
  #folders: readonly string[] = [];
  #canConfigure = false;
  #trusted = false;
  #blockCommand: string | undefined;
  #showStateFile: string | undefined;
  #showRule: string | undefined;
  #fixWorkspace: string | undefined;

  /** @param parser the shell parser; where it cannot be loaded, documents are not checked and the client is told why */
  constructor(connection: Connection, parser: Promise<ShellParser>) {
    this.#connection = connection;
    this.#parser = parser;
    // Told where a document is to be checked; until then nobody waits for it, and Node ends a process for that.
    parser.catch(() => {});
  }

  initialize(params: InitializeParams): void {
    this.#folders = foldersOf(params);
    const options = params.initializationOptions as Partial<ClientOptions> | undefined;
    this.#trusted = options?.trusted === true;
    this.#blockCommand = nameOf(options?.blockCommand);
    this.#showRule = nameOf(options?.showRule);
    this.#fixWorkspace = nameOf(options?.fixWorkspace);
    const show = options?.showStateFile;
    // It becomes part of a link: a name that could end one is none.
    if (typeof show === 'string' && /^[\w.]+$/.test(show)) this.#showStateFile = show;
    this.#canConfigure = params.capabilities?.workspace?.configuration === true;
  }

  /** Absolute paths of the workspace folders. */
  get folders(): readonly string[] {
    return this.#folders;
  }

  /** Whether the workspace's own configuration may name places outside of it. */
  get trusted(): boolean {
    return this.#trusted;
  }

  /** The client's command that shows a block among the others, with the document's URI and the block's line. */
  get blockCommand(): string | undefined {
    return this.#blockCommand;
  }

  /** The client's command that shows a state file. */
  get showStateFile(): string | undefined {
    return this.#showStateFile;
  }

  /** The client's command that shows a rule's page. */
  get showRule(): string | undefined {
    return this.#showRule;
  }

  /** The client's command that makes the safe fixes of the workspace. */
  get fixWorkspace(): string | undefined {
    return this.#fixWorkspace;
  }

  trust(): void {
    this.#trusted = true;
  }

  changeFolders(added: readonly string[], removed: readonly string[]): void {
    const gone = new Set(removed.map(filePath));
    this.#folders = [
      ...this.#folders.filter(folder => !gone.has(folder)),
      ...added.flatMap(uri => filePath(uri) ?? []),
    ];
    this.forgetEverything();
  }

  /** The analysis of a document; undefined where it is no command markdown, is switched off, or cannot be checked. */
  check(document: TextDocument): Promise<DocumentCheck | undefined> {
    const known = this.#checks.get(document.uri);
    if (known?.version === document.version) return known.result;
    const { uri, version } = document;
    const result = this.#checkSafely(uri, document.getText());
    const cached: CachedCheck = { version, result, libraries: undefined };
    this.#checks.set(uri, cached);
    void result.then(check => {
      cached.libraries = check === undefined ? [] : [...check.libraries, ...check.hooks];
    });
    return result;
  }

  /** Whether a document was not checked because of its size. */
  isTooLarge({ uri }: TextDocument): boolean {
    return this.#tooLarge.has(uri);
  }

  /** The check of a text that is not open, or not written like that. */
  checkText(uri: string, text: string): Promise<DocumentCheck | undefined> {
    return this.#checkSafely(uri, text);
  }

  /** The check of a file on disk; undefined also where it is gone or cannot be read. */
  async checkFile(file: string): Promise<DocumentCheck | undefined> {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : this.checkText(pathToFileURL(file).href, text);
  }

  /** The names of a checked document and of its libraries, found out once. */
  names(check: DocumentCheck): Promise<DocumentNames> {
    const known = this.#names.get(check) ?? this.#findNames(check);
    this.#names.set(check, known);
    return known;
  }

  async #findNames({ analysis, libraries }: DocumentCheck): Promise<DocumentNames> {
    const checker = await this.#loadedChecker();
    return namesOf(analysis, checker === undefined ? [] : await checker.sources(libraries));
  }

  /** Files that a block of a document could source, by the beginning of their path. */
  sourceableFiles(uri: string, written: string): Promise<readonly string[]> {
    const file = filePath(uri);
    return file === undefined
      ? Promise.resolve([])
      : listSourceableFiles(file, projectRoots(file, this.#folders), written);
  }

  forget(uri: string): void {
    this.#tooLarge.delete(uri);
    this.#checks.delete(uri);
  }

  /**
   * The content of some files has changed: what rests on one of them is analysed anew when it is asked for.
   * @param paths absolute
   * @returns whether anything may rest on them
   */
  forgetDependants(paths: ReadonlySet<string>): boolean {
    let isConcerned = false;
    for (const [uri, { libraries }] of this.#checks) {
      // A check that still runs may have read a file before it changed.
      if (libraries !== undefined && !libraries.some(file => paths.has(file))) continue;
      this.#checks.delete(uri);
      isConcerned = true;
    }
    return isConcerned;
  }

  /** A library, a configuration or the settings have changed: everything is analysed anew when it is asked for. */
  forgetEverything(): void {
    this.#checks.clear();
    this.#configurations.clear();
  }

  async settings(uri?: string): Promise<Settings> {
    if (!this.#canConfigure) return DEFAULT_SETTINGS;
    const item = uri === undefined ? { section: 'crossblock' } : { section: 'crossblock', scopeUri: uri };
    return parseSettings(await this.#connection.workspace.getConfiguration(item));
  }

  /** The command markdown below a workspace folder: absolute paths, in a stable order. */
  async commandFiles(folder: string): Promise<readonly string[]> {
    const configuration = await this.configuration(folder);
    const { files } = await findCommandFiles(folder, folder, configuration, (await this.settings()).files);
    return files;
  }

  async configuration(folder: string): Promise<ProjectConfiguration> {
    const known = this.#configurations.get(folder) ?? loadConfiguration(folder);
    this.#configurations.set(folder, known);
    const configuration = await known;
    const [problem] = configuration.problems;
    if (problem !== undefined && configuration.folder !== undefined)
      this.#reportOnce(`${path.join(configuration.folder, CONFIGURATION_FILE)}: ${problem}.`);
    return configuration;
  }

  /** Whatever goes wrong with one document is told, and stays with that document and version. */
  async #checkSafely(uri: string, text: string): Promise<DocumentCheck | undefined> {
    try {
      return await this.#check(uri, text);
    } catch (error) {
      this.#checks.delete(uri);
      this.logFailure(uri, error);
      return undefined;
    }
  }

  /** Tells that a document could not be checked because of an error of the program. */
  logFailure(uri: string, error: unknown): void {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#connection.console.error(`${uri} could not be checked: ${reason}`);
  }

  async #check(uri: string, text: string): Promise<DocumentCheck | undefined> {
    const file = filePath(uri);
    if (file === undefined) return undefined;
    const settings = await this.settings(uri);
    if (!settings.enable) return undefined;
    const configuration = await this.configuration(path.dirname(file));
    const roots = projectRoots(file, this.#folders);
    const { files: globs, host, fixes } = settings;
    const asked = { file, text, roots, globs, host, fixes, configuration };
    if (!isCommandText(asked)) return undefined;
    this.#tooLarge.delete(uri);
    if (text.length > MAX_TEXT_LENGTH) {
      this.#tooLarge.add(uri);
      return undefined;
    }
    const checker = await this.#loadedChecker();
    return checker === undefined ? undefined : checkDocument(checker, asked);
  }

  /** Whether documents can be checked at all; where not, the client is told why. */
  async canCheck(): Promise<boolean> {
    return (await this.#loadedChecker()) !== undefined;
  }

  async #loadedChecker(): Promise<Checker | undefined> {
    try {
      this.#checker ??= this.#parser.then(parser => new Checker(parser, new Analyser(parser)));
      return await this.#checker;
    } catch (error) {
      this.#reportOnce(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #reportOnce(message: string): void {
    if (this.#reported.has(message)) return;
    this.#reported.add(message);
    this.#connection.window.showErrorMessage(`Crossblock: ${message}`);
  }
}

/** The workspace's folders; older clients name one, as a URI or as a path. */
function foldersOf({ workspaceFolders, rootUri, rootPath }: InitializeParams): readonly string[] {
  if (workspaceFolders) return workspaceFolders.flatMap(folder => filePath(folder.uri) ?? []);
  const root = (rootUri ? filePath(rootUri) : undefined) ?? rootPath;
  return root ? [root] : [];
}

/** The path of a `file:` URI; undefined for any other. */
export function filePath(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}

/** What a client says of a command, where that is a name. */
function nameOf(command: unknown): string | undefined {
  return typeof command === 'string' ? command : undefined;
}
