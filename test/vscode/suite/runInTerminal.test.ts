import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { commands, Uri, window, workspace } from 'vscode';
import { closeAll, waitFor, workspaceUri } from './editor';

suite('run steps in a terminal', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'run-in-terminal-'));
  const document = workspaceUri('.claude/commands/run-me.md');

  suiteTeardown(async () => {
    await closeAll();
    for (const terminal of window.terminals) terminal.dispose();
    await workspace.fs.delete(document);
    rmSync(folder, { recursive: true, force: true });
  });

  test('nothing runs before it is confirmed; then each step in a shell of its own', async () => {
    const block = (text: string) => `\`\`\`bash\n${text}\n\`\`\`\n`;
    const text = `${block('NAME=here\necho "one <$NAME>" > one.txt')}\n${block('echo "two <$NAME>" > two.txt')}`;
    await workspace.fs.writeFile(document, Buffer.from(text));
    await window.showTextDocument(document);
    await commands.executeCommand('crossblock.runInTerminal', Uri.file(folder));
    const terminal = await waitFor('the terminal', () =>
      window.terminals.find(({ name }) => name === 'Crossblock'),
    );
    assert.ok(await terminal.processId);
    assert.equal(existsSync(path.join(folder, 'one.txt')), false);
    // It asks when it is ready: what comes earlier is read then.
    terminal.sendText('y');
    const written = (name: string) =>
      waitFor(name, () => {
        const file = path.join(folder, name);
        return existsSync(file) && readFileSync(file, 'utf8');
      });
    assert.equal(await written('one.txt'), 'one <here>\n');
    assert.equal(await written('two.txt'), 'two <>\n');
  });
});
