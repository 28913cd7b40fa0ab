import type { Connection, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { DOCUMENT_STATUS, type DocumentStatusParams, type DocumentStatusResult } from '../protocol';
import type { Session } from './session';

/** Answers what the language status item shows: how many blocks a document has, and which host runs them. */
export function registerDocumentStatus(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  session: Session,
): void {
  connection.onRequest(
    DOCUMENT_STATUS,
    async ({ uri }: DocumentStatusParams): Promise<DocumentStatusResult> => {
      const document = documents.get(uri);
      const check = document && (await session.check(document));
      if (check === undefined) return null;
      const { analysis, host } = check;
      return {
        blocks: analysis.flow.blocks.length,
        host: analysis.flow.profile.title,
        reason: host.reason,
        keepsShell: analysis.flow.profile.keepsShell,
      };
    },
  );
}
