import { type ChildProcess, spawn } from 'node:child_process';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { mutate } from './mutate';
import type { Random } from './random';

const URIS = [
  'file:///nowhere/commands/a.md',
  'file:///nowhere/commands/b.md',
  'untitled:c',
  'git:/x?%7b',
  '',
];

const REQUESTS = [
  'textDocument/hover',
  'textDocument/codeAction',
  'textDocument/diagnostic',
  'textDocument/definition',
  'crossblock/nothing',
];

/**
 * A session of the language server in a process of its own that gets messages in an order which no editor has: changes of what
 * is not open, places outside of it, parameters that are none. At the end it must still answer.
 * @param command how the server is started
 * @throws where it has ended or says nothing any more
 */
export async function runSession(
  command: readonly [string, ...string[]],
  messages: number,
  seeds: readonly string[],
  random: Random,
): Promise<void> {
  const [program, ...words] = command;
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', text => {
    errors += text;
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onError(() => {});
  connection.onRequest(() => null);
  connection.listen();
  const ended = new Promise<never>((_, reject) =>
    child.once('exit', code =>
      reject(new Error(`The server has ended with ${code}: ${errors.slice(0, 500)}`)),
    ),
  );
  ended.catch(() => {});
  try {
    const initialize = { processId: process.pid, rootUri: null, capabilities: {} };
    await Promise.race([connection.sendRequest('initialize', initialize), ended]);
    for (let left = messages; left > 0; left--) await sendOne(connection, seeds, random);
    const params = { textDocument: { uri: URIS[0] }, position: { line: 0, character: 0 } };
    await Promise.race([connection.sendRequest('textDocument/hover', params).catch(reasonOf), ended]);
  } finally {
    connection.dispose();
    await stop(child);
  }
}

/** An answer that says no is an answer. */
function reasonOf(error: unknown): unknown {
  return error;
}

async function sendOne(
  connection: MessageConnection,
  seeds: readonly string[],
  random: Random,
): Promise<void> {
  const uri = random.pick(URIS);
  const text = () => mutate(random.pick(seeds), random, random.pick(seeds));
  const version = random.below(5);
  const number = () => (random.below(3) === 0 ? -1 + random.below(1_000_000) : random.below(30));
  const position = () => ({ line: number(), character: number() });
  const range = () => ({ start: position(), end: position() });
  switch (random.below(9)) {
    case 0:
      return connection.sendNotification('initialized', {});
    case 1:
    case 2:
      return connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'markdown', version, text: text() },
      });
    case 3:
    case 4:
      return connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ range: range(), text: text().slice(0, 200) }],
      });
    case 5:
      return connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    case 6:
      return connection.sendNotification(
        'workspace/didChangeConfiguration',
        random.pick([{}, null, { settings: 1 }]),
      );
    case 7:
      return connection.sendNotification(
        random.pick(REQUESTS),
        random.pick([null, {}, [], { textDocument: 1 }]),
      );
    default:
      void connection
        .sendRequest(random.pick(REQUESTS), {
          textDocument: { uri },
          position: position(),
          range: range(),
          context: { diagnostics: [] },
        })
        .catch(reasonOf);
  }
}

function stop(child: ChildProcess): Promise<void> {
  const gone = new Promise<void>(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
  child.kill('SIGKILL');
  return gone;
}
