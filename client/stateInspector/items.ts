import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri, workspace } from 'vscode';
import type { StateFileView } from '../../server/protocol';
import {
  fileAccessibleLabel,
  fileDescription,
  fileTooltip,
  formatAge,
  valueLabel,
  valueTooltip,
  withoutLinks,
} from './labels';
import type {
  DirectoryNode,
  FileNode,
  GoneGroupNode,
  GoneNode,
  GroupNode,
  StateNode,
  ValueNode,
} from './nodes';

const { Collapsed, Expanded, None } = TreeItemCollapsibleState;

/**
 * The row of a node. All texts are strings, which VS Code shows as they are; never Markdown, since they come from files that
 * anyone may have written.
 * @param look what the user has seen, and asked to see
 * @param now milliseconds since 1970
 */
export function toTreeItem(node: StateNode, look: Look, now: number): TreeItem {
  const item = createItem(node, look, now);
  item.id = node.key;
  return item;
}

/** What a row shows besides its node. */
export interface Look {
  /** The text of a masked value that the user asked to see. */
  readonly revealed: string | undefined;
  /** Whether it, or a value in it, is another than when the user looked last. */
  readonly changed: boolean;
  /** Whether the user has opened it. */
  readonly expanded: boolean;
}

function createItem(node: StateNode, look: Look, now: number): TreeItem {
  switch (node.kind) {
    case 'group':
      return groupItem(node);
    case 'directory':
      return directoryItem(node);
    case 'file':
      return fileItem(node, look, now);
    case 'value':
      return valueItem(node, look);
    case 'more':
      return new TreeItem(l10n.t('{0} more values', node.count), None);
    case 'goneGroup':
      return goneGroupItem(node, look);
    case 'gone':
      return goneItem(node, now);
  }
}

function groupItem({ uri }: GroupNode): TreeItem {
  if (uri === undefined) {
    const item = new TreeItem(l10n.t('Not named by any document'), Expanded);
    item.iconPath = new ThemeIcon('question');
    item.tooltip = l10n.t('Files that only the setting crossblock.state.globs names.');
    return item;
  }
  const document = Uri.parse(uri);
  const item = new TreeItem(workspace.asRelativePath(document), Expanded);
  item.iconPath = new ThemeIcon('markdown');
  item.tooltip = l10n.t('State files that {0} writes or loads', document.fsPath);
  item.contextValue = 'document';
  return item;
}

function directoryItem({ path, children }: DirectoryNode): TreeItem {
  const item = new TreeItem(path, Expanded);
  item.iconPath = ThemeIcon.Folder;
  item.tooltip = path;
  item.description = String(children.length);
  return item;
}

function goneGroupItem({ children }: GoneGroupNode, { expanded }: Look): TreeItem {
  const item = new TreeItem(l10n.t('Gone'), expanded ? Expanded : Collapsed);
  item.iconPath = new ThemeIcon('history');
  item.description = String(children.length);
  item.tooltip = l10n.t('Files that have gone since they were listed. What they held can still be compared.');
  return item;
}

function goneItem({ file }: GoneNode, now: number): TreeItem {
  const item = new TreeItem(file.name, None);
  item.description = l10n.t('gone {0} · {1}', formatAge(file.at, now), file.directory);
  item.tooltip = `${file.directory}/${file.name}`;
  item.iconPath = new ThemeIcon('circle-slash');
  item.contextValue = 'gone.history';
  item.accessibilityInformation = {
    label: l10n.t('{0}, gone {1} ago', file.name, formatAge(file.at, now)),
    role: 'treeitem',
  };
  return item;
}

function fileItem({ file, children }: FileNode, { changed, expanded }: Look, now: number): TreeItem {
  const item = new TreeItem(file.name, children.length === 0 ? None : expanded ? Expanded : Collapsed);
  const description = fileDescription(file, now);
  item.description = changed ? l10n.t('● changed · {0}', description) : description;
  item.tooltip = fileTooltip(file);
  item.iconPath = fileIcon(file);
  const label = fileAccessibleLabel(file, now);
  item.accessibilityInformation = {
    label: changed ? l10n.t('{0} Values have changed since you looked.', label) : label,
    role: 'treeitem',
  };
  item.contextValue = fileContext(file);
  return item;
}

const ICONS: Readonly<Record<StateFileView['kind'], string>> = {
  file: 'file',
  fifo: 'arrow-swap',
  socket: 'plug',
  directory: 'folder',
  link: 'file-symlink-file',
  device: 'chip',
};

function fileIcon(file: StateFileView): ThemeIcon {
  // A name that others can know is worth a line in the tooltip; in /tmp nearly every file has one.
  const isUnsafe = file.warnings.some(warning => warning !== 'predictableName');
  if (isUnsafe && file.kind === 'file')
    return new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
  const icon = file.format === 'binary' ? 'file-binary' : ICONS[file.kind];
  return isUnsafe ? new ThemeIcon(icon, new ThemeColor('list.warningForeground')) : new ThemeIcon(icon);
}

/** What the menus' conditions look at, e.g. `file.file.deletable`. */
function fileContext({ kind, states, claims, ...file }: StateFileView): string {
  const uses = new Set(claims.map(({ access }) => access));
  return [
    `file.${kind}`,
    ...(states > 1 ? ['history'] : []),
    ...(uses.has('write') ? ['written'] : []),
    ...(uses.has('load') ? ['loaded'] : []),
    ...(isDeletable({ kind, ...file }) ? ['deletable'] : []),
  ].join('.');
}

/** Whether deleting a file is offered; the server decides again when it is done. */
export function isDeletable({ own, kind }: Pick<StateFileView, 'own' | 'kind'>): boolean {
  return own && (kind === 'file' || kind === 'fifo');
}

function valueItem({ value }: ValueNode, { revealed, changed }: Look): TreeItem {
  const item = new TreeItem(valueLabel(value, revealed), None);
  item.tooltip = valueTooltip(value, revealed);
  const hidden = value.masked && revealed === undefined;
  item.iconPath = new ThemeIcon(hidden ? 'lock' : value.literal ? 'symbol-variable' : 'symbol-event');
  item.contextValue = hidden ? 'value.masked' : 'value';
  if (changed) item.description = l10n.t('● changed');
  const label = hidden ? l10n.t('{0}, hidden value', value.name) : valueLabel(value, revealed);
  item.accessibilityInformation = {
    label: changed ? l10n.t('{0}, changed since you looked', label) : label,
    role: 'treeitem',
  };
  return item;
}

/** The line above the tree: what limits the list. */
export function noticeText(notices: readonly string[]): string | undefined {
  return notices.length === 0 ? undefined : withoutLinks(notices.join('\n'));
}
