import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Files by absolute path, each with what changes when it is written. */
export type FileStates = ReadonlyMap<string, string>;

/** More files than this are not looked at. */
const MAX_FILES = 20_000;

const SKIPPED = new Set(['.git', 'node_modules']);

/** Places in which blocks keep state: the directory of the run and those of temporary files, the latter two levels deep. */
export async function fileStates(directory: string): Promise<FileStates> {
  const states = new Map<string, string>();
  await collect(directory, 12, states);
  for (const place of new Set([os.tmpdir(), '/tmp', path.join(os.homedir(), '.claude/tmp')]))
    await collect(place, 2, states);
  return states;
}

async function collect(folder: string, depth: number, states: Map<string, string>): Promise<void> {
  let entries: readonly Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch {
    // What may not be read was not written by a block of ours either, or is gone by now.
    return;
  }
  for (const entry of entries) {
    if (states.size >= MAX_FILES) return;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (depth > 1 && !SKIPPED.has(entry.name)) await collect(file, depth - 1, states);
    } else await note(file, states);
  }
}

async function note(file: string, states: Map<string, string>): Promise<void> {
  try {
    const { mtimeNs, size, ino } = await lstat(file, { bigint: true });
    states.set(file, `${mtimeNs} ${size} ${ino}`);
  } catch {
    // Gone between the list and the look.
  }
}

/** `writes a`, `changes b`, `removes c`: what happened between two looks. */
export function fileChanges(before: FileStates, after: FileStates): readonly string[] {
  const written = [...after].flatMap(([file, state]) => {
    const known = before.get(file);
    return known === state ? [] : [`${known === undefined ? 'writes' : 'changes'} ${file}`];
  });
  const removed = [...before.keys()].filter(file => !after.has(file)).map(file => `removes ${file}`);
  return [...written, ...removed].filter(change => !/[\\/]crossblock-run-/.test(change));
}
