import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { kept } from '../kept';
import { allSteps, type Flow } from '../shell/script';

/** The bodies of the functions of a name. */
export type Functions = (name: string) => readonly Flow[];

/**
 * The bodies of the functions that a block defines, by name, with those that it takes away again: in between, they can be
 * called. Of several of a name, which one is called depends on the way.
 */
export const ownFunctions = kept(({ script }: AnalysedBlock): ReadonlyMap<string, readonly Flow[]> => {
  const bodies = new Map<string, Flow[]>();
  for (const step of allSteps(script.flow, true))
    if (step.kind === 'function') bodies.set(step.name, [...(bodies.get(step.name) ?? []), step.body]);
  return bodies;
});

/**
 * What the steps up to one define: a function that a block calls in vain may be defined in it by another fix.
 * @param number of the last block that counts
 */
export function functionsUpTo(flow: DocumentFlow, number: number): Functions {
  return name =>
    (bodiesIn(flow).get(name) ?? []).flatMap(({ block, bodies }) => (block <= number ? bodies : []));
}

/**
 * What a block may call: of a name that it defines itself, its own function, unless a call finds none there; then what an earlier block
 * defines as well, since another fix may bring that.
 */
export function functionsFor(flow: DocumentFlow, block: AnalysedBlock): Functions {
  const own = ownFunctions(block);
  const lost = lostIn(block);
  const all = functionsUpTo(flow, block.block.number);
  return name => (lost.has(name) ? undefined : own.get(name)) ?? all(name);
}

const lostIn = kept(
  ({ flow }: AnalysedBlock): ReadonlySet<string> =>
    new Set(flow.unknownCalls.flatMap(({ name }) => name ?? [])),
);

/** The bodies of all functions that a step defines, by name, with the block's number. */
const bodiesIn = kept(({ blocks }: DocumentFlow) => {
  const all = new Map<string, { readonly block: number; readonly bodies: readonly Flow[] }[]>();
  for (const step of blocks.filter(isStep))
    for (const [name, bodies] of ownFunctions(step))
      all.set(name, [...(all.get(name) ?? []), { block: step.block.number, bodies }]);
  return all;
});
