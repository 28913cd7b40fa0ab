import {
  type SemanticTokens,
  SemanticTokensBuilder,
  type SemanticTokensParams,
} from 'vscode-languageserver/node';
import type { RuleName } from '../analysis/finding';
import { type AskedDocument, forDocument, type RequestContext } from './requests';

/** The kinds of what is lost, as the manifest contributes them: `variable.lost` and `function.lost`. */
export const TOKEN_LEGEND = { tokenTypes: ['variable', 'function'], tokenModifiers: ['lost'] };

const TYPES: Partial<Readonly<Record<RuleName, number>>> = {
  'lost-variable': 0,
  'unsaved-variable': 0,
  'lost-function': 1,
};
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
  for (const { rule, span } of findings) {
    const type = TYPES[rule];
    const start = lineIndex.positionAt(span.start);
    // A token stays on its line and does not overlap the one before it.
    if (type === undefined || span.start < end || lineIndex.lineAt(span.end) !== start.line) continue;
    builder.push(start.line, start.column, span.end - span.start, type, LOST);
    end = span.end;
  }
  return builder.build();
}
