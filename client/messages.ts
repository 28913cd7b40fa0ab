import { commands, l10n, type MessageItem, window } from 'vscode';

/** A button of a message that runs one of the extension's commands. */
interface CommandButton extends MessageItem {
  readonly command: string;
}

const showOutput = (): CommandButton => ({ title: l10n.t('Show Output'), command: 'crossblock.showOutput' });
const restartServer = (): CommandButton => ({
  title: l10n.t('Restart Server'),
  command: 'crossblock.restartServer',
});

/** Tells of something that went wrong and was mended. */
export async function warn(message: string): Promise<void> {
  await run(await window.showWarningMessage(message, showOutput()));
}

/** Tells of something that stays broken until the server is started again. */
export async function reportStoppedServer(message: string): Promise<void> {
  await run(await window.showErrorMessage(message, restartServer(), showOutput()));
}

async function run(button: CommandButton | undefined): Promise<void> {
  if (button !== undefined) await commands.executeCommand(button.command);
}
