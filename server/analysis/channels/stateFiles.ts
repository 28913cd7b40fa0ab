import type { Loaded } from '../flow/blockFlow';
import type { AnalysedBlock } from '../flow/documentFlow';
import type { FileEffect } from '../flow/fileEffects';
import { pathKeyOf, type Symbolic, unknown } from '../flow/symbolic';
import type { Span } from '../text';

/** A file with more names than this is no state that a person hands on: what it gives, nobody lists. */
const MAX_KEYS = 500;

/** A file through which blocks hand values over, as the blocks so far have left it. */
export interface StateFile {
  readonly path: Symbolic;
  /** Names that blocks are seen to write into it. */
  readonly keys: ReadonlySet<string>;
  /** True where some block writes what the text does not show. */
  readonly open: boolean;
  readonly uses: readonly StateFileUse[];
}

export interface StateFileUse {
  readonly block: number;
  readonly access: 'write' | 'load';
  /** UTF-16 offsets in the block's text. */
  readonly span: Span;
}

/** The state files of a document, by symbolic path, as far as its blocks have been run. */
export class StateFiles {
  readonly #areAlternatives: (block: number, other: number) => boolean;
  readonly #files = new Map<string, StateFile>();
  /** Whether a block has sourced a library, whose functions may write to any file. */
  #hasLibraries = false;

  /** @param areAlternatives whether only one of two blocks, by their numbers, is run */
  constructor(areAlternatives: (block: number, other: number) => boolean) {
    this.#areAlternatives = areAlternatives;
  }

  get all(): readonly StateFile[] {
    return [...this.#files.values()];
  }

  /** Remembers what a block writes and loads. */
  add({ block, flow }: AnalysedBlock): void {
    for (const effect of flow.fileEffects) this.#apply(effect, block.number);
  }

  /**
   * What sourcing a path gives: exactly the names that were written; undefined where no block writes there.
   * @param isRebuilt true where the block itself has made up a part that is another one in each process: no earlier block
   * can have written there
   */
  load(path: Symbolic, isRebuilt: boolean): Loaded | undefined {
    const file = this.#files.get(pathKeyOf(path));
    if (file === undefined || !file.uses.some(use => use.access === 'write')) return undefined;
    const keys = isRebuilt ? [] : [...file.keys];
    const names = new Map(keys.map(name => [name, unknown(name)]));
    const open = file.open && !isRebuilt ? 'everything' : 'closed';
    return { names, functions: new Map(), library: undefined, open };
  }

  #apply(effect: FileEffect, block: number): void {
    const file = this.#files.get(pathKeyOf(effect.path));
    switch (effect.kind) {
      case 'write': {
        const { write, path, certain } = effect;
        const before = this.#files.get(pathKeyOf(path));
        const file = this.#use(path, { block, access: 'write', span: write.span });
        // Who appends to a file that something unseen may have written does not take away what it holds.
        const isOpen = before === undefined ? this.#hasLibraries || isVague(path) : file.open;
        // A file that is written anew holds what was written, and nothing of before.
        const replaces = certain && !file.uses.some(use => this.#areAlternatives(use.block, block));
        if (!write.append && replaces) this.#set(path, write.keys ?? [], write.keys === undefined);
        else this.#set(path, [...file.keys, ...(write.keys ?? [])], isOpen || write.keys === undefined);
        return;
      }
      case 'load': {
        if (effect.isLibrary) this.#hasLibraries = true;
        else {
          const used = this.#use(effect.path, { block, access: 'load', span: effect.span });
          // Loaded before any block writes it: it was there, and holds what nobody has seen.
          if (file === undefined) this.#set(effect.path, [...used.keys], true);
        }
        return;
      }
      case 'replace': {
        const from = this.#files.get(pathKeyOf(effect.from));
        if (file === undefined && from === undefined) return;
        const old = this.#use(effect.path, { block, access: 'write', span: effect.span });
        const kept = effect.certain ? [] : [...old.keys];
        this.#set(effect.path, [...kept, ...(from?.keys ?? [])], from?.open ?? true);
        return;
      }
      case 'remove':
        if (file !== undefined && effect.certain) this.#set(effect.path, [], false);
        return;
      case 'unknown':
        if (file !== undefined) this.#set(effect.path, [...file.keys], true);
        return;
      case 'anything':
        for (const known of this.#files.values()) this.#set(known.path, [...known.keys], true);
    }
  }

  #set(path: Symbolic, keys: readonly string[], open: boolean): void {
    const file = this.#files.get(pathKeyOf(path));
    if (file === undefined) return;
    const isFull = keys.length > MAX_KEYS;
    this.#files.set(pathKeyOf(path), {
      ...file,
      keys: new Set(isFull ? keys.slice(0, MAX_KEYS) : keys),
      open: open || isFull,
    });
  }

  #use(path: Symbolic, use: StateFileUse): StateFile {
    const key = pathKeyOf(path);
    const file = this.#files.get(key) ?? { path, keys: new Set(), open: false, uses: [] };
    const used = { ...file, uses: [...file.uses, use] };
    this.#files.set(key, used);
    return used;
  }
}

function isVague(path: Symbolic): boolean {
  return path.some(({ kind }) => kind === 'unknown');
}
