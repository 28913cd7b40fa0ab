import {
  type CancellationToken,
  type Connection,
  LSPErrorCodes,
  type Position,
  ResponseError,
  type TextDocumentIdentifier,
  type TextDocuments,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { DocumentCheck } from './documentCheck';
import type { Session } from './session';

/** What a request needs to be answered. */
export interface RequestContext {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly session: Session;
}

/** A document's check together with its name for the client. */
export interface AskedDocument {
  readonly uri: string;
  readonly check: DocumentCheck;
}

/**
 * A handler for requests about one document: it answers for the version that was open when the client asked, and with an error
 * of the protocol where the client has taken the request back or the text has changed meanwhile. For a document that is not
 * checked, the answer is null.
 */
export function forDocument<P extends { readonly textDocument: TextDocumentIdentifier }, R>(
  { documents, session }: RequestContext,
  answer: (asked: AskedDocument, params: P) => R | Promise<R>,
): (params: P, token: CancellationToken) => Promise<R | null | ResponseError> {
  return async (params, token) => {
    const { uri } = params.textDocument;
    const document = documents.get(uri);
    if (document === undefined) return null;
    const { version } = document;
    const check = await session.check(document);
    if (token.isCancellationRequested) return cancelled();
    if (document.version !== version) return outdated();
    if (check === undefined) return null;
    const result = await answer({ uri, check }, params);
    if (token.isCancellationRequested) return cancelled();
    return document.version === version ? result : outdated();
  };
}

export function cancelled<D = void>(): ResponseError<D> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, 'The client has taken the request back');
}

function outdated(): ResponseError {
  return new ResponseError(LSPErrorCodes.ContentModified, 'The document has changed meanwhile');
}

/** The UTF-16 offset in the checked text of a position; one behind its line's end counts as that end. */
export function offsetOf({ analysis }: DocumentCheck, { line, character }: Position): number {
  const { lineIndex, lines } = analysis.document;
  return lineIndex.startOf(line) + Math.min(character, lines[line]?.length ?? 0);
}
