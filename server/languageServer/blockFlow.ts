import type { Connection, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { blockGraph } from '../analysis/graph/blockGraph';
import { GRAPH_FORMATS } from '../analysis/graph/formats';
import { layoutGraph } from '../analysis/graph/layout';
import type { BlockGraph } from '../analysis/graph/types';
import {
  BLOCK_FLOW,
  type BlockFlowParams,
  type BlockFlowResult,
  EXPORT_BLOCK_FLOW,
  type ExportBlockFlowParams,
  type ExportBlockFlowResult,
} from '../protocol';
import type { Session } from './session';

/** Answers what the Block Flow panel asks: the document as a graph with places, and as a text to be saved. */
export function registerBlockFlow(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  session: Session,
): void {
  const graphOf = async (uri: string): Promise<{ version: number; graph: BlockGraph } | undefined> => {
    const document = documents.get(uri);
    if (document === undefined) return undefined;
    const { version } = document;
    const check = await session.check(document);
    return check && { version, graph: blockGraph(check.analysis) };
  };
  connection.onRequest(BLOCK_FLOW, async ({ uri }: BlockFlowParams): Promise<BlockFlowResult> => {
    const found = await graphOf(uri);
    return found === undefined ? null : { version: found.version, layout: layoutGraph(found.graph) };
  });
  connection.onRequest(
    EXPORT_BLOCK_FLOW,
    async ({ uri, format }: ExportBlockFlowParams): Promise<ExportBlockFlowResult> => {
      const found = await graphOf(uri);
      return found === undefined ? null : (GRAPH_FORMATS[format]?.(found.graph) ?? null);
    },
  );
}
