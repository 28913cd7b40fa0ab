import type { TracedAnalysis } from '../analyse';
import { documentSpan } from '../document/commandDocument';
import type { AnalysedBlock } from '../flow/documentFlow';
import { fileName } from '../rules/rule';
import { allSteps, type Call, type FunctionDefinition } from '../shell/script';
import type { Span } from '../text';
import { endOf, fromEarlierBlock } from './names';
import { blockAtLine, lineIn } from './places';

/** A function's name in a block: where it is defined, or a command that may be one. */
export interface FunctionInBlock {
  readonly block: AnalysedBlock;
  readonly name: string;
  readonly step: Call | FunctionDefinition;
  /** UTF-16 offsets in the document. */
  readonly span: Span;
}

/** The function or command that stands at an offset of the document. */
export function functionAt(analysis: TracedAnalysis, offset: number): FunctionInBlock | undefined {
  const block = blockAtLine(analysis, analysis.document.lineIndex.lineAt(offset));
  const at = block?.block.fromDocument(offset);
  if (block === undefined || at === undefined) return undefined;
  for (const step of allSteps(block.script.flow, true)) {
    if (step.kind !== 'call' && step.kind !== 'function') continue;
    if (step.name === undefined || at < step.span.start || step.span.end <= at) continue;
    return { block, name: step.name, step, span: documentSpan(block.block, step.span) };
  }
  return undefined;
}

/** Who defines a function where it stands, as a sentence; undefined for a program, of which nothing is known. */
export function explainFunction(
  { flow }: TracedAnalysis,
  { block, name, step }: FunctionInBlock,
): string | undefined {
  if (step.kind === 'function')
    return `${name} is a function that is defined here, and ${endOf(flow, block)}.`;
  const origin = flow.originOfFunction(name, block);
  if (block.flow.unknownCalls.includes(step))
    return origin === undefined ? undefined : `${name} ${fromEarlierBlock(flow, origin, 'function')}.`;
  const binding = block.flow.end.functions.get(name);
  if (binding?.kind === 'library') {
    const load = block.flow.loads.find(({ library }) => library === binding.path);
    const where =
      load === undefined
        ? ''
        : `, which this block sources in line ${lineIn(flow, block, load.load.span.start)}`;
    return `${name} is a function of ${fileName(binding.path)}${where}.`;
  }
  const own = block.flow.functions.find(definition => definition.name === name);
  return (
    own && `${name} is a function of this block, defined in line ${lineIn(flow, block, own.span.start)}.`
  );
}
