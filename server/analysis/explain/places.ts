import type { TracedAnalysis } from '../analyse';
import { documentSpan } from '../document/commandDocument';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { allSteps, type Define, type Read } from '../shell/script';
import type { Span } from '../text';

/** A variable's name in a block. */
export interface NameInBlock {
  readonly block: AnalysedBlock;
  readonly name: string;
  /** The read or the definition that stands there. */
  readonly step: Read | Define;
  /** UTF-16 offsets in the document. */
  readonly span: Span;
}

/** The block, with its fences, that a line of the document belongs to. Lines count from 0. */
export function blockAtLine({ document, flow }: TracedAnalysis, line: number): AnalysedBlock | undefined {
  return flow.blocks.find(
    ({ block }) => block.openLine <= line && line <= (block.closeLine ?? document.lines.length),
  );
}

/** The block that is nearest to a line outside all blocks. */
export function nearestBlock({ flow }: TracedAnalysis, line: number): AnalysedBlock | undefined {
  const distance = ({ block }: AnalysedBlock): number =>
    line < block.openLine ? block.openLine - line : line - lastLine(block);
  return flow.blocks.reduce<AnalysedBlock | undefined>(
    (nearest, block) => (nearest === undefined || distance(block) < distance(nearest) ? block : nearest),
    undefined,
  );
}

/** A block's last line, from 0: its closing fence, or the end of its text where nothing closes it. */
export function lastLine({ closeLine, openLine, text }: AnalysedBlock['block']): number {
  return closeLine ?? openLine + text.split('\n').length;
}

/** The variable that stands at an offset of the document: of expansions in each other, the inner one. */
export function nameAt(analysis: TracedAnalysis, offset: number): NameInBlock | undefined {
  const line = analysis.document.lineIndex.lineAt(offset);
  const block = blockAtLine(analysis, line);
  const at = block?.block.fromDocument(offset);
  if (block === undefined || at === undefined) return undefined;
  let found: Read | Define | undefined;
  for (const step of allSteps(block.script.flow, true)) {
    if (step.kind !== 'read' && step.kind !== 'define') continue;
    if (!/^\w+$/.test(step.name) || at < step.span.start || step.span.end <= at) continue;
    if (found === undefined || length(step.span) < length(found.span)) found = step;
  }
  return found && { block, name: found.name, step: found, span: documentSpan(block.block, found.span) };
}

function length({ start, end }: Span): number {
  return end - start;
}

/** The document's line, from 1, of an offset in a block's text. */
export function lineIn({ document }: DocumentFlow, { block }: AnalysedBlock, offset: number): number {
  return document.lineIndex.lineAt(block.toDocument(offset)) + 1;
}
