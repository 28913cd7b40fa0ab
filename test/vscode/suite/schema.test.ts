import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { languages } from 'vscode';
import { closeAll, open, waitFor, workspaceUri } from './editor';

suite('.crossblock.json', () => {
  teardown(closeAll);

  test('has a schema: a severity that does not exist is marked', async () => {
    const { fsPath } = workspaceUri('nested/.crossblock.json');
    mkdirSync(workspaceUri('nested').fsPath, { recursive: true });
    writeFileSync(fsPath, '{ "rules": { "lost-variable": "loud" } }');
    const document = await open('nested/.crossblock.json');
    const [problem] = await waitFor('a problem', () => {
      const problems = languages.getDiagnostics(document.uri);
      return problems.length > 0 && problems;
    });
    assert.equal(document.getText(problem?.range), '"loud"');
  });
});
