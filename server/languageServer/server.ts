import path from 'node:path';
import {
  CodeLensRefreshRequest,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type InitializeParams,
  type InitializeResult,
  InlayHintRefreshRequest,
  MarkupKind,
  SemanticTokensRefreshRequest,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { ShellParser } from '../analysis/shell/syntax';
import { WORKSPACE_TRUSTED } from '../protocol';
import { CONFIGURATION_FILE } from '../workspace/configuration';
import { loadShellParser } from '../workspace/shellParser';
import { registerBlockFlow } from './blockFlow';
import { registerBlocks } from './blocks';
import { CODE_ACTION_KINDS, registerCodeActions } from './codeActions';
import { registerPullDiagnostics, registerPushDiagnostics } from './diagnostics';
import { registerDocumentStatus } from './documentStatus';
import { FEATURES, registerFeatures } from './features';
import type { ScanFile } from './fileScanner';
import { registerFixWorkspace } from './fixWorkspace';
import { registerHover } from './hover';
import { withLiveValue } from './liveValueHover';
import { scanInThread } from './scanThread';
import { filePath, Session } from './session';
import { registerShellStateRules } from './shellStateRules';
import { StateClaims } from './stateClaims';
import { registerStateInspector } from './stateInspector';
import { registerWorkspaceDiagnostics } from './workspaceDiagnostics';
import { WorkspaceFiles } from './workspaceFiles';

/** What a change of it may change a result: libraries, configurations, command files. */
const WATCHED = [
  '**/*.{sh,bash,zsh,inc,env}',
  '**/{lib,scripts}/**',
  '**/.crossblock.json',
  '**/*.{md,mdc,markdown}',
];

/**
 * Wires all requests to a connection and starts to listen.
 * @param onShutdown called when the client has asked the server to end
 * @param parser by default the one that lies beside the bundle
 * @param scan looks at files that no editor shows; by default in a thread of its own
 */
export function startServer(
  connection: Connection,
  version: string,
  onShutdown = (): void => {},
  parser: Promise<ShellParser> = loadShellParser(),
  scan: ScanFile = scanInThread(__filename),
): void {
  const documents = new TextDocuments(TextDocument);
  const session = new Session(connection, parser);
  const files = new WorkspaceFiles(session, documents, scan);
  const claims = new StateClaims(session, files, () => inspector.sourcesChanged());
  const sources = {
    claims: () => claims.current(),
    configuredDirectories: async () => (await session.settings()).stateDirectories,
    staleAfter: async () => (await session.settings()).staleAfter,
    configuredGlobs: async () => {
      const { stateGlobs } = await session.settings();
      if (!session.trusted) return stateGlobs;
      const configurations = await Promise.all(session.folders.map(folder => session.configuration(folder)));
      return [...stateGlobs, ...configurations.flatMap(configuration => configuration.stateGlobs)];
    },
    workspaceFolders: () => session.folders,
  };
  const inspector = registerStateInspector(connection, sources, path.join(__dirname, 'inspector.js'));
  let capabilities: InitializeParams['capabilities'] = {};
  let refresh = (): void => {};
  const changed = (): void => {
    session.forgetEverything();
    files.forgetEverything();
    refresh();
    refreshViews(connection, capabilities);
  };

  const libraryChanged = (paths: ReadonlySet<string>): void => {
    files.forgetDependants(paths);
    if (!session.forgetDependants(paths)) return;
    refresh();
    refreshViews(connection, capabilities);
  };

  connection.onShutdown(onShutdown);
  connection.onInitialize(params => {
    // The protocol asks for them; not every client sends them.
    capabilities = params.capabilities ?? {};
    session.initialize(params);
    const canPull = capabilities.textDocument?.diagnostic !== undefined;
    if (canPull) {
      registerPullDiagnostics(connection, documents, session);
      registerWorkspaceDiagnostics(connection, session, files, () => ({
        watches: capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
        showsProgress: capabilities.window?.workDoneProgress === true,
      }));
      const canRefresh = capabilities.workspace?.diagnostics?.refreshSupport === true;
      refresh = () => {
        if (canRefresh) connection.languages.diagnostics.refresh();
      };
    } else refresh = registerPushDiagnostics(connection, documents, session).refresh;
    return initializeResult(canPull, version);
  });

  connection.onInitialized(() => {
    if (
      capabilities.workspace?.configuration &&
      capabilities.workspace.didChangeConfiguration?.dynamicRegistration
    )
      void connection.client.register(DidChangeConfigurationNotification.type, { section: 'crossblock' });
    if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration)
      void connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: WATCHED.map(globPattern => ({ globPattern })),
      });
    if (capabilities.workspace?.workspaceFolders)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        session.changeFolders(
          added.map(folder => folder.uri),
          removed.map(folder => folder.uri),
        );
        claims.forget();
        changed();
      });
  });

  connection.onDidChangeConfiguration(() => {
    claims.forget();
    changed();
  });
  connection.onNotification(WORKSPACE_TRUSTED, () => {
    session.trust();
    inspector.sourcesChanged();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const isText = (uri: string) => /\.(?:md|mdc|markdown)$/.test(uri);
    const others = changes.filter(({ uri }) => !isText(uri));
    // A file that comes may be a library that was missed; one that only changed concerns who has found it.
    const isContentOnly = others.every(
      ({ uri, type }) => type === FileChangeType.Changed && !uri.endsWith(`/${CONFIGURATION_FILE}`),
    );
    if (!isContentOnly) changed();
    else if (others.length > 0) libraryChanged(new Set(others.flatMap(({ uri }) => filePath(uri) ?? [])));
    if (changes.some(({ uri }) => isText(uri) && documents.get(uri) === undefined)) {
      claims.forget();
      files.changed();
    }
  });
  documents.onDidSave(() => {
    // A client that does not tell of changed files may have saved a library or a configuration.
    if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) changed();
  });
  documents.onDidChangeContent(({ document }) => {
    void session.check(document).then(check => claims.update(document.uri, check));
  });
  documents.onDidClose(({ document }) => {
    session.forget(document.uri);
    // What counts of the file is on disk from now on.
    files.changed();
  });

  registerCodeActions(connection, documents, session);
  registerFixWorkspace(connection, documents, session, files);
  registerBlockFlow(connection, documents, session);
  registerDocumentStatus(connection, documents, session);
  registerShellStateRules(connection);
  const hoverKind = (): MarkupKind =>
    capabilities.textDocument?.hover?.contentFormat?.includes(MarkupKind.Markdown) === true
      ? MarkupKind.Markdown
      : MarkupKind.PlainText;
  const live = { list: () => inspector.recent(), showCommand: () => session.showStateFile };
  registerHover(connection, documents, session, hoverKind, (hover, check, uri, position, kind) =>
    withLiveValue(hover, check, uri, position, kind, live),
  );
  registerFeatures({ connection, documents, session }, files, () => capabilities, live.list);
  registerBlocks(connection, documents, session);
  documents.listen(connection);
  connection.listen();
}

/** Has the client ask again for what it shows beside diagnostics, where it can. */
function refreshViews(connection: Connection, { workspace }: InitializeParams['capabilities']): void {
  if (workspace?.codeLens?.refreshSupport) void connection.sendRequest(CodeLensRefreshRequest.type);
  if (workspace?.inlayHint?.refreshSupport) void connection.sendRequest(InlayHintRefreshRequest.type);
  if (workspace?.semanticTokens?.refreshSupport)
    void connection.sendRequest(SemanticTokensRefreshRequest.type);
}

function initializeResult(canPull: boolean, version: string): InitializeResult {
  return {
    serverInfo: { name: 'crossblock', version },
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      hoverProvider: true,
      ...FEATURES,
      codeActionProvider: { codeActionKinds: CODE_ACTION_KINDS },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      ...(canPull ? { diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: true } } : {}),
    },
  };
}
