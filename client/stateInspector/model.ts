import {
  commands,
  type Disposable,
  EventEmitter,
  l10n,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
  window,
  workspace,
} from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  LIST_STATE_FILES,
  type ListStateFilesParams,
  type ListStateFilesResult,
  READ_STATE_VALUE,
  STATE_FILES_VISIBLE,
  type StateFilesView,
  type StateFilesVisibleParams,
  type StateFileView,
  type StateValueParams,
  type StateValueResult,
  type StateValueView,
} from '../../server/protocol';
import { noticeText, toTreeItem } from './items';
import { buildTree, type FileNode, findFile, parentsOf, type RootNode, type StateNode } from './nodes';
import { SeenValues } from './seenValues';

/** Milliseconds after which the ages in the view are brought up to date. */
const AGE_INTERVAL = 30_000;
/**
 * Milliseconds. VS Code waits until a tree has been quiet for 200, and a new drawing ends the one that is under way: a tree that is
 * told of each change of a busy file would not be drawn at all.
 */
const DRAWING = {
  /** Between two drawings. */
  interval: 250,
  /** Without a question of VS Code's, after which a drawing has ended. */
  quiet: 200,
  /** The longest time that a drawing may take. */
  most: 3000,
};
/** Files of which is remembered that they are open, should they go and come back. */
const MAX_EXPANDED = 500;
const NOTHING: StateFilesView = { files: [], gone: [], notices: [] };

/** Feeds the view. While the view is hidden or paused, nothing runs: neither here nor in the server. */
export class StateFilesModel implements TreeDataProvider<StateNode>, Disposable {
  readonly #changed = new EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #client: LanguageClient;
  /** Revealed texts by file and value; they go when the file changes or the view is hidden. */
  readonly #revealed = new Map<string, string>();
  readonly #seen = new SeenValues(Date.now());
  #view: TreeView<StateNode> | undefined;
  #list = NOTHING;
  #roots: readonly RootNode[] = [];
  #parents: ReadonlyMap<string, StateNode> = new Map();
  #filter = '';
  #paused = false;
  #ages: NodeJS.Timeout | undefined;
  #loading: Promise<void> | undefined;
  #outdated = false;
  #drawn = 0;
  #asked = 0;
  #drawing: NodeJS.Timeout | undefined;
  readonly #expanded = new Set<string>();

  constructor(client: LanguageClient) {
    this.#client = client;
  }

  /** Starts to feed a view. */
  attach(view: TreeView<StateNode>): void {
    this.#view = view;
    this.setVisible(view.visible);
  }

  get filter(): string {
    return this.#filter;
  }

  /** All files of the last list, whatever the filter. */
  get files(): readonly StateFileView[] {
    return this.#list.files;
  }

