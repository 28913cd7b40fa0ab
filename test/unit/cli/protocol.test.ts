import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, expect, test } from 'vitest';
import {
  CancellationTokenSource,
  CodeActionRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExitNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  LSPErrorCodes,
  type ProtocolConnection,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Analyser } from '../../../server/analysis/analyse';
import { DEFAULT_FIX_SETTINGS } from '../../../server/analysis/fixes/settings';
import { toDiagnostics } from '../../../server/languageServer/diagnostics';
import { Checker } from '../../../server/workspace/checker';
import { testParser } from '../../support/parser';
import { PROJECT, REPORT, REPORT_FILE } from '../../support/report';
import { temporaryFolder } from '../workspace/temporaryFolder';

/*
 * `crossblock lsp --stdio` as a client sees it that was written elsewhere: the protocol's own package over a pipe.
 */

const EDITS = 1_000;
const SEED = Number(process.env.CROSSBLOCK_SEED ?? 1);

beforeAll(() => {
  execFileSync(process.execPath, [path.join(__dirname, '../../../scripts/build.mjs')]);
});

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

interface Client {
  readonly connection: ProtocolConnection;
  readonly folder: string;
  readonly uri: string;
  readonly ended: Promise<number | null>;
}

async function start(): Promise<Client> {
  const folder = temporaryFolder(PROJECT);
  const child = spawn(process.execPath, [path.join(__dirname, '../../../dist/cli.js'), 'lsp', '--stdio']);
  running.push(child);
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  const rootUri = pathToFileURL(folder).href;
  const { capabilities } = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: 'project' }],
    capabilities: { textDocument: { diagnostic: {} } },
  });
  expect(capabilities.diagnosticProvider).toMatchObject({ interFileDependencies: true });
  await connection.sendNotification(InitializedNotification.type, {});
  return { connection, folder, uri: `${rootUri}/${REPORT_FILE}`, ended };
}

async function stop({ connection, ended }: Client): Promise<void> {
  await connection.sendRequest(ShutdownRequest.type);
  await connection.sendNotification(ExitNotification.type);
  expect(await ended).toBe(0);
  connection.dispose();
}

/** What a person may type, paste or delete: what opens and closes blocks, lists, quotes, strings and functions above all. */
const PIECES = [
  ...[
    '```',
    '```bash\n',
    '\n```\n',
    '~~~',
    '> ',
    '- ',
    '    ',
    '\t',
    '\n',
    '\r\n',
    '\r',
    ' ',
    '#',
    '## Step 4\n',
  ],
  ...[
    'PLAN=plan.md\n',
    'export ',
    'local ',
    '$PLAN',
    '"$PLAN"',
    '${PLAN',
    '}',
    '{',
    '(',
    ')',
    '"',
    "'",
    '\\',
    ';',
    '|',
  ],
  ...[
    'source lib/workflow.sh\n',
    'source .state.env\n',
    'append_workflow_state "X" "$PLAN"\n',
    'greet\n',
    'exit 1\n',
  ],
  ...[
    'echo "X=$X" >> .state.env\n',
    'cat <<EOF\n',
    'EOF\n',
    'f() {\n',
    'if true; then\n',
    'fi\n',
    'é',
    '𝒳',
    '\u2028',
    '\0',
  ],
  ...[
    '<!-- crossblock: same-shell -->\n',
    '<!-- crossblock-disable -->',
    '# crossblock-disable-next-line\n',
    '---\n',
  ],
];

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A text grows and shrinks around its size, so that it goes on being a document with blocks. */
function randomEdit(document: TextDocument, random: () => number) {
  const { length } = document.getText();
  const below = (limit: number): number => Math.floor(random() * limit);
  const start = below(length + 1);
  const isDeletion = random() < (length > REPORT.length * 1.5 ? 0.7 : 0.3);
  const end = isDeletion ? Math.min(length, start + 1 + below(random() < 0.1 ? 120 : 12)) : start;
  const text = isDeletion ? '' : PIECES[below(PIECES.length)]!;
  return { range: { start: document.positionAt(start), end: document.positionAt(end) }, text };
}

