import {
  deleteFile,
  describeContent,
  locateFile,
  locateFolder,
  type Refusal,
  readValue,
} from './entryActions';
import { InspectorSession, type InspectorSources } from './session';
import type { PastStateView, StateFilesView } from './types';

/** All that can be asked of the inspector; in this thread or in one of its own. Values and identities are plain data. */
export interface Inspector {
  /** @param refresh whether to search anew even if nothing is known to have changed */
  list(refresh: boolean): Promise<StateFilesView>;
  value(
    id: string,
    index: number,
    name: string,
  ): Promise<{ readonly value: string; readonly text: string; readonly exported: string } | Refusal>;
  locate(id: string): Promise<{ readonly path: string } | Refusal>;
  /** The directory that a file lies in. */
  folder(id: string): Promise<{ readonly path: string } | Refusal>;
  content(id: string): Promise<{ readonly content: string } | Refusal>;
  remove(id: string): Promise<{ readonly deleted: true } | Refusal>;
  history(pathKey: string): Promise<readonly PastStateView[]>;
  /** A remembered state as text. */
  state(pathKey: string, version: number): Promise<{ readonly content: string } | Refusal>;
}

/** The inspector, with its live updates. */
export class LocalInspector implements Inspector {
  readonly #session: InspectorSession;

  /** @param changed called after each change of the list while it is live */
  constructor(sources: InspectorSources, changed: () => void) {
    this.#session = new InspectorSession(sources, changed);
  }

  setLive(live: boolean): void {
    this.#session.setLive(live);
  }

  sourcesChanged(): void {
    this.#session.sourcesChanged();
  }

  list(refresh: boolean): Promise<StateFilesView> {
    return this.#session.list(refresh);
  }

  value(id: string, index: number, name: string): ReturnType<Inspector['value']> {
    return readValue(this.#session.entries.find(id), index, name);
  }

  locate(id: string): ReturnType<Inspector['locate']> {
    return locateFile(this.#session.entries.find(id));
  }

  folder(id: string): ReturnType<Inspector['folder']> {
    return locateFolder(this.#session.entries.find(id));
  }

  content(id: string): ReturnType<Inspector['content']> {
    return describeContent(this.#session.entries.find(id));
  }

  remove(id: string): ReturnType<Inspector['remove']> {
    return deleteFile(this.#session.entries.find(id));
  }

  async history(pathKey: string): Promise<readonly PastStateView[]> {
    return this.#session.entries.history.states(pathKey);
  }

  async state(pathKey: string, version: number): ReturnType<Inspector['state']> {
    const content = this.#session.entries.history.text(pathKey, version);
    return content === undefined ? { refused: 'That state is no longer remembered.' } : { content };
  }
}
