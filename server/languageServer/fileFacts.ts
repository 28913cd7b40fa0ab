import type { Diagnostic, SymbolInformation } from 'vscode-languageserver/node';
import type { StateClaim } from '../inspector/types';

/** What the workspace's views show of a file. */
export interface FactsOfFile {
  readonly diagnostics: readonly Diagnostic[];
  readonly symbols: readonly SymbolInformation[];
  /** What it says of state files. */
  readonly claims: readonly StateClaim[];
  /** Absolute paths of the libraries that it sources, and of the hooks that set something for it. */
  readonly libraries: readonly string[];
}

/**
 * The same as bytes, as threads hand it over and as it is kept. There may be thousands of files; names and messages are slices
 * of their document's text, each of which would keep the whole of it alive, and objects are four times as large.
 */
export interface PackedFacts {
  readonly diagnostics: Uint8Array;
  readonly symbols: Uint8Array;
  readonly claims: Uint8Array;
  readonly libraries: readonly string[];
}

export const NO_FACTS: FactsOfFile = { diagnostics: [], symbols: [], claims: [], libraries: [] };

/** A symbol without what all symbols of its file have in common: name, kind, container, and the range as four numbers. */
type SymbolRow = readonly [string, SymbolInformation['kind'], string | null, number, number, number, number];

export function packFacts({ diagnostics, symbols, claims, libraries }: FactsOfFile): PackedFacts {
  const rows = symbols.map(({ name, kind, containerName, location: { range } }): SymbolRow => {
    const { start, end } = range;
    return [name, kind, containerName ?? null, start.line, start.character, end.line, end.character];
  });
  return { diagnostics: toBytes(diagnostics), symbols: toBytes(rows), claims: toBytes(claims), libraries };
}

/** A file's facts, each read from the bytes when it is asked for. */
export class FileFacts {
  readonly uri: string;
  /** The version of an open document; null for a file on disk. */
  readonly version: number | null;
  readonly #packed: PackedFacts;

  constructor(uri: string, version: number | null, packed: PackedFacts) {
    this.uri = uri;
    this.version = version;
    this.#packed = packed;
  }

  /** Absolute paths of the libraries that the file sources. */
  get libraries(): readonly string[] {
    return this.#packed.libraries;
  }

  diagnostics(): Diagnostic[] {
    return fromBytes<Diagnostic[]>(this.#packed.diagnostics);
  }

  symbols(): readonly SymbolInformation[] {
    const { uri } = this;
    const rows = fromBytes<readonly SymbolRow[]>(this.#packed.symbols);
    return rows.map(([name, kind, container, line, character, endLine, endCharacter]) => ({
      name,
      kind,
      location: {
        uri,
        range: { start: { line, character }, end: { line: endLine, character: endCharacter } },
      },
      ...(container === null ? {} : { containerName: container }),
    }));
  }

  claims(): readonly StateClaim[] {
    return fromBytes<readonly StateClaim[]>(this.#packed.claims);
  }
}

/** Without a buffer that several share: what is kept is as long as it has to be. */
function toBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Only for what `packFacts` has written. */
function fromBytes<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}
