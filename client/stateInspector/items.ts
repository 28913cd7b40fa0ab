import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri, workspace } from 'vscode';
import type { StateFileView } from '../../server/protocol';
import {
  fileAccessibleLabel,
  fileDescription,
  fileTooltip,
  valueLabel,
  valueTooltip,
  withoutLinks,
} from './labels';
import type { DirectoryNode, FileNode, GroupNode, StateNode, ValueNode } from './nodes';

const { Collapsed, Expanded, None } = TreeItemCollapsibleState;

/**
 * The row of a node. All texts are strings, which VS Code shows as they are; never Markdown, since they come from files that
 * anyone may have written.
 * @param revealed the text of a masked value that the user asked to see
 * @param now milliseconds since 1970
 */
export function toTreeItem(node: StateNode, revealed: string | undefined, now: number): TreeItem {
  const item = createItem(node, revealed, now);
  item.id = node.key;
  return item;
}

function createItem(node: StateNode, revealed: string | undefined, now: number): TreeItem {
  switch (node.kind) {
    case 'group':
      return groupItem(node);
    case 'directory':
      return directoryItem(node);
    case 'file':
      return fileItem(node, now);
    case 'value':
      return valueItem(node, revealed);
    case 'more':
      return new TreeItem(l10n.t('{0} more values', node.count), None);
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

function fileItem({ file, children }: FileNode, now: number): TreeItem {
  const item = new TreeItem(file.name, children.length === 0 ? None : Collapsed);
  item.description = fileDescription(file, now);
  item.tooltip = fileTooltip(file);
  item.iconPath = fileIcon(file);
  item.accessibilityInformation = { label: fileAccessibleLabel(file, now), role: 'treeitem' };
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
  if (file.warnings.length > 0) return new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
  return new ThemeIcon(file.format === 'binary' ? 'file-binary' : ICONS[file.kind]);
}

/** What the menus' conditions look at, e.g. `file.file.deletable`. */
function fileContext({ kind, own }: StateFileView): string {
  const deletable = own && (kind === 'file' || kind === 'fifo');
  return `file.${kind}${deletable ? '.deletable' : ''}`;
}

function valueItem({ value }: ValueNode, revealed: string | undefined): TreeItem {
  const item = new TreeItem(valueLabel(value, revealed), None);
  item.tooltip = valueTooltip(value, revealed);
  const hidden = value.masked && revealed === undefined;
  item.iconPath = new ThemeIcon(hidden ? 'lock' : value.literal ? 'symbol-variable' : 'symbol-event');
  item.contextValue = hidden ? 'value.masked' : 'value';
  const label = hidden ? l10n.t('{0}, hidden value', value.name) : valueLabel(value, revealed);
  item.accessibilityInformation = { label, role: 'treeitem' };
  return item;
}

/** The line above the tree: what limits the list. */
export function noticeText(notices: readonly string[]): string | undefined {
  return notices.length === 0 ? undefined : withoutLinks(notices.join('\n'));
}
