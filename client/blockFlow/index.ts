import path from 'node:path';
import { commands, type ExtensionContext, l10n, Uri, ViewColumn, window, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  EXPORT_BLOCK_FLOW,
  type ExportBlockFlowParams,
  type ExportBlockFlowResult,
} from '../../server/protocol';
import { BlockFlowPanel } from './panel';

/** Registers the Block Flow panel: at most one, which follows the active editor. */
export function registerBlockFlow(context: ExtensionContext, client: LanguageClient): void {
  let panel: BlockFlowPanel | undefined;
  const show = (): void => {
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
    commands.registerCommand('crossblock.blockFlow.show', show),
    commands.registerCommand('crossblock.blockFlow.exportSvg', () => exportAs('svg')),
    commands.registerCommand('crossblock.blockFlow.exportMermaid', () => exportAs('mermaid')),
    { dispose: () => panel?.dispose() },
  );
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
