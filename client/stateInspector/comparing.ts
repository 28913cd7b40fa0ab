import { commands, l10n, type QuickPickItem, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { LIST_PAST_STATES, type PastStateView, type StatePathParams } from '../../server/protocol';
import { pastStateUri } from './documents';
import { warn } from './messages';

/** What is compared: a path with its name as it is shown. */
export interface Compared {
  readonly pathKey: string;
  readonly name: string;
}

/** Shows what a file's last change has changed. */
export async function comparePrevious(client: LanguageClient, file: Compared): Promise<void> {
  const [before, after] = (await statesOf(client, file)).slice(-2);
  if (before === undefined || after === undefined)
    warn(l10n.t('{0} has not changed since it was listed first.', file.name));
  else await showDifference(file, before, after);
}

/** Lets the user choose two states and shows how they differ, the older one left. */
export async function compareStates(client: LanguageClient, file: Compared): Promise<void> {
  const states = await statesOf(client, file);
  if (states.length < 2) {
    warn(l10n.t('{0} has not changed since it was listed first.', file.name));
    return;
  }
  const first = await choose(states, l10n.t('Compare which state of {0}?', file.name));
  if (first === undefined) return;
  const others = states.filter(state => state !== first);
  const second = await choose(others, l10n.t('Compare it with which one?'));
  if (second === undefined) return;
  const [before, after] = first.version < second.version ? [first, second] : [second, first];
  await showDifference(file, before, after);
}

async function statesOf(client: LanguageClient, { pathKey }: Compared): Promise<readonly PastStateView[]> {
  return client.sendRequest<readonly PastStateView[]>(LIST_PAST_STATES, {
    pathKey,
  } satisfies StatePathParams);
}

/** The last state is the first to choose. */
async function choose(
  states: readonly PastStateView[],
  placeHolder: string,
): Promise<PastStateView | undefined> {
  const items = states
    .map((state): QuickPickItem & { readonly state: PastStateView } => ({ label: titleOf(state), state }))
    .reverse();
  return (await window.showQuickPick(items, { placeHolder }))?.state;
}

/** Two states of one second have different titles. */
function titleOf({ at, gone, version }: PastStateView): string {
  const time = new Date(at).toLocaleTimeString(undefined, { hour12: false });
  const title = l10n.t('{0}, state {1}', time, version);
  return gone ? l10n.t('{0} (gone)', title) : title;
}

async function showDifference(
  { pathKey, name }: Compared,
  before: PastStateView,
  after: PastStateView,
): Promise<void> {
  const uri = (state: PastStateView) => pastStateUri({ pathKey, version: state.version }, name);
  const title = `${name}: ${titleOf(before)} ↔ ${titleOf(after)}`;
  await commands.executeCommand('vscode.diff', uri(before), uri(after), title);
}
