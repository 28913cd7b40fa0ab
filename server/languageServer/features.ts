import type { ClientCapabilities, ServerCapabilities } from 'vscode-languageserver/node';
import type { StateFilesView } from '../inspector/types';
import { registerCallHierarchy } from './callHierarchy';
import { registerCodeLens } from './codeLens';
import { COMPLETION_TRIGGERS, registerCompletion } from './completion';
import { registerDefinition } from './definition';
import { registerDocumentHighlight } from './documentHighlight';
import { registerDocumentSymbols } from './documentSymbols';
import { registerFoldingRanges } from './foldingRanges';
import { registerInlayHints } from './inlayHints';
import { registerReferences } from './references';
import { registerRename } from './rename';
import type { RequestContext } from './requests';
import { registerSelectionRanges } from './selectionRanges';
import { registerSemanticTokens, TOKEN_LEGEND } from './semanticTokens';
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
  renameProvider: { prepareProvider: true },
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  semanticTokensProvider: { legend: TOKEN_LEGEND, full: true },
  inlayHintProvider: true,
  callHierarchyProvider: true,
};

/** Answers all requests about names and blocks. */
export function registerFeatures(
  context: RequestContext,
  files: WorkspaceFiles,
  client: () => ClientCapabilities,
  liveFiles: () => Promise<StateFilesView>,
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
  registerRename(context, files, client);
  registerFoldingRanges(context);
  registerSelectionRanges(context);
  registerSemanticTokens(context);
  registerInlayHints(context, liveFiles);
  registerCallHierarchy(context);
}
