import type { Range, SelectionRange, SelectionRangeParams } from 'vscode-languageserver/node';
import { selectionsAt } from '../analysis/symbols/selections';
import { toRange } from './positions';
import { forDocument, offsetOf, type RequestContext } from './requests';

/** Answers `textDocument/selectionRange`: from the name to the statement, the block, its section and the document. */
export function registerSelectionRanges(context: RequestContext): void {
  context.connection.onSelectionRanges(
    forDocument<SelectionRangeParams, SelectionRange[]>(context, async ({ check }, { positions }) => {
      const names = await context.session.names(check);
      return positions.map(position => {
        const ranges = selectionsAt(names, offsetOf(check, position)).map(span =>
          toRange(check.analysis.document.lineIndex, span),
        );
        return nested(ranges) ?? { range: { start: position, end: position } };
      });
    }),
  );
}

/** @param ranges each inside the next */
function nested(ranges: readonly Range[]): SelectionRange | undefined {
  return ranges.reduceRight<SelectionRange | undefined>(
    (parent, range) => (parent === undefined ? { range } : { range, parent }),
    undefined,
  );
}
