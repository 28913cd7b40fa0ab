import type { GoneFileView, StateFilesView, StateFileView, StateValueView } from '../../server/protocol';

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

/** Files that have gone while they were watched. */
export interface GoneGroupNode {
  readonly kind: 'goneGroup';
  readonly key: string;
  readonly children: readonly GoneNode[];
}

export interface GoneNode {
  readonly kind: 'gone';
  readonly key: string;
  readonly file: GoneFileView;
}

export type RootNode = GroupNode | GoneGroupNode;
export type StateNode = RootNode | DirectoryNode | FileNode | ValueNode | MoreNode | GoneNode;

/**
 * The tree of the view: documents in the order of their names, then what no document names; in each, directories and
 * files. A file that several documents name is in each of them. Keys stay the same when contents change, so that what the
 * user opened stays open. Files that have gone come last.
 * @param filter part of a path, a document's address, a value's name or its shown text; case does not matter
 */
export function buildTree({ files, gone }: StateFilesView, filter = ''): readonly RootNode[] {
  const wanted = matcher(filter);
  const groups = groupNodes(files.flatMap(file => filteredFile(file, wanted) ?? []));
  const ended = gone.filter(file => wanted(`${file.directory}/${file.name}`));
  if (ended.length === 0) return groups;
  const children = ended.map((file): GoneNode => ({ kind: 'gone', key: `gone\n${file.pathKey}`, file }));
  return [...groups, { kind: 'goneGroup', key: 'gone', children }];
}

function matcher(filter: string): (text: string) => boolean {
  const wanted = filter.trim().toLowerCase();
  return text => text.toLowerCase().includes(wanted);
}

/** A file whose path or mode of being fits stays whole; of another one, the values that fit. */
function filteredFile(file: StateFileView, wanted: (text: string) => boolean): StateFileView | undefined {
  if (wanted(`${file.directory}/${file.name}`) || file.claims.some(({ uri }) => wanted(uri))) return file;
  const values = file.values.filter(value => wanted(value.name) || (!value.masked && wanted(value.text)));
  return values.length === 0 ? undefined : { ...file, values, moreValues: 0 };
}

/** The parents of all nodes, by their keys. */
export function parentsOf(roots: readonly RootNode[]): ReadonlyMap<string, StateNode> {
  const parents = new Map<string, StateNode>();
  const visit = (node: StateNode): void => {
    if (!('children' in node)) return;
    for (const child of node.children) {
      parents.set(child.key, node);
      visit(child);
    }
  };
  for (const root of roots) visit(root);
  return parents;
}

/** The first node of a file. @param pathKey {@link StateFileView.pathKey} */
export function findFile(roots: readonly RootNode[], pathKey: string): FileNode | undefined {
  for (const root of roots) {
    if (root.kind !== 'group') continue;
    for (const directory of root.children) {
      const found = directory.children.find(({ file }) => file.pathKey === pathKey);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function groupNodes(files: readonly StateFileView[]): readonly GroupNode[] {
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
