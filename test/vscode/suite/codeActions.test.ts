import assert from 'node:assert/strict';
import {
  type CodeAction,
  CodeActionKind,
  commands,
  Range,
  type TextDocument,
  type Uri,
  WorkspaceEdit,
  workspace,
} from 'vscode';
import { closeAll, open, waitFor, waitForRules, workspaceUri } from './editor';

const file = '.claude/commands/publish.md';

suite('code actions', () => {
  teardown(closeAll);

  test('"Recalculate here" sets the variable where it is read, and the finding is gone', async () => {
    const document = await open(file);
    const action = await actionWithTitle(document, /^Recalculate here/);
    assert.equal(action.isPreferred, true);
    await apply(action);
    await waitForRules(file, []);
    assert.equal(document.getText().split('BUILD_DIR="build/site"').length - 1, 2);
  });

  test('a finding can be disabled', async () => {
    const document = await open(file);
    await apply(await actionWithTitle(document, /^Disable .*(statement|line)/));
    await waitForRules(file, []);
    assert.match(document.getText(), /crossblock-disable/);
  });

  test('safe fixes run on save where editor.codeActionsOnSave says so', async () => {
    const configuration = workspace.getConfiguration('editor', workspaceUri(file));
    const document = await open(file);
    const before = document.getText();
    await configuration.update('codeActionsOnSave', { 'source.fixAll.crossblock': 'explicit' });
    try {
      await waitForRules(file, ['lost-variable']);
      await edit(document, `${before}\nOne more line.\n`);
      await waitForRules(file, ['lost-variable']);
      assert.ok(await document.save());
      await waitForRules(file, []);
      assert.equal(document.getText().split('BUILD_DIR="build/site"').length - 1, 2);
      assert.equal(document.isDirty, false);
    } finally {
      await configuration.update('codeActionsOnSave', undefined);
      await edit(document, before);
      await document.save();
    }
  });
});

/** Replaces the whole text. */
async function edit(document: TextDocument, text: string): Promise<void> {
  const change = new WorkspaceEdit();
  const end = document.positionAt(document.getText().length);
  change.replace(document.uri, new Range(document.positionAt(0), end), text);
  assert.ok(await workspace.applyEdit(change));
}

async function actionWithTitle(document: TextDocument, title: RegExp): Promise<CodeAction> {
  const [finding] = await waitForRules(file, ['lost-variable']);
  assert.ok(finding);
  return waitFor(`a code action ${title}`, async () => {
    const actions = await quickFixes(document.uri, finding.range);
    return actions.find(action => title.test(action.title));
  });
}

/** No actions where VS Code cancels the request, which it does when the document changes meanwhile. */
async function quickFixes(uri: Uri, range: Range): Promise<readonly CodeAction[]> {
  try {
    const kind = CodeActionKind.QuickFix.value;
    return await commands.executeCommand<CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      range,
      kind,
      20,
    );
  } catch (error) {
    if (error instanceof Error && error.name === 'Canceled') return [];
    throw error;
  }
}

async function apply(action: CodeAction): Promise<void> {
  if (action.edit) await workspace.applyEdit(action.edit);
  if (action.command)
    await commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
}
