import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { StateClaim } from '../inspector/types';
import { projectRoots } from '../workspace/project';
import { stateFileUses } from '../workspace/stateGlobs';
import { type DocumentCheck, filePath, type Session } from './session';

/** Command files per workspace folder that are read for their state files. */
const MAX_FILES = 3_000;

/** Knows which state files the workspace's command markdown writes and loads. */
export class StateClaims {
  readonly #session: Session;
  readonly #changed: () => void;
  readonly #byDocument = new Map<string, readonly StateClaim[]>();
  #scan: Promise<void> | undefined;
  /** Counts the times that everything was forgotten: a scan from before finds out by it. */
  #generation = 0;

  /** @param changed called when the claims are others than before */
  constructor(session: Session, changed: () => void) {
    this.#session = session;
    this.#changed = changed;
  }

  /** The claims that are known so far; the first call starts to look for more. */
  current(): readonly StateClaim[] {
    this.#scan ??= this.#scanFolders();
    return [...this.#byDocument.values()].flat();
  }

  /** Takes the claims of a document that was analysed anew. */
  update(uri: string, check: DocumentCheck | undefined): void {
    const claims = check === undefined ? [] : claimsOf(uri, check, this.#session.folders);
    const before = JSON.stringify(this.#byDocument.get(uri) ?? []);
    if (claims.length === 0) this.#byDocument.delete(uri);
    else this.#byDocument.set(uri, claims);
    if (this.#scan !== undefined && JSON.stringify(claims) !== before) this.#changed();
  }

  /** Folders, settings or files have changed: the next call looks again. */
  forget(): void {
    this.#scan = undefined;
    this.#generation++;
    this.#byDocument.clear();
    this.#changed();
  }

  async #scanFolders(): Promise<void> {
    const generation = this.#generation;
    for (const folder of this.#session.folders) {
      const files = await this.#session.commandFiles(folder);
      for (const file of files.slice(0, MAX_FILES)) {
        await this.#read(file, generation);
        if (generation !== this.#generation) return;
      }
    }
    this.#changed();
  }

  async #read(file: string, generation: number): Promise<void> {
    const uri = pathToFileURL(file).href;
    // An open document has told its own claims, which may be newer than the file's.
    if (this.#byDocument.has(uri)) return;
    try {
      const check = await this.#session.checkText(uri, await readFile(file, 'utf8'));
      const claims = check === undefined ? [] : claimsOf(uri, check, this.#session.folders);
      if (claims.length > 0 && generation === this.#generation) this.#byDocument.set(uri, claims);
    } catch {
      // A file that vanished or cannot be read claims nothing; `crossblock check` is what reports it.
    }
  }
}

/** What a document says of state files. */
function claimsOf(
  uri: string,
  { analysis }: DocumentCheck,
  folders: readonly string[],
): readonly StateClaim[] {
  const root = projectRoots(filePath(uri) ?? '/', folders)[0] ?? '/';
  return stateFileUses(analysis, root).map(use => ({ ...use, uri }));
}
