import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { InspectorSession, type InspectorSources } from '../../../server/inspector/session';
import type { StateFilesView, StateFileView } from '../../../server/inspector/types';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'inspector-test-'));
  folders.push(folder);
  return folder;
}

/** Bundles the inspector's thread for the tests of a file. @returns its path, once they run */
export function threadBundle(): { readonly file: string } {
  const bundle = { file: '' };
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'inspector-thread-'));
    bundle.file = path.join(folder, 'inspector.js');
    await build({
      entryPoints: [path.resolve(import.meta.dirname, '../../../server/inspector/thread.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: bundle.file,
      logLevel: 'silent',
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return bundle;
}

/** Sources that name nothing but what the test gives. */
export function sources(
  given: Partial<InspectorSources> & { readonly globs?: readonly string[] },
): InspectorSources {
  return {
    claims: () => [],
    configuredGlobs: async () => given.globs ?? [],
    workspaceFolders: () => [],
    environment: { HOME: '/nonexistent' },
    ...given,
  };
}

/** Lists once, without live updates. */
export function list(globs: readonly string[]): Promise<StateFilesView> {
  return new InspectorSession(sources({ globs }), () => {}).list();
}

/** The one file of this (shown) name. */
export function fileNamed(view: StateFilesView, name: string): StateFileView {
  const found = view.files.filter(file => file.name === name);
  if (found.length !== 1) throw new Error(`${found.length} files are named ${name}`);
  return found[0]!;
}

/** The values by name, as they are shown. */
export function shownValues(file: StateFileView): Record<string, string> {
  return Object.fromEntries(file.values.map(value => [value.name, value.text]));
}
