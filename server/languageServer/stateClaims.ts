import type { StateClaim } from '../inspector/types';
import { projectRoots } from '../workspace/project';
import { stateFileUses } from '../workspace/stateGlobs';
import type { DocumentCheck } from './documentCheck';
import { filePath, type Session } from './session';
import type { WorkspaceFiles } from './workspaceFiles';

/** Knows which state files the workspace's command markdown writes and loads. */
export class StateClaims {
  readonly #session: Session;
  readonly #files: WorkspaceFiles;
  readonly #changed: () => void;
  readonly #byDocument = new Map<string, readonly StateClaim[]>();
  #scan: Promise<void> | undefined;
  /** Counts the times that everything was forgotten: a scan from before finds out by it. */
  #generation = 0;

  /** @param changed called when the claims are others than before */
  constructor(session: Session, files: WorkspaceFiles, changed: () => void) {
    this.#session = session;
    this.#files = files;
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
    for (const file of await this.#files.paths()) {
      const facts = await this.#files.facts(file);
      if (generation !== this.#generation) return;
      // An open document has told its own claims, which may be newer than the file's.
      if (facts === undefined || this.#byDocument.has(facts.uri)) continue;
      const claims = facts.claims();
      if (claims.length > 0) this.#byDocument.set(facts.uri, claims);
    }
    this.#changed();
  }
}

/** What a document says of state files. */
export function claimsOf(
  uri: string,
  { analysis }: DocumentCheck,
  folders: readonly string[],
): readonly StateClaim[] {
  const root = projectRoots(filePath(uri) ?? '/', folders)[0] ?? '/';
  return stateFileUses(analysis, root).map(use => ({ ...use, uri }));
}
