import { createHash } from 'node:crypto';
import {
  type CancellationToken,
  commands,
  type Disposable,
  l10n,
  ProgressLocation,
  Range,
  Uri,
  WorkspaceEdit,
  window,
  workspace,
} from 'vscode';
import { type LanguageClient, LSPErrorCodes, ProgressType, ResponseError } from 'vscode-languageclient/node';
import {
  FIX_WORKSPACE,
  type FixedFile,
  type FixWorkspaceParams,
  type FixWorkspaceProgress,
  type FixWorkspaceResult,
} from '../server/protocol';

export const FIX_WORKSPACE_COMMAND = 'crossblock.fixWorkspace';

const PROGRESS = new ProgressType<FixWorkspaceProgress>();

/** *Fix All Safe Findings in the Workspace*: the server calculates, VS Code shows the changes, the user confirms them. */
export function registerFixWorkspace(client: LanguageClient): Disposable {
  return commands.registerCommand(FIX_WORKSPACE_COMMAND, (rule?: unknown) =>
    fixWorkspace(client, typeof rule === 'string' ? rule : undefined),
  );
}

let runs = 0;

/** @param rule only its findings; undefined for all */
async function fixWorkspace(client: LanguageClient, rule: string | undefined): Promise<void> {
  const result = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: l10n.t('Crossblock: looking for safe fixes'),
      cancellable: true,
    },
    async (progress, token) => {
      const progressToken = `crossblock-fix-${++runs}`;
      let shown = 0;
      const subscription = client.onProgress(PROGRESS, progressToken, ({ done, total }) => {
        const percent = (100 * done) / total;
        progress.report({ message: `${done + 1}/${total}`, increment: percent - shown });
        shown = percent;
      });
      try {
        const params: FixWorkspaceParams = { progressToken, ...(rule === undefined ? {} : { rule }) };
        return await ask(client, params, token);
      } finally {
        subscription.dispose();
      }
    },
  );
  if (result !== undefined) await offer(result);
}

/** Undefined where the user has taken it back. */
async function ask(
  client: LanguageClient,
  params: FixWorkspaceParams,
  token: CancellationToken,
): Promise<FixWorkspaceResult | undefined> {
  try {
    return await client.sendRequest<FixWorkspaceResult>(FIX_WORKSPACE, params, token);
  } catch (error) {
    const isTakenBack = error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled;
    if (token.isCancellationRequested || isTakenBack) return undefined;
    throw error;
  }
}

/** Asks what to do with the changes; what has changed since the server read it is left alone, and named. */
async function offer({ checked, files }: FixWorkspaceResult): Promise<void> {
  if (files.length === 0)
    return void window.showInformationMessage(
      l10n.t('Nothing to fix that is safe, in {0} command files.', checked),
    );
  const isPreviewed = await wantsPreview(files);
  if (isPreviewed === undefined) return;
  const edit = new WorkspaceEdit();
  const changed: string[] = [];
  for (const file of files) {
    const uri = Uri.parse(file.uri);
    if (await isUnchanged(uri, file)) addEdits(edit, uri, file, isPreviewed);
    else changed.push(workspace.asRelativePath(uri));
  }
  if (changed.length > 0)
    void window.showWarningMessage(
      l10n.t('Left alone, since they have changed meanwhile: {0}', changed.join(', ')),
    );
  // A refactoring is saved where `files.refactoring.autoSave` says so.
  if (edit.size > 0) await workspace.applyEdit(edit, { isRefactoring: true });
}

/** Undefined where the user wants neither. */
async function wantsPreview(files: readonly FixedFile[]): Promise<boolean | undefined> {
  const count = files.reduce((sum, { titles }) => sum + titles.length, 0);
  const picked = await window.showQuickPick(
    [
      {
        label: `$(checklist) ${l10n.t('Preview')}`,
        detail: l10n.t('Look at the changes and tick those that you want'),
        isPreviewed: true,
      },
      {
        label: `$(check-all) ${l10n.t('Apply all')}`,
        detail: l10n.t('They can be undone'),
        isPreviewed: false,
      },
    ],
    {
      title: l10n.t('Safe fixes: {0}, in {1} files', count, files.length),
      placeHolder: files.map(({ uri }) => workspace.asRelativePath(Uri.parse(uri))).join(', '),
      ignoreFocusOut: true,
    },
  );
  return picked?.isPreviewed;
}

async function isUnchanged(uri: Uri, { digest }: FixedFile): Promise<boolean> {
  try {
    const document = await workspace.openTextDocument(uri);
    return createHash('sha256').update(document.getText()).digest('hex') === digest;
  } catch {
    return false;
  }
}

/** @param isPreviewed whether VS Code is to show the changes before it makes those that the user ticks */
function addEdits(edit: WorkspaceEdit, uri: Uri, { titles, edits }: FixedFile, isPreviewed: boolean): void {
  const [first = ''] = titles;
  const label = titles.length === 1 ? first : l10n.t('{0} safe fixes', titles.length);
  const metadata = {
    needsConfirmation: isPreviewed,
    label,
    description: titles.length === 1 ? workspace.asRelativePath(uri) : titles.slice(0, 3).join('; '),
  };
  for (const { start, end, newText } of edits)
    edit.replace(uri, new Range(start.line, start.character, end.line, end.character), newText, metadata);
}
