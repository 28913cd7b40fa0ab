import { commands, type Disposable, type LogOutputChannel, l10n } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { reportStoppedServer } from './messages';

/** Registers the commands that stand in the palette under "Crossblock". */
export function registerCommands(client: LanguageClient, output: LogOutputChannel): readonly Disposable[] {
  return [
    commands.registerCommand('crossblock.restartServer', () => restart(client)),
    commands.registerCommand('crossblock.showOutput', () => output.show()),
    commands.registerCommand('crossblock.openSettings', () =>
      commands.executeCommand('workbench.action.openSettings', '@ext:crossblock.crossblock'),
    ),
  ];
}

/** A server that gave up after repeated crashes is not running: it is started, not restarted. */
async function restart(client: LanguageClient): Promise<void> {
  try {
    await (client.isRunning() ? client.restart() : client.start());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await reportStoppedServer(l10n.t('The Crossblock language server cannot be started: {0}', reason));
  }
}
