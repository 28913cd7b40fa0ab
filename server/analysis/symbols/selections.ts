import { documentSpan } from '../document/commandDocument';
import { allSteps } from '../shell/script';
import type { Span } from '../text';
import type { DocumentNames } from './documentNames';
import { type OutlineItem, outlineOf } from './outline';

/** What a person may mean to select around an offset, each inside the next: the name, its expansion, the statement, the block, … */
export function selectionsAt(names: DocumentNames, offset: number): readonly Span[] {
  const { analysis, own } = names;
  const { document, flow } = analysis;
  const candidates: Span[] = own.map(({ span }) => span);
  for (const { block, script } of flow.blocks) {
    if (block.fromDocument(offset) === undefined) continue;
    const add = (span: Span): void => void candidates.push(documentSpan(block, span));
    for (const step of allSteps(script.flow, true)) {
      if (step.kind === 'read') add(step.span);
      if (step.kind === 'define' || step.kind === 'function') add(step.statement);
    }
    for (const { span } of script.statements) add(span);
    add({ start: 0, end: block.text.length });
  }
  const visit = (items: readonly OutlineItem[]): void => {
    for (const { span, children } of items) {
      candidates.push(span);
      visit(children);
    }
  };
  visit(outlineOf(analysis));
  candidates.push({ start: 0, end: document.text.length });
  const around = candidates
    .filter(({ start, end }) => start <= offset && offset <= end && start < end)
    .sort((a, b) => a.end - a.start - (b.end - b.start));
  const chain: Span[] = [];
  for (const span of around) {
    const inner = chain[chain.length - 1];
    const isLarger = inner === undefined || span.end - span.start > inner.end - inner.start;
    if (isLarger && (inner === undefined || (span.start <= inner.start && inner.end <= span.end)))
      chain.push(span);
  }
  return chain;
}
