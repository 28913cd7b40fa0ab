import { pathToFileURL } from 'node:url';
import type { DefinitionParams, Location } from 'vscode-languageserver/node';
import { definitionsOf, libraryAt } from '../analysis/symbols/definitions';
import { placeAt } from '../analysis/symbols/documentNames';
import { locationOf } from './places';
import { forDocument, offsetOf, type RequestContext } from './requests';

/** Answers `textDocument/definition`: what gives a name its value here, also where it is lost on the way; a sourced library. */
export function registerDefinition(context: RequestContext): void {
  context.connection.onDefinition(
    forDocument<DefinitionParams, Location[]>(context, async (asked, { position }) => {
      const names = await context.session.names(asked.check);
      const offset = offsetOf(asked.check, position);
      const symbol = placeAt(names, offset);
      if (symbol !== undefined) {
        const found = definitionsOf(names, symbol).map(place => locationOf(asked, place));
        if (found.length > 0) return found;
      }
      const library = libraryAt(names, offset);
      const start = { line: 0, character: 0 };
      return library === undefined
        ? []
        : [{ uri: pathToFileURL(library).href, range: { start, end: start } }];
    }),
  );
}
