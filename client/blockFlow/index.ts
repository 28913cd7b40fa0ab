import path from 'node:path';
import { commands, type ExtensionContext, l10n, Range, Uri, ViewColumn, window, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  EXPORT_BLOCK_FLOW,
  type ExportBlockFlowParams,
  type ExportBlockFlowResult,
} from '../../server/protocol';
import { BlockFlowPanel } from './panel';

/** Shows the panel; with a document's URI and a line, from 0, the block there. */
export const SHOW_BLOCK_FLOW = 'crossblock.blockFlow.show';

/** Registers the Block Flow panel: at most one, which follows the active editor. */
export function registerBlockFlow(context: ExtensionContext, client: LanguageClient): void {
  let panel: BlockFlowPanel | undefined;
  // A code lens says which block it stands above; menus hand over other things.
  const show = async (uri?: unknown, line?: unknown): Promise<void> => {
    if (typeof uri === 'string' && typeof line === 'number') await putCaret(Uri.parse(uri), line);
    if (panel !== undefined) panel.reveal();
    else
      panel = new BlockFlowPanel(client, context.extensionUri, () => {
        panel = undefined;
      });
  };
  const exportAs = async (format: ExportBlockFlowParams['format']): Promise<void> => {
    const document = panel?.document ?? window.activeTextEditor?.document;
    const params = document && { uri: document.uri.toString(), format };
    const text = params && (await client.sendRequest<ExportBlockFlowResult>(EXPORT_BLOCK_FLOW, params));
    if (document === undefined || typeof text !== 'string')
      return void window.showInformationMessage(
        l10n.t('There is nothing to export: open a command file first.'),
      );
    await (format === 'svg' ? saveSvg(document.uri, text) : showMermaid(text, panel?.column));
  };
  context.subscriptions.push(
    commands.registerCommand(SHOW_BLOCK_FLOW, show),
    commands.registerCommand('crossblock.blockFlow.exportSvg', () => exportAs('svg')),
    commands.registerCommand('crossblock.blockFlow.exportMermaid', () => exportAs('mermaid')),
    { dispose: () => panel?.dispose() },
  );
}

/** The panel shows the block in which the caret is. */
async function putCaret(uri: Uri, line: number): Promise<void> {
  const document = await workspace.openTextDocument(uri);
  await window.showTextDocument(document, { selection: new Range(line, 0, line, 0) });
}

async function saveSvg(document: Uri, text: string): Promise<void> {
  const name = `${path.posix.basename(document.path, path.posix.extname(document.path))}.svg`;
  const target = await window.showSaveDialog({
    defaultUri: Uri.joinPath(document, '..', name),
    filters: { SVG: ['svg'] },
  });
  if (target !== undefined) await workspace.fs.writeFile(target, Buffer.from(text));
}

/** A new document with a fence, as it can be pasted into any Markdown. */
async function showMermaid(text: string, viewColumn = ViewColumn.Active): Promise<void> {
  const content = `\`\`\`mermaid\n${text}\`\`\`\n`;
  const document = await workspace.openTextDocument({ language: 'markdown', content });
  await window.showTextDocument(document, { viewColumn });
}
