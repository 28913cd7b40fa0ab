import {
  commands,
  type Disposable,
  EventEmitter,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
  window,
} from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  LIST_STATE_FILES,
  type ListStateFilesParams,
  type ListStateFilesResult,
  READ_STATE_VALUE,
  STATE_FILES_VISIBLE,
  type StateFilesVisibleParams,
  type StateFileView,
  type StateValueParams,
  type StateValueResult,
  type StateValueView,
} from '../../server/protocol';
import { noticeText, toTreeItem } from './items';
import { buildTree, type GroupNode, type StateNode } from './nodes';

/** Milliseconds after which the ages in the view are brought up to date. */
const AGE_INTERVAL = 30_000;

/** Feeds the view. While the view is hidden, nothing runs: neither here nor in the server. */
export class StateFilesModel implements TreeDataProvider<StateNode>, Disposable {
  readonly #changed = new EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #client: LanguageClient;
  /** Revealed texts by file and value; they go when the file changes or the view is hidden. */
  readonly #revealed = new Map<string, string>();
  #view: TreeView<StateNode> | undefined;
  #groups: readonly GroupNode[] = [];
  #ages: NodeJS.Timeout | undefined;
  #loading: Promise<void> | undefined;
  #outdated = false;

  constructor(client: LanguageClient) {
    this.#client = client;
  }

  /** Starts to feed a view. */
  attach(view: TreeView<StateNode>): void {
    this.#view = view;
    this.setVisible(view.visible);
  }

  getChildren(node?: StateNode): StateNode[] {
    if (node === undefined) return [...this.#groups];
    return 'children' in node ? [...node.children] : [];
  }

  getTreeItem(node: StateNode): TreeItem {
    const revealed = node.kind === 'value' ? this.#revealed.get(revealKey(node.file, node.value)) : undefined;
    return toTreeItem(node, revealed, Date.now());
  }

  /** Follows the view: shown, it is loaded and kept up to date; hidden, all that ends. */
  setVisible(visible: boolean): void {
    clearInterval(this.#ages);
    if (!visible) this.#revealed.clear();
    else this.#ages = setInterval(() => this.#changed.fire(undefined), AGE_INTERVAL);
    if (!this.#client.isRunning()) return;
    void this.#client.sendNotification(STATE_FILES_VISIBLE, { visible } satisfies StateFilesVisibleParams);
    if (visible) void this.loadWithProgress(false);
  }

  /** Tells a server that has just started what the view needs. */
  serverStarted(): void {
    if (this.#view?.visible === true) this.setVisible(true);
  }

  /** What a server that is gone has said may be wrong by now. */
  serverStopped(): void {
    this.#groups = [];
    this.#show('failed', undefined);
  }

  /** Loads the list, and shows in the view that it does. */
  async loadWithProgress(refresh: boolean): Promise<void> {
    await window.withProgress({ location: { viewId: 'crossblock.stateFiles' } }, () => this.load(refresh));
  }

  /** Asks the server for the list; a change that comes while it answers makes it ask once more. */
  load(refresh: boolean): Promise<void> {
    this.#outdated = this.#loading !== undefined;
    this.#loading ??= this.#load(refresh).finally(() => {
      this.#loading = undefined;
      if (this.#outdated) void this.load(refresh);
    });
    return this.#loading;
  }

  async #load(refresh: boolean): Promise<void> {
    try {
      const params: ListStateFilesParams = { refresh };
      const list: ListStateFilesResult = await this.#client.sendRequest(LIST_STATE_FILES, params);
      this.#groups = buildTree(list);
      this.#show(list.files.length === 0 ? 'empty' : 'filled', noticeText(list.notices));
    } catch {
      // The client's own error handler and output say why; the view says what to do.
      this.#groups = [];
      this.#show('failed', undefined);
    }
  }

  #show(state: 'empty' | 'filled' | 'failed', message: string | undefined): void {
    void commands.executeCommand('setContext', 'crossblock.stateFiles.state', state);
    if (this.#view !== undefined) this.#setMessage(this.#view, message);
    this.#changed.fire(undefined);
  }

  #setMessage(view: TreeView<StateNode>, message: string | undefined): void {
    // The types know only a string, but nothing else takes the message away again.
    (view as { message: string | undefined }).message = message;
  }

  /** Reads a value from its file, as it is now. */
  async readValue(file: StateFileView, value: StateValueView): Promise<StateValueResult> {
    const params: StateValueParams = { id: file.id, index: value.index, name: value.name };
    return this.#client.sendRequest(READ_STATE_VALUE, params);
  }

  /** Shows the text of a masked value until the file changes or the view is hidden. */
  reveal(file: StateFileView, value: StateValueView, text: string): void {
    this.#revealed.set(revealKey(file, value), text);
    this.#changed.fire(undefined);
  }

  dispose(): void {
    clearInterval(this.#ages);
    this.#changed.dispose();
  }
}

function revealKey(file: StateFileView, value: StateValueView): string {
  return `${file.id} ${file.modified} ${value.index}`;
}
