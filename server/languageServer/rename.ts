import { pathToFileURL } from 'node:url';
import {
  type AnnotatedTextEdit,
  type ChangeAnnotation,
  type ClientCapabilities,
  ErrorCodes,
  type PrepareRenameParams,
  type Range,
  type RenameParams,
  ResponseError,
  type TextDocumentEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import {
  type DocumentNames,
  distinctPlaces,
  type NamePlace,
  placeAt,
  placesOf,
} from '../analysis/symbols/documentNames';
import { refusalOfName, refusalToRename } from '../analysis/symbols/renaming';
import { escapeForDisplay } from '../inspector/display';
import { locationOf } from './places';
import { toRange } from './positions';
import { type AskedDocument, forDocument, offsetOf, type RequestContext } from './requests';
import type { WorkspaceFiles } from './workspaceFiles';

const LIBRARY = 'library';
const ANNOTATION: ChangeAnnotation = {
  label: 'Shared with other documents',
  description: 'A library, or another document that sources it',
  needsConfirmation: true,
};

/**
 * Answers `textDocument/prepareRename` and `textDocument/rename`: a variable or function in all blocks, in state files' names, in
 * the libraries, and where it comes from one of these, in the other documents that source it. What lies outside the document is
 * marked as to be confirmed.
 */
export function registerRename(
  context: RequestContext,
  files: WorkspaceFiles,
  client: () => ClientCapabilities,
): void {
  const { connection, session } = context;
  connection.onPrepareRename(
    forDocument<PrepareRenameParams, Range | ResponseError>(context, async ({ check }, { position }) => {
      const names = await session.names(check);
      const symbol = placeAt(names, offsetOf(check, position));
      const refusal = symbol === undefined ? NO_NAME : refusalToRename(names, symbol);
      return symbol === undefined || refusal !== undefined
        ? refused(refusal ?? NO_NAME)
        : toRange(check.analysis.document.lineIndex, symbol.span);
    }),
  );
  connection.onRenameRequest(
    forDocument<RenameParams, WorkspaceEdit | ResponseError>(
      context,
      async (asked, { position, newName }) => {
        const names = await session.names(asked.check);
        const symbol = placeAt(names, offsetOf(asked.check, position));
        if (symbol === undefined) return refused(NO_NAME);
        const refusal = refusalToRename(names, symbol) ?? refusalOfName(names, symbol, newName);
        if (refusal !== undefined) return refused(refusal);
        const own = editsIn(asked, names, symbol, newName);
        const others = await editsElsewhere(context, files, asked, names, symbol, newName);
        if (typeof others === 'string') return refused(others);
        return workspaceEdit(context, client(), asked.uri, new Map([...others, ...own]));
      },
    ),
  );
}

const NO_NAME = 'Only variables and functions of blocks can be renamed.';

function refused(message: string): ResponseError {
  return new ResponseError(ErrorCodes.InvalidRequest, escapeForDisplay(message));
}

type Edits = Map<string, { readonly range: Range; readonly newText: string }[]>;

/** The changes in a document and in the libraries that it sources, by URI. */
function editsIn(asked: AskedDocument, names: DocumentNames, symbol: NamePlace, newText: string): Edits {
  const edits: Edits = new Map();
  for (const place of distinctPlaces(placesOf(names, symbol))) {
    const { uri, range } = locationOf(asked, place);
    edits.set(uri, [...(edits.get(uri) ?? []), { range, newText }]);
  }
  return edits;
}

/** The changes in other documents that source a library which names the same thing; a sentence where one of them forbids it. */
async function editsElsewhere(
  { documents, session }: RequestContext,
  files: WorkspaceFiles,
  asked: AskedDocument,
  names: DocumentNames,
  symbol: NamePlace,
  newName: string,
): Promise<Edits | string> {
  const edits: Edits = new Map();
  const shared = new Set(
    placesOf(names, symbol).flatMap(({ library }) => (library === undefined ? [] : [library.path])),
  );
  if (shared.size === 0 || symbol.scope !== undefined) return edits;
  for (const path of await files.paths()) {
    const uri = pathToFileURL(path).href;
    const facts = uri === asked.uri ? undefined : await files.facts(path);
    if (facts === undefined || !facts.libraries.some(library => shared.has(library))) continue;
    const document = documents.get(uri);
    const check = document === undefined ? await session.checkFile(path) : await session.check(document);
    if (check === undefined) continue;
    const other = await session.names(check);
    const refusal = refusalOfName(other, symbol, newName);
    if (refusal !== undefined) return `In ${path.replace(/^.*\//, '')}: ${refusal}`;
    for (const [file, changes] of editsIn({ uri, check }, other, symbol, newName)) edits.set(file, changes);
  }
  return edits;
}

function workspaceEdit(
  { documents }: RequestContext,
  { workspace }: ClientCapabilities,
  own: string,
  edits: Edits,
): WorkspaceEdit {
  const support = workspace?.workspaceEdit;
  if (support?.documentChanges !== true) return { changes: Object.fromEntries(edits) };
  const canConfirm = support.changeAnnotationSupport !== undefined;
  const documentChanges = [...edits].map(([uri, changes]): TextDocumentEdit => {
    const annotate = canConfirm && uri !== own;
    return {
      textDocument: { uri, version: documents.get(uri)?.version ?? null },
      edits: annotate
        ? changes.map((change): AnnotatedTextEdit => ({ ...change, annotationId: LIBRARY }))
        : changes,
    };
  });
  const isShared = canConfirm && edits.size > (edits.has(own) ? 1 : 0);
  return isShared ? { documentChanges, changeAnnotations: { [LIBRARY]: ANNOTATION } } : { documentChanges };
}
