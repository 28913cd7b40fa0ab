import { type CodeAction, CodeActionKind } from 'vscode-languageserver/node';
import { fixDocument } from '../workspace/fixDocument';
import { lineEdits } from '../workspace/lineEdits';
import { toRange } from './positions';
import type { DocumentCheck, Session } from './session';

/** Fix all, as editors ask for it on save. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.crossblock`;

/** All safe fixes of a document as one action; undefined where there is none. */
export async function fixAllAction(
  session: Pick<Session, 'checkText'>,
  check: DocumentCheck,
  uri: string,
): Promise<CodeAction | undefined> {
  const { document } = check.analysis;
  const { text } = await fixDocument(check, new Set(['safe']), async changed => {
    const rechecked = await session.checkText(uri, changed);
    // Where the server is switched off in between, nothing more is fixed.
    return rechecked ?? check;
  });
  if (text === document.text) return undefined;
  const edits = lineEdits(document.text, text).map(({ span, text: newText }) => ({
    range: toRange(document.lineIndex, span),
    newText,
  }));
  return { title: 'Fix all that is safe (Crossblock)', kind: FIX_ALL, edit: { changes: { [uri]: edits } } };
}
