import { commands, Disposable, env, l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type Compared, comparePrevious, compareStates } from './comparing';
import { removeOne, removeStale } from './deletion';
import { guarded, warn } from './messages';
import type { StateFilesModel } from './model';
import { goToBlock, open, revealInTerminal } from './navigation';
import type { FileNode, StateNode, ValueNode } from './nodes';

/** Registers the view's commands. Without a node (from a key) they act on the view's selection. */
export function registerActions(
  client: LanguageClient,
  model: StateFilesModel,
  selected: () => StateNode | undefined,
): Disposable {
  const register = (name: string, action: (given?: StateNode) => Promise<void>): Disposable =>
    commands.registerCommand(`crossblock.stateFiles.${name}`, (given?: StateNode) =>
      guarded(action(given ?? selected())),
    );
  const onFile = (name: string, action: (node: FileNode) => Promise<void>): Disposable =>
    register(name, async node => {
      if (node?.kind === 'file') await action(node);
    });
  const onValue = (name: string, action: (node: ValueNode) => Promise<void>): Disposable =>
    register(name, async node => {
      if (node?.kind === 'value') await action(node);
    });
  const onHistory = (name: string, action: (file: Compared) => Promise<void>): Disposable =>
    register(name, async node => {
      if (node?.kind === 'file' || node?.kind === 'gone') await action(node.file);
    });
  return Disposable.from(
    ...viewCommands(model),
    onFile('open', ({ file }) => open(client, file)),
    onFile('revealInTerminal', ({ file }) => revealInTerminal(client, file)),
    onFile('goToWriter', ({ file }) => goToBlock(file, 'write')),
    onFile('goToLoader', ({ file }) => goToBlock(file, 'load')),
    onHistory('comparePrevious', file => comparePrevious(client, file)),
    onHistory('compareStates', file => compareStates(client, file)),
    onFile('delete', ({ file }) => removeOne(client, model, file)),
    register('deleteStale', () => removeStale(client, model)),
    onValue('copyValue', node => copy(model, node, 'value')),
    onValue('copyExport', node => copy(model, node, 'exported')),
    onValue('revealValue', node => revealValue(model, node)),
    commands.registerCommand('crossblock.stateFiles.show', (pathKey: unknown) =>
      guarded(show(model, String(pathKey))),
    ),
  );
}

/** Commands that act on the view as a whole. */
function viewCommands(model: StateFilesModel): readonly Disposable[] {
  const register = (name: string, action: () => unknown): Disposable =>
    commands.registerCommand(`crossblock.stateFiles.${name}`, action);
  return [
    register('refresh', () => model.loadWithProgress(true)),
    register('filter', () => askForFilter(model)),
    register('clearFilter', () => model.setFilter('')),
    register('pause', () => model.setPaused(true)),
    register('resume', () => model.setPaused(false)),
    register('markSeen', () => model.markAllSeen()),
  ];
}

async function askForFilter(model: StateFilesModel): Promise<void> {
  const filter = await window.showInputBox({
    prompt: l10n.t('Show only files and values that hold this text'),
    value: model.filter,
  });
  if (filter !== undefined) model.setFilter(filter);
}

/** Shows the file that a hover has named. */
async function show(model: StateFilesModel, pathKey: string): Promise<void> {
  if ((await model.showFile(pathKey)) === undefined)
    warn(l10n.t('The file is no longer listed, or the filter hides it.'));
}

/** Copies a value as it is in the file now, or a command that sets it. */
async function copy(
  model: StateFilesModel,
  { file, value }: ValueNode,
  what: 'value' | 'exported',
): Promise<void> {
  const read = await model.readValue(file, value);
  if ('refused' in read) {
    warn(l10n.t('The value of {0} was not copied. {1}', value.name, read.refused));
    return;
  }
  await env.clipboard.writeText(read[what]);
  // Its name only: a status bar is seen on shared screens.
  window.setStatusBarMessage(what === 'value' ? l10n.t('Value copied') : l10n.t('Command copied'), 3000);
}

async function revealValue(model: StateFilesModel, { file, value }: ValueNode): Promise<void> {
  const read = await model.readValue(file, value);
  if ('refused' in read) warn(l10n.t('The value of {0} cannot be shown. {1}', value.name, read.refused));
  else model.reveal(file, value, read.text);
}
