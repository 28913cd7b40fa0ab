import type { ClientCapabilities, ServerCapabilities } from 'vscode-languageserver/node';
import { registerCodeLens } from './codeLens';
import { registerDefinition } from './definition';
import { registerDocumentHighlight } from './documentHighlight';
import { registerDocumentSymbols } from './documentSymbols';
import { registerReferences } from './references';
import type { RequestContext } from './requests';

/** What the server says it can do besides diagnostics, code actions and hover. */
export const FEATURES: ServerCapabilities = {
  codeLensProvider: {},
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  documentSymbolProvider: true,
};

/** Answers all requests about names and blocks. */
export function registerFeatures(context: RequestContext, client: () => ClientCapabilities): void {
  const textDocument = (): NonNullable<ClientCapabilities['textDocument']> => client().textDocument ?? {};
  registerCodeLens(context);
  registerDefinition(context);
  registerReferences(context);
  registerDocumentHighlight(context);
  registerDocumentSymbols(
    context,
    () => textDocument().documentSymbol?.hierarchicalDocumentSymbolSupport === true,
  );
}
