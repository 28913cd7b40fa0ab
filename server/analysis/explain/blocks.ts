import type { TracedAnalysis } from '../analyse';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import type { HostChoice } from '../hosts';
import { STANDING_NAMES, whatIsKept } from '../hosts/profile';
import { isOfHandOver } from '../rules/stateFiles';
import type { Read } from '../shell/script';
import { endOf, fromEarlierBlock, savedInto, sourceOfValue } from './names';
import { lastLine } from './places';
import { roleTitle } from './roles';

/** What a block is, and what it has to do with the others: plain text, to be escaped by who shows it. */
export interface BlockExplanation {
  /** Its number, its lines, its role and the reason for that. */
  readonly role: string;
  /** The host that runs it, why it is that one, and what it keeps. */
  readonly host: string;
  /** Names that it reads and does not set itself, with what they are here. */
  readonly needs: readonly string[];
  /** What it sets, defines and saves. */
  readonly provides: readonly string[];
}

export function explainBlock(
  analysis: TracedAnalysis,
  host: HostChoice,
  block: AnalysedBlock,
): BlockExplanation {
  return {
    ...explainRole(analysis, host, block),
    needs: [...neededValues(analysis, block), ...neededFunctions(analysis.flow, block)],
    provides: provisions(analysis.flow, block),
  };
}

/** What a block was taken for, and which host runs it: what is known without looking at its names. */
export function explainRole(
  { flow }: TracedAnalysis,
  { profile, reason }: HostChoice,
  { block, role }: AnalysedBlock,
): Pick<BlockExplanation, 'role' | 'host'> {
  return {
    role: `Block ${block.number} of ${flow.blocks.length}, ${linesOf(block)}: ${roleTitle(role.kind)}, because ${role.reason}`,
    // In a subagent, the host is another one.
    host: `Host: ${flow.profile.title}, because ${reason}${profile === flow.profile ? '' : ', and the document runs in a subagent'}; ${whatIsKept(flow.profile)}`,
  };
}

/** `lines 22 to 30`, with the fences. */
export function linesOf(block: AnalysedBlock['block']): string {
  return `lines ${block.openLine + 1} to ${lastLine(block) + 1}`;
}

const STANDING: ReadonlySet<string> = new Set(STANDING_NAMES);

function neededValues(analysis: TracedAnalysis, block: AnalysedBlock): readonly string[] {
  return neededReads(analysis, block).map(read => `${read.name} ${sourceOfValue(analysis, block, read)}`);
}

/** The first read of each name that the block needs from elsewhere. */
export function neededReads(analysis: TracedAnalysis, block: AnalysedBlock): readonly Read[] {
  const seen = new Set<string>();
  const needs: Read[] = [];
  const reads = [...analysis.statesIn(block.block)].sort(([a], [b]) => a.span.start - b.span.start);
  for (const [read, state] of reads) {
    const { name } = read;
    if (seen.has(name) || !/^[A-Za-z_]/.test(name) || STANDING.has(name) || isOfHandOver(name)) continue;
    seen.add(name);
    const binding = state.names.get(name);
    const isOwn =
      binding?.presence === 'set' && (binding.definitions.length > 0 || binding.mark !== undefined);
    if (!isOwn) needs.push(read);
  }
  return needs;
}

function neededFunctions(flow: DocumentFlow, block: AnalysedBlock): readonly string[] {
  return neededFunctionNames(flow, block).map(
    name => `${name} ${fromEarlierBlock(flow, flow.originOfFunction(name, block)!, 'function')}`,
  );
}

/** Functions that the block calls, does not have and an earlier one had. */
export function neededFunctionNames(flow: DocumentFlow, block: AnalysedBlock): readonly string[] {
  const names = new Set(block.flow.unknownCalls.map(({ name }) => name));
  return [...names].flatMap(name =>
    name !== undefined && flow.originOfFunction(name, block) !== undefined ? [name] : [],
  );
}

function provisions(flow: DocumentFlow, block: AnalysedBlock): readonly string[] {
  const names = [...new Set(block.flow.definitions.map(({ name }) => name))].filter(
    name => !isOfHandOver(name),
  );
  const functions = [...new Set(block.flow.functions.map(({ name }) => name))];
  const byFile = new Map<string, string[]>();
  for (const name of names)
    for (const file of savedInto(flow, block, name)) byFile.set(file, [...(byFile.get(file) ?? []), name]);
  const end = endOf(flow, block);
  return [
    ...(names.length === 0 ? [] : [`sets ${names.join(', ')}: ${end}`]),
    ...(functions.length === 0 ? [] : [`defines ${functions.join(', ')}: ${end}`]),
    ...[...byFile].map(([file, saved]) => `saves ${saved.join(', ')} into ${file}`),
  ];
}
