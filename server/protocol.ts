/**
 * The custom messages between the language server and its client: plain data only, so that the client needs nothing else
 * from the server's folders.
 */
import type { GraphLayout } from './analysis/graph/layout';
import type { StateFilesView } from './inspector/types';

export type { GraphLayout, PlacedEdge, PlacedNode } from './analysis/graph/layout';
export type { EdgeKind, GraphPlace } from './analysis/graph/types';
export type {
  GoneFileView,
  PastStateView,
  StateClaim,
  StateFilesView,
  StateFileView,
  StateFileWarning,
  StateValueView,
} from './inspector/types';

/** Request: lists the state files. {@link ListStateFilesParams} to {@link StateFilesView}. */
export const LIST_STATE_FILES = 'crossblock/stateFiles/list';
/** Request: the real value of one row. {@link StateValueParams} to {@link StateValueResult}. */
export const READ_STATE_VALUE = 'crossblock/stateFiles/value';
/** Request: the path to open a file by. {@link StateFileParams} to {@link StateFilePathResult}. */
export const LOCATE_STATE_FILE = 'crossblock/stateFiles/locate';
/** Request: the path of the directory that a file lies in. {@link StateFileParams} to {@link StateFilePathResult}. */
export const LOCATE_STATE_FOLDER = 'crossblock/stateFiles/folder';
/** Request: deletes a file. {@link StateFileParams} to {@link DeleteStateFileResult}. */
export const DELETE_STATE_FILE = 'crossblock/stateFiles/delete';
/** Request: what an entry is and holds, as text, for what no editor opens. {@link StateFileParams} to {@link StateTextResult}. */
export const DESCRIBE_STATE_FILE = 'crossblock/stateFiles/describe';
/** Request: the remembered states of a path, the oldest first. {@link StatePathParams} to {@link PastStateView} in a list. */
export const LIST_PAST_STATES = 'crossblock/stateFiles/pastStates';
/** Request: a remembered state. {@link PastStateParams} to {@link StateTextResult}. */
export const READ_PAST_STATE = 'crossblock/stateFiles/pastState';
/** Request: the blocks of an open document. {@link DocumentBlocksParams} to {@link DocumentBlocksResult}. */
export const LIST_BLOCKS = 'crossblock/blocks';
/** Notification to the server: whether anybody looks at the list. {@link StateFilesVisibleParams} */
export const STATE_FILES_VISIBLE = 'crossblock/stateFiles/visible';
/** Notification to the client, without parameters: the list has changed. Sent only while somebody looks at it. */
export const STATE_FILES_CHANGED = 'crossblock/stateFiles/changed';

export interface ListStateFilesParams {
  /** Whether to search anew even if nothing is known to have changed. */
  readonly refresh: boolean;
}

export type ListStateFilesResult = StateFilesView;

export interface StateFilesVisibleParams {
  readonly visible: boolean;
}

export interface StateFileParams {
  /** {@link StateFileView.id} */
  readonly id: string;
}

export interface StateValueParams extends StateFileParams {
  /** {@link StateValueView.index} */
  readonly index: number;
  /** {@link StateValueView.name} */
  readonly name: string;
}

/** Why something was not done, as a sentence. */
export interface Refused {
  readonly refused: string;
}

export interface StatePathParams {
  /** {@link StateFileView.pathKey} */
  readonly pathKey: string;
}

export interface PastStateParams extends StatePathParams {
  /** {@link PastStateView.version} */
  readonly version: number;
}

/** `content` is shown as plain text; everything in it that could deceive is escaped. */
export type StateTextResult = { readonly content: string } | Refused;

/** `value` is the real value, `text` the same escaped, to be shown in one line, `exported` a command that sets it. */
export type StateValueResult =
  | { readonly value: string; readonly text: string; readonly exported: string }
  | Refused;

export interface DocumentBlocksParams {
  readonly uri: string;
}

/** A block as the view shows it; all texts may hold what the document holds. */
export interface BlockView {
  readonly number: number;
  /** First and last line, from 0, with the fences. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** E.g. `step`. */
  readonly kind: string;
  /** Why it was taken for that, and which host runs it: sentences. */
  readonly about: readonly string[];
  /** Names that it reads and does not set itself, with where they come from. */
  readonly needs: readonly string[];
  /** What it sets, defines and saves. */
  readonly provides: readonly string[];
}

