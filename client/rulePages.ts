import { commands, type Disposable, type ExtensionContext, Uri } from 'vscode';

/** The server's code actions run it with a rule's name. */
export const SHOW_RULE = 'crossblock.showRule';

/** *Show documentation*: a rule's page, as it is installed with the extension. */
export function registerRulePages({ extensionUri }: ExtensionContext): Disposable {
  return commands.registerCommand(SHOW_RULE, async (rule: unknown) => {
    // Another extension could call it with a path.
    if (typeof rule !== 'string' || !/^[a-z-]+$/.test(rule)) return;
    const page = Uri.joinPath(extensionUri, 'docs', 'rules', `${rule}.md`);
    await commands.executeCommand('markdown.showPreview', page);
  });
}
