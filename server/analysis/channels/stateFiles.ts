import type { Loaded } from '../flow/blockFlow';
import type { FileEffect, StateKey } from '../flow/fileEffects';
import { NOTHING } from '../flow/loading';
import { CLOSED } from '../flow/state';
import { pathKeyOf, type Symbolic, shapeKeyOf, wildcardMatcher } from '../flow/symbolic';
import type { Span } from '../text';

/** A file with more names than this is no state that a person hands on: what it gives, nobody lists. */
const MAX_KEYS = 500;

/** Files that one pattern may mean; beyond, nobody has one of them in mind. */
const MAX_MATCHES = 64;

/** Statements that are remembered of one file. */
const MAX_USES = 1_000;

/** Files of unknown paths that are asked at each load. */
const MAX_NOWHERE = 64;

/** A file through which blocks hand values over, as the blocks so far have left it. */
export interface StateFile {
  readonly path: Symbolic;
  /** Names that blocks are seen to write into it. */
  readonly keys: readonly StateKey[];
  /** True where some block writes what the text does not show. */
  readonly open: boolean;
  /** True where what the text does not show may define functions as well. */
  readonly mayDefineFunctions: boolean;
  /** The one word that it holds, where that is known. */
  readonly content: Symbolic | undefined;
  /** The first ones; for what many are, some stand for all. */
  readonly uses: readonly StateFileUse[];
  readonly isWritten: boolean;
  /** The count of writes to any file up to which this is known. */
  readonly epoch: number;
}

export interface StateFileUse {
  readonly block: number;
  readonly access: 'write' | 'load';
  /** UTF-16 offsets in the block's text. */
  readonly span: Span;
}

/** What all blocks of a document share. */
interface Shared {
  readonly files: Map<string, StateFile>;
  /** The shapes of the paths that blocks have written to: other files, where a process makes a part anew. */
  readonly shapes: Set<string>;
  /** The keys of files of whose paths nothing is known. */
  readonly nowhere: Set<string>;
  /** How often something may have written to any file: what was known of a file before is not the whole of it. */
  epoch: number;
  readonly areAlternatives: (block: number, other: number) => boolean;
}

/** The state files of a document, by symbolic path, as far as its blocks have been run. */
export class StateFiles {
  readonly #shared: Shared;

  /** @param areAlternatives whether only one of two blocks, by their numbers, is run */
  constructor(areAlternatives: (block: number, other: number) => boolean) {
    this.#shared = { files: new Map(), shapes: new Set(), nowhere: new Set(), epoch: 0, areAlternatives };
  }

