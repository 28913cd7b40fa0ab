import {
  type DocumentSymbol,
  type DocumentSymbolParams,
  type SymbolInformation,
  SymbolKind,
} from 'vscode-languageserver/node';
import { type OutlineItem, outlineOf } from '../analysis/symbols/outline';
import { escapeForDisplay } from '../inspector/display';
import { toRange } from './positions';
import { type AskedDocument, forDocument, type RequestContext } from './requests';

const SYMBOL_KINDS: Readonly<Record<OutlineItem['kind'], SymbolKind>> = {
  heading: SymbolKind.String,
  block: SymbolKind.Module,
  variable: SymbolKind.Variable,
  function: SymbolKind.Function,
};

/** The same as a list, for the search in all files. */
export function symbolsOf(asked: AskedDocument): readonly SymbolInformation[] {
  return flattened(documentSymbolsOf(asked), asked.uri, undefined);
}

/**
 * Answers `textDocument/documentSymbol`: headings, the blocks beneath them, and what these define.
 * @param isNested whether the client takes a tree; the others get a list
 */
export function registerDocumentSymbols(context: RequestContext, isNested: () => boolean): void {
  context.connection.onDocumentSymbol(
    forDocument<DocumentSymbolParams, DocumentSymbol[] | SymbolInformation[]>(context, asked => {
      const symbols = documentSymbolsOf(asked);
      return isNested() ? symbols : flattened(symbols, asked.uri, undefined);
    }),
  );
}

function documentSymbolsOf({ check }: AskedDocument): DocumentSymbol[] {
  const { lineIndex } = check.analysis.document;
  const toSymbol = ({ kind, name, detail, span, nameSpan, children }: OutlineItem): DocumentSymbol => ({
    name: escapeForDisplay(name),
    detail,
    kind: SYMBOL_KINDS[kind],
    range: toRange(lineIndex, span),
    selectionRange: toRange(lineIndex, nameSpan),
    children: children.map(toSymbol),
  });
  return outlineOf(check.analysis).map(toSymbol);
}

function flattened(
  symbols: readonly DocumentSymbol[],
  uri: string,
  parent: string | undefined,
): SymbolInformation[] {
  return symbols.flatMap(({ name, kind, range, children = [] }) => [
    { name, kind, location: { uri, range }, ...(parent === undefined ? {} : { containerName: parent }) },
    ...flattened(children, uri, name),
  ]);
}
