import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { deletesAnything } from '../shell/hazards';
import { allSteps, type Read } from '../shell/script';
import { isAbsentArgument } from './agentsPart';
import { isReadInSeveral } from './agentsValue';
import { findingsOf } from './recalculations';
import { definedIn } from './slice';
import { replaces } from './stateWriters';

/**
 * What the nearest block that sets a finding's value makes it of, and misses itself: handed over alone, the value would be one that
 * is made of nothing. What the text has the agent carry to that block it has.
 */
export function missedByWriter(analysis: Analysis, { block, name }: Finding): readonly Finding[] {
  const writer = writerFor(analysis.flow, block, name);
  if (writer === undefined || name === undefined) return [];
  const reads = new Set(partsOf(writer, name).map(read => read.name));
  return (findingsOf(analysis).get(writer.block.number) ?? []).filter(
    missed =>
      missed.rule === 'lost-variable' && missed.severity !== 'information' && reads.has(missed.name ?? ''),
  );
}

/**
 * Why a value may be one that is made of nothing, where a block that takes it for a good one does harm: the author's guard lets the default
 * of an absent argument pass, and what is made of an empty name may mean everything. A clause.
 */
export function madeOfNothing({ flow, findings }: Analysis, { block, name }: Finding): string | undefined {
  const writer = writerFor(flow, block, name);
  if (writer === undefined || name === undefined) return undefined;
  const parts = partsOf(writer, name);
  const isAbsent = parts.some(read => isAbsentArgument(writer, read));
  const unset = parts.find(read => isUnset(flow, writer, read));
  if (!isAbsent && unset === undefined) return undefined;
  // What is handed over to one block is handed over to all.
  const readers = findings
    .filter(other => other.name === name && writerFor(flow, other.block, name) === writer)
    .map(other => flow.blocks[other.block - 1]!);
  const { number } = writer.block;
  const asking = isAbsent
    ? readers.find(other =>
        other.flow.exposed.some(({ read }) => read.name === name && read.asksFor !== undefined),
      )
    : undefined;
  if (asking !== undefined)
    return `block ${number} has no arguments, and block ${asking.block.number} asks whether there were any`;
  const deleting = unset && readers.find(other => deletesWith(other, name));
  return (
    deleting &&
    `block ${number} makes it of ${unset.name}, which nothing sets, and block ${deleting.block.number} deletes`
  );
}

/** Whether a statement of a block deletes, and takes a name's value for it: a loop goes through a list, a pipe hands it on. */
function deletesWith({ script }: AnalysedBlock, name: string): boolean {
  return script.statements.some(({ flow }) => {
    const steps = [...allSteps(flow, true)];
    return steps.some(step => step.kind === 'read' && step.name === name) && steps.some(deletesAnything);
  });
}

/** Whether nothing gives a name that a block reads any value, and no other block reads it: the agent knows it there alone. */
function isUnset(flow: DocumentFlow, block: AnalysedBlock, { name }: Read): boolean {
  return (
    /^[A-Za-z_]/.test(name) &&
    block.flow.exposed.some(
      ({ read, maybeSet }) =>
        read.name === name && !maybeSet && read.fallback === 'none' && read.asksFor === undefined,
    ) &&
    flow.originOfVariable(name, block) === undefined &&
    !isReadInSeveral(flow, name)
  );
}

function writerFor(flow: DocumentFlow, block: number, name: string | undefined): AnalysedBlock | undefined {
  const reader = flow.blocks[block - 1];
  const origin = reader && name !== undefined ? flow.originOfVariable(name, reader) : undefined;
  return origin?.kind === 'definition' ? origin.block : undefined;
}

/** What a block reads to give a name its value, and to decide whether it does. */
function partsOf({ script }: AnalysedBlock, name: string): readonly Read[] {
  const sought = new Set([name]);
  const reads: Read[] = [];
  for (const statement of script.statements.toReversed()) {
    const settled = definedIn(statement).filter(defined => sought.has(defined));
    // What stood above a plain assignment makes no difference.
    for (const defined of settled) if (replaces(statement, defined)) sought.delete(defined);
    if (settled.length === 0) continue;
    for (const step of allSteps(statement.flow))
      if (step.kind === 'read') {
        sought.add(step.name);
        reads.push(step);
      }
  }
  return reads;
}
