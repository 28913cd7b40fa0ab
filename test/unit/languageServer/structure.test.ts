import { describe, expect, test } from 'vitest';
import type {
  CallHierarchyIncomingCall,
  CallHierarchyItem,
  CallHierarchyOutgoingCall,
  FoldingRange,
  InlayHint,
  SelectionRange,
  SemanticTokens,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type Editor, marked, startEditor } from '../../support/editor';
import { PROJECT, REPORT, REPORT_FILE } from '../../support/report';

async function opened(text = REPORT, capabilities = {}): Promise<Editor> {
  const editor = await startEditor(PROJECT, capabilities);
  await editor.open(REPORT_FILE, text);
  return editor;
}

test('blocks, functions, long statements and comments fold', async () => {
  const text =
    '```bash\n# one\n# two\nf() {\n  g() {\n    :\n  }\n}\nif true; then\n  cat <<EOF\nx\nEOF\nfi\n```\n\n> ```sh\n> a \\\n>   b\n> ```\n';
  const found = await (await opened(text)).ask<readonly FoldingRange[]>('foldingRange', REPORT_FILE);
  expect(found.map(({ startLine, endLine, kind }) => `${startLine}-${endLine} ${kind ?? ''}`)).toEqual([
    '0-13 ',
    '1-2 comment',
    '3-7 ',
    '4-6 ',
    '8-12 ',
    '15-18 ',
    '16-17 ',
  ]);
});

test('a selection grows from the name to the document, in a quote in a list too', async () => {
  const place = marked(REPORT.replace('cat "$PLAN"', 'cat "$PL‸AN"'));
  const editor = await opened(place.text);
  const [found] = await editor.ask<readonly SelectionRange[]>('selectionRange', REPORT_FILE, {
    positions: [place.position],
  });
  const document = TextDocument.create('', '', 1, place.text);
  const texts: string[] = [];
  for (let range = found; range !== undefined; range = range.parent)
    texts.push(document.getText(range.range));
  expect(texts.slice(0, 3)).toEqual(['PLAN', '$PLAN', 'cat "$PLAN"']);
  expect(texts.some(text => text.startsWith('## Step 2') && text.endsWith('```\n\n'))).toBe(true);
  expect(texts.at(-1)).toBe(REPORT);
  // Each lies in the next.
  for (const [index, text] of texts.slice(1).entries()) expect(text).toContain(texts[index]);
});

test('lost reads have tokens, at their UTF-16 places', async () => {
  const editor = await opened();
  const { data } = await editor.ask<SemanticTokens>('semanticTokens/full', REPORT_FILE);
  let [line, character] = [0, 0];
  const tokens: string[] = [];
  const lines = REPORT.split('\n');
  for (let at = 0; at < data.length; at += 5) {
    const [deltaLine, delta, length, type, modifiers] = data.slice(at, at + 5) as [
      number,
      number,
      number,
      number,
      number,
    ];
    line += deltaLine;
    character = deltaLine === 0 ? character + delta : delta;
    tokens.push(`${line + 1} ${lines[line]!.slice(character, character + length)} ${type} ${modifiers}`);
  }
  expect(tokens).toEqual(['18 $PLAN 0 1', '30 $PLAN 0 1', '31 greet 1 1']);
});

describe('inlay hints', () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const hints = async (enable: boolean, asked = range) => {
    const editor = await startEditor(PROJECT, { workspace: { configuration: true } });
    editor.connection.onRequest('workspace/configuration', () => [{ inlayHints: { enable } }]);
    await editor.open(REPORT_FILE, REPORT);
    const found = await editor.ask<readonly InlayHint[]>('inlayHint', REPORT_FILE, { range: asked });
    return found.map(({ position, label }) => `${position.line + 1}:${position.character} ${label}`);
  };

  test('are off by default', async () => {
    expect(await (await opened()).ask('inlayHint', REPORT_FILE, { range })).toEqual([]);
    expect(await hints(false)).toEqual([]);
  });

  test('say behind the first read of a name where its value is from', async () => {
    expect(await hints(true)).toEqual([
      '18:22 lost since block 1 (line 7)',
      '30:14 lost since block 2 (line 19)',
    ]);
  });

  test('only for the lines that are asked about', async () => {
    const asked = { start: { line: 20, character: 0 }, end: { line: 40, character: 0 } };
    expect(await hints(true, asked)).toEqual(['30:14 lost since block 2 (line 19)']);
  });

  test('name the file that restores a value', async () => {
    const editor = await startEditor({}, { workspace: { configuration: true } });
    editor.connection.onRequest('workspace/configuration', () => [{ inlayHints: { enable: true } }]);
    await editor.open(REPORT_FILE, '```bash\necho "A=1" > s.env\n```\n```bash\nsource s.env\necho $A\n```\n');
    const found = await editor.ask<readonly InlayHint[]>('inlayHint', REPORT_FILE, { range });
    expect(found.map(({ label }) => label)).toEqual(['from s.env']);
  });
});

describe('call hierarchy', () => {
  const prepare = async (text: string) => {
    const place = marked(text);
    const editor = await opened(place.text);
    const items = await editor.ask<readonly CallHierarchyItem[]>('prepareCallHierarchy', REPORT_FILE, {
      position: place.position,
    });
    return { editor, items };
  };
  const incoming = (editor: Editor, item: CallHierarchyItem) =>
    editor.connection.sendRequest<readonly CallHierarchyIncomingCall[]>('callHierarchy/incomingCalls', {
      item,
    });
  const outgoing = (editor: Editor, item: CallHierarchyItem) =>
    editor.connection.sendRequest<readonly CallHierarchyOutgoingCall[]>('callHierarchy/outgoingCalls', {
      item,
    });

  test('a library’s function is called by a block', async () => {
    const { editor, items } = await prepare(REPORT.replace('greet World', 'gre‸et World'));
    expect(items.map(({ name, uri }) => [name, uri])).toEqual([['greet', editor.uri('lib/workflow.sh')]]);
    const calls = await incoming(editor, items[0]!);
    expect(
      calls.map(({ from, fromRanges }) => [from.name, fromRanges.map(({ start }) => start.line + 1)]),
    ).toEqual([['Block 3', [31]]]);
    const called = await outgoing(editor, calls[0]!.from);
    expect(called.map(({ to }) => to.name).sort()).toEqual(['greet', 'heading']);
  });

  test('functions that call each other', async () => {
    const { editor, items } = await prepare('```bash\na() { b; }\nb() { :; }\n‸a\n```\n```bash\nb; b\n```\n');
    const called = await outgoing(editor, items[0]!);
    expect(called.map(({ to }) => to.name)).toEqual(['b']);
    const calls = await incoming(editor, called[0]!.to);
    expect(calls.map(({ from, fromRanges }) => [from.name, fromRanges.length])).toEqual([
      ['a', 1],
      ['Block 2', 2],
    ]);
  });

  test('a variable and a program have none', async () => {
    expect((await prepare(REPORT.replace('cat "$PLAN"', 'c‸at "$PLAN"'))).items).toEqual([]);
    expect((await prepare(REPORT.replace('cat "$PLAN"', 'cat "$PL‸AN"'))).items).toEqual([]);
  });

  test('an item that nobody made is answered with nothing', async () => {
    const { editor } = await prepare(REPORT.replace('greet World', 'gre‸et World'));
    expect(await incoming(editor, { name: 'x', data: 7 } as unknown as CallHierarchyItem)).toBeNull();
  });
});
