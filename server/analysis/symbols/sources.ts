import type { TracedAnalysis } from '../analyse';
import { documentSpan } from '../document/commandDocument';
import { neededReads } from '../explain/blocks';
import type { AnalysedBlock } from '../flow/documentFlow';
import { shownPath } from '../flow/shownPath';
import { fileName, place } from '../rules/rule';
import type { Read } from '../shell/script';
import type { Span } from '../text';

/** Where a value that a block did not set itself comes from, in a few words. */
export interface ValueSource {
  readonly name: string;
  /** The read, in the document. */
  readonly span: Span;
  readonly text: string;
}

/** The first read of each name that its block has from elsewhere: lost on the way, kept, or restored. */
export function valueSources(analysis: TracedAnalysis): readonly ValueSource[] {
  return analysis.flow.blocks.flatMap(block =>
    neededReads(analysis, block).flatMap(read => {
      const text = sourceOf(analysis, block, read);
      return text === undefined
        ? []
        : [{ name: read.name, span: documentSpan(block.block, read.span), text }];
    }),
  );
}

function sourceOf(analysis: TracedAnalysis, block: AnalysedBlock, { name, span }: Read): string | undefined {
  const { flow } = analysis;
  const file = block.flow.loads.findLast(({ load, gives }) => load.span.start <= span.start && gives(name));
  if (file?.library !== undefined) return `from ${fileName(file.library)}`;
  if (file?.path !== undefined) return `from ${shownPath(flow.document, file.path)}`;
  const origin = flow.originOfVariable(name, block);
  if (origin === undefined) return undefined;
  return flow.profile.keepsShell || block.process !== block.block.number
    ? `from ${place(flow, origin)}`
    : `lost since ${place(flow, origin)}`;
}
