import { parentPort } from 'node:worker_threads';
import { LocalInspector } from './inspector';
import { DEFAULT_STALE_AFTER } from './staleness';
import type { FromThread, SourcesSnapshot, ThreadCall, ToThread } from './threadMessages';

/*
 * The inspector's own thread (`dist/inspector.js`): a hostile file of 256 KiB takes tens of milliseconds to understand, in which
 * the language server would not answer.
 */

const port = parentPort;
if (port === null) throw new Error('This file is run as a worker thread only.');
const send = (message: FromThread): void => port.postMessage(message);

let sources: SourcesSnapshot = {
  claims: [],
  globs: [],
  directories: [],
  workspaceFolders: [],
  staleAfter: DEFAULT_STALE_AFTER,
};
const inspector = new LocalInspector(
  {
    claims: () => sources.claims,
    configuredGlobs: async () => sources.globs,
    configuredDirectories: async () => sources.directories,
    workspaceFolders: () => sources.workspaceFolders,
    staleAfter: async () => sources.staleAfter,
    environment: process.env,
  },
  () => send({ kind: 'changed' }),
);

port.on('message', (message: ToThread) => {
  if (message.kind === 'sources') {
    sources = message.sources;
    inspector.setLive(message.live);
    if (message.changed) inspector.sourcesChanged();
  } else if (message.kind === 'live') inspector.setLive(message.live);
  else void answer(message);
});

async function answer({ call, method, words }: ThreadCall): Promise<void> {
  try {
    const result: unknown = await Reflect.apply(inspector[method], inspector, words);
    send({ kind: 'answer', call, result });
  } catch (error) {
    send({ kind: 'failure', call, reason: error instanceof Error ? error.message : String(error) });
  }
}
