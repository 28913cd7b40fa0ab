import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CancellationTokenSource, type CodeAction, LSPErrorCodes } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { FIX_WORKSPACE, type FixWorkspaceProgress, type FixWorkspaceResult } from '../../../server/protocol';
import { type Editor, startEditor } from '../../support/editor';

const lost = '```bash\nA=1\n```\n\n```bash\necho "$A"\n```\n';
const mended = lost.replace('echo', 'A=1\necho');
const substituted = '---\nargument-hint: <name>\n---\n\n```bash\nsay() { echo "$1"; }\nsay hello\n```\n';
const FILES = {
  '.claude/commands/a.md': lost,
  '.claude/commands/b.md': '```bash\nA=$(date +%s)\n```\n\n```bash\necho "$A"\n```\n',
  '.claude/commands/c.md': substituted,
};

async function fix(editor: Editor, params: object = {}): Promise<FixWorkspaceResult> {
  return editor.connection.sendRequest<FixWorkspaceResult>(FIX_WORKSPACE, params);
}

function applied(text: string, { files }: FixWorkspaceResult, uri: string): string {
  const edits = files.find(file => file.uri === uri)?.edits ?? [];
  return TextDocument.applyEdits(
    TextDocument.create('', '', 0, text),
    edits.map(({ start, end, newText }) => ({ range: { start, end }, newText })),
  );
}

test('all safe fixes of the command files, and nothing else', async () => {
  const editor = await startEditor(FILES);
  const result = await fix(editor);
  expect(result.checked).toBe(3);
  expect(result.files.map(({ uri, titles }) => [uri, titles])).toEqual([
    [editor.uri('.claude/commands/a.md'), ['Recalculate here: A']],
    [editor.uri('.claude/commands/c.md'), ['Write ${1} for $1']],
  ]);
  expect(applied(lost, result, editor.uri('.claude/commands/a.md'))).toBe(mended);
  expect(result.files[0]?.digest).toBe(createHash('sha256').update(lost).digest('hex'));
});

test('of one rule, where it is named', async () => {
  const editor = await startEditor(FILES);
  const { files } = await fix(editor, { rule: 'substituted-argument' });
  expect(files.map(({ uri }) => uri)).toEqual([editor.uri('.claude/commands/c.md')]);
});

test('an open document counts as it stands in the editor', async () => {
  const editor = await startEditor(FILES);
  const text = `One more line.\n\n${lost}`;
  await editor.open('.claude/commands/a.md', lost);
  await editor.change('.claude/commands/a.md', text);
  const result = await fix(editor);
  const uri = editor.uri('.claude/commands/a.md');
  expect(applied(text, result, uri)).toBe(`One more line.\n\n${mended}`);
});

test('a byte order mark is no part of the text', async () => {
  const editor = await startEditor(FILES);
  writeFileSync(path.join(editor.folder, '.claude/commands/a.md'), `\uFEFF${lost}`);
  const result = await fix(editor);
  expect(result.files[0]?.digest).toBe(createHash('sha256').update(lost).digest('hex'));
  expect(applied(lost, result, editor.uri('.claude/commands/a.md'))).toBe(mended);
});

test('it tells how far it is, and can be taken back', async () => {
  const editor = await startEditor(FILES);
  const seen: FixWorkspaceProgress[] = [];
  editor.connection.onNotification('$/progress', ({ token, value }) => {
    if (token === 'mine') seen.push(value);
  });
  await fix(editor, { progressToken: 'mine' });
  expect(seen).toEqual([0, 1, 2].map(done => ({ done, total: 3 })));

  const source = new CancellationTokenSource();
  const answer = editor.connection.sendRequest(FIX_WORKSPACE, {}, source.token);
  source.cancel();
  await expect(answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
});

function actions(editor: Editor, line: number, only?: readonly string[]): Promise<readonly CodeAction[]> {
  const place = { line, character: 6 };
  return editor.ask('codeAction', '.claude/commands/a.md', {
    range: { start: place, end: place },
    context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
  });
}

test('a client that has the commands is offered the rule’s page and the workspace', async () => {
  const editor = await startEditor({}, {}, { showRule: 'x.rule', fixWorkspace: 'x.fix' });
  await editor.open('.claude/commands/a.md', lost);
  const commands = (await actions(editor, 5)).flatMap(({ command }) => command ?? []);
  expect(commands).toEqual([
    {
      title: 'Fix all lost-variable findings in the workspace (safe)…',
      command: 'x.fix',
      arguments: ['lost-variable'],
    },
    { title: 'Show documentation for lost-variable', command: 'x.rule', arguments: ['lost-variable'] },
  ]);
  const other = await startEditor();
  await other.open('.claude/commands/a.md', lost);
  expect((await actions(other, 5)).filter(({ command }) => command !== undefined)).toEqual([]);
});

test('the line of a fence offers what its block can be marked as', async () => {
  const editor = await startEditor();
  const file = '.claude/commands/a.md';
  await editor.open(file, lost);
  const titles = async (line: number) =>
    (await actions(editor, line, ['refactor'])).map(({ title }) => title);
  expect(await titles(0)).toEqual(['Mark block 1 as an example that nobody runs']);
  expect(await titles(4)).toEqual([
    'Mark block 2 as an example that nobody runs',
    'Mark block 2 as run in the shell of block 1',
  ]);
  expect(await titles(5)).toEqual([]);
  const marked = `<!-- crossblock: example -->\n${lost}`;
  await editor.change(file, marked);
  const [step] = await actions(editor, 1, ['refactor']);
  expect(step?.title).toBe('Mark block 1 as a step that is run');
  const edits = step?.edit?.changes?.[editor.uri(file)] ?? [];
  expect(TextDocument.applyEdits(TextDocument.create('', '', 0, marked), edits)).toBe(
    marked.replace('example', 'step'),
  );
});
