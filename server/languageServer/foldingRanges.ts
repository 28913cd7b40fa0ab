import { type FoldingRange, FoldingRangeKind, type FoldingRangeParams } from 'vscode-languageserver/node';
import { foldsOf } from '../analysis/symbols/folds';
import { forDocument, type RequestContext } from './requests';

/** Answers `textDocument/foldingRange`: blocks, and functions, long statements and comments in them. */
export function registerFoldingRanges(context: RequestContext): void {
  context.connection.onFoldingRanges(
    forDocument<FoldingRangeParams, FoldingRange[]>(context, ({ check }) =>
      foldsOf(check.analysis).map(({ first, last, kind }) => ({
        startLine: first,
        endLine: last,
        ...(kind === 'comment' ? { kind: FoldingRangeKind.Comment } : {}),
      })),
    ),
  );
}
