import { l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  DELETE_STATE_FILE,
  type DeleteStateFileResult,
  type StateFileParams,
  type StateFileView,
} from '../../server/protocol';
import { isDeletable } from './items';
import { fileDescription, withoutLinks } from './labels';
import { warn } from './messages';
import type { StateFilesModel } from './model';

/** Files that a question names one by one. */
const MAX_NAMED = 12;

/** Deletes a file after a question. */
export async function removeOne(
  client: LanguageClient,
  model: StateFilesModel,
  file: StateFileView,
): Promise<void> {
  if (!isDeletable(file)) {
    const reason = file.own
      ? l10n.t('Only regular files and FIFOs are deleted.')
      : l10n.t('It belongs to another user.');
    warn(l10n.t('{0} was not deleted. {1}', file.name, reason));
    return;
  }
  if (await confirmed(l10n.t('Delete {0}?', file.name), [file])) await remove(client, model, [file]);
}

/** Deletes all leftovers of the user after a question that names them. */
export async function removeStale(client: LanguageClient, model: StateFilesModel): Promise<void> {
  await model.load(true);
  const stale = model.files.filter(file => file.stale !== undefined && isDeletable(file));
  if (stale.length === 0) {
    void window.showInformationMessage(l10n.t('There are no stale state files of yours.'));
    return;
  }
  if (await confirmed(l10n.t('Delete {0} stale state files?', stale.length), stale))
    await remove(client, model, stale);
}

async function confirmed(question: string, files: readonly StateFileView[]): Promise<boolean> {
  const go = l10n.t('Delete');
  const now = Date.now();
  const named = files
    .slice(0, MAX_NAMED)
    .map(file => `${file.directory}/${file.name} (${fileDescription(file, now)})`);
  const more = files.length > MAX_NAMED ? [l10n.t('and {0} more', files.length - MAX_NAMED)] : [];
  const detail = [...named, ...more, l10n.t('This cannot be undone.')].join('\n');
  return (await window.showWarningMessage(withoutLinks(question), { modal: true, detail }, go)) === go;
}

/** What is refused is told with its reason; the rest is deleted all the same. */
async function remove(
  client: LanguageClient,
  model: StateFilesModel,
  files: readonly StateFileView[],
): Promise<void> {
  const refusals: string[] = [];
  for (const file of files) {
    const params: StateFileParams = { id: file.id };
    const outcome: DeleteStateFileResult = await client.sendRequest(DELETE_STATE_FILE, params);
    if ('refused' in outcome) refusals.push(l10n.t('{0} was not deleted. {1}', file.name, outcome.refused));
  }
  const [first] = refusals;
  if (first !== undefined)
    warn(refusals.length === 1 ? first : l10n.t('{0} And {1} more were not.', first, refusals.length - 1));
  await model.load(true);
}
