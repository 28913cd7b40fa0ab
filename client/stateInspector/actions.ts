import { commands, type Disposable, env, l10n, Uri, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  DELETE_STATE_FILE,
  type DeleteStateFileResult,
  LOCATE_STATE_FILE,
  type StateFileParams,
  type StateFilePathResult,
  type StateFileView,
} from '../../server/protocol';
import { fileDescription, withoutLinks } from './labels';
import type { StateFilesModel } from './model';
import type { FileNode, StateNode, ValueNode } from './nodes';

/** Registers the view's commands. Without a node (from the palette or a key) they act on the view's selection. */
export function registerActions(
  client: LanguageClient,
  model: StateFilesModel,
  selected: () => StateNode | undefined,
): readonly Disposable[] {
  const onFile = (action: (node: FileNode) => Promise<void>) => async (given?: StateNode) => {
    const node = given ?? selected();
    if (node?.kind === 'file') await guarded(action(node));
  };
  const onValue = (action: (node: ValueNode) => Promise<void>) => async (given?: StateNode) => {
    const node = given ?? selected();
    if (node?.kind === 'value') await guarded(action(node));
  };
  return [
    commands.registerCommand('crossblock.stateFiles.refresh', () => model.loadWithProgress(true)),
    commands.registerCommand(
      'crossblock.stateFiles.open',
      onFile(node => open(client, node)),
    ),
    commands.registerCommand(
      'crossblock.stateFiles.delete',
      onFile(node => remove(client, model, node)),
    ),
    commands.registerCommand(
      'crossblock.stateFiles.copyValue',
      onValue(node => copyValue(model, node)),
    ),
    commands.registerCommand(
      'crossblock.stateFiles.revealValue',
      onValue(node => revealValue(model, node)),
    ),
  ];
}

async function guarded(action: Promise<void>): Promise<void> {
  try {
    await action;
  } catch {
    warn(
      l10n.t(
        'The Crossblock language server does not answer. Crossblock: Restart Language Server starts it again.',
      ),
    );
  }
}

function warn(message: string): void {
  void window.showWarningMessage(withoutLinks(message));
}

async function open(client: LanguageClient, { file }: FileNode): Promise<void> {
  const params: StateFileParams = { id: file.id };
  const located: StateFilePathResult = await client.sendRequest(LOCATE_STATE_FILE, params);
  if ('refused' in located) warn(l10n.t('{0} was not opened. {1}', file.name, located.refused));
  else await commands.executeCommand('vscode.open', Uri.file(located.path));
}

async function copyValue(model: StateFilesModel, { file, value }: ValueNode): Promise<void> {
  const read = await model.readValue(file, value);
  if ('refused' in read) {
    warn(l10n.t('The value of {0} was not copied. {1}', value.name, read.refused));
    return;
  }
  await env.clipboard.writeText(read.value);
  // Its name only: a status bar is seen on shared screens.
  window.setStatusBarMessage(l10n.t('Value copied'), 3000);
}

async function revealValue(model: StateFilesModel, { file, value }: ValueNode): Promise<void> {
  const read = await model.readValue(file, value);
  if ('refused' in read) warn(l10n.t('The value of {0} cannot be shown. {1}', value.name, read.refused));
  else model.reveal(file, value, read.text);
}

async function remove(client: LanguageClient, model: StateFilesModel, { file }: FileNode): Promise<void> {
  if (!(await confirmed(file))) return;
  const params: StateFileParams = { id: file.id };
  const outcome: DeleteStateFileResult = await client.sendRequest(DELETE_STATE_FILE, params);
  if ('refused' in outcome) warn(l10n.t('{0} was not deleted. {1}', file.name, outcome.refused));
  await model.load(true);
}

async function confirmed(file: StateFileView): Promise<boolean> {
  const go = l10n.t('Delete');
  const detail = [
    `${file.directory}/${file.name}`,
    l10n.t('Age and size: {0}', fileDescription(file, Date.now())),
    l10n.t('It is removed at once and cannot be restored.'),
  ].join('\n');
  const question = withoutLinks(l10n.t('Delete {0}?', file.name));
  return (await window.showWarningMessage(question, { modal: true, detail }, go)) === go;
}
