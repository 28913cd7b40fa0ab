import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { kept } from '../kept';
import { allSteps } from '../shell/script';
import { functionsUpTo } from './functionBodies';

/**
 * The call of a function that is lost where it is called, between two blocks or in one of them, and that would set one of some
 * names: part of a sentence. One shell for all blocks would have another value then.
 * @param defined what the fix itself defines
 */
export function lostSetter(...asked: Parameters<typeof lostSettingCall>): string | undefined {
  const call = lostSettingCall(...asked);
  return call && `${call.name} sets it too, and is lost in block ${call.block.block.number}`;
}

/** The first such call. */
export function lostSettingCall(
  flow: DocumentFlow,
  names: ReadonlySet<string>,
  first: AnalysedBlock,
  last: AnalysedBlock,
  defined: DefinedFunctions = NO_FUNCTIONS,
): { readonly name: string; readonly block: AnalysedBlock } | undefined {
  return lostCalls(flow).find(
    ({ block, name: called, sets }) =>
      block.block.number >= first.block.number &&
      block.block.number <= last.block.number &&
      !(block === defined.block && defined.names.has(called)) &&
      sets.some(name => names.has(name)),
  );
}

/** The names that some lost functions would set, or take away, where a block calls them. */
export function setByLost({ block, names }: DefinedFunctions, flow: DocumentFlow): ReadonlySet<string> {
  const calls = lostCalls(flow).filter(call => call.block === block && names.has(call.name));
  return new Set(calls.flatMap(({ sets }) => sets));
}

/** What the same fix defines, so that it is no more lost: functions, in a block. */
export interface DefinedFunctions {
  readonly block: AnalysedBlock | undefined;
  readonly names: ReadonlySet<string>;
}

const NO_FUNCTIONS: DefinedFunctions = { block: undefined, names: new Set() };

/** The calls of functions that another block defines, with the variables that they would set or take away. */
const lostCalls = kept((flow: DocumentFlow) =>
  flow.blocks.filter(isStep).flatMap(block => {
    const bodiesOf = functionsUpTo(flow, block.block.number - 1);
    const setBy = (name: string, visited: Set<string>): readonly string[] => {
      if (visited.has(name) || flow.originOfFunction(name, block)?.kind !== 'function') return [];
      visited.add(name);
      // Of several definitions, branches and calls decide which one it would have been.
      const steps = bodiesOf(name).flatMap(body => [...allSteps(body, true)]);
      return steps.flatMap(step => {
        if (step.kind === 'define') return step.local ? [] : [step.name];
        if (step.kind === 'unset') return [step.name];
        return step.kind === 'call' && step.name !== undefined ? setBy(step.name, visited) : [];
      });
    };
    const called = new Set(block.flow.unknownCalls.flatMap(({ name }) => name ?? []));
    return [...called].map(name => ({ block, name, sets: setBy(name, new Set()) }));
  }),
);
