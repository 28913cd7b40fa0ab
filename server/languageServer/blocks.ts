import type { Connection, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { explainBlock } from '../analysis/explain/blocks';
import { lastLine } from '../analysis/explain/places';
import { escapeForDisplay } from '../inspector/display';
import {
  type BlockView,
  type DocumentBlocksParams,
  type DocumentBlocksResult,
  LIST_BLOCKS,
} from '../protocol';
import type { CheckedDocument } from '../workspace/checker';
import type { Session } from './session';

/** Answers `crossblock/blocks`: what each block of an open document needs and provides. */
export function registerBlocks(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  session: Session,
): void {
  connection.onRequest(LIST_BLOCKS, async ({ uri }: DocumentBlocksParams): Promise<DocumentBlocksResult> => {
    const document = documents.get(uri);
    const check = document === undefined ? undefined : await session.check(document);
    return check === undefined ? null : { blocks: blocksOf(check) };
  });
}

/** All blocks of a document, in their order; texts are escaped, in one line each. */
export function blocksOf({
  analysis,
  host,
}: Pick<CheckedDocument, 'analysis' | 'host'>): readonly BlockView[] {
  return analysis.flow.blocks.map(block => {
    const { role, host: runner, needs, provides } = explainBlock(analysis, host, block);
    return {
      number: block.block.number,
      firstLine: block.block.openLine,
      lastLine: lastLine(block.block),
      kind: block.role.kind,
      about: [role, runner].map(inOneLine),
      needs: needs.map(inOneLine),
      provides: provides.map(inOneLine),
    };
  });
}

/** Characters of a line that a person may read. */
const MAX_LINE = 600;

function inOneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return escapeForDisplay(line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line);
}
