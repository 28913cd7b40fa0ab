import { commands, l10n, type QuickPickItem, Range, Uri, window, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  LOCATE_STATE_FILE,
  LOCATE_STATE_FOLDER,
  type StateClaim,
  type StateFileParams,
  type StateFilePathResult,
  type StateFileView,
} from '../../server/protocol';
import { descriptionUri } from './documents';
import { warn } from './messages';

/** Opens a text file as it is, anything else as a read-only document that says what it is and holds. */
export async function open(client: LanguageClient, file: StateFileView): Promise<void> {
  const located = isText(file) ? await locate(client, LOCATE_STATE_FILE, file) : undefined;
  const uri =
    located !== undefined && 'path' in located ? Uri.file(located.path) : descriptionUri(file.id, file.name);
  await commands.executeCommand('vscode.open', uri, { preview: true });
}

function isText({ kind, format }: StateFileView): boolean {
  return kind === 'file' && format !== undefined && format !== 'binary' && format !== 'environment';
}

/** Opens a terminal in the file's directory. A command is put there for a harmless name, and not run. */
export async function revealInTerminal(client: LanguageClient, file: StateFileView): Promise<void> {
  const located = await locate(client, LOCATE_STATE_FOLDER, file);
  if ('refused' in located) {
    warn(l10n.t('{0} cannot be shown in a terminal. {1}', file.name, located.refused));
    return;
  }
  const terminal = window.createTerminal({ name: l10n.t('State file'), cwd: Uri.file(located.path) });
  terminal.show();
  if (/^[\w.-]+$/.test(file.name)) terminal.sendText(`ls -la -- ./${file.name}`, false);
}

async function locate(
  client: LanguageClient,
  method: string,
  { id }: StateFileView,
): Promise<StateFilePathResult> {
  return client.sendRequest<StateFilePathResult>(method, { id } satisfies StateFileParams);
}

/** Goes to the statement that writes or loads a file; where there are several, the user chooses. */
export async function goToBlock(file: StateFileView, access: StateClaim['access']): Promise<void> {
  const claims = distinct(file.claims.filter(claim => claim.access === access));
  if (claims.length === 0) {
    warn(
      access === 'write'
        ? l10n.t('No block that is known writes {0}.', file.name)
        : l10n.t('No block that is known loads {0}.', file.name),
    );
    return;
  }
  const claim = claims.length === 1 ? claims[0] : await choose(claims);
  if (claim !== undefined) await showLine(Uri.parse(claim.uri), claim.line);
}

/** Two globs of a document may name one file at one place. */
function distinct(claims: readonly StateClaim[]): readonly StateClaim[] {
  return [...new Map(claims.map(claim => [`${claim.uri} ${claim.line}`, claim])).values()];
}

async function choose(claims: readonly StateClaim[]): Promise<StateClaim | undefined> {
  const items = claims.map((claim): QuickPickItem & { readonly claim: StateClaim } => ({
    label: workspace.asRelativePath(Uri.parse(claim.uri)),
    description: l10n.t('block {0}, line {1}', claim.block, claim.line + 1),
    claim,
  }));
  return (await window.showQuickPick(items, { placeHolder: l10n.t('Go to which block?') }))?.claim;
}

/** @param line from 0 */
export async function showLine(uri: Uri, line: number): Promise<void> {
  const document = await workspace.openTextDocument(uri);
  const end = document.lineAt(Math.min(line, document.lineCount - 1)).range.end.character;
  await window.showTextDocument(document, { selection: new Range(line, 0, line, end) });
}
