import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { commands, type Hover, type InlayHint, MarkdownString, Range, window, workspace } from 'vscode';
import { closeAll, open, waitFor } from './editor';

const file = '.claude/commands/release.md';

suite('State Inspector', () => {
  teardown(closeAll);

  /** The path of the state file that the command names. */
  async function stateFile(): Promise<string> {
    const document = await open(file);
    const path = /STATE_FILE="([^"]+)"/.exec(document.getText())?.[1];
    assert.ok(path);
    return path;
  }

  test('a hover says a variable’s live value and links to its file, and to nothing else', async () => {
    const path = await stateFile();
    writeFileSync(path, 'RELEASE="[9](command:workbench.action.quit)"\n');
    try {
      const document = await open(file);
      const position = document.positionAt(document.getText().lastIndexOf('$RELEASE') + 2);
      const live = await waitFor('the live value', async () => {
        const hovers = await commands.executeCommand<readonly Hover[]>(
          'vscode.executeHoverProvider',
          document.uri,
          position,
        );
        return hovers
          .flatMap(({ contents }) => contents)
          .find(content => content instanceof MarkdownString && content.value.includes('Live'));
      });
      assert.ok(live instanceof MarkdownString);
      assert.match(live.value, /\]\(command:crossblock\.stateFiles\.show\?/);
      assert.deepEqual(live.isTrusted, { enabledCommands: ['crossblock.stateFiles.show'] });
      assert.doesNotMatch(live.value, /(?<!\\)\]\(command:workbench/);
    } finally {
      rmSync(path, { force: true });
    }
  });

  test('inlay hints show live values where the user wants them', async () => {
    const path = await stateFile();
    writeFileSync(path, 'RELEASE=1.4.0\n');
    const settings = workspace.getConfiguration('crossblock', workspace.workspaceFolders?.[0]?.uri);
    const document = await open(file);
    const hints = () =>
      commands.executeCommand<readonly InlayHint[]>(
        'vscode.executeInlayHintProvider',
        document.uri,
        new Range(0, 0, document.lineCount, 0),
      );
    try {
      assert.deepEqual(await hints(), []);
      await settings.update('inlayHints.liveValues', true);
      // A list is good for a second: the first answer may be of the test before.
      await waitFor('the hint', async () => (await hints()).some(({ label }) => label === '= 1.4.0'));
    } finally {
      await settings.update('inlayHints.liveValues', undefined);
      rmSync(path, { force: true });
    }
  });

  test('a read-only document says that a state is no longer remembered', async () => {
    await open(file);
    const [editor] = window.visibleTextEditors;
    assert.ok(editor);
    const uri = editor.document.uri.with({
      scheme: 'crossblock-state',
      path: '/x.txt',
      query: JSON.stringify({ pathKey: 'none', version: 1 }),
    });
    const document = await workspace.openTextDocument(uri);
    assert.match(document.getText(), /no longer remembered/);
  });
});
