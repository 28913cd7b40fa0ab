import { Disposable, type ExtensionContext, window } from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { STATE_FILES_CHANGED } from '../../server/protocol';
import { registerActions } from './actions';
import { registerBlocks } from './blocks';
import { registerDocuments } from './documents';
import { StateFilesModel } from './model';

/** Shows the State Inspector's views and serves their commands. It asks nothing of the server before it is looked at. */
export function registerStateInspector(context: ExtensionContext, client: LanguageClient): Disposable {
  const model = new StateFilesModel(client);
  const view = window.createTreeView('crossblock.stateFiles', {
    treeDataProvider: model,
    showCollapseAll: true,
  });
  model.attach(view);
  const inspector = Disposable.from(
    view,
    model,
    view.onDidChangeVisibility(({ visible }) => model.setVisible(visible)),
    view.onDidExpandElement(({ element }) => model.setExpanded(element, true)),
    view.onDidCollapseElement(({ element }) => model.setExpanded(element, false)),
    view.onDidChangeSelection(({ selection }) => model.look(selection[0])),
    client.onNotification(STATE_FILES_CHANGED, () => model.listChanged()),
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) model.serverStarted();
      if (newState === State.Stopped) model.serverStopped();
    }),
    registerActions(client, model, () => view.selection[0]),
    registerDocuments(client),
    registerBlocks(client),
  );
  context.subscriptions.push(inspector);
  return inspector;
}
