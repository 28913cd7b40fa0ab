import { describe, expect, test } from 'vitest';
import type { CodeAction } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type Editor, startEditor } from '../../support/editor';

const file = '.claude/commands/a.md';
const text =
  '```bash\nA=1\nB=2\nC=$(date +%s)\n```\n\n```bash\necho "$A" "$C"\n```\n\n```bash\necho "$B"\n```\n';
const safe = text.replace('echo "$A"', 'A=1\necho "$A"').replace('echo "$B"', 'B=2\necho "$B"');

function actions(editor: Editor, only?: readonly string[]): Promise<readonly CodeAction[]> {
  const { line, character } = TextDocument.create('', '', 0, text).positionAt(text.indexOf('$A'));
  const place = { line, character: character + 1 };
  return editor.ask('codeAction', file, {
    range: { start: place, end: place },
    context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
  });
}

function applied(editor: Editor, action: CodeAction | undefined): string {
  const edits = action?.edit?.changes?.[editor.uri(file)] ?? [];
  return TextDocument.applyEdits(TextDocument.create('', '', 0, text), edits);
}

describe('code actions', () => {
  test('source.fixAll makes all safe fixes, and is offered where it is asked for', async () => {
    const editor = await startEditor();
    await editor.open(file, text);
    for (const only of ['source.fixAll', 'source.fixAll.crossblock', 'source']) {
      const [action, ...others] = await actions(editor, [only]);
      expect(others).toEqual([]);
      expect(action?.kind).toBe('source.fixAll.crossblock');
      expect(applied(editor, action)).toBe(safe);
    }
    expect((await actions(editor)).map(({ kind }) => kind)).not.toContain('source.fixAll.crossblock');
    expect(await actions(editor, ['source.organizeImports'])).toEqual([]);
  });

  test('come in order: the fix, the fix of all, the ways to disable', async () => {
    const editor = await startEditor();
    await editor.open(file, text);
    const quick = await actions(editor, ['quickfix']);
    expect(quick.map(({ title }) => title.replace(/ \(unsafe: .*/, ' (unsafe)'))).toEqual([
      'Recalculate here: A',
      'Hand over through a state file: A, C, B (unsafe)',
      'Require A: end the block where it has no value',
      'Merge block 2 with block 1 (suggestion: the agent sees their output together)',
      'Mark block 2 as an example that nobody runs',
      'Mark block 2 as run in the shell of block 1',
      'Fix all lost-variable findings in this document (safe)',
      'Disable lost-variable for this statement',
      'Disable lost-variable for block 2',
      'Disable lost-variable for the file',
    ]);
    const all = quick.find(({ title }) => title.startsWith('Fix all'));
    expect(applied(editor, all)).toBe(safe);
  });

  test('a document without safe fixes has no source.fixAll', async () => {
    const editor = await startEditor();
    await editor.open(file, text.replace(/^[AB]=.*\n/gm, ''));
    expect(await actions(editor, ['source.fixAll'])).toEqual([]);
  });
});
