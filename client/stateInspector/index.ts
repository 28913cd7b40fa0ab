import { Disposable, type ExtensionContext, window } from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { STATE_FILES_CHANGED } from '../../server/protocol';
import { registerActions } from './actions';
import { StateFilesModel } from './model';

/** Shows the State Inspector's view and serves its commands. It asks nothing of the server before it is looked at. */
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
    client.onNotification(STATE_FILES_CHANGED, () => model.load(false)),
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) model.serverStarted();
      if (newState === State.Stopped) model.serverStopped();
    }),
    ...registerActions(client, model, () => view.selection[0]),
  );
  context.subscriptions.push(inspector);
  return inspector;
}
