import { pathToFileURL } from 'node:url';
import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type CallHierarchyPrepareParams,
  type CancellationToken,
  type ResponseError,
  SymbolKind,
} from 'vscode-languageserver/node';
import { type Caller, calleesOf, callersOf, definitionsNamed } from '../analysis/symbols/calls';
import { type DocumentNames, placeAt } from '../analysis/symbols/documentNames';
import { escapeForDisplay } from '../inspector/display';
import { libraryRange, locationOf } from './places';
import { toRange } from './positions';
import { type AskedDocument, forDocument, offsetOf, type RequestContext } from './requests';

/** What an item carries from one request to the next. */
interface ItemData {
  /** The document from which the functions are seen: a library has its callers there. */
  readonly document: string;
  readonly kind: Caller['kind'];
  readonly name: string;
}

/** Answers the requests about calls: who calls a function, from which blocks, and what it calls in turn. */
export function registerCallHierarchy(context: RequestContext): void {
  const { connection, session } = context;
  connection.languages.callHierarchy.onPrepare(
    forDocument<CallHierarchyPrepareParams, CallHierarchyItem[]>(context, async (asked, { position }) => {
      const names = await session.names(asked.check);
      const symbol = placeAt(names, offsetOf(asked.check, position));
      if (symbol?.kind !== 'function') return [];
      return definitionsNamed(names, symbol.name).map(caller => toItem(asked, caller));
    }),
  );
  connection.languages.callHierarchy.onIncomingCalls((params, token) =>
    forItem<CallHierarchyIncomingCall>(context, params.item, token, (asked, names, { name }) =>
      callersOf(names, name).map(({ caller, places }) => ({
        from: toItem(asked, caller),
        fromRanges: places.map(place => locationOf(asked, place).range),
      })),
    ),
  );
  connection.languages.callHierarchy.onOutgoingCalls((params, token) =>
    forItem<CallHierarchyOutgoingCall>(context, params.item, token, (asked, names, data) =>
      calleesOf(names, data).map(({ caller, places }) => ({
        to: toItem(asked, caller),
        fromRanges: places.map(place => locationOf(asked, place).range),
      })),
    ),
  );
}

function forItem<R>(
  context: RequestContext,
  { data }: CallHierarchyItem,
  token: CancellationToken,
  answer: (asked: AskedDocument, names: DocumentNames, data: ItemData) => R[],
): Promise<R[] | null | ResponseError> {
  if (!isItemData(data)) return Promise.resolve(null);
  const ask = forDocument<{ readonly textDocument: { readonly uri: string } }, R[]>(context, async asked =>
    answer(asked, await context.session.names(asked.check), data),
  );
  return ask({ textDocument: { uri: data.document } }, token);
}

function isItemData(data: unknown): data is ItemData {
  return typeof data === 'object' && data !== null && 'document' in data && typeof data.document === 'string';
}

function toItem({ uri, check }: AskedDocument, caller: Caller): CallHierarchyItem {
  const { library, kind, name, span, nameSpan } = caller;
  const range = (part: Caller['span']) =>
    library === undefined
      ? toRange(check.analysis.document.lineIndex, part)
      : libraryRange(library, { span: part });
  const data: ItemData = { document: uri, kind, name };
  return {
    name: escapeForDisplay(kind === 'block' ? `Block ${name}` : name),
    kind: kind === 'block' ? SymbolKind.Module : SymbolKind.Function,
    uri: library === undefined ? uri : pathToFileURL(library.path).href,
    range: range(span),
    selectionRange: range(nameSpan),
    data,
  };
}
