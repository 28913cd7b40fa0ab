import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  CancellationTokenSource,
  type DocumentDiagnosticReport,
  LSPErrorCodes,
  type WorkspaceDiagnosticReport,
} from 'vscode-languageserver/node';
import { type Editor, startEditor } from '../../support/editor';

const LOSES = '```bash\nX=1\n```\n```bash\necho $X\n```\n';
const FINE = '```bash\nX=1\necho $X\n```\n';
const FILE = 'commands/a.md';
const WATCHING = {
  workspace: { didChangeWatchedFiles: { dynamicRegistration: true }, diagnostics: { refreshSupport: true } },
};

const pull = (editor: Editor, file = FILE, previousResultId?: string) =>
  editor.ask<DocumentDiagnosticReport>('diagnostic', file, { previousResultId });

const rules = (report: DocumentDiagnosticReport) =>
  report.kind === 'full' ? report.items.map(({ code }) => code) : report.kind;

/** Answers what the server asks of its client. */
function answering(editor: Editor): { readonly refreshed: () => number } {
  let refreshed = 0;
  editor.connection.onRequest('client/registerCapability', () => null);
  editor.connection.onRequest('workspace/diagnostic/refresh', () => {
    refreshed++;
    return null;
  });
  return { refreshed: () => refreshed };
}