/** Undefined where the document is no command markdown, is switched off or is not open. */
export type DocumentBlocksResult = { readonly blocks: readonly BlockView[] } | null;

export type StateFilePathResult = { readonly path: string } | Refused;

export type DeleteStateFileResult = { readonly deleted: true } | Refused;

/** What the client tells at the start, as `initializationOptions`. */
export interface ClientOptions {
  /** Whether the user trusts the workspace: only then its own configuration may name places to look at. */
  readonly trusted: boolean;
  /**
   * The client's command that shows a block among the others: the code lenses run it with the document's URI and the line,
   * from 0, of the block's opening fence. Without one, they only tell.
   */
  readonly blockCommand?: string;
  /** The command that shows a rule's page, with the rule's name: code actions run it. Without one, there are none for that. */
  readonly showRule?: string;
  /** The command that makes the safe fixes of the workspace, with a rule's name to make only its fixes. */
  readonly fixWorkspace?: string;
  /** The command that shows a file in the State Inspector, if the client has one: a hover may link to it. */
  readonly showStateFile?: string;
}

/** Notification: the user has begun to trust the workspace. */
export const WORKSPACE_TRUSTED = 'crossblock/workspaceTrusted';

/** Request: a document's blocks and what travels between them. {@link BlockFlowParams} to {@link BlockFlowResult}. */
export const BLOCK_FLOW = 'crossblock/blockFlow';
/** Request: the same as a text to be saved. {@link ExportBlockFlowParams} to {@link ExportBlockFlowResult}. */
export const EXPORT_BLOCK_FLOW = 'crossblock/blockFlow/export';

export interface BlockFlowParams {
  readonly uri: string;
}

/** Undefined is null on the wire: the document is not open, no command markdown, or switched off. */
export type BlockFlowResult = BlockFlowView | null;

export interface BlockFlowView {
  /** The document's version that it shows. */
  readonly version: number;
  readonly layout: GraphLayout;
}

export interface ExportBlockFlowParams extends BlockFlowParams {
  readonly format: 'svg' | 'mermaid';
}

export type ExportBlockFlowResult = string | null;

/** Request: what a document is taken for. {@link DocumentStatusParams} to {@link DocumentStatusResult}. */
export const DOCUMENT_STATUS = 'crossblock/documentStatus';

export interface DocumentStatusParams {
  readonly uri: string;
}

/** Null where the document is not open, no command markdown, or switched off. */
export type DocumentStatusResult = DocumentStatus | null;

interface DocumentStatus {
  readonly blocks: number;
  /** The host that runs it, and why it is that one. */
  readonly host: string;
  readonly reason: string;
  /** Whether that host runs all blocks in one shell. */
  readonly keepsShell: boolean;
}

/** Request: the text of an instruction file with the section of shell-state rules. {@link ShellStateRulesParams} to a string. */
export const SHELL_STATE_RULES = 'crossblock/shellStateRules';

export interface ShellStateRulesParams {
  readonly text: string;
}

/** Request: the safe fixes of all command files. {@link FixWorkspaceParams} to {@link FixWorkspaceResult}. Can be taken back. */
export const FIX_WORKSPACE = 'crossblock/fixWorkspace';

export interface FixWorkspaceParams {
  /** Only this rule's findings; all where it is missing. */
  readonly rule?: string;
  /** For `$/progress` with {@link FixWorkspaceProgress}. */
  readonly progressToken?: string;
}

export interface FixWorkspaceProgress {
  readonly done: number;
  readonly total: number;
}

export interface FixWorkspaceResult {
  /** How many files were looked at. */
  readonly checked: number;
  /** Those that have something to fix, by their paths. */
  readonly files: readonly FixedFile[];
}

export interface FixedFile {
  readonly uri: string;
  /** SHA-256 of the text that the edits are for, without its byte order mark, in hexadecimal: a file that has another one is left alone. */
  readonly digest: string;
  /** The titles of the fixes. */
  readonly titles: readonly string[];
  readonly edits: readonly FixedRange[];
}

/** Lines and characters from 0, in UTF-16 units. */
export interface FixedRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
  readonly newText: string;
}
