import {
  commands,
  Disposable,
  EventEmitter,
  l10n,
  type TextDocument,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  Uri,
  window,
  workspace,
} from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import {
  type BlockView,
  type DocumentBlocksParams,
  type DocumentBlocksResult,
  LIST_BLOCKS,
} from '../../server/protocol';
import { guarded } from './messages';
import { showLine } from './navigation';

/** Milliseconds of rest after which a change of the document is followed. */
const REST = 300;

interface BlockNode {
  readonly kind: 'block';
  readonly uri: string;
  readonly block: BlockView;
}

interface NameNode {
  readonly kind: 'needs' | 'provides';
  readonly text: string;
  readonly parent: BlockNode;
}

type BlocksNode = BlockNode | NameNode;

/** Shows the blocks of the active document with what each needs and provides, while somebody looks. */
export function registerBlocks(client: LanguageClient): Disposable {
  const model = new BlocksModel(client);
  const view = window.createTreeView('crossblock.blocks', { treeDataProvider: model, showCollapseAll: true });
  model.attach(view);
  return Disposable.from(
    view,
    model,
    view.onDidChangeVisibility(() => model.load()),
    window.onDidChangeActiveTextEditor(() => model.load()),
    workspace.onDidChangeTextDocument(({ document }) => model.documentChanged(document)),
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) void model.load();
    }),
    commands.registerCommand('crossblock.blocks.goTo', (given?: BlocksNode) => {
      const node = given ?? view.selection[0];
      const target = node?.kind === 'block' ? node : node?.parent;
      return target && guarded(showLine(Uri.parse(target.uri), target.block.firstLine));
    }),
  );
}

class BlocksModel implements TreeDataProvider<BlocksNode>, Disposable {
  readonly #changed = new EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #client: LanguageClient;
  #view: TreeView<BlocksNode> | undefined;
  #blocks: readonly BlockNode[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Counts requests: the answer to an older one is late. */
  #asked = 0;

  constructor(client: LanguageClient) {
    this.#client = client;
  }

  attach(view: TreeView<BlocksNode>): void {
    this.#view = view;
    void this.load();
  }

  getChildren(node?: BlocksNode): BlocksNode[] {
    if (node === undefined) return [...this.#blocks];
    if (node.kind !== 'block') return [];
    const { needs, provides } = node.block;
    return [
      ...needs.map((text): NameNode => ({ kind: 'needs', text, parent: node })),
      ...provides.map((text): NameNode => ({ kind: 'provides', text, parent: node })),
    ];
  }

  getTreeItem(node: BlocksNode): TreeItem {
    const item = node.kind === 'block' ? blockItem(node.block) : nameItem(node);
    item.command = { command: 'crossblock.blocks.goTo', title: l10n.t('Go to Block'), arguments: [node] };
    return item;
  }

  /** Waits until nobody types. */
  documentChanged(document: TextDocument): void {
    if (document !== window.activeTextEditor?.document || this.#view?.visible !== true) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), REST);
  }

  async load(): Promise<void> {
    if (this.#view?.visible !== true) return;
    const document = window.activeTextEditor?.document;
    // A view that has been clicked takes the focus, not the editor: with none at all, what was shown stays.
    if (document === undefined) {
      if (this.#blocks.length === 0) this.#show('noDocument', [], undefined);
      return;
    }
    if (document.uri.scheme !== 'file') return;
    const asked = ++this.#asked;
    const uri = document.uri.toString();
    try {
      if (!this.#client.isRunning()) return;
      const params: DocumentBlocksParams = { uri };
      const result = await this.#client.sendRequest<DocumentBlocksResult>(LIST_BLOCKS, params);
      if (asked !== this.#asked) return;
      const blocks = (result?.blocks ?? []).map((block): BlockNode => ({ kind: 'block', uri, block }));
      const state = result === null ? 'otherDocument' : blocks.length === 0 ? 'empty' : 'filled';
      this.#show(state, blocks, blocks.length === 0 ? undefined : workspace.asRelativePath(document.uri));
    } catch {
      if (asked === this.#asked) this.#show('failed', [], undefined);
    }
  }

  #show(
    state: 'noDocument' | 'otherDocument' | 'empty' | 'filled' | 'failed',
    blocks: readonly BlockNode[],
    description: string | undefined,
  ): void {
    this.#blocks = blocks;
    void commands.executeCommand('setContext', 'crossblock.blocks.state', state);
    if (this.#view !== undefined) this.#view.description = description ?? '';
    this.#changed.fire(undefined);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changed.dispose();
  }
}

const KINDS: Readonly<Record<string, string>> = {
  step: 'step',
  example: 'example',
  scriptFile: 'script',
  configuration: 'settings',
  output: 'output',
};

/** All texts are strings, which VS Code shows as they are. */
function blockItem({ number, firstLine, lastLine, kind, about, needs, provides }: BlockView): TreeItem {
  const children = needs.length + provides.length;
  const { Collapsed, None } = TreeItemCollapsibleState;
  const item = new TreeItem(l10n.t('Block {0}', number), children === 0 ? None : Collapsed);
  const lines = l10n.t('lines {0} to {1}', firstLine + 1, lastLine + 1);
  const counts = l10n.t('needs {0}, provides {1}', needs.length, provides.length);
  item.description = `${KINDS[kind] ?? kind} · ${lines} · ${counts}`;
  item.tooltip = about.join('\n');
  item.iconPath = new ThemeIcon(kind === 'step' ? 'symbol-method' : 'symbol-snippet');
  item.contextValue = 'block';
  item.accessibilityInformation = {
    label: l10n.t('Block {0}, {1}, {2}, {3}', number, KINDS[kind] ?? kind, lines, counts),
    role: 'treeitem',
  };
  return item;
}

function nameItem({ kind, text }: NameNode): TreeItem {
  const item = new TreeItem(text, TreeItemCollapsibleState.None);
  item.tooltip = text;
  item.iconPath = new ThemeIcon(kind === 'needs' ? 'arrow-down' : 'arrow-up');
  item.contextValue = 'name';
  const label = kind === 'needs' ? l10n.t('Needs: {0}', text) : l10n.t('Provides: {0}', text);
  item.accessibilityInformation = { label, role: 'treeitem' };
  return item;
}
