import type { Location, ReferenceParams } from 'vscode-languageserver/node';
import { distinctPlaces, placeAt, placesOf } from '../analysis/symbols/documentNames';
import { locationOf } from './places';
import { forDocument, offsetOf, type RequestContext } from './requests';

/** Answers `textDocument/references`: all places of a name, in the document and in the libraries that it sources. */
export function registerReferences(context: RequestContext): void {
  context.connection.onReferences(
    forDocument<ReferenceParams, Location[]>(
      context,
      async (asked, { position, context: { includeDeclaration } }) => {
        const names = await context.session.names(asked.check);
        const symbol = placeAt(names, offsetOf(asked.check, position));
        if (symbol === undefined) return [];
        return distinctPlaces(placesOf(names, symbol))
          .filter(({ use }) => includeDeclaration || use !== 'definition')
          .map(place => locationOf(asked, place));
      },
    ),
  );
}
