import { commands, type Disposable, l10n, Range, Uri, WorkspaceEdit, window, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { SHELL_STATE_RULES, type ShellStateRulesParams } from '../server/protocol';

const FILES = ['CLAUDE.md', 'AGENTS.md'];

/** *Add shell-state rules*: asks for the file, puts the section in, and leaves it open and unsaved, so that it can be undone. */
export function registerShellStateRules(client: LanguageClient): Disposable {
  return commands.registerCommand('crossblock.addShellStateRules', () => addRules(client));
}

async function addRules(client: LanguageClient): Promise<void> {
  const folder =
    (workspace.workspaceFolders?.length ?? 0) > 1
      ? await window.showWorkspaceFolderPick()
      : workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    if (workspace.workspaceFolders === undefined)
      void window.showInformationMessage(
        l10n.t('Open a folder first: the rules go into its CLAUDE.md or AGENTS.md.'),
      );
    return;
  }
  const name = await window.showQuickPick(FILES, {
    title: l10n.t('Add shell-state rules'),
    placeHolder: l10n.t('The instruction file of your agent'),
  });
  if (name === undefined) return;
  const target = Uri.joinPath(folder.uri, name);
  const edit = new WorkspaceEdit();
  edit.createFile(target, { ignoreIfExists: true });
  await workspace.applyEdit(edit);
  const document = await workspace.openTextDocument(target);
  await window.showTextDocument(document);
  const text = document.getText();
  const params: ShellStateRulesParams = { text };
  const next = await client.sendRequest<string>(SHELL_STATE_RULES, params);
  if (next === text)
    return void window.showInformationMessage(l10n.t('The shell-state rules in {0} are up to date.', name));
  const change = new WorkspaceEdit();
  change.replace(target, new Range(document.positionAt(0), document.positionAt(text.length)), next);
  await workspace.applyEdit(change);
}
