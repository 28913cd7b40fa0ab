import { type CancellationToken, type Disposable, l10n, Uri, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  DESCRIBE_STATE_FILE,
  type PastStateParams,
  READ_PAST_STATE,
  type StateFileParams,
  type StateTextResult,
} from '../../server/protocol';

const SCHEME = 'crossblock-state';

/** A read-only document about a file that no editor opens. @param name as it is shown */
export function descriptionUri(id: string, name: string): Uri {
  return uriOf(`${name}.txt`, { id } satisfies StateFileParams);
}

/** A read-only document of a state that a file had. */
export function pastStateUri(params: PastStateParams, name: string): Uri {
  return uriOf(`${name}.txt`, params);
}

/** `/` in a name would be a folder, and an escaped name keeps its backslashes only in the query. */
function uriOf(name: string, params: StateFileParams | PastStateParams): Uri {
  return Uri.from({
    scheme: SCHEME,
    path: `/${name.replace(/[/\\]/g, '_')}`,
    query: JSON.stringify(params),
  });
}

/** Serves these documents. */
export function registerDocuments(client: LanguageClient): Disposable {
  return workspace.registerTextDocumentContentProvider(SCHEME, {
    async provideTextDocumentContent(uri: Uri, token: CancellationToken): Promise<string> {
      const params: StateFileParams | PastStateParams = JSON.parse(uri.query);
      const method = 'version' in params ? READ_PAST_STATE : DESCRIBE_STATE_FILE;
      const result: StateTextResult = await client.sendRequest(method, params, token);
      return 'content' in result ? result.content : l10n.t('It cannot be shown. {0}', result.refused);
    },
  });
}
