import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import type { StateFilesView } from '../../../server/inspector/types';

/** The user id that has no rights anywhere. */
export const NOBODY = 65534;
export const isRoot = process.geteuid?.() === 0;

/** What the child does: list as often as it is told, try to delete everything where it is told, and tell both. */
const CHILD = `
  import { deleteFile, readValue } from './server/inspector/entryActions';
  import { InspectorSession } from './server/inspector/session';
  const session = new InspectorSession({
    claims: () => [], configuredGlobs: async () => process.argv.slice(2), workspaceFolders: () => [], environment: { HOME: '/nonexistent' },
  }, () => {});
  const rounds = Number(process.env.ROUNDS);
  const run = async () => {
    let view;
    const seen = new Set();
    for (let round = 0; round < rounds; round++) {
      view = await session.list();
      for (const file of view.files) for (const value of file.values) seen.add(file.name + ': ' + value.name + '=' + value.text);
    }
    const deleted = {};
    if (rounds === 1)
      for (const file of view.files) deleted[file.name] = await deleteFile(session.entries.find(file.id));
    const memory = process.resourceUsage().maxRSS * 1024;
    process.stdout.write(JSON.stringify({ view, deleted, seen: [...seen], memory, user: process.geteuid?.() }));
  };
  void run();`;

export interface Told {
  readonly view: StateFilesView;
  readonly deleted: Readonly<Record<string, object>>;
  /** Each value that any of the lists showed, as `file: NAME=value`. */
  readonly seen: readonly string[];
  /** Bytes of memory that the child had at most. */
  readonly memory: number;
  readonly user: number;
}

/**
 * Runs the inspector as another user, for whom denied files are denied.
 * @param rounds how often it lists; only where it does once, it tries to delete what it has listed
 */
export async function listUnprivileged(folder: string, globs: readonly string[], rounds = 1): Promise<Told> {
  const outfile = path.join(folder, 'child.cjs');
  await build({
    stdin: { contents: CHILD, resolveDir: path.resolve(import.meta.dirname, '../../..'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'silent',
  });
  fs.chmodSync(outfile, 0o644);
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const child = spawn(process.execPath, [outfile, ...globs], {
    ...user,
    cwd: '/',
    env: { ...process.env, ROUNDS: String(rounds) },
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Told;
}