  getChildren(node?: StateNode): StateNode[] {
    this.#asked = Date.now();
    if (node === undefined) return [...this.#roots];
    return 'children' in node ? [...node.children] : [];
  }

  getParent(node: StateNode): StateNode | undefined {
    return this.#parents.get(node.key);
  }

  getTreeItem(node: StateNode): TreeItem {
    this.#asked = Date.now();
    const isValue = node.kind === 'value';
    const revealed = isValue ? this.#revealed.get(revealKey(node.file, node.value)) : undefined;
    const changed = isValue
      ? this.#seen.isChanged(node.file, node.value)
      : node.kind === 'file' && this.#seen.hasChanges(node.file);
    const expanded = this.#expanded.has(node.key);
    return toTreeItem(node, { revealed, changed, expanded }, Date.now());
  }

  /** VS Code forgets that a file was open when it goes. */
  setExpanded({ key }: StateNode, expanded: boolean): void {
    this.#expanded.delete(key);
    if (expanded) this.#expanded.add(key);
    if (this.#expanded.size > MAX_EXPANDED) this.#expanded.delete(this.#expanded.values().next().value!);
  }

  #redraw(): void {
    if (this.#drawing !== undefined) return;
    const now = Date.now();
    const free = Math.max(this.#drawn + DRAWING.interval, this.#asked + DRAWING.quiet);
    const wait = Math.max(0, Math.min(free, this.#drawn + DRAWING.most) - now);
    this.#drawing = setTimeout(() => {
      this.#drawing = undefined;
      // VS Code may have asked meanwhile: the drawing goes on.
      const isBusy = Date.now() < Math.min(this.#asked + DRAWING.quiet, this.#drawn + DRAWING.most);
      if (isBusy) {
        this.#redraw();
        return;
      }
      this.#drawn = Date.now();
      this.#changed.fire(undefined);
    }, wait);
  }

  /** Follows the view: shown, it is loaded and kept up to date; hidden, all that ends. */
  setVisible(visible: boolean): void {
    clearInterval(this.#ages);
    if (!visible) {
      this.#revealed.clear();
      // Who closes the view has seen what was in it.
      this.#seen.markAll(this.#list.files, Date.now());
    } else this.#ages = setInterval(() => this.#redraw(), AGE_INTERVAL);
    if (!this.#client.isRunning()) return;
    this.#tellServer(visible && !this.#paused);
    if (visible && !this.#paused) void this.loadWithProgress(false);
  }

  /** Stops live updates, so that what is shown stays as it is, or goes on with them. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    void commands.executeCommand('setContext', 'crossblock.stateFiles.paused', paused);
    if (this.#view?.visible === true && this.#client.isRunning()) {
      this.#tellServer(!paused);
      if (!paused) void this.loadWithProgress(false);
    }
    this.#showList();
  }

  #tellServer(visible: boolean): void {
    void this.#client.sendNotification(STATE_FILES_VISIBLE, { visible } satisfies StateFilesVisibleParams);
  }

  /** Shows only what fits; an empty filter shows all. */
  setFilter(filter: string): void {
    this.#filter = filter.trim();
    void commands.executeCommand('setContext', 'crossblock.stateFiles.filtered', this.#filter !== '');
    this.#showList();
  }

  /** The user has looked at a node: marks of changes in its file go. */
  look(node: StateNode | undefined): void {
    if (node === undefined || (node.kind !== 'file' && node.kind !== 'value')) return;
    if (this.#seen.mark(node.file)) this.#redraw();
  }

  markAllSeen(): void {
    this.#seen.markAll(this.#list.files, Date.now());
    this.#redraw();
  }

  /** Tells a server that has just started what the view needs. */
  serverStarted(): void {
    if (this.#view?.visible === true) this.setVisible(true);
  }

  /** What a server that is gone has said may be wrong by now. */
  serverStopped(): void {
    this.#list = NOTHING;
    this.#show('failed', undefined);
  }

  /** Loads the list, and shows in the view that it does. */
  async loadWithProgress(refresh: boolean): Promise<void> {
    await window.withProgress({ location: { viewId: 'crossblock.stateFiles' } }, () => this.load(refresh));
  }

  /** The server says that the list has changed. */
  async listChanged(): Promise<void> {
    if (!this.#paused) await this.load(false);
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
      this.#list = list;
      this.#seen.update(list.files);
      this.#showList();
    } catch {
      // The client's own error handler and output say why; the view says what to do.
      this.#list = NOTHING;
      this.#show('failed', undefined);
    }
  }

  #showList(): void {
    const { files, gone, notices } = this.#list;
    const isEmpty = files.length === 0 && gone.length === 0;
    const isHidden = !isEmpty && buildTree(this.#list, this.#filter).length === 0;
    const state = isEmpty ? 'empty' : isHidden ? 'filteredOut' : 'filled';
    this.#show(state, noticeText([...this.#ownNotices(), ...notices]));
  }

  #ownNotices(): readonly string[] {
    return [
      ...(this.#paused ? [l10n.t('Paused: what is shown may have changed.')] : []),
      ...(this.#filter === '' ? [] : [l10n.t('Only what holds "{0}" is shown.', this.#filter)]),
      ...(workspace.isTrusted || this.#list.files.length === 0
        ? []
        : [l10n.t('Restricted workspace: places that its own configuration names are not looked at.')]),
    ];
  }

  #show(state: 'empty' | 'filteredOut' | 'filled' | 'failed', message: string | undefined): void {
    this.#roots = buildTree(this.#list, this.#filter);
    this.#parents = parentsOf(this.#roots);
    void commands.executeCommand('setContext', 'crossblock.stateFiles.state', state);
    // Setting it is a change of the tree for VS Code, which waits with drawing until there are none.
    if (this.#view !== undefined && this.#view.message !== message) this.#setMessage(this.#view, message);
    this.#redraw();
  }

  #setMessage(view: TreeView<StateNode>, message: string | undefined): void {
    // The types know only a string, but nothing else takes the message away again.
    (view as { message: string | undefined }).message = message;
  }

  /** Selects a file in the view, if it is listed. @param pathKey {@link StateFileView.pathKey} */
  async showFile(pathKey: string): Promise<FileNode | undefined> {
    await commands.executeCommand('crossblock.stateFiles.focus');
    await this.load(false);
    const node = findFile(this.#roots, pathKey);
    if (node !== undefined) await this.#view?.reveal(node, { select: true, focus: true, expand: true });
    return node;
  }

  /** Reads a value from its file, as it is now. */
  async readValue(file: StateFileView, value: StateValueView): Promise<StateValueResult> {
    const params: StateValueParams = { id: file.id, index: value.index, name: value.name };
    return this.#client.sendRequest(READ_STATE_VALUE, params);
  }

  /** Shows the text of a masked value until the file changes or the view is hidden. */
  reveal(file: StateFileView, value: StateValueView, text: string): void {
    this.#revealed.set(revealKey(file, value), text);
    this.#redraw();
  }

  dispose(): void {
    clearInterval(this.#ages);
    clearTimeout(this.#drawing);
    this.#changed.dispose();
  }
}

function revealKey(file: StateFileView, value: StateValueView): string {
  return `${file.id} ${file.modified} ${value.index}`;
}
