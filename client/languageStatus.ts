import {
  commands,
  type Disposable,
  type DocumentSelector,
  LanguageStatusSeverity,
  l10n,
  languages,
  window,
} from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { DOCUMENT_STATUS, type DocumentStatusParams, type DocumentStatusResult } from '../server/protocol';

/** What menus and the walkthrough ask: whether the active document is command markdown. */
const CONTEXT = 'crossblock.isCommandMarkdown';

/** The language status item of Markdown: what Crossblock takes the active document for, and what it has found there. */
export function registerLanguageStatus(
  client: LanguageClient,
  selector: DocumentSelector,
): readonly Disposable[] {
  const item = languages.createLanguageStatusItem('crossblock.status', selector);
  item.name = 'Crossblock';
  const output = { title: l10n.t('Show Output'), command: 'crossblock.showOutput' };
  const restart = { title: l10n.t('Restart Server'), command: 'crossblock.restartServer' };
  const flow = { title: l10n.t('Show Block Flow'), command: 'crossblock.blockFlow.show' };
  let asked = 0;

  const update = async (): Promise<void> => {
    const number = ++asked;
    const document = window.activeTextEditor?.document;
    if (client.state === State.Starting || document === undefined) return;
    if (client.state === State.Stopped) {
      item.text = l10n.t('Crossblock: the language server is not running');
      item.detail = l10n.t('No file is checked.');
      item.severity = LanguageStatusSeverity.Error;
      item.command = restart;
      return;
    }
    const uri = document.uri.toString();
    const params: DocumentStatusParams = { uri };
    const status = await client
      .sendRequest<DocumentStatusResult>(DOCUMENT_STATUS, params)
      .catch(() => undefined);
    if (number !== asked || status === undefined) return;
    void commands.executeCommand('setContext', CONTEXT, status !== null);
    item.severity = LanguageStatusSeverity.Information;
    if (status === null) {
      item.text = l10n.t('Crossblock: not command markdown');
      item.detail = l10n.t('Not checked; the setting crossblock.files can add it.');
      item.command = output;
      return;
    }
    const found = languages.getDiagnostics(document.uri).filter(({ source }) => source === 'crossblock');
    item.text = l10n.t('Crossblock: {0} blocks, {1} findings', status.blocks, found.length);
    item.detail = status.keepsShell
      ? l10n.t('{0}, one shell for all', status.host)
      : l10n.t('{0}, a new shell for each', status.host);
    item.command = flow;
  };

  return [
    item,
    window.onDidChangeActiveTextEditor(update),
    languages.onDidChangeDiagnostics(({ uris }) => {
      const active = window.activeTextEditor?.document.uri.toString();
      if (uris.some(uri => uri.toString() === active)) void update();
    }),
    client.onDidChangeState(update),
  ];
}
