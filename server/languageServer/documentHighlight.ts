import {
  type DocumentHighlight,
  DocumentHighlightKind,
  type DocumentHighlightParams,
} from 'vscode-languageserver/node';
import { distinctPlaces, placeAt, placesOf } from '../analysis/symbols/documentNames';
import { toRange } from './positions';
import { forDocument, offsetOf, type RequestContext } from './requests';

/** Answers `textDocument/documentHighlight`: the name under the cursor in all blocks, told apart where it is set and where it is read. */
export function registerDocumentHighlight(context: RequestContext): void {
  context.connection.onDocumentHighlight(
    forDocument<DocumentHighlightParams, DocumentHighlight[]>(context, async ({ check }, { position }) => {
      const names = await context.session.names(check);
      const symbol = placeAt(names, offsetOf(check, position));
      if (symbol === undefined) return [];
      return distinctPlaces(placesOf(names, symbol))
        .filter(({ library }) => library === undefined)
        .map(({ use, span }) => ({
          range: toRange(check.analysis.document.lineIndex, span),
          kind: KINDS[use],
        }));
    }),
  );
}

const KINDS = {
  definition: DocumentHighlightKind.Write,
  read: DocumentHighlightKind.Read,
  call: DocumentHighlightKind.Read,
  key: DocumentHighlightKind.Text,
  mention: DocumentHighlightKind.Text,
} as const;
