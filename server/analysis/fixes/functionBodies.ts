import { type DocumentFlow, isStep } from '../flow/documentFlow';
import { kept } from '../kept';
import type { Flow } from '../shell/script';

/** The bodies of the functions of a name. */
export type Functions = (name: string) => readonly Flow[];

/**
 * What the steps up to one define: a function that a block calls in vain may be defined in it by another fix.
 * @param number of the last block that counts
 */
export function functionsUpTo(flow: DocumentFlow, number: number): Functions {
  return name =>
    (bodiesIn(flow).get(name) ?? []).flatMap(({ block, body }) => (block <= number ? [body] : []));
}

/** The bodies of all functions that a step defines, by name, with the block's number. */
const bodiesIn = kept(({ blocks }: DocumentFlow) => {
  const bodies = new Map<string, { readonly block: number; readonly body: Flow }[]>();
  for (const { block, flow } of blocks.filter(isStep))
    for (const { name, body } of flow.functions)
      bodies.set(name, [...(bodies.get(name) ?? []), { block: block.number, body }]);
  return bodies;
});
