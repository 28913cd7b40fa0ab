import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  MarkupKind,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { WORKSPACE_TRUSTED } from '../protocol';
import { loadShellParser } from '../workspace/shellParser';
import { registerBlockFlow } from './blockFlow';
import { CODE_ACTION_KINDS, registerCodeActions } from './codeActions';
import { registerPullDiagnostics, registerPushDiagnostics } from './diagnostics';
import { registerDocumentStatus } from './documentStatus';
import { registerHover } from './hover';
import { Session } from './session';
import { registerShellStateRules } from './shellStateRules';
import { StateClaims } from './stateClaims';
import { registerStateInspector } from './stateInspector';

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
 */
export function startServer(connection: Connection, version: string, onShutdown = (): void => {}): void {
  const documents = new TextDocuments(TextDocument);
  const session = new Session(connection, loadShellParser());
  const claims = new StateClaims(session, () => inspector.sourcesChanged());
  const inspector = registerStateInspector(connection, {
    claims: () => claims.current(),
    configuredGlobs: async () => {
      const { stateGlobs } = await session.settings();
      if (!session.trusted) return stateGlobs;
      const configurations = await Promise.all(session.folders.map(folder => session.configuration(folder)));
      return [...stateGlobs, ...configurations.flatMap(configuration => configuration.stateGlobs)];
    },
    workspaceFolders: () => session.folders,
  });
  let capabilities: InitializeParams['capabilities'] = {};
  let refresh = (): void => {};
  const changed = (): void => {
    session.forgetEverything();
    refresh();
  };

  connection.onShutdown(onShutdown);
  connection.onInitialize(params => {
    // The protocol asks for them; not every client sends them.
    capabilities = params.capabilities ?? {};
    session.initialize(params);
    const canPull = capabilities.textDocument?.diagnostic !== undefined;
    if (canPull) {
      registerPullDiagnostics(connection, documents, session);
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
    if (changes.some(({ uri }) => !isText(uri))) changed();
    if (changes.some(({ uri }) => isText(uri) && documents.get(uri) === undefined)) claims.forget();
  });
  documents.onDidChangeContent(({ document }) => {
    void session.check(document).then(check => claims.update(document.uri, check));
  });
  documents.onDidClose(({ document }) => session.forget(document.uri));

  registerCodeActions(connection, documents, session);
  registerBlockFlow(connection, documents, session);
  registerDocumentStatus(connection, documents, session);
  registerShellStateRules(connection);
  registerHover(connection, documents, session, () =>
    capabilities.textDocument?.hover?.contentFormat?.includes(MarkupKind.Markdown) === true
      ? MarkupKind.Markdown
      : MarkupKind.PlainText,
  );
  documents.listen(connection);
  connection.listen();
}

function initializeResult(canPull: boolean, version: string): InitializeResult {
  return {
    serverInfo: { name: 'crossblock', version },
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      hoverProvider: true,
      codeActionProvider: { codeActionKinds: CODE_ACTION_KINDS },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      ...(canPull
        ? { diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false } }
        : {}),
    },
  };
}
