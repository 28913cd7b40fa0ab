import type { StateFilesView, StateFileView, StateValueView } from '../../server/protocol';

/** A document that writes or loads the files in it; without `uri`, the files that no document names. */
export interface GroupNode {
  readonly kind: 'group';
  readonly key: string;
  readonly uri: string | undefined;
  readonly children: readonly DirectoryNode[];
}

export interface DirectoryNode {
  readonly kind: 'directory';
  readonly key: string;
  /** Absolute path, escaped. */
  readonly path: string;
  readonly children: readonly FileNode[];
}

export interface FileNode {
  readonly kind: 'file';
  readonly key: string;
  readonly file: StateFileView;
  readonly children: readonly (ValueNode | MoreNode)[];
}

export interface ValueNode {
  readonly kind: 'value';
  readonly key: string;
  readonly file: StateFileView;
  readonly value: StateValueView;
}

/** Stands for the values that are not listed. */
export interface MoreNode {
  readonly kind: 'more';
  readonly key: string;
  readonly count: number;
}

export type StateNode = GroupNode | DirectoryNode | FileNode | ValueNode | MoreNode;

/**
 * The tree of the view: documents in the order of their names, then what no document names; in each, directories and
 * files. A file that several documents name is in each of them. Keys stay the same when contents change, so that what the
 * user opened stays open.
 */
export function buildTree({ files }: StateFilesView): readonly GroupNode[] {
  const groups = new Map<string, StateFileView[]>();
  for (const file of files) {
    const uris = new Set(file.claims.map(claim => claim.uri));
    for (const uri of uris.size === 0 ? [UNCLAIMED] : uris) append(groups, uri, file);
  }
  return [...groups]
    .sort(([first], [second]) => compareGroups(first, second))
    .map(([uri, members]) => ({
      kind: 'group',
      key: uri,
      uri: uri === UNCLAIMED ? undefined : uri,
      children: directories(uri, members),
    }));
}

/** No URI is empty. */
const UNCLAIMED = '';

function compareGroups(first: string, second: string): number {
  if (first === UNCLAIMED || second === UNCLAIMED) return first === UNCLAIMED ? 1 : -1;
  return first < second ? -1 : 1;
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function directories(group: string, files: readonly StateFileView[]): readonly DirectoryNode[] {
  const byDirectory = new Map<string, StateFileView[]>();
  for (const file of files) append(byDirectory, file.directory, file);
  return [...byDirectory].map(([path, members]) => ({
    kind: 'directory',
    key: `${group}\n${path}`,
    path,
    children: members.map(file => fileNode(group, file)),
  }));
}

function fileNode(group: string, file: StateFileView): FileNode {
  const key = `${group}\n${file.pathKey}`;
  const values = file.values.map(
    (value): ValueNode => ({ kind: 'value', key: `${key}\n${value.index}`, file, value }),
  );
  const more: readonly MoreNode[] =
    file.moreValues === 0 ? [] : [{ kind: 'more', key: `${key}\nmore`, count: file.moreValues }];
  return { kind: 'file', key, file, children: [...values, ...more] };
}
