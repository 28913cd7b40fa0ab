import {
  type Disposable,
  l10n,
  ProcessExecution,
  Task,
  type TaskDefinition,
  TaskGroup,
  type TaskScope,
  tasks,
  type WorkspaceFolder,
  workspace,
} from 'vscode';

/** A task of the type `crossblock`, as `tasks.json` has it. */
interface CheckDefinition extends TaskDefinition {
  readonly type: 'crossblock';
  /** A file or folder to check, relative to the workspace folder; by default all of it. */
  readonly path?: string;
}

/** Offers `crossblock check` for each workspace folder, with the command line that comes with the extension. */
export function registerTasks(commandLine: string): Disposable {
  return tasks.registerTaskProvider('crossblock', {
    provideTasks: () =>
      (workspace.workspaceFolders ?? [])
        .filter(({ uri }) => uri.scheme === 'file')
        .map(folder => checkTask(commandLine, { type: 'crossblock' }, folder)),
    resolveTask: ({ definition, scope }) =>
      scope === undefined ? undefined : checkTask(commandLine, definition as CheckDefinition, scope),
  });
}

function checkTask(
  commandLine: string,
  definition: CheckDefinition,
  scope: WorkspaceFolder | TaskScope.Global | TaskScope.Workspace,
): Task {
  // The editor's own Node: nobody needs to have one installed.
  const env = { ELECTRON_RUN_AS_NODE: '1' };
  const words = [commandLine, 'check', '--', definition.path ?? '.'];
  const options = typeof scope === 'object' ? { env, cwd: scope.uri.fsPath } : { env };
  const execution = new ProcessExecution(process.execPath, words, options);
  const task = new Task(definition, scope, l10n.t('check'), 'crossblock', execution, '$crossblock');
  task.group = TaskGroup.Test;
  task.detail = l10n.t('Check all command markdown for shell state that is lost between blocks');
  return task;
}
