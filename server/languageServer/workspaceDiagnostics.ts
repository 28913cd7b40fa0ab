import {
  type CancellationToken,
  type Connection,
  DocumentDiagnosticReportKind,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { documentReport } from './diagnostics';
import type { FileFacts } from './fileFacts';
import { cancelled } from './requests';
import type { Session } from './session';
import type { WorkspaceFiles } from './workspaceFiles';

/** Files that go to the client together. */
const BATCH = 25;
/** A scan of fewer files is over before a person has read that it goes on. */
const MIN_FILES_FOR_PROGRESS = 30;

/** What the client can do that matters here. */
export interface WorkspaceDiagnosticsClient {
  /** Whether it tells of files that change: then a request may wait for that. */
  readonly watches: boolean;
  readonly showsProgress: boolean;
}

/**
 * Answers `workspace/diagnostic`: all command files, also those that no editor shows. A client asks again as soon as it has an
 * answer; so a request that would bring nothing new waits until a file, a library or a setting changes.
 */
export function registerWorkspaceDiagnostics(
  connection: Connection,
  session: Session,
  files: WorkspaceFiles,
  client: () => WorkspaceDiagnosticsClient,
): void {
  connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token, _progress, partial) => {
    // Nobody would have said that a library has changed.
    if (!client().watches) files.forgetEverything();
    const previous = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
    for (;;) {
      const { revision } = files;
      const report = await scan(connection, session, files, previous, token, client(), items =>
        partial?.report({ items }),
      );
      if (token.isCancellationRequested || report === undefined) return cancelled();
      const isNews = report.changed || previous.size === 0 || !client().watches;
      if (isNews) return partial === undefined ? { items: report.items } : { items: [] };
      await files.nextChange(revision, token);
      if (token.isCancellationRequested) return cancelled();
    }
  });
}

interface Scan extends WorkspaceDiagnosticReport {
  /** Whether anything is other than in the results that the client has. */
  readonly changed: boolean;
}

/** One look at all files; undefined where the client has taken the request back. */
async function scan(
  connection: Connection,
  session: Session,
  files: WorkspaceFiles,
  previous: ReadonlyMap<string, string>,
  token: CancellationToken,
  { showsProgress }: WorkspaceDiagnosticsClient,
  send: (items: WorkspaceDocumentDiagnosticReport[]) => void,
): Promise<Scan | undefined> {
  const isWanted = (await session.settings()).workspaceDiagnostics;
  const paths = isWanted ? await files.paths() : [];
  const isLong = showsProgress && paths.length >= MIN_FILES_FOR_PROGRESS && previous.size === 0;
  const progress = isLong ? await connection.window.createWorkDoneProgress() : undefined;
  progress?.begin('Crossblock', 0, `${paths.length} command files`, false);
  const items: WorkspaceDocumentDiagnosticReport[] = [];
  const seen = new Set<string>();
  let sent = 0;
  const flush = (): void => {
    if (sent < items.length) send(items.slice(sent));
    sent = items.length;
  };
  try {
    for (const [index, path] of paths.entries()) {
      if (token.isCancellationRequested) return undefined;
      const facts = await files.facts(path);
      if (facts === undefined) continue;
      seen.add(facts.uri);
      items.push(reportOf(facts, previous.get(facts.uri)));
      if (items.length - sent < BATCH) continue;
      flush();
      progress?.report(Math.floor((100 * index) / paths.length));
    }
    // A file that is gone, or is no command markdown any more, has nothing to show.
    for (const uri of previous.keys())
      if (!seen.has(uri))
        items.push({ kind: DocumentDiagnosticReportKind.Full, uri, version: null, items: [] });
    const changed = items.some(({ kind }) => kind === DocumentDiagnosticReportKind.Full);
    flush();
    return { items, changed };
  } finally {
    progress?.done();
  }
}

function reportOf(facts: FileFacts, previous: string | undefined): WorkspaceDocumentDiagnosticReport {
  const { uri, version } = facts;
  return { uri, version, ...documentReport(facts.diagnostics(), previous) };
}
