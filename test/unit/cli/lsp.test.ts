import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, expect, test } from 'vitest';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { temporaryFolder } from '../workspace/temporaryFolder';

beforeAll(() => {
  execFileSync(process.execPath, [path.join(__dirname, '../../../scripts/build.mjs')]);
});

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** `crossblock lsp --stdio` as an editor starts it. */
function start(): ChildProcess {
  const child = spawn(process.execPath, [path.join(__dirname, '../../../dist/cli.js'), 'lsp', '--stdio']);
  running.push(child);
  return child;
}

const LOSES = '```bash\nX=1\n```\n```bash\necho $X\n```\n';

const ended = (child: ChildProcess) => new Promise<number | null>(resolve => child.once('exit', resolve));

function connect(child: ChildProcess): MessageConnection {
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout!),
    new StreamMessageWriter(child.stdin!),
  );
  connection.listen();
  return connection;
}

test('an editor that names one root and cannot pull gets diagnostics', async () => {
  const folder = temporaryFolder({});
  const rootUri = pathToFileURL(folder).href;
  const connection = connect(start());
  await connection.sendRequest('initialize', { processId: process.pid, rootUri, capabilities: {} });
  await connection.sendNotification('initialized', {});
  const pushed = new Promise<{ readonly diagnostics: readonly { readonly code: string }[] }>(resolve =>
    connection.onNotification('textDocument/publishDiagnostics', resolve),
  );
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: {
      uri: `${rootUri}/commands/a.md`,
      languageId: 'markdown',
      version: 1,
      text: LOSES,
    },
  });
  expect((await pushed).diagnostics.map(({ code }) => code)).toEqual(['lost-variable']);
});

test('an editor is told what stands under the pointer', async () => {
  const rootUri = pathToFileURL(temporaryFolder({})).href;
  const connection = connect(start());
  const { capabilities } = await connection.sendRequest<{ readonly capabilities: object }>('initialize', {
    processId: process.pid,
    rootUri,
    capabilities: {},
  });
  expect(capabilities).toMatchObject({ hoverProvider: true });
  await connection.sendNotification('initialized', {});
  const textDocument = { uri: `${rootUri}/commands/a.md` };
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { ...textDocument, languageId: 'markdown', version: 1, text: LOSES },
  });
  const hover = (line: number) =>
    connection.sendRequest('textDocument/hover', { textDocument, position: { line, character: 6 } });
  expect(await hover(4)).toMatchObject({
    contents: { kind: 'plaintext', value: expect.stringMatching(/^X has no value here: block 1 \(line 2\)/) },
  });
  expect(await hover(6)).toBeNull();
});

test('the setting of the host counts, and its change checks open documents again', async () => {
  const rootUri = pathToFileURL(temporaryFolder({})).href;
  const connection = connect(start());
  let host = 'vscode';
  connection.onRequest('workspace/configuration', ({ items }: { readonly items: readonly object[] }) =>
    items.map(() => ({ host })),
  );
  const pushed: (readonly unknown[])[] = [];
  connection.onNotification('textDocument/publishDiagnostics', ({ diagnostics }) => {
    pushed.push(diagnostics);
  });
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri,
    capabilities: { workspace: { configuration: true } },
  });
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri: `${rootUri}/commands/a.md`, languageId: 'markdown', version: 1, text: LOSES },
  });
  await expect.poll(() => pushed.at(-1), { timeout: 10_000 }).toEqual([]);
  host = 'codex';
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  await expect
    .poll(() => pushed.at(-1), { timeout: 10_000 })
    .toMatchObject([{ code: 'lost-variable', message: expect.stringContaining('X is empty here') }]);
});

test('it ends when it is told to', async () => {
  const child = start();
  const connection = connect(child);
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  expect(await ended(child)).toBe(0);
});

test('it ends with the editor that closes its input, also while the editor’s parent lives', async () => {
  const child = start();
  await connect(child).sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
  child.stdin!.end();
  expect(await ended(child)).toBe(1);
});

test('input that is no message ends it with a word', async () => {
  const child = start();
  let said = '';
  child.stderr!.on('data', chunk => (said += String(chunk)));
  child.stdin!.write('Content-Length: nothing\r\n\r\n{}');
  expect(await ended(child)).toBe(2);
  expect(said).toMatch(/^crossblock: .*\n$/);
});
