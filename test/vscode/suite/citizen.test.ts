import assert from 'node:assert/strict';
import { commands, extensions, languages, tasks, window } from 'vscode';
import { closeAll, open, waitFor, workspaceUri } from './editor';

suite('a citizen of the editor', () => {
  teardown(closeAll);

  test('the task checks the folder, and its problems are matched', async () => {
    const [task, ...others] = await tasks.fetchTasks({ type: 'crossblock' });
    assert.ok(task);
    assert.deepEqual(others, []);
    assert.deepEqual(task.problemMatchers, ['$crossblock']);
    const ended = new Promise<number | undefined>(resolve => {
      const listener = tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
        if (execution.task.name !== task.name) return;
        listener.dispose();
        resolve(exitCode);
      });
    });
    await tasks.executeTask(task);
    // The workspace has findings: the command line says so.
    assert.equal(await ended, 1);
    await waitFor('a problem of the task', () =>
      languages
        .getDiagnostics(workspaceUri('.claude/commands/publish.md'))
        .some(({ source, code }) => source === 'crossblock check' && code === 'lost-variable'),
    );
  });

  test('the shell-state rules go into AGENTS.md, open and unsaved', async () => {
    const quickPick = commands.executeCommand('crossblock.addShellStateRules');
    const editor = await waitFor('AGENTS.md is open', async () => {
      await commands.executeCommand('workbench.action.quickOpenSelectNext');
      await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      const active = window.activeTextEditor;
      return active?.document.uri.path.endsWith('.md') && active;
    });
    await quickPick;
    assert.match(editor.document.getText(), /crossblock-rules: begin/);
    assert.ok(editor.document.isDirty);
  });

  test('Block Flow opens beside the editor', async () => {
    await open('.claude/commands/release.md');
    await commands.executeCommand('crossblock.blockFlow.show');
    await waitFor('the panel', () =>
      window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label === 'Block Flow')),
    );
  });

  test('each command has a category and a title', () => {
    const { commands: contributed } = extensions.getExtension('crossblock.crossblock')!.packageJSON
      .contributes as { commands: readonly { category: string; title: string }[] };
    for (const { category, title } of contributed) {
      assert.equal(category, 'Crossblock');
      assert.ok(title !== '' && !title.startsWith('%'));
    }
  });
});
