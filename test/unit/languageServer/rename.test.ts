import { describe, expect, test } from 'vitest';
import type { Range, TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { marked, startEditor } from '../../support/editor';
import { LIBRARY, PROJECT, REPORT, REPORT_FILE } from '../../support/report';

const CAPABLE = {
  workspace: { workspaceEdit: { documentChanges: true, changeAnnotationSupport: { groupsOnLabel: true } } },
};

async function rename(
  text: string,
  newName: string,
  files: Readonly<Record<string, string>> = PROJECT,
  capabilities: object = CAPABLE,
) {
  const editor = await startEditor(files, capabilities);
  const place = marked(text);
  await editor.open(REPORT_FILE, place.text);
  const edit = await editor.ask<WorkspaceEdit>('rename', REPORT_FILE, { position: place.position, newName });
  const original = (uri: string) =>
    uri === editor.uri(REPORT_FILE) ? place.text : files[uri.slice(editor.uri('').length)]!;
  const changes = edit.documentChanges as readonly TextDocumentEdit[] | undefined;
  const result = Object.fromEntries(
    (changes ?? []).map(({ textDocument: { uri }, edits }) => [
      uri.slice(editor.uri('').length),
      TextDocument.applyEdits(
        TextDocument.create(uri, '', 1, original(uri)),
        edits as { range: Range; newText: string }[],
      ),
    ]),
  );
  return { edit, result, original: place.text };
}

/** A report with the cursor in front of some text. */
const at = (text: string): string => {
  expect(REPORT.split(text)).toHaveLength(2);
  return REPORT.replace(text, `‸${text}`);
};

const withName = (text: string, from: string, to: string): string =>
  text.replace(new RegExp(`\\b${from}\\b`, 'g'), to);

describe('a variable', () => {
  test('is renamed in all blocks, in names of state and in libraries', async () => {
    const { result, edit } = await rename(at('PLAN=plan.md'), 'ROADMAP');
    expect(result[REPORT_FILE]).toBe(withName(REPORT, 'PLAN', 'ROADMAP'));
    expect(result['lib/workflow.sh']).toBe(withName(LIBRARY, 'PLAN', 'ROADMAP'));
    expect(edit.changeAnnotations?.library?.needsConfirmation).toBe(true);
    for (const { textDocument, edits } of edit.documentChanges as readonly TextDocumentEdit[])
      for (const change of edits)
        expect('annotationId' in change).toBe(textDocument.uri.endsWith('workflow.sh'));
  });

  test('from a name of state as well', async () => {
    const { result } = await rename(at('PLAN" "$PLAN"'), 'ROADMAP');
    expect(result[REPORT_FILE]).toBe(withName(REPORT, 'PLAN', 'ROADMAP'));
  });

  test('that is local stays in its function', async () => {
    const { result, edit } = await rename(at('title="$1"'), 'text');
    expect(result).toEqual({ [REPORT_FILE]: withName(REPORT, 'title', 'text') });
    expect(edit.changeAnnotations).toBeUndefined();
  });

  test('keeps its expansions’ other signs', async () => {
    const text =
      '```bash\nX‸=1\necho ${X:-$X} ${#X} ${X%.md} "${X}" $((X+1))\nexport X\nunset X\n```\nRun `ls "$X"` now.\n';
    const { result, original } = await rename(text, 'LONG');
    expect(result[REPORT_FILE]).toBe(withName(original, 'X', 'LONG'));
  });

  test('in the plain form for a client that knows no other', async () => {
    const { edit } = await rename(at('PLAN=plan.md'), 'ROADMAP', PROJECT, {});
    expect(Object.keys(edit.changes ?? {})).toHaveLength(2);
  });
});

test('a function of a library is renamed in the other documents that source it, to be confirmed', async () => {
  const other = '```bash\nsource lib/workflow.sh\ngreet you\n```\n';
  const files = {
    ...PROJECT,
    '.claude/commands/other.md': other,
    '.claude/commands/none.md': '```bash\ngreet\n```\n',
  };
  const { result } = await rename(at('greet World'), 'welcome', files);
  expect(result).toEqual({
    [REPORT_FILE]: withName(REPORT, 'greet', 'welcome'),
    'lib/workflow.sh': withName(LIBRARY, 'greet', 'welcome'),
    '.claude/commands/other.md': withName(other, 'greet', 'welcome'),
  });
});

describe('what cannot be renamed is refused in a sentence', () => {
  const block = (line: string): string =>
    `---\nargument-hint: <a>\n---\n\`\`\`bash\nX=1\nY=2\n${line}\n\`\`\`\n`;

  test.each([
    ['a variable of the shell', block('ls "$‸HOME"'), 'A', /^HOME belongs to the shell/],
    ['one of the host', block('echo $‸CLAUDE_PID'), 'A', /^CLAUDE_PID comes from Claude Code/],
    ['the arguments', block('echo $‸ARGUMENTS'), 'A', /^ARGUMENTS comes from Claude Code/],
    [
      'one of the environment',
      block('echo $‸NOWHERE'),
      'A',
      /^NOWHERE is set neither by a block nor by a library/,
    ],
    [
      'one that a directive promises',
      `<!-- crossblock: provides P -->\n${block('P=1; echo $‸P')}`,
      'A',
      /^P comes from outside/,
    ],
    ['a program', block('l‸s'), 'A', /^ls is no function/],
    ['nothing', block('# ‸'), 'A', /^Only variables and functions/],
    ['to no name', block('echo $‸X'), '1a', /"1a" is no name of a variable/],
    ['to a name that is there', block('echo $‸X'), 'Y', /^Y is in use already \(line 6\)/],
    ['to a name of the shell', block('echo $‸X'), 'PATH', /^PATH belongs to the shell/],
    ['to a keyword', block('f() { :; }; ‸f'), 'done', /is no name of a function/],
  ])('%s', async (_, text, newName, message) => {
    await expect(rename(text, newName)).rejects.toThrow(message);
  });

  test('where another document uses the new name', async () => {
    const files = {
      ...PROJECT,
      '.claude/commands/o.md': '```bash\nsource lib/workflow.sh\nwelcome() { :; }\n```\n',
    };
    await expect(rename(at('greet World'), 'welcome', files)).rejects.toThrow(
      /^In o\.md: welcome is in use already/,
    );
  });

  test('before a new name is asked for', async () => {
    const editor = await startEditor();
    const place = marked(block('ls "$‸HOME" $X'));
    await editor.open(REPORT_FILE, place.text);
    const ask = (character: number) =>
      editor.ask('prepareRename', REPORT_FILE, { position: { line: place.position.line, character } });
    await expect(ask(place.position.character)).rejects.toThrow(/^HOME belongs/);
    expect(await ask(11)).toEqual({ start: { line: 6, character: 12 }, end: { line: 6, character: 13 } });
  });
});
