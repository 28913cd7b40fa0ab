import type { AnalysedBlock } from '../flow/documentFlow';
import { kept } from '../kept';
import { isExportedIn } from '../rules/lostReads';
import { allSteps, type Call, type FlowStep, type Read } from '../shell/script';
import { isHandedOn } from './stateWriters';

/**
 * The names without a value that a command of a block takes beside a name. With one of them alone, it does something else than it
 * does with nothing: `"$TOOLS/check" "$FILE"` fails loudly without both, and checks whatever it takes for its default without the file. Where a
 * command writes to or reads from is not asked.
 */
export function usedTogether(block: AnalysedBlock, name: string): ReadonlySet<string> {
  return matesIn(block).get(name) ?? NOTHING;
}

const NOTHING: ReadonlySet<string> = new Set();

/** What only prints or asks does no harm with half of it. */
const HARMLESS = /^(?:echo|printf|\[\[?|test|:|true)$/;

const matesIn = kept(({ script, flow }: AnalysedBlock): ReadonlyMap<string, ReadonlySet<string>> => {
  const exposed = new Set(flow.exposed.map(({ read }) => read));
  // `"$TOOLS/check"` is read where the call's name stands.
  const nameReads = ({ name, span }: Call) =>
    name === undefined
      ? [...exposed].filter(read => read.span.start >= span.start && read.span.end <= span.end)
      : [];
  const mates = new Map<string, Set<string>>();
  for (const step of allSteps(script.flow, true)) {
    const reads = [...readsOf(step), ...(step.kind === 'call' ? nameReads(step) : [])];
    const names = new Set(reads.filter(read => exposed.has(read)).map(read => read.name));
    for (const name of names)
      for (const other of names)
        if (other !== name) mates.set(name, (mates.get(name) ?? new Set()).add(other));
  }
  return mates;
});

function readsOf(step: FlowStep): readonly Read[] {
  if (step.kind !== 'call' || HARMLESS.test(step.name ?? '')) return [];
  return step.arguments.flatMap(({ flow }) => [...allSteps(flow)].filter(part => part.kind === 'read'));
}

/**
 * The functions that a block calls without having them, where a name is nothing but an argument of theirs: as long as they are lost, its
 * value changes nothing.
 * @returns undefined where the block does something else with it
 */
export function onlyGivenTo({ script, flow }: AnalysedBlock, name: string): ReadonlySet<string> | undefined {
  const given = new Set<Read>();
  const called = new Set<string>();
  for (const call of flow.unknownCalls)
    for (const read of readsOf(call))
      if (read.name === name && call.name !== undefined) {
        given.add(read);
        called.add(call.name);
      }
  const isGiven = (step: FlowStep) => step.kind !== 'read' || step.name !== name || given.has(step);
  return called.size > 0 && [...allSteps(script.flow, true)].every(isGiven) ? called : undefined;
}

/** Whether a block does nothing with a name but hand it on: `X="${X}"`, and no line behind that takes it. */
export function isOnlyHandedOn(block: AnalysedBlock, name: string): boolean {
  // What is exported or sourced besides may read it.
  if (isExportedIn(block, name) || block.flow.loads.length > 0) return false;
  const reads = [...allSteps(block.script.flow, true)].filter(
    step => step.kind === 'read' && step.name === name,
  );
  return reads.length > 0 && reads.every(read => read.kind === 'read' && isHandedOn(block, read));
}
