import assert from 'node:assert/strict';
import { commands, type Hover, MarkdownString, type Position } from 'vscode';
import { closeAll, open, waitFor, waitForRules } from './editor';

suite('hover', () => {
  teardown(closeAll);

  test('says where a variable’s value comes from, and what a block was taken for', async () => {
    const file = '.claude/commands/publish.md';
    const document = await open(file);
    await waitForRules(file, ['lost-variable']);
    const text = document.getText();
    const hover = (position: Position) =>
      waitFor('a hover', async () => {
        const hovers = await commands.executeCommand<readonly Hover[]>(
          'vscode.executeHoverProvider',
          document.uri,
          position,
        );
        const shown = hovers.flatMap(({ contents }) => contents).map(contentText);
        return shown.find(value => value.includes('Claude Code'));
      });
    const read = document.positionAt(text.lastIndexOf('$BUILD_DIR') + 2);
    assert.match(await hover(read), /has no value here.*block 1/);
    const fence = document.lineAt(document.positionAt(text.indexOf('```bash')).line).range.start;
    assert.match(await hover(fence), /Block 1 of .*a step/s);
  });
});

/** What is shown, without the backslashes of Markdown. */
function contentText(content: Hover['contents'][number]): string {
  const value =
    content instanceof MarkdownString ? content.value : typeof content === 'string' ? content : content.value;
  return value.replace(/\\/g, '');
}
