import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Analyser } from '../analysis/analyse';
import { DEFAULT_FIX_SETTINGS } from '../analysis/fixes/settings';
import { hostNamed } from '../analysis/hosts';
import type { HostName } from '../analysis/hosts/profile';
import type { ShellParser } from '../analysis/shell/syntax';
import { Checker } from '../workspace/checker';
import { loadConfiguration, type ProjectConfiguration } from '../workspace/configuration';
import { projectRoots } from '../workspace/project';
import { toDiagnostics, tooLarge } from './diagnostics';
import { checkDocument, isCommandText, MAX_TEXT_LENGTH } from './documentCheck';
import { symbolsOf } from './documentSymbols';
import { NO_FACTS, type PackedFacts, packFacts } from './fileFacts';
import { claimsOf } from './stateClaims';

/** A command file that no editor shows, with what the editor says of it: plain data, for it goes to another thread. */
export interface FileToScan {
  /** Absolute path. */
  readonly file: string;
  /** Absolute paths of the workspace folders. */
  readonly folders: readonly string[];
  /** The setting's globs of further command markdown. */
  readonly globs: readonly string[];
  /** The host that the setting names. */
  readonly host: HostName | undefined;
  /** Another number than the last one: what was read of configurations and libraries may be old. */
  readonly generation: number;
}

/** Looks at one file; rejects where it cannot be read or the program fails. */
export type ScanFile = (file: FileToScan) => Promise<PackedFacts>;

/** Files that are checked with one set of caches: enough to share a library, few enough to be forgotten. */
const FILES_PER_CHECKER = 50;

/** Checks files one by one. Nothing of an analysis is kept but what files of one folder share. */
export class FileScanner {
  readonly #parser: Promise<ShellParser>;
  #checker: Checker | undefined;
  #uses = 0;
  #generation = -1;
  readonly #configurations = new Map<string, Promise<ProjectConfiguration>>();

  constructor(parser: Promise<ShellParser>) {
    this.#parser = parser;
    // Each scan tells it.
    parser.catch(() => {});
  }

  async scan({ file, folders, globs, host, generation }: FileToScan): Promise<PackedFacts> {
    if (generation !== this.#generation) this.#forget(generation);
    const text = await readFile(file, 'utf8');
    if (text.length > MAX_TEXT_LENGTH) return packFacts({ ...NO_FACTS, diagnostics: [tooLarge()] });
    const configuration = await this.#configurationOf(path.dirname(file));
    const fixes = DEFAULT_FIX_SETTINGS;
    const roots = projectRoots(file, folders);
    const asked = { file, text, roots, globs, host: hostNamed(host), fixes, configuration };
    if (!isCommandText(asked)) return packFacts(NO_FACTS);
    const check = await checkDocument(await this.#nextChecker(), asked);
    const uri = pathToFileURL(file).href;
    return packFacts({
      diagnostics: toDiagnostics(check, uri),
      symbols: symbolsOf({ uri, check }),
      libraries: [...check.libraries, ...check.hooks],
      claims: claimsOf(uri, check, folders),
    });
  }

  #forget(generation: number): void {
    this.#generation = generation;
    this.#configurations.clear();
    this.#checker = undefined;
  }

  #configurationOf(folder: string): Promise<ProjectConfiguration> {
    const known = this.#configurations.get(folder) ?? loadConfiguration(folder);
    this.#configurations.set(folder, known);
    return known;
  }

  async #nextChecker(): Promise<Checker> {
    const parser = await this.#parser;
    if (this.#uses++ % FILES_PER_CHECKER === 0) this.#checker = undefined;
    this.#checker ??= new Checker(parser, new Analyser(parser));
    return this.#checker;
  }
}
