import {
  type SemanticTokens,
  SemanticTokensBuilder,
  type SemanticTokensParams,
} from 'vscode-languageserver/node';
import type { RuleName } from '../analysis/finding';
import { type AskedDocument, forDocument, type RequestContext } from './requests';

/** The kinds of what is lost, as the manifest contributes them: `variable.lost` and `function.lost`. */
export const TOKEN_LEGEND = { tokenTypes: ['variable', 'function'], tokenModifiers: ['lost'] };

const LOSSES: ReadonlySet<RuleName> = new Set([
  'lost-variable',
  'unsaved-variable',
  'lost-function',
  'lost-library',
]);
const LOST = 1;

/** Answers `textDocument/semanticTokens/full`: only what is lost where it is read, so that a theme can show it as gone. */
export function registerSemanticTokens(context: RequestContext): void {
  context.connection.languages.semanticTokens.on(forDocumentTokens(context));
}

function forDocumentTokens(context: RequestContext) {
  const answer = forDocument<SemanticTokensParams, SemanticTokens>(context, tokensOf);
  // The protocol has no null here.
  return async (...request: Parameters<typeof answer>) => (await answer(...request)) ?? { data: [] };
}

function tokensOf({ check: { analysis, findings } }: AskedDocument): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  const { lineIndex } = analysis.document;
  let end = 0;
  for (const { rule, span, name, block } of findings) {
    const start = lineIndex.positionAt(span.start);
    // A token stays on its line and does not overlap the one before it.
    if (!LOSSES.has(rule) || span.start < end || lineIndex.lineAt(span.end) !== start.line) continue;
    const isCall =
      analysis.flow.blocks[block - 1]?.flow.unknownCalls.some(call => call.name === name) === true;
    builder.push(start.line, start.column, span.end - span.start, isCall ? 1 : 0, LOST);
    end = span.end;
  }
  return builder.build();
}
