import { type ExtensionContext, window, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { WORKSPACE_TRUSTED } from '../server/protocol';
import { registerBlockFlow } from './blockFlow';
import { registerCommands } from './commands';
import { registerFixWorkspace } from './fixWorkspace';
import { createLanguageClient, documentSelector } from './languageClient';
import { registerLanguageStatus } from './languageStatus';
import { registerRulePages } from './rulePages';
import { registerRunInTerminal } from './runInTerminal';
import { registerShellStateRules } from './shellStateRules';
import { registerStateInspector } from './stateInspector';
import { registerTasks } from './tasks';

let client: LanguageClient | undefined;

/** Starts the language server and wires what only VS Code can do; the editor does not wait for the server. */
export function activate(context: ExtensionContext): void {
  const output = window.createOutputChannel('Crossblock', { log: true });
  client = createLanguageClient(context, output);
  context.subscriptions.push(output, ...registerCommands(client, output));
  context.subscriptions.push(
    registerRunInTerminal(context),
    registerRulePages(context),
    registerFixWorkspace(client),
  );
  registerStateInspector(context, client);
  registerBlockFlow(context, client);
  context.subscriptions.push(
    ...registerLanguageStatus(client, documentSelector),
    registerShellStateRules(client),
    registerTasks(context.asAbsolutePath('dist/server.js')),
  );
  context.subscriptions.push(
    workspace.onDidGrantWorkspaceTrust(() => void client?.sendNotification(WORKSPACE_TRUSTED)),
  );
  // The client itself shows why a start failed; here the failure only must not stay unhandled.
  client.start().catch((error: unknown) => output.error('The language server did not start.', String(error)));
}

/** Ends the server process; VS Code waits for it a few seconds. */
export async function deactivate(): Promise<void> {
  if (client?.isRunning()) await client.stop();
}
