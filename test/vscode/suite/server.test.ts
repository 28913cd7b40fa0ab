import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { commands, type Hover, type MarkdownString, WorkspaceEdit, workspace } from 'vscode';
import { closeAll, open, waitFor, waitForRules } from './editor';

const file = '.claude/commands/publish.md';

suite('language server', () => {
  teardown(closeAll);

  test('the command restarts it, and findings come back', async () => {
    await open(file);
    await waitForRules(file, ['lost-variable']);
    await commands.executeCommand('crossblock.restartServer');
    await waitForRules(file, ['lost-variable']);
  });

  // Only Linux tells a process's children without a tool of its own.
  const onLinux = process.platform === 'linux' ? test : test.skip;

  onLinux('a killed server is started again', async () => {
    await open(file);
    await waitForRules(file, ['lost-variable']);
    const [first] = await waitFor('the server runs', runningServers);
    assert.ok(first);
    process.kill(first, 'SIGKILL');
    const [second] = await waitFor('another server runs', () => runningServers(first));
    assert.notEqual(second, first);
    await closeAll();
    await open(file);
    await waitForRules(file, ['lost-variable']);
  });

  onLinux('the server that takes over knows what was not saved', async () => {
    const document = await open(file);
    await waitForRules(file, ['lost-variable']);
    const edit = new WorkspaceEdit();
    const added = '\n```bash\nUNSAVED=1\n```\n\n```bash\necho "$UNSAVED"\n```\n';
    edit.insert(document.uri, document.positionAt(document.getText().length), added);
    await workspace.applyEdit(edit);
    await waitForRules(file, ['lost-variable', 'lost-variable']);
    const text = document.getText();
    const [first] = await waitFor('the server runs', runningServers);
    assert.ok(first);
    process.kill(first, 'SIGKILL');
    await waitFor('another server runs', () => runningServers(first));
    // Only a running server that has the unsaved text can say this.
    await waitFor('a hover over the unsaved name', async () => {
      const place = document.positionAt(text.lastIndexOf('UNSAVED') + 1);
      const hovers = await commands.executeCommand<Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        place,
      );
      const shown = hovers
        .flatMap(({ contents }) => contents)
        .map(content => (content as MarkdownString).value);
      return shown.some(value => /UNSAVED.* has no value here/.test(value));
    });
    await waitForRules(file, ['lost-variable', 'lost-variable']);
    assert.equal(document.getText(), text);
    assert.equal(document.isDirty, true);
  });
});

/** The process ids of the servers that this extension host has started, without a known one; undefined for none. */
function runningServers(known?: number): readonly number[] | undefined {
  const servers = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(id => id !== known && isServer(id));
  return servers.length > 0 ? servers : undefined;
}

function isServer(id: number): boolean {
  try {
    const parent = /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1];
    return (
      Number(parent) === process.pid && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('server.js')
    );
  } catch {
    return false;
  }
}
