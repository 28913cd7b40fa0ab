import { l10n, window } from 'vscode';
import { withoutLinks } from './labels';

/** Tells of something that was not done; names of files and values cannot become links. */
export function warn(message: string): void {
  void window.showWarningMessage(withoutLinks(message));
}

/** Says what to do where the server does not answer. */
export async function guarded(action: Promise<void>): Promise<void> {
  try {
    await action;
  } catch {
    warn(
      l10n.t(
        'The Crossblock language server does not answer. Crossblock: Restart Language Server starts it again.',
      ),
    );
  }
}
