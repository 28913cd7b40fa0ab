import { commands, type Disposable, type ExtensionContext, l10n, Uri, window, workspace } from 'vscode';

/** Registers the command that executes a command file's steps in a terminal, where they are shown and confirmed first. */
export function registerRunInTerminal(context: ExtensionContext): Disposable {
  return commands.registerCommand('crossblock.runInTerminal', (folder: unknown) =>
    runInTerminal(context, folder instanceof Uri ? folder : undefined),
  );
}

/** @param given the folder to run in, where a key binding or another command says so; by default people choose it */
async function runInTerminal({ extensionUri }: ExtensionContext, given: Uri | undefined): Promise<void> {
  // The menus hide it; another extension could call it all the same.
  if (!workspace.isTrusted) {
    await window.showErrorMessage(
      l10n.t('Steps are not run in a workspace that you do not trust: trust the workspace first.'),
    );
    return;
  }
  const document = window.activeTextEditor?.document;
  if (document === undefined || document.uri.scheme !== 'file') {
    await window.showErrorMessage(l10n.t('Open the command file whose steps are to be run.'));
    return;
  }
  if (document.isDirty && !(await document.save())) return;
  const folder = given ?? (await chosenFolder(document.uri));
  if (folder === undefined) return;
  const words = ['run', '--pause', '--in', folder.fsPath, '--', document.uri.fsPath];
  window
    .createTerminal({
      name: 'Crossblock',
      shellPath: process.execPath,
      shellArgs: [Uri.joinPath(extensionUri, 'dist', 'server.js').fsPath, ...words],
      // The editor's own program is Node where it is told so.
      env: { ELECTRON_RUN_AS_NODE: '1' },
      cwd: Uri.joinPath(document.uri, '..'),
    })
    .show();
}

async function chosenFolder(document: Uri): Promise<Uri | undefined> {
  const chosen = await window.showOpenDialog({
    title: l10n.t('Folder to run the steps in'),
    openLabel: l10n.t('Choose'),
    canSelectFolders: true,
    canSelectFiles: false,
    defaultUri: workspace.getWorkspaceFolder(document)?.uri ?? Uri.joinPath(document, '..'),
  });
  return chosen?.[0];
}
