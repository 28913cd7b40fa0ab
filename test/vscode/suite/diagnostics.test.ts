import assert from 'node:assert/strict';
import { WorkspaceEdit, workspace } from 'vscode';
import { closeAll, findings, open, pause, waitForRules } from './editor';

suite('diagnostics', () => {
  teardown(closeAll);

  test('a lost variable is marked where it is read, and related to where it is set', async () => {
    const document = await open('.claude/commands/publish.md');
    const [finding] = await waitForRules('.claude/commands/publish.md', ['lost-variable']);
    assert.ok(finding);
    assert.match(document.getText(finding.range), /BUILD_DIR/);
    assert.equal(document.lineAt(finding.range.start).text, 'npm run build -- --output "$BUILD_DIR"');
    assert.doesNotMatch(finding.message, /\n/);
    const related = finding.relatedInformation?.[0];
    assert.ok(related, 'related information');
    assert.equal(document.lineAt(related.location.range.start).text, 'BUILD_DIR="build/site"');
  });

  for (const [file, languages] of [
    ['skills/release/SKILL.md', ['markdown', 'skill']],
    ['.claude/agents/reviewer.md', ['markdown', 'chatagent']],
  ] as const) {
    test(`${file} is checked, whichever language VS Code gives it`, async () => {
      const document = await open(file);
      assert.ok((languages as readonly string[]).includes(document.languageId), document.languageId);
      await waitForRules(file, ['lost-variable']);
    });
  }

  test('other Markdown stays without findings', async () => {
    const { uri } = await open('runbooks/greet.md');
    // Once a file that is opened later has its finding, this one has had its turn.
    await open('.claude/commands/publish.md');
    await waitForRules('.claude/commands/publish.md', ['lost-variable']);
    await pause(200);
    assert.deepEqual(findings(uri), []);
  });

  test('findings follow what is typed', async () => {
    const file = '.claude/commands/publish.md';
    const document = await open(file);
    await waitForRules(file, ['lost-variable']);
    const read = document.getText().indexOf('npm run build');
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(read), 'BUILD_DIR="build/site"\n');
    await workspace.applyEdit(edit);
    await waitForRules(file, []);
    const start = document.positionAt(read);
    const undo = new WorkspaceEdit();
    undo.delete(document.uri, document.lineAt(start).rangeIncludingLineBreak);
    await workspace.applyEdit(undo);
    await waitForRules(file, ['lost-variable']);
  });

  test('crossblock.enable switches a folder off and on', async () => {
    const file = '.claude/commands/publish.md';
    await open(file);
    await waitForRules(file, ['lost-variable']);
    const settings = workspace.getConfiguration('crossblock', workspace.workspaceFolders?.[0]?.uri);
    await settings.update('enable', false);
    try {
      await waitForRules(file, []);
    } finally {
      await settings.update('enable', undefined);
    }
    await waitForRules(file, ['lost-variable']);
  });

  test('crossblock.host says which agent runs the files', async () => {
    const file = '.claude/commands/publish.md';
    await open(file);
    await waitForRules(file, ['lost-variable']);
    const settings = workspace.getConfiguration('crossblock', workspace.workspaceFolders?.[0]?.uri);
    await settings.update('host', 'vscode');
    try {
      await waitForRules(file, []);
    } finally {
      await settings.update('host', undefined);
    }
    await waitForRules(file, ['lost-variable']);
  });

  test('crossblock.files adds files', async () => {
    await open('runbooks/greet.md');
    const settings = workspace.getConfiguration('crossblock', workspace.workspaceFolders?.[0]?.uri);
    await settings.update('files', ['runbooks/**/*.md']);
    try {
      await waitForRules('runbooks/greet.md', ['lost-variable']);
    } finally {
      await settings.update('files', undefined);
    }
    await waitForRules('runbooks/greet.md', []);
  });
});
