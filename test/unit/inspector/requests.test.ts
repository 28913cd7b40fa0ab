import fs from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import {
  createConnection,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { registerStateInspector } from '../../../server/languageServer/stateInspector';
import * as protocol from '../../../server/protocol';
import { temporaryFolder, threadBundle } from './workbench';

const thread = threadBundle();

/** A server with the inspector, and a client that talks to it as the editor does. */
function connect(globs: readonly string[]) {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const server = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
  const sources = { claims: () => [], configuredGlobs: async () => globs, workspaceFolders: () => [] };
  const inspector = registerStateInspector(server, sources, thread.file);
  server.listen();
  const client = createProtocolConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  client.listen();
  const list = (refresh = false): Promise<protocol.ListStateFilesResult> =>
    client.sendRequest(protocol.LIST_STATE_FILES, { refresh });
  const end = async (): Promise<void> => {
    await inspector.dispose();
    client.dispose();
  };
  return { client, inspector, list, end };
}

test('list, value, path and deletion, over the protocol', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'a.sh');
  fs.writeFileSync(file, 'API_TOKEN=hunter2\n');
  const { client, list, end } = connect([`${folder}/*.sh`]);
  const [found] = (await list()).files;
  const id = found!.id;
  expect(found).toMatchObject({ name: 'a.sh', values: [{ name: 'API_TOKEN', masked: true }] });
  const value = await client.sendRequest(protocol.READ_STATE_VALUE, { id, index: 0, name: 'API_TOKEN' });
  expect(value).toEqual({ value: 'hunter2', text: 'hunter2', exported: 'export API_TOKEN=hunter2' });
  expect(await client.sendRequest(protocol.LOCATE_STATE_FILE, { id })).toEqual({ path: file });
  expect(await client.sendRequest(protocol.DELETE_STATE_FILE, { id })).toEqual({ deleted: true });
  expect(fs.existsSync(file)).toBe(false);
  expect((await list(true)).files).toEqual([]);
  await end();
});

test('changes are announced while somebody looks, and not otherwise', async () => {
  const folder = temporaryFolder();
  const { client, inspector, list, end } = connect([`${folder}/*.sh`]);
  let announced = 0;
  const next = (): Promise<void> => new Promise(resolve => (waiting = resolve));
  let waiting: (() => void) | undefined;
  client.onNotification(protocol.STATE_FILES_CHANGED, () => {
    announced++;
    waiting?.();
  });
  await client.sendNotification(protocol.STATE_FILES_VISIBLE, { visible: true });
  await list();
  const appeared = next();
  fs.writeFileSync(path.join(folder, 'a.sh'), 'X=1\n');
  await appeared;
  await client.sendNotification(protocol.STATE_FILES_VISIBLE, { visible: false });
  expect((await list()).files.map(file => file.name)).toEqual(['a.sh']);
  const before = announced;
  inspector.sourcesChanged();
  fs.writeFileSync(path.join(folder, 'b.sh'), 'X=1\n');
  expect((await list()).files).toHaveLength(2);
  expect(announced).toBe(before);
  await end();
});
