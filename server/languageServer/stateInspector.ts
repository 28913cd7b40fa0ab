import type { Connection } from 'vscode-languageserver/node';
import { InspectorThread } from '../inspector/inspectorThread';
import type { InspectorSources } from '../inspector/session';
import type { StateFilesView } from '../inspector/types';
import {
  DELETE_STATE_FILE,
  DESCRIBE_STATE_FILE,
  type DeleteStateFileResult,
  LIST_PAST_STATES,
  LIST_STATE_FILES,
  type ListStateFilesParams,
  type ListStateFilesResult,
  LOCATE_STATE_FILE,
  LOCATE_STATE_FOLDER,
  type PastStateParams,
  type PastStateView,
  READ_PAST_STATE,
  READ_STATE_VALUE,
  STATE_FILES_CHANGED,
  STATE_FILES_VISIBLE,
  type StateFileParams,
  type StateFilePathResult,
  type StateFilesVisibleParams,
  type StatePathParams,
  type StateTextResult,
  type StateValueParams,
  type StateValueResult,
} from '../protocol';

/** The running inspector. */
export interface StateInspector {
  /** To be called when documents, settings, trust or workspace folders have changed what is looked for. */
  sourcesChanged(): void;
  /** The list as it is now; one that is not older than a second may be given again. */
  recent(): Promise<StateFilesView>;
  dispose(): Promise<void>;
}

/** Milliseconds for which a list is good enough for a hover. */
const RECENT = 1000;

/**
 * Serves the State Inspector's requests on a connection; to be called before it listens.
 * @param threadFile absolute path of the bundle that the inspector's thread runs
 */
export function registerStateInspector(
  connection: Connection,
  sources: Omit<InspectorSources, 'environment'>,
  threadFile: string,
): StateInspector {
  const inspector = new InspectorThread(threadFile, sources, () => {
    void connection.sendNotification(STATE_FILES_CHANGED);
  });
  let recent: { readonly at: number; readonly view: Promise<StateFilesView> } | undefined;
  const registrations = [
    connection.onRequest(
      LIST_STATE_FILES,
      ({ refresh }: ListStateFilesParams): Promise<ListStateFilesResult> => inspector.list(refresh),
    ),
    connection.onRequest(
      READ_STATE_VALUE,
      ({ id, index, name }: StateValueParams): Promise<StateValueResult> => inspector.value(id, index, name),
    ),
    connection.onRequest(
      LOCATE_STATE_FILE,
      ({ id }: StateFileParams): Promise<StateFilePathResult> => inspector.locate(id),
    ),
    connection.onRequest(
      LOCATE_STATE_FOLDER,
      ({ id }: StateFileParams): Promise<StateFilePathResult> => inspector.folder(id),
    ),
    connection.onRequest(
      DESCRIBE_STATE_FILE,
      ({ id }: StateFileParams): Promise<StateTextResult> => inspector.content(id),
    ),
    connection.onRequest(
      DELETE_STATE_FILE,
      ({ id }: StateFileParams): Promise<DeleteStateFileResult> => inspector.remove(id),
    ),
    connection.onRequest(
      LIST_PAST_STATES,
      ({ pathKey }: StatePathParams): Promise<readonly PastStateView[]> => inspector.history(pathKey),
    ),
    connection.onRequest(
      READ_PAST_STATE,
      ({ pathKey, version }: PastStateParams): Promise<StateTextResult> => inspector.state(pathKey, version),
    ),
    connection.onNotification(STATE_FILES_VISIBLE, ({ visible }: StateFilesVisibleParams) =>
      inspector.setLive(visible),
    ),
  ];
  return {
    sourcesChanged: () => inspector.sourcesChanged(),
    recent() {
      const now = Date.now();
      if (recent === undefined || now - recent.at > RECENT) recent = { at: now, view: inspector.list(false) };
      return recent.view;
    },
    async dispose() {
      for (const registration of registrations) registration.dispose();
      await inspector.dispose();
    },
  };
}
