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
      text: '```bash\nX=1\n```\n```bash\necho $X\n```\n',
    },
  });
  expect((await pushed).diagnostics.map(({ code }) => code)).toEqual(['lost-variable']);
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
