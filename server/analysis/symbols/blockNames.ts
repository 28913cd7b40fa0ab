import type { TracedAnalysis } from '../analyse';
import { neededFunctionNames, neededReads } from '../explain/blocks';
import type { AnalysedBlock } from '../flow/documentFlow';
import { isOfHandOver } from '../rules/stateFiles';

/** What a block has to do with the others, by names alone. */
export interface BlockNames {
  /** Variables and functions that it takes from elsewhere; lost where a finding says so. */
  readonly needs: readonly { readonly name: string; readonly isLost: boolean }[];
  /** Variables and functions that it leaves behind, in the order in which it defines them. */
  readonly provides: readonly string[];
}

const LOSSES: ReadonlySet<string> = new Set([
  'lost-variable',
  'lost-function',
  'lost-library',
  'unsaved-variable',
]);

export function blockNames(analysis: TracedAnalysis, block: AnalysedBlock): BlockNames {
  const lost = new Set(
    analysis.findings
      .filter(({ rule, block: number }) => number === block.block.number && LOSSES.has(rule))
      .map(({ name }) => name),
  );
  const names = [
    ...neededReads(analysis, block).map(({ name }) => name),
    ...neededFunctionNames(analysis.flow, block),
  ];
  return {
    needs: [...new Set(names)].map(name => ({ name, isLost: lost.has(name) })),
    provides: [
      ...new Set([
        ...block.flow.definitions.map(({ name }) => name),
        ...block.flow.functions.map(({ name }) => `${name}()`),
      ]),
    ].filter(name => /^(?:[A-Za-z]|_\w)/.test(name) && !isOfHandOver(name)),
  };
}