  get all(): readonly StateFile[] {
    return [...this.#shared.files.values()].map(file => asOf(file, this.#shared.epoch));
  }

  /** The files as one block leaves them: they change for the others when it is kept. */
  asSeenBy(block: number): BlockStateFiles {
    return new BlockStateFiles(block, this.#shared);
  }
}

/** The state files as a block finds and changes them while it runs. */
export class BlockStateFiles {
  readonly #block: number;
  readonly #shared: Shared;
  readonly #changed = new Map<string, StateFile>();
  /** Made when they are needed: most blocks need neither. */
  #nowhere: Set<string> | undefined;
  #alternatives: Map<string, boolean> | undefined;
  #epoch: number;

  constructor(block: number, shared: Shared) {
    this.#block = block;
    this.#shared = shared;
    this.#epoch = shared.epoch;
  }

  /** Hands what the block has done on to the next ones. */
  keep(): void {
    for (const [key, file] of this.#changed) {
      this.#shared.files.set(key, file);
      this.#shared.shapes.add(shapeKeyOf(file.path));
    }
    for (const key of this.#nowhere ?? [])
      if (this.#shared.nowhere.size < MAX_NOWHERE) this.#shared.nowhere.add(key);
    this.#shared.epoch = this.#epoch;
  }

  /**
   * What sourcing a path gives: exactly the names that were written; undefined where no block writes there.
   */
  load(path: Symbolic): Loaded | undefined {
    const files = this.#matching(path).filter(isWritten);
    // The block has made up a part that no earlier block can have used: the file is another one.
    if (files.length === 0)
      return isRebuilt(path, this.#shared.shapes) ? { ...NOTHING, isState: true } : undefined;
    // A file of whose path nothing is known may be any file.
    const anywhere = [...this.#shared.nowhere, ...(this.#nowhere ?? [])].flatMap(key => this.#get(key) ?? []);
    const keys = [...anywhere.filter(isWritten), ...files].flatMap(file => file.keys);
    const declared = new Set(keys.flatMap(({ name, isDeclared }) => (isDeclared ? [name] : [])));
    const names = new Map(keys.flatMap(({ name, isPrefix, value }) => (isPrefix ? [] : [[name, value]])));
    const prefixes = keys.flatMap(({ name, isPrefix }) => (isPrefix ? [name] : []));
    const unseen = files.filter(file => file.open);
    const functions = unseen.some(file => file.mayDefineFunctions);
    const open = unseen.length > 0 ? { variables: true, functions } : CLOSED;
    return { ...NOTHING, names, declared, prefixes, isState: true, open };
  }

  /** The one word that a file holds. */
  content(path: Symbolic): Symbolic | undefined {
    return this.#get(pathKeyOf(path))?.content;
  }

  #get(key: string): StateFile | undefined {
    const file = this.#changed.get(key) ?? this.#shared.files.get(key);
    return file && asOf(file, this.#epoch);
  }

  #matching(path: Symbolic): readonly StateFile[] {
    const key = pathKeyOf(path);
    if (!path.some(({ kind }) => kind === 'wildcard')) {
      const file = this.#get(key);
      return file === undefined ? [] : [file];
    }
    const matches = wildcardMatcher(key);
    const found = new Set<string>();
    for (const files of [this.#changed, this.#shared.files])
      for (const candidate of files.keys())
        if (found.size < MAX_MATCHES && matches(candidate)) found.add(candidate);
    return [...found].map(candidate => this.#get(candidate)!);
  }

  affect(effect: FileEffect): void {
    const file = this.#get(pathKeyOf(effect.path));
    switch (effect.kind) {
      case 'write': {
        const { path, append, isRepair, certain, content } = effect;
        const used = this.#use(path, 'write', effect.span);
        // A file that is written anew holds what was written, and nothing of before.
        const replaces = !append && certain && !this.#hasAlternative(used);
        // A file that no block has written before: the document's own workflow makes it, or a library that knows it already.
        const isOpen = file === undefined ? isVague(path) || isRepair : file.open;
        const isUnseen = effect.keys === undefined;
        this.#set(used, {
          keys: [...(replaces ? [] : used.keys), ...(effect.keys ?? [])],
          open: isUnseen || (!replaces && isOpen),
          mayDefineFunctions:
            (isUnseen && effect.mayDefineFunctions) || (!replaces && used.mayDefineFunctions),
          content: append ? undefined : content,
        });
        return;
      }
      case 'load': {
        if (effect.isLibrary) return;
        const used = this.#use(effect.path, 'load', effect.span);
        // Loaded before any block writes it: it was there, and holds what nobody has seen.
        if (file === undefined) this.#set(used, { open: true, mayDefineFunctions: true });
        return;
      }
      case 'replace': {
        const from = this.#get(pathKeyOf(effect.from));
        if (file === undefined && from === undefined) return;
        const used = this.#use(effect.path, 'write', effect.span);
        const kept = effect.certain ? [] : used.keys;
        this.#set(used, {
          keys: [...kept, ...(from?.keys ?? [])],
          open: from?.open ?? true,
          mayDefineFunctions: from?.mayDefineFunctions ?? true,
          content: effect.certain ? from?.content : undefined,
        });
        return;
      }
      case 'remove':
        if (file !== undefined && effect.certain)
          this.#set(file, { keys: [], open: false, content: undefined });
        return;
      case 'unknown':
        if (file !== undefined) this.#set(file, { open: true, mayDefineFunctions: true, content: undefined });
        return;
      case 'anything':
        this.#epoch++;
    }
  }

  /** Whether a block uses the file that is not run where this one is. What this block adds to the uses changes nothing of that. */
  #hasAlternative({ path, uses }: StateFile): boolean {
    const key = pathKeyOf(path);
    this.#alternatives ??= new Map();
    const found =
      this.#alternatives.get(key) ?? uses.some(use => this.#shared.areAlternatives(use.block, this.#block));
    this.#alternatives.set(key, found);
    return found;
  }

  #set(file: StateFile, change: Partial<Omit<StateFile, 'path' | 'uses'>>): void {
    const keys = new Map((change.keys ?? file.keys).map(key => [key.name, key]));
    const isFull = keys.size > MAX_KEYS;
    this.#changed.set(pathKeyOf(file.path), {
      ...file,
      ...change,
      keys: [...keys.values()].slice(0, MAX_KEYS),
      open: (change.open ?? file.open) || isFull,
    });
  }

  #use(path: Symbolic, access: StateFileUse['access'], span: Span): StateFile {
    const key = pathKeyOf(path);
    const file = this.#get(key) ?? {
      path,
      keys: [],
      open: false,
      mayDefineFunctions: false,
      content: undefined,
      uses: [],
      isWritten: false,
      epoch: this.#epoch,
    };
    const isKnown = file.uses.length >= MAX_USES;
    const used = {
      ...file,
      uses: isKnown ? file.uses : [...file.uses, { block: this.#block, access, span }],
      isWritten: file.isWritten || access === 'write',
    };
    this.#changed.set(key, used);
    if (isNowhere(used)) {
      this.#nowhere ??= new Set();
      this.#nowhere.add(key);
    }
    return used;
  }
}

/** A file as it is known behind writes to any file. */
function asOf(file: StateFile, epoch: number): StateFile {
  if (file.epoch === epoch) return file;
  return { ...file, open: true, mayDefineFunctions: true, content: undefined, epoch };
}

function isWritten(file: StateFile): boolean {
  return file.isWritten;
}

function isNowhere({ path }: StateFile): boolean {
  return path.every(({ kind }) => kind === 'unknown');
}

/** Whether the path is one that an earlier block has written to, but for what each process makes anew. */
function isRebuilt(path: Symbolic, shapes: ReadonlySet<string>): boolean {
  return path.some(({ kind }) => kind === 'unique') && !isVague(path) && shapes.has(shapeKeyOf(path));
}

function isVague(path: Symbolic): boolean {
  return path.some(({ kind }) => kind === 'unknown');
}
