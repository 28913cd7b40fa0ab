import type { BigIntStats } from 'node:fs';
import { displayName, escapeForDisplay } from './display';
import { type RawValue, readContent } from './formats';
import { type OpenDirectory, placePath } from './openDirectory';
import { looksSecret, MASK } from './secrets';
import { isOwn, kindOf, readStateFile } from './stateFile';
import type { StateFileView, StateFileWarning, StateValueView } from './types';

/** No more values of a file are shown. */
const MAX_VALUES = 100;
/** No more characters of a value, or of its name, are shown. */
const MAX_SHOWN = 300;

/** What may be shown of an entry, without what its path and the documents say. */
export type EntryView = Omit<StateFileView, 'id' | 'pathKey' | 'claims'>;

/** What may be shown of an entry, apart from what the directory's users say about it. Reads it if it is a regular file. */
export async function describeEntry(
  directory: OpenDirectory,
  name: Buffer,
  stats: BigIntStats,
): Promise<EntryView> {
  const kind = kindOf(stats);
  const head = {
    name: displayName(name),
    directory: displayName(placePath(directory.place)),
    kind,
    size: Number(stats.size),
    modified: Number(stats.mtimeMs),
    mode: Number(stats.mode & 0o7777n),
    owner: Number(stats.uid),
    own: isOwn(stats),
    warnings: warningsOf(stats),
  };
  if (kind !== 'file') return { ...head, format: undefined, values: [], moreValues: 0, remarks: [] };
  const reading = await readStateFile(directory, name, stats);
  if (reading.kind === 'unread') {
    return { ...head, format: undefined, values: [], moreValues: 0, remarks: [reading.reason] };
  }
  const { format, values, remarks } = readContent(reading.bytes, reading.truncated);
  return {
    ...head,
    format,
    values: values.slice(0, MAX_VALUES).map(valueView),
    moreValues: Math.max(0, values.length - MAX_VALUES),
    remarks,
  };
}

function warningsOf(stats: BigIntStats): readonly StateFileWarning[] {
  const warnings: StateFileWarning[] = [];
  // A link's own permissions mean nothing.
  if ((stats.mode & 0o002n) !== 0n && !stats.isSymbolicLink()) warnings.push('worldWritable');
  if (!isOwn(stats)) warnings.push('otherOwner');
  if (stats.isSymbolicLink()) warnings.push('symbolicLink');
  return warnings;
}

function valueView(value: RawValue, index: number): StateValueView {
  const masked = looksSecret(value.name, value.value);
  return {
    index,
    name: shown(value.name),
    text: masked ? MASK : shown(value.value),
    masked,
    literal: value.literal,
  };
}

/** The text as it may be shown in one line, cut to a few hundred characters. */
export function shown(text: string): string {
  const escaped = escapeForDisplay(text.slice(0, MAX_SHOWN));
  return text.length > MAX_SHOWN ? `${escaped}…` : escaped;
}
