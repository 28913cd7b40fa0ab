import type { Connection } from 'vscode-languageserver/node';
import { deleteFile, locateFile, readValue } from '../inspector/entryActions';
import { InspectorSession, type InspectorSources } from '../inspector/session';
import {
  DELETE_STATE_FILE,
  type DeleteStateFileResult,
  LIST_STATE_FILES,
  type ListStateFilesParams,
  type ListStateFilesResult,
  LOCATE_STATE_FILE,
  READ_STATE_VALUE,
  STATE_FILES_CHANGED,
  STATE_FILES_VISIBLE,
  type StateFileParams,
  type StateFilePathResult,
  type StateFilesVisibleParams,
  type StateValueParams,
  type StateValueResult,
} from '../protocol';

/** The running inspector. */
export interface StateInspector {
  /** To be called when documents, settings, trust or workspace folders have changed what is looked for. */
  sourcesChanged(): void;
  dispose(): void;
}

/** Serves the State Inspector's requests on a connection; to be called before it listens. */
export function registerStateInspector(
  connection: Connection,
  sources: Omit<InspectorSources, 'environment'>,
): StateInspector {
  const session = new InspectorSession({ ...sources, environment: process.env }, () => {
    void connection.sendNotification(STATE_FILES_CHANGED);
  });
  const registrations = [
    connection.onRequest(
      LIST_STATE_FILES,
      ({ refresh }: ListStateFilesParams): Promise<ListStateFilesResult> => session.list(refresh),
    ),
    connection.onRequest(
      READ_STATE_VALUE,
      ({ id, index, name }: StateValueParams): Promise<StateValueResult> =>
        readValue(session.entries.find(id), index, name),
    ),
    connection.onRequest(
      LOCATE_STATE_FILE,
      ({ id }: StateFileParams): Promise<StateFilePathResult> => locateFile(session.entries.find(id)),
    ),
    connection.onRequest(
      DELETE_STATE_FILE,
      ({ id }: StateFileParams): Promise<DeleteStateFileResult> => deleteFile(session.entries.find(id)),
    ),
    connection.onNotification(STATE_FILES_VISIBLE, ({ visible }: StateFilesVisibleParams) =>
      session.setLive(visible),
    ),
  ];
  return {
    sourcesChanged: () => session.sourcesChanged(),
    dispose() {
      session.setLive(false);
      for (const registration of registrations) registration.dispose();
    },
  };
}
