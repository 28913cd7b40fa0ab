import type { AnalysedBlock } from '../flow/documentFlow';
import type { Loaded } from '../flow/interpreter';
import { pathKeyOf, type Symbolic, unknown } from '../flow/symbolic';
import type { Span } from '../text';

/** A file with more names than this is no state that a person hands on: what it gives, nobody lists. */
const MAX_KEYS = 500;

/** A file through which blocks hand values over. */
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
  readonly #files = new Map<string, StateFile>();

  get all(): readonly StateFile[] {
    return [...this.#files.values()];
  }

  /** Remembers what a block writes and loads. */
  add({ block, flow }: AnalysedBlock): void {
    for (const { write, path } of flow.writes) {
      this.#use(path, { block: block.number, access: 'write', span: write.span }, write.keys);
    }
    for (const { load, path, library } of flow.loads) {
      if (path !== undefined && library === undefined)
        this.#use(path, { block: block.number, access: 'load', span: load.span }, []);
    }
  }

  /** What sourcing a path gives: exactly the names that were written; undefined where no block writes there. */
  load(path: Symbolic): Loaded | undefined {
    const file = this.#files.get(pathKeyOf(path));
    if (file === undefined || !file.uses.some(use => use.access === 'write')) return undefined;
    const names = new Map([...file.keys].map(name => [name, unknown(name)]));
    return { names, functions: new Map(), library: undefined, open: file.open ? 'everything' : 'closed' };
  }

  #use(path: Symbolic, use: StateFileUse, keys: readonly string[] | undefined): void {
    const key = pathKeyOf(path);
    const file = this.#files.get(key) ?? { path, keys: new Set(), open: false, uses: [] };
    const isFull = file.keys.size >= MAX_KEYS;
    this.#files.set(key, {
      path,
      keys: isFull ? file.keys : new Set([...file.keys, ...(keys ?? [])]),
      open: file.open || keys === undefined || isFull,
      uses: [...file.uses, use],
    });
  }
}
