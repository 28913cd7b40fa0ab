import { documentSpan } from '../document/commandDocument';
import type { AnalysedBlock } from '../flow/documentFlow';
import type { Origin } from '../flow/origins';
import { type DocumentNames, distinctPlaces, type NamePlace, placesOf } from './documentNames';

/**
 * Where what stands at a place gets its value or body: what reaches it in its block, else what an earlier block or a library
 * gives, lost or not; else all definitions.
 */
export function definitionsOf(names: DocumentNames, symbol: NamePlace): readonly NamePlace[] {
  if (symbol.use === 'definition') return [symbol];
  const candidates = placesOf(names, symbol).filter(({ use }) => use === 'definition');
  const { block } = symbol;
  const reaching = block === undefined ? [] : reachingDefinitions(names, block, symbol, candidates);
  if (reaching.length > 0) return distinctPlaces(reaching);
  const given = block === undefined ? [] : givenDefinitions(names, block, symbol, candidates);
  return distinctPlaces(given.length > 0 ? given : candidates);
}

/** The definitions in the block itself that the value may come from. */
function reachingDefinitions(
  { analysis }: DocumentNames,
  block: AnalysedBlock,
  { step, kind, name }: NamePlace,
  candidates: readonly NamePlace[],
): readonly NamePlace[] {
  if (kind === 'function') {
    const isOwn = !block.flow.unknownCalls.some(call => call === step);
    return isOwn ? candidates.filter(candidate => candidate.block === block) : [];
  }
  if (step?.kind !== 'read') return candidates.filter(candidate => candidate.block === block);
  const definitions = analysis.statesIn(block.block).get(step)?.names.get(name)?.definitions ?? [];
  return candidates.filter(({ step: define }) => definitions.some(definition => definition === define));
}

/** What gives the value from outside the block: a library or a state file that it loads, or an earlier block. */
function givenDefinitions(
  { analysis }: DocumentNames,
  block: AnalysedBlock,
  { kind, name }: NamePlace,
  candidates: readonly NamePlace[],
): readonly NamePlace[] {
  const { flow } = analysis;
  const libraries = new Set(block.flow.loads.map(({ library }) => library));
  const sourced = candidates.filter(({ library }) => library !== undefined && libraries.has(library.path));
  if (sourced.length > 0) return sourced;
  const origin =
    kind === 'function' ? flow.originOfFunction(name, block) : flow.originOfVariable(name, block);
  return origin === undefined ? [] : originPlaces(origin, candidates);
}

function originPlaces(origin: Origin, candidates: readonly NamePlace[]): readonly NamePlace[] {
  if (origin.kind === 'definition')
    return candidates.filter(({ step, block }) => step === origin.define && block === origin.block);
  if (origin.kind === 'function')
    return candidates.filter(({ step, block }) => step === origin.definition && block === origin.block);
  if (origin.kind === 'library') return candidates.filter(({ library }) => library?.path === origin.library);
  return candidates.filter(({ block }) => block === origin.block);
}

/** The library whose name stands at an offset of the document: behind `source`. */
export function libraryAt({ analysis }: DocumentNames, offset: number): string | undefined {
  for (const { block, flow } of analysis.flow.blocks)
    for (const { load, library } of flow.loads) {
      const span = documentSpan(block, load.span);
      if (library !== undefined && span.start <= offset && offset <= span.end) return library;
    }
  return undefined;
}