test(`after each of ${EDITS} edits, the diagnostics are those of the whole text analysed anew`, async () => {
  const client = await start();
  const { connection, uri, folder } = client;
  const parser = await testParser();
  const file = path.join(folder, REPORT_FILE);
  const anew = async (text: string): Promise<Diagnostic[]> => {
    const check = await new Checker(parser, new Analyser(parser)).check(text, file, [folder]);
    return toDiagnostics(
      { ...check, findings: check.analysis.findings, fixSettings: DEFAULT_FIX_SETTINGS },
      uri,
    );
  };
  const random = randomNumbers(SEED);
  const document = TextDocument.create(uri, 'markdown', 1, REPORT);
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'markdown', version: 1, text: REPORT },
  });
  let known: readonly Diagnostic[] = [];
  let previousResultId: string | undefined;
  let findings = 0;
  for (let edit = 1; edit <= EDITS; edit++) {
    // Several changes in one notification are applied one after the other.
    const contentChanges = Array.from({ length: random() < 0.2 ? 2 : 1 }, () => {
      const change = randomEdit(document, random);
      TextDocument.update(document, [change], edit + 1);
      return change;
    });
    // After twenty edits little of the text is a block any more.
    if (edit % 20 === 0) {
      contentChanges.splice(0, contentChanges.length, { text: REPORT } as (typeof contentChanges)[number]);
      TextDocument.update(document, [{ text: REPORT }], edit + 1);
    }
    await connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: edit + 1 },
      contentChanges,
    });
    const report = await connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri },
      ...(previousResultId === undefined ? {} : { previousResultId }),
    });
    if (report.kind === 'full') known = report.items;
    previousResultId = report.resultId;
    const expected = await anew(document.getText());
    // Links to the rules' pages begin with the place of the program, which is another one here.
    const plain = (diagnostics: readonly Diagnostic[]) =>
      diagnostics.map(({ codeDescription: _, ...diagnostic }) => diagnostic);
    expect(plain(known), `edit ${edit} of seed ${SEED}`).toEqual(plain(expected));
    findings += known.length;
  }
  // A document in which nothing is found would prove nothing.
  expect(findings).toBeGreaterThan(EDITS / 4);
  await stop(client);
});

test('requests that are taken back in the middle of typing are answered as such or in full, and the server lives on', async () => {
  const client = await start();
  const { connection, uri } = client;
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'markdown', version: 1, text: REPORT },
  });
  const position = { line: 17, character: 17 };
  const range = { start: position, end: position };
  const answers: Promise<unknown>[] = [];
  for (let version = 2; version <= 60; version++) {
    await connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [{ text: `${REPORT}${'\n'.repeat(version)}` }],
    });
    const source = new CancellationTokenSource();
    const textDocument = { uri };
    answers.push(
      connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument }, source.token),
      connection.sendRequest(HoverRequest.type, { textDocument, position }, source.token),
      connection.sendRequest(
        CodeActionRequest.type,
        { textDocument, range, context: { diagnostics: [] } },
        source.token,
      ),
    );
    if (version % 2 === 0) source.cancel();
  }
  for (const result of await Promise.allSettled(answers))
    if (result.status === 'rejected')
      expect([LSPErrorCodes.RequestCancelled, LSPErrorCodes.ContentModified]).toContain(result.reason.code);
  const last = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
  expect(last.kind === 'full' && last.items.length).toBeGreaterThan(0);
  await stop(client);
});

test('an exit after the shutdown is code 0, one without it is 1', async () => {
  const client = await start();
  await client.connection.sendRequest(ShutdownRequest.type);
  await client.connection.sendNotification(ExitNotification.type);
  expect(await client.ended).toBe(0);
  const other = await start();
  await other.connection.sendNotification(ExitNotification.type);
  expect(await other.ended).toBe(1);
});
