import type { ClientCapabilities, ServerCapabilities } from 'vscode-languageserver/node';
import { registerCodeLens } from './codeLens';
import { COMPLETION_TRIGGERS, registerCompletion } from './completion';
import { registerDefinition } from './definition';
import { registerDocumentHighlight } from './documentHighlight';
import { registerDocumentSymbols } from './documentSymbols';
import { registerReferences } from './references';
import type { RequestContext } from './requests';
import type { WorkspaceFiles } from './workspaceFiles';
import { registerWorkspaceSymbols } from './workspaceSymbols';

/** What the server says it can do besides diagnostics, code actions and hover. */
export const FEATURES: ServerCapabilities = {
  codeLensProvider: {},
  completionProvider: { triggerCharacters: COMPLETION_TRIGGERS },
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
};

/** Answers all requests about names and blocks. */
export function registerFeatures(
  context: RequestContext,
  files: WorkspaceFiles,
  client: () => ClientCapabilities,
): void {
  const textDocument = (): NonNullable<ClientCapabilities['textDocument']> => client().textDocument ?? {};
  registerCodeLens(context);
  registerCompletion(context);
  registerDefinition(context);
  registerReferences(context);
  registerDocumentHighlight(context);
  registerDocumentSymbols(
    context,
    () => textDocument().documentSymbol?.hierarchicalDocumentSymbolSupport === true,
  );
  registerWorkspaceSymbols(context, files);
}
