import type { BigIntStats } from 'node:fs';
import path from 'node:path';
import { contentText } from './contentText';
import { displayName, escapeForDisplay, exactName } from './display';
import type { Entry } from './entryTable';
import { exportCommand } from './exportCommand';
import { readContent } from './formats';
import { OpenDirectory, placePath } from './openDirectory';
import { readStateFile, reasonOf, removeStateFile } from './stateFile';
import { shown } from './view';

/** Why something was not done, as a sentence. */
export interface Refusal {
  readonly refused: string;
}

const UNKNOWN: Refusal = { refused: 'It is no longer in the list.' };
const SUCCESSOR: Refusal = { refused: 'Another file has its name by now.' };

/**
 * Reads one value anew, as it is. Only files of the list can be asked for.
 * @param index the value's position in the list
 * @param name the value's name in the list; the position alone may mean another value by now
 */
export async function readValue(
  entry: Entry | undefined,
  index: number,
  name: string,
): Promise<{ readonly value: string; readonly text: string; readonly exported: string } | Refusal> {
  return withEntry(entry, async (directory, { name: fileName }, stats) => {
    const reading = await readStateFile(directory, fileName, stats);
    if (reading.kind === 'unread') return { refused: reading.reason };
    const { values } = readContent(reading.bytes, reading.truncated);
    const named = values.filter(value => shown(value.name) === name);
    const found =
      shown(values[index]?.name ?? '') === name ? values[index] : named.length === 1 ? named[0] : undefined;
    if (found === undefined) return { refused: 'The file does not hold this value any more.' };
    const exported = exportCommand(found.name, found.value, displayName(fileName));
    return { value: found.value, text: escapeForDisplay(found.value), exported };
  });
}

/** The path to open a regular file by, if it is still the one in the list. */
export async function locateFile(entry: Entry | undefined): Promise<{ readonly path: string } | Refusal> {
  return withEntry(entry, async (_directory, { place, name }, stats) => {
    if (!stats.isFile())
      return {
        refused: 'Only regular files can be opened: anything else could wait for ever or lead elsewhere.',
      };
    const folder = exactName(placePath(place));
    const file = exactName(name);
    if (folder === undefined || file === undefined)
      return { refused: 'Its name is not UTF-8, so that no editor can open it.' };
    return { path: path.join(folder, file) };
  });
}

/** The path of the directory that an entry lies in. */
export async function locateFolder(entry: Entry | undefined): Promise<{ readonly path: string } | Refusal> {
  return withEntry(entry, async (_directory, { place }) => {
    const folder = exactName(placePath(place));
    return folder === undefined ? { refused: 'The name of its directory is not UTF-8.' } : { path: folder };
  });
}

/** Says in a text what an entry is, for what no editor opens: bytes as a dump, anything else without opening it. */
export async function describeContent(
  entry: Entry | undefined,
): Promise<{ readonly content: string } | Refusal> {
  return withEntry(entry, async (directory, { name, view }, stats) => {
    const reading = stats.isFile() ? await readStateFile(directory, name, stats) : undefined;
    return { content: contentText(view, reading) };
  });
}

/** Deletes a regular file or FIFO of the user, if it is still the one in the list. */
export async function deleteFile(entry: Entry | undefined): Promise<{ readonly deleted: true } | Refusal> {
  return withEntry(entry, async (directory, { name, dev, ino }) => {
    const outcome = await removeStateFile(directory, name, { dev, ino });
    return outcome.removed ? { deleted: true } : { refused: outcome.reason };
  });
}

/** Opens the entry's directory, and makes sure that the name still means the same file. */
async function withEntry<T>(
  entry: Entry | undefined,
  action: (directory: OpenDirectory, entry: Entry, stats: BigIntStats) => Promise<T | Refusal>,
): Promise<T | Refusal> {
  if (entry === undefined) return UNKNOWN;
  try {
    const directory = await OpenDirectory.open(entry.place);
    try {
      const stats = await directory.lstat(entry.name);
      if (stats.dev !== entry.dev || stats.ino !== entry.ino) return SUCCESSOR;
      return await action(directory, entry, stats);
    } finally {
      await directory.close();
    }
  } catch (error) {
    return { refused: reasonOf(error) };
  }
}
