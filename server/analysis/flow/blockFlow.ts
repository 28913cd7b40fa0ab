import type { Call, Define, Export, FunctionDefinition, Load, Read } from '../shell/script';
import type { Span } from '../text';
import type { FileEffect } from './fileEffects';
import type { LibrarySummary } from './library';
import type { Openness, State } from './state';
import type { Symbolic } from './symbolic';

/** What the block's surroundings tell the interpreter. */
export interface BlockContext {
  /** Names that the host gives to every block. */
  readonly provided: ReadonlySet<string>;
  /** The value that an earlier block gives a name: lost, but it tells which path the author means. */
  intended(name: string): Symbolic | undefined;
  /** How many steps all blocks of the document may take together. */
  readonly budget?: { steps: number };
  /** The number of the block whose shell it is: two blocks of one shell have one. */
  readonly process: number;
  /** What a file that is sourced gives; undefined where nobody knows. */
  load(path: Symbolic, load: Load): Loaded | undefined;
  /** What a file holds that was given one word. */
  content(path: Symbolic): Symbolic | undefined;
  /** Takes notice of what the block does to a file: what it loads later sees it. */
  affect(effect: FileEffect): void;
  /** The library that lies at a path. */
  library(path: string): LibrarySummary | undefined;
  /** Takes notice of what is true where the walk comes to a read of the block, for whoever explains it. */
  readonly observe?: (read: Read, state: State) => void;
}

/** What sourcing a file gives to the block. */
export interface Loaded {
  readonly names: ReadonlyMap<string, Symbolic>;
  /** Names that it only declares: sourced in a function, they are gone behind the call. */
  readonly declared: ReadonlySet<string>;
  /** Beginnings of further names that it may give. */
  readonly prefixes: readonly string[];
  /** Functions, each with the path of the library that defines it. */
  readonly functions: ReadonlyMap<string, string>;
  /** The options of the shell that it sets: calls of `set`. */
  readonly options: readonly Call[];
  /** True for a file that blocks of the document write. */
  readonly isState: boolean;
  /** The library's path; undefined for a state file. */
  readonly library: string | undefined;
  /** What it may give besides what is listed. */
  readonly open: Openness;
}

/** A read that sees no value on at least one path, at the start of which the shell is new. */
export interface ExposedRead {
  readonly read: Read;
  /** True where some path of this block sets the name before. */
  readonly maybeSet: boolean;
}

export interface LoadedFile {
  readonly load: Load;
  readonly path: Symbolic | undefined;
  /** False where nothing is known of the file, so that the block is open behind it. */
  readonly known: boolean;
  readonly library: string | undefined;
  /** The options of the shell that it sets: calls of `set`. */
  readonly options: readonly Call[];
  /** True for a file that blocks of the document write. */
  readonly isState: boolean;
  /** Whether it is known to give a name. */
  gives(name: string): boolean;
}

/** A call of a function that may end the block's shell. */
export interface EndingCall {
  /** In the block's text. */
  readonly span: Span;
  /** True where it ends it as failed. */
  readonly fails: boolean;
}

/** A word that names a file. */
export interface UsedPath {
  readonly path: Symbolic;
  readonly span: Span;
  /** The variable that the word consists of, or undefined for any other word. */
  readonly name: string | undefined;
  /** True where the command makes the file where there is none. */
  readonly creates: boolean;
  /** True where the command needs what is in the file. */
  readonly reads: boolean;
}

/** A file that a trap deletes. */
export interface DeletedPath extends UsedPath {
  /** True where all that lies below it is deleted as well. */
  readonly isTree: boolean;
}

/** What a block does, seen from outside. All lists are in the order of execution. */
export interface BlockFlow {
  /** Reads of names that have no value there, each with its span in the block. */
  readonly exposed: readonly ExposedRead[];
  /** Calls of names that are no function at that point. */
  readonly unknownCalls: readonly Call[];
  /** Definitions that outlive their subshell and function: what one shell for all blocks would still have. */
  readonly definitions: readonly Define[];
  readonly exports: readonly Export[];
  readonly functions: readonly FunctionDefinition[];
  readonly loads: readonly LoadedFile[];
  readonly fileEffects: readonly FileEffect[];
  /** Files that a trap deletes when the block's shell ends. */
  readonly deletedAtEnd: readonly DeletedPath[];
  /** Words of commands that name files, as far as their paths are known. */
  readonly usedPaths: readonly UsedPath[];
  /** Files that the block asks about (`[ -f F ]`). */
  readonly testedPaths: readonly UsedPath[];
  /** Files that the block removes. */
  readonly removedPaths: readonly UsedPath[];
  /** Calls of functions of libraries that may end the block's shell. */
  readonly endingCalls: readonly EndingCall[];
  /** Names that the block has unset: what earlier blocks gave them is gone in one shell too. */
  readonly takenAway: readonly string[];
  /** What is true at the block's end, or where it left. */
  readonly end: State;
}
