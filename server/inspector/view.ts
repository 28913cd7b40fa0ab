import type { BigIntStats } from 'node:fs';
import { displayName, escapeForDisplay } from './display';
import { fingerprint } from './fingerprint';
import { type RawValue, readContent } from './formats';
import { MAX_STATE_CHARACTERS } from './history';
import { type OpenDirectory, placePath } from './openDirectory';
import { looksSecret, MASK } from './secrets';
import { isOwn, kindOf, readStateFile } from './stateFile';
import type { StateFileView, StateFileWarning, StateValueView } from './types';

/** No more values of a file are shown. */
const MAX_VALUES = 100;
/** No more characters of a value, or of its name, are shown. */
const MAX_SHOWN = 300;
/** Characters of a value in the text of a state. */
const MAX_LINE = 2000;

/** What may be shown of an entry, without what its path and the documents say. */
export type EntryView = Omit<StateFileView, 'id' | 'pathKey' | 'claims' | 'stale' | 'states'>;

/** An entry as it may be shown, and its state as a text that can be compared with others; no secret is in either. */
export interface Described {
  readonly view: EntryView;
  readonly state: string;
}

/** What may be shown of an entry, apart from what the directory's users say about it. Reads it if it is a regular file. */
export async function describeEntry(
  directory: OpenDirectory,
  name: Buffer,
  stats: BigIntStats,
): Promise<Described> {
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
  if (kind !== 'file') return described({ ...head, ...NO_CONTENT, remarks: [] }, []);
  const reading = await readStateFile(directory, name, stats);
  if (reading.kind === 'unread') {
    return described({ ...head, ...NO_CONTENT, remarks: [reading.reason] }, []);
  }
  const { format, values, remarks } = readContent(reading.bytes, reading.truncated);
  const view = {
    ...head,
    format,
    values: values.slice(0, MAX_VALUES).map(valueView),
    moreValues: Math.max(0, values.length - MAX_VALUES),
    remarks,
  };
  return described(view, values);
}

const NO_CONTENT = { format: undefined, values: [], moreValues: 0 } as const;

function described(view: EntryView, values: readonly RawValue[]): Described {
  return { view, state: stateText(view, values) };
}

/** A file's state, a line for each value: what it is compared by. */
function stateText(
  { kind, format, size, mode, owner, remarks }: EntryView,
  values: readonly RawValue[],
): string {
  const lines = [
    `# ${format ?? kind}, ${size} bytes, mode ${mode.toString(8).padStart(3, '0')}, user ${owner}`,
    ...remarks.map(remark => `# ${remark}`),
  ];
  let length = 0;
  for (const { name, value } of values) {
    const text = looksSecret(name, value) ? `${MASK} (${fingerprint(value)})` : whole(value);
    const line = name === '' ? text : `${shown(name)} = ${text}`;
    length += line.length + 1;
    if (length > MAX_STATE_CHARACTERS) return [...lines, '# The rest is not remembered.', ''].join('\n');
    lines.push(line);
  }
  return [...lines, ''].join('\n');
}

/** A value in one line; of a long one the beginning, and a fingerprint, so that a change behind it is one, too. */
function whole(value: string): string {
  return value.length > MAX_LINE
    ? `${escapeForDisplay(value.slice(0, MAX_LINE))}… (${fingerprint(value)})`
    : escapeForDisplay(value);
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
    ...(masked ? { fingerprint: fingerprint(value.value) } : {}),
    literal: value.literal,
  };
}

/** The text as it may be shown in one line, cut to a few hundred characters. */
export function shown(text: string): string {
  const escaped = escapeForDisplay(text.slice(0, MAX_SHOWN));
  return text.length > MAX_SHOWN ? `${escaped}…` : escaped;
}
