import type { StateFormat } from './formats/content';

/** A document's statement that a block writes or loads the files that a glob names. */
export interface StateClaim {
  /** Absolute, e.g. `/tmp/coordinate_*.sh`; literal special characters are escaped by a backslash. */
  readonly glob: string;
  /** The document's URI. */
  readonly uri: string;
  /** Line of the statement, from 0. */
  readonly line: number;
  /** The block's number in the document, from 1. */
  readonly block: number;
  readonly access: 'write' | 'load';
  /** What stands before and behind the process id (`$$`) in the file's name, where that makes the name. */
  readonly process?: { readonly before: string; readonly behind: string };
}

/** Why a file is taken for a leftover: nobody has changed it for long, or the process in its name has ended. */
export type Staleness = 'old' | 'processEnded';

/** What an entry of a directory is. Only a regular file is ever opened. */
export type StateFileKind = 'file' | 'fifo' | 'socket' | 'directory' | 'link' | 'device';

/** What makes a state file unsafe to load. */
export type StateFileWarning =
  /** Everyone may change it. */
  | 'worldWritable'
  /** It belongs to another user, who may change it. */
  | 'otherOwner'
  /** It is a symbolic link, which is not followed. */
  | 'symbolicLink'
  /** Others know its name before it is there, in a directory where everyone may make files. */
  | 'predictableName';

/** A value as it may be shown: escaped, cut, and without its text where it looks like a secret. */
export interface StateValueView {
  /** Position among the file's values; with the name it identifies the value in later requests. */
  readonly index: number;
  /** Escaped; empty where the file is one plain value. */
  readonly name: string;
  /** Escaped, in one line, cut to a few hundred characters; a mask where `masked`. */
  readonly text: string;
  readonly masked: boolean;
  /** Stands for a masked value within this run of the server: another value has another one. */
  readonly fingerprint?: string;
  /** False where a shell would expand the text first, or where bytes of it are no UTF-8. */
  readonly literal: boolean;
}

/** A state file as it may be shown. All texts are escaped; nothing in it is markup. */
export interface StateFileView {
  /** Names the file in later requests; it holds for this very file (its device and inode), not for a successor of its name. */
  readonly id: string;
  /** Stands for the path: the same for a file that replaces this one, different for each other path, however it is shown. */
  readonly pathKey: string;
  /** Name within the directory. */
  readonly name: string;
  /** Absolute path of the directory, links resolved. */
  readonly directory: string;
  readonly kind: StateFileKind;
  /** Bytes. */
  readonly size: number;
  /** Last change of the content, milliseconds since 1970. */
  readonly modified: number;
  /** Permission bits, e.g. 0o600. */
  readonly mode: number;
  /** User id of the owner. */
  readonly owner: number;
  /** Whether it belongs to the user whom the server runs as. */
  readonly own: boolean;
  /** Undefined where nothing was read. */
  readonly format: StateFormat | undefined;
  readonly values: readonly StateValueView[];
  /** Number of values that are left out of `values`. */
  readonly moreValues: number;
  /** What could not be read and why, in sentences. */
  readonly remarks: readonly string[];
  readonly warnings: readonly StateFileWarning[];
  /** Undefined where it may be in use. */
  readonly stale: Staleness | undefined;
  /** Number of its states that are remembered, the one that is shown among them. */
  readonly states: number;
  /** Who writes or loads it; empty where only a configured glob names it. */
  readonly claims: readonly StateClaim[];
}

/** All state files at one moment. */
export interface StateFilesView {
  readonly files: readonly StateFileView[];
  /** Files that have gone since they were listed, the last one first; their states are remembered. */
  readonly gone: readonly GoneFileView[];
  /** What limits the list: directories that cannot be read, live updates that do not work, files that are left out. */
  readonly notices: readonly string[];
}

/** A file that is no longer there. */
export interface GoneFileView {
  /** {@link StateFileView.pathKey} */
  readonly pathKey: string;
  readonly name: string;
  readonly directory: string;
  /** When that was noticed, milliseconds since 1970. */
  readonly at: number;
  readonly states: number;
}

/** A remembered state of a file. */
export interface PastStateView {
  /** Counts all states of all files: a later one has a larger number. */
  readonly version: number;
  /** When it was seen, milliseconds since 1970. */
  readonly at: number;
  /** True where the file had gone. */
  readonly gone: boolean;
}