describe('one document', () => {
  test('a result has an id, and is not sent twice', async () => {
    const editor = await startEditor();
    await editor.open(FILE, LOSES);
    const first = await pull(editor);
    expect(rules(first)).toEqual(['lost-variable']);
    expect(rules(await pull(editor, FILE, first.resultId))).toBe('unchanged');
    await editor.change(FILE, `${LOSES}\nSome prose.\n`);
    expect(rules(await pull(editor, FILE, first.resultId))).toBe('unchanged');
    await editor.change(FILE, `\n${LOSES}`);
    const moved = await pull(editor, FILE, first.resultId);
    expect(rules(moved)).toEqual(['lost-variable']);
    expect(moved.resultId).not.toBe(first.resultId);
  });

  test('an answer is for the text as it is when the answer leaves', async () => {
    const editor = await startEditor({}, { workspace: { configuration: true } });
    let release = (): void => {};
    const released = new Promise<void>(resolve => {
      release = resolve;
    });
    // The check cannot go on before the client has told its settings.
    editor.connection.onRequest('workspace/configuration', async () => {
      await released;
      return [{}];
    });
    await editor.open(FILE, LOSES);
    const early = pull(editor);
    await editor.change(FILE, FINE);
    release();
    expect(rules(await early)).toEqual([]);
  });

  test('a request that is taken back ends with the protocol’s error', async () => {
    const editor = await startEditor();
    await editor.open(FILE, LOSES);
    const source = new CancellationTokenSource();
    const answer = editor.connection.sendRequest(
      'textDocument/diagnostic',
      { textDocument: { uri: editor.uri(FILE) } },
      source.token,
    );
    source.cancel();
    await expect(answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  });

  test('a library that changes or comes has the client ask again', async () => {
    const text = '```bash\nsource lib/a.sh\necho "$X"\n```\n```bash\necho "$X"\n```\n';
    const editor = await startEditor({ 'lib/a.sh': 'Y=1\n', 'lib/other.sh': '' }, WATCHING);
    const client = answering(editor);
    await editor.open(FILE, text);
    expect(rules(await pull(editor))).toEqual([]);
    await editor.write('lib/a.sh', 'X=1 # changed\n');
    expect(rules(await pull(editor))).toEqual(['lost-library']);
    expect(client.refreshed()).toBe(1);
    // Nobody sources it.
    await editor.write('lib/other.sh', 'X=1\n');
    expect(rules(await pull(editor))).toEqual(['lost-library']);
    expect(client.refreshed()).toBe(1);
    await editor.remove('lib/a.sh');
    expect(rules(await pull(editor))).toEqual(['unresolved-library']);
    await editor.write('lib/a.sh', 'X=1 # again\n', 'created');
    expect(rules(await pull(editor))).toEqual(['lost-library']);
    expect(client.refreshed()).toBe(3);
  });

  test('for a client that tells of no changed files, saving looks again', async () => {
    const editor = await startEditor({ 'lib/a.sh': 'Y=1\n' });
    await editor.open(FILE, '```bash\nsource lib/a.sh\n```\n```bash\necho "$X"\n```\n');
    expect(rules(await pull(editor))).toEqual([]);
    writeFileSync(path.join(editor.folder, 'lib/a.sh'), 'X=1 # changed\n');
    await editor.connection.sendNotification('textDocument/didSave', {
      textDocument: { uri: editor.uri(FILE) },
    });
    expect(rules(await pull(editor))).toEqual(['lost-library']);
  });

  test('so does a configuration', async () => {
    const editor = await startEditor({ '.crossblock.json': '{}' }, WATCHING);
    const client = answering(editor);
    await editor.open(FILE, LOSES);
    expect(rules(await pull(editor))).toEqual(['lost-variable']);
    await editor.write('.crossblock.json', '{ "rules": { "lost-variable": "off" } }');
    expect(rules(await pull(editor))).toEqual([]);
    expect(client.refreshed()).toBe(1);
  });

  test('one that is too large has a notice, and its findings once it is smaller', async () => {
    const editor = await startEditor();
    await editor.open(FILE, LOSES + 'Prose. '.repeat(150_000));
    const report = await pull(editor);
    expect(rules(report)).toEqual(['document-too-large']);
    await editor.change(FILE, LOSES);
    expect(rules(await pull(editor))).toEqual(['lost-variable']);
  });

  test('nothing is said of a document that was closed', async () => {
    const editor = await startEditor();
    await editor.open(FILE, LOSES);
    await editor.close(FILE);
    expect(rules(await pull(editor))).toEqual([]);
  });
});

describe('the workspace', () => {
  const files = { 'commands/a.md': LOSES, 'commands/b.md': FINE, 'docs/c.md': LOSES };
  const ask = (
    editor: Editor,
    previous?: WorkspaceDiagnosticReport,
    source = new CancellationTokenSource(),
  ) => {
    const previousResultIds = (previous?.items ?? []).flatMap(({ uri, resultId }) =>
      resultId === undefined ? [] : [{ uri, value: resultId }],
    );
    return editor.connection.sendRequest<WorkspaceDiagnosticReport>(
      'workspace/diagnostic',
      { previousResultIds },
      source.token,
    );
  };
  const shown = ({ items }: WorkspaceDiagnosticReport) =>
    items.map(item => `${item.uri.slice(item.uri.lastIndexOf('/') + 1)} ${rules(item)}`);

  test('all command files are reported, and later only what has changed', async () => {
    const editor = await startEditor(files, WATCHING);
    answering(editor);
    const first = await ask(editor);
    expect(shown(first)).toEqual(['a.md lost-variable', 'b.md ']);
    const second = ask(editor, first);
    await editor.write('commands/b.md', `${LOSES}\n`);
    expect(shown(await second)).toEqual(['a.md unchanged', 'b.md lost-variable']);
  });

  test('a request that would bring nothing new waits, and can be taken back', async () => {
    const editor = await startEditor(files, WATCHING);
    answering(editor);
    const source = new CancellationTokenSource();
    let isAnswered = false;
    const waiting = ask(editor, await ask(editor), source).finally(() => {
      isAnswered = true;
    });
    // The server has had its turn once it has answered something else.
    await editor.connection.sendRequest('workspace/symbol', { query: '' });
    expect(isAnswered).toBe(false);
    source.cancel();
    await expect(waiting).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  });

  test('a file that is renamed or deleted leaves nothing behind', async () => {
    const editor = await startEditor(files, WATCHING);
    answering(editor);
    const first = await ask(editor);
    const second = ask(editor, first);
    await editor.remove('commands/a.md');
    expect(shown(await second)).toEqual(['b.md unchanged', 'a.md ']);
    await editor.write('commands/z.md', LOSES, 'created');
    expect(shown(await ask(editor))).toEqual(['b.md ', 'z.md lost-variable']);
  });

  test('an open file counts as it is in the editor, and as it is on disk once it is closed', async () => {
    const editor = await startEditor(files, WATCHING);
    answering(editor);
    await editor.open('commands/a.md', FINE);
    const first = await ask(editor);
    expect(shown(first)).toEqual(['a.md ', 'b.md ']);
    expect(first.items.map(({ version }) => version)).toEqual([1, null]);
    await editor.close('commands/a.md');
    expect(shown(await ask(editor, first))).toEqual(['a.md lost-variable', 'b.md unchanged']);
  });

  test('many files come in parts, with progress', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`commands/${index}.md`, LOSES]),
    );
    const editor = await startEditor(many, { ...WATCHING, window: { workDoneProgress: true } });
    answering(editor);
    const progress: string[] = [];
    const parts: number[] = [];
    editor.connection.onRequest('window/workDoneProgress/create', () => null);
    editor.connection.onNotification('$/progress', ({ token, value }) => {
      if (token === 'parts') parts.push(value.items.length);
      else progress.push(value.kind);
    });
    const report = await editor.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
      previousResultIds: [],
      partialResultToken: 'parts',
    });
    expect(report.items).toEqual([]);
    expect(parts).toEqual([25, 25, 10]);
    expect(progress).toEqual(['begin', 'report', 'report', 'end']);
  });

  test('a setting leaves it at the open files', async () => {
    const editor = await startEditor(files, { workspace: { ...WATCHING.workspace, configuration: true } });
    answering(editor);
    editor.connection.onRequest('workspace/configuration', () => [{ workspaceDiagnostics: false }]);
    expect(shown(await ask(editor))).toEqual([]);
  });

  test('its symbols are found by some of their letters', async () => {
    const editor = await startEditor({ ...files, 'commands/d.md': '# Deploy it\n```bash\nREGION=eu\n```\n' });
    const found = async (query: string) => {
      const symbols = await editor.connection.sendRequest<readonly { readonly name: string }[]>(
        'workspace/symbol',
        { query },
      );
      return symbols.map(({ name }) => name);
    };
    expect(await found('rgn')).toEqual(['REGION', 'Block 1: REGION=eu'].toReversed());
    expect(await found('deploy')).toEqual(['Deploy it']);
    expect(await found('nowhere')).toEqual([]);
  });
});
