import { pathToFileURL } from 'node:url';
import type { Location, Range } from 'vscode-languageserver/node';
import type { LibrarySource, NamePlace } from '../analysis/symbols/documentNames';
import { LineIndex } from '../analysis/text';
import { toRange } from './positions';
import type { AskedDocument } from './requests';

/** Each library's lines, as long as its text is kept. */
const lineIndexes = new WeakMap<LibrarySource, LineIndex>();

function linesOf(library: LibrarySource): LineIndex {
  const known = lineIndexes.get(library) ?? LineIndex.of(library.text);
  lineIndexes.set(library, known);
  return known;
}

/** Where a name stands, in the document or in a library. */
export function locationOf({ uri, check }: AskedDocument, place: NamePlace): Location {
  const { library } = place;
  return library === undefined
    ? { uri, range: toRange(check.analysis.document.lineIndex, place.span) }
    : { uri: pathToFileURL(library.path).href, range: libraryRange(library, place) };
}

export function libraryRange(library: LibrarySource, { span }: Pick<NamePlace, 'span'>): Range {
  return toRange(linesOf(library), span);
}
