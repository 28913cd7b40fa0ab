import {
  type Disposable,
  l10n,
  Position,
  Range,
  Selection,
  type TextDocument,
  type TextEditor,
  TextEditorRevealType,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  BLOCK_FLOW,
  type BlockFlowParams,
  type BlockFlowResult,
  type GraphPlace,
} from '../../server/protocol';
import type { FromPage, ToPage } from './messages';
import { pageHtml, pageTexts } from './page';

/** Milliseconds without a keystroke after which the picture follows an edit. */
const EDIT_DELAY = 150;

/** The languages of command markdown. */
const LANGUAGES: ReadonlySet<string> = new Set(['markdown', 'prompt', 'instructions', 'chatagent', 'skill']);

/** Whether a document can be command markdown: Markdown on disk. */
function isCheckable({ languageId, uri }: TextDocument): boolean {
  return uri.scheme === 'file' && LANGUAGES.has(languageId);
}

/** One open Block Flow panel: it shows the Markdown editor that was active last, and follows its edits and its caret. */
export class BlockFlowPanel {
  readonly #panel: WebviewPanel;
  readonly #client: LanguageClient;
  readonly #listeners: readonly Disposable[];
  #document: TextDocument | undefined;
  #column: ViewColumn | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asked = 0;

  /** @param onClose called when the user has closed it */
  constructor(client: LanguageClient, extensionUri: Uri, onClose: () => void) {
    this.#client = client;
    this.#panel = window.createWebviewPanel(
      'crossblock.blockFlow',
      l10n.t('Block Flow'),
      { viewColumn: ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [Uri.joinPath(extensionUri, 'dist')] },
    );
    this.#panel.iconPath = Uri.joinPath(extensionUri, 'media', 'icon.png');
    this.#listeners = [
      window.onDidChangeActiveTextEditor(editor => this.#follow(editor)),
      window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
        if (textEditor.document === this.#document && selections[0] !== undefined)
          this.#post({ kind: 'caret', line: selections[0].active.line });
      }),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (document === this.#document) this.#refreshSoon();
      }),
      this.#panel.webview.onDidReceiveMessage((message: FromPage) => this.#receive(message)),
    ];
    this.#panel.onDidDispose(() => {
      clearTimeout(this.#timer);
      for (const listener of this.#listeners) listener.dispose();
      onClose();
    });
    this.#take(window.activeTextEditor);
    this.#panel.webview.html = pageHtml(this.#panel.webview, extensionUri);
  }

  /** The document that it shows. */
  get document(): TextDocument | undefined {
    return this.#document;
  }

  /** Where that document was shown last. */
  get column(): ViewColumn | undefined {
    return this.#column;
  }

  reveal(): void {
    this.#follow(window.activeTextEditor);
    this.#panel.reveal(undefined, true);
  }

  dispose(): void {
    this.#panel.dispose();
  }

  /** The panel itself, and what is no Markdown, leave the picture as it is. */
  #follow(editor: TextEditor | undefined): void {
    const before = this.#document;
    this.#take(editor);
    if (this.#document !== before) void this.#refresh();
  }

  #take(editor: TextEditor | undefined): void {
    if (editor === undefined || !isCheckable(editor.document)) return;
    this.#document = editor.document;
    this.#column = editor.viewColumn;
  }

  #refreshSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#refresh(), EDIT_DELAY);
  }

  /** Asks for the graph and draws it; an answer that a later question has overtaken is dropped. */
  async #refresh(): Promise<void> {
    const document = this.#document;
    const number = ++this.#asked;
    const message = await this.#flowOf(document);
    if (number !== this.#asked) return;
    this.#post(message);
    const line = window.visibleTextEditors.find(editor => editor.document === document)?.selection.active
      .line;
    if (line !== undefined) this.#post({ kind: 'caret', line });
  }

  async #flowOf(document: TextDocument | undefined): Promise<ToPage> {
    const nothing = (note: string): ToPage => ({ kind: 'flow', layout: undefined, note });
    if (document === undefined) return nothing(l10n.t('Open a command file to see what its blocks hand on.'));
    const name = workspace.asRelativePath(document.uri);
    const params: BlockFlowParams = { uri: document.uri.toString() };
    try {
      const view = await this.#client.sendRequest<BlockFlowResult>(BLOCK_FLOW, params);
      if (view === null)
        return nothing(
          l10n.t('{0} is no command markdown. The setting crossblock.files can make it one.', name),
        );
      if (view.layout.nodes.length === 0) return nothing(l10n.t('{0} has no shell block.', name));
      return { kind: 'flow', layout: view.layout, note: name };
    } catch {
      return nothing(l10n.t('The language server does not answer, so nothing can be drawn.'));
    }
  }

  #receive(message: FromPage): void {
    if (message.kind === 'goTo') return void this.#goTo(message.place);
    this.#post({ kind: 'texts', texts: pageTexts() });
    void this.#refresh();
  }

  async #goTo({ line, column }: GraphPlace): Promise<void> {
    if (this.#document === undefined) return;
    const visible = window.visibleTextEditors.find(({ document }) => document === this.#document);
    const editor = await window.showTextDocument(this.#document, {
      viewColumn: visible?.viewColumn ?? this.#column ?? ViewColumn.One,
    });
    const position = new Position(line, column);
    editor.selection = new Selection(position, position);
    editor.revealRange(new Range(position, position), TextEditorRevealType.InCenterIfOutsideViewport);
  }

  #post(message: ToPage): void {
    void this.#panel.webview.postMessage(message);
  }
}
