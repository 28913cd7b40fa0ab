import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { InspectorThread } from '../../../server/inspector/inspectorThread';
import { temporaryFolder, threadBundle } from './workbench';

const thread = threadBundle();

function start(globs: readonly string[], changed: () => void = () => {}): InspectorThread {
  const sources = { claims: () => [], configuredGlobs: async () => globs, workspaceFolders: () => [] };
  return new InspectorThread(thread.file, sources, changed);
}

test('a thread that ends rejects what it was asked, and the next request starts another one', async () => {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, 'a.sh'), 'X=1\n');
  const broken = path.join(folder, 'broken.js');
  fs.writeFileSync(broken, 'process.exit(1);\n');
  const sources = {
    claims: () => [],
    configuredGlobs: async () => [`${folder}/*.sh`],
    workspaceFolders: () => [],
  };
  const inspector = new InspectorThread(broken, sources, () => {});
  await expect(inspector.list(true)).rejects.toThrow('has ended');
  fs.copyFileSync(thread.file, broken);
  expect((await inspector.list(true)).files).toHaveLength(1);
  await inspector.dispose();
  await expect(inspector.list(true)).rejects.toThrow('has ended');
});

test('shown and hidden at once, it stays hidden', async () => {
  const folder = temporaryFolder();
  let changes = 0;
  const inspector = start([`${folder}/*.sh`], () => changes++);
  inspector.setLive(true);
  inspector.setLive(false);
  await inspector.list(true);
  fs.writeFileSync(path.join(folder, 'a.sh'), 'X=1\n');
  expect((await inspector.list(false)).files).toHaveLength(1);
  expect(changes).toBe(0);
  await inspector.dispose();
});
