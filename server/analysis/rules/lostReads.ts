import { isBridged } from '../document/bridges';
import type { Severity } from '../finding';
import type { BlockFlow, ExposedRead, LoadedFile } from '../flow/blockFlow';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import type { Origin } from '../flow/origins';
import { kept } from '../kept';
import { allSteps, type Hazard, type Load, type Read } from '../shell/script';
import { readingBlocks } from './rule';

/** A variable that a block reads without a value, and that an earlier one gives a value. */
export interface LostRead {
  readonly block: AnalysedBlock;
  /** The first read that loses the value. */
  readonly read: Read;
  readonly origin: ValueOrigin;
  /** What the empty value does in the block, where that is dangerous: a part of a sentence, or nothing. */
  readonly danger: string;
  readonly severity: Severity;
  /** True where the prose has the agent carry the value over. */
  readonly bridged: boolean;
  /** The state file that the block has loaded before, and that does not hold the name. */
  readonly loaded: LoadedFile | undefined;
}

/** What gives a variable its value, and is lost with it; a library has a rule of its own. */
export type ValueOrigin = Extract<Origin, { kind: 'definition' | 'stateFile' }>;

/** The variables that are lost in a document, one for each block and name. */
export const lostReads = kept((flow: DocumentFlow): readonly LostRead[] => [...findLostReads(flow)]);

function* findLostReads(flow: DocumentFlow): Generator<LostRead> {
  for (const block of readingBlocks(flow)) {
    for (const [name, reads] of exposedByName(block)) {
      const losing = reads.filter(losesValue);
      const origin = losing.length === 0 ? undefined : flow.originOfVariable(name, block);
      if (origin?.kind !== 'definition' && origin?.kind !== 'stateFile') continue;
      const read = losing.find(exposed => reaches(flow, exposed, origin, block))?.read;
      if (read === undefined || isTakenBefore(flow, block, read)) continue;
      const hazard = hazardOf(reads, read);
      const bridged = isBridged(flow.document, flow.blocksDefining(name, block), block.block, name);
      yield {
        block,
        read,
        origin,
        danger: HAZARDS[hazard ?? 'none'],
        severity: severityOf(bridged, hazard, origin),
        bridged,
        loaded: block.flow.loads.findLast(
          ({ isState, known, load }) =>
            isState && known && load.span.start < read.span.start && !namesItsFile(load, read),
        ),
      };
    }
  }
}

/**
 * Whether the block calls, before a read, a function of an earlier block that takes the name away: the function is lost, and
 * with it nothing that a shell for all blocks would still have had.
 */
function isTakenBefore(flow: DocumentFlow, block: AnalysedBlock, { name, span }: Read): boolean {
  return block.flow.unknownCalls.some(
    call =>
      call.span.start < span.start &&
      takesAway(flow, block, call.name, name, new Set()) &&
      block.script.flow.includes(call),
  );
}

/** Whether calling a function of an earlier block ends with a variable unset, on whichever way. */
function takesAway(
  flow: DocumentFlow,
  caller: AnalysedBlock,
  functionName: string | undefined,
  variable: string,
  visited: Set<string>,
): boolean {
  if (functionName === undefined || visited.has(functionName)) return false;
  visited.add(functionName);
  const origin = flow.originOfFunction(functionName, caller);
  if (origin?.kind !== 'function') return false;
  let isTaken = false;
  for (const step of origin.definition.body) {
    if (step.kind === 'unset' && step.name === variable && !step.ofFunction && !step.ofElement)
      isTaken = true;
    else if (step.kind === 'define' && step.name === variable) isTaken = false;
    else if (step.kind === 'leave') break;
    else if (step.kind === 'call' && takesAway(flow, caller, step.name, variable, visited)) isTaken = true;
  }
  return isTaken;
}

/** What the word that names a file reads is no value of that file. */
function namesItsFile({ path }: Load, read: Read): boolean {
  return path !== undefined && [...allSteps(path.flow)].includes(read);
}

/** The reads without a value of a block, by name, each list in the text's order. */
export function exposedByName({ flow }: AnalysedBlock): ReadonlyMap<string, readonly ExposedRead[]> {
  return sortedByName(flow);
}

const sortedByName = kept(({ exposed: reads }: BlockFlow) => {
  const byName = new Map<string, ExposedRead[]>();
  for (const exposed of reads) {
    const known = byName.get(exposed.read.name);
    if (known === undefined) byName.set(exposed.read.name, [exposed]);
    else known.push(exposed);
  }
  for (const list of byName.values()) list.sort((a, b) => a.read.span.start - b.read.span.start);
  return byName;
});

/** A read that sees nothing on every path and makes no provision for that; in `rm -rf "${X:-}/x"` the empty default is none. */
export function losesValue({ maybeSet, read }: ExposedRead): boolean {
  if (maybeSet) return false;
  return read.fallback === 'none' || (read.fallback === 'default' && destroys(read.hazard));
}

function destroys(hazard: Hazard | undefined): boolean {
  return hazard === 'deletes' || hazard === 'writes-to-root';
}

function isExported(origin: ValueOrigin): boolean {
  return origin.kind === 'definition' && origin.exported;
}

/** A child process sees a variable only if it was exported, there or here. */
function reaches(
  { blocks }: DocumentFlow,
  { read }: ExposedRead,
  origin: ValueOrigin,
  reader: AnalysedBlock,
): boolean {
  if (read.reader === 'shell' || isExported(origin) || isExportedIn(reader, read.name)) return true;
  // What a file holds was exported where it was set.
  const earlier = blocks.slice(0, reader.block.number - 1);
  return origin.kind === 'stateFile' && earlier.some(block => isExportedIn(block, read.name));
}

/** Whether a block exports a name, or gives it a value that is exported. */
export function isExportedIn({ flow }: AnalysedBlock, name: string): boolean {
  return (
    flow.exports.some(exported => exported.name === name) ||
    flow.definitions.some(define => define.exported && define.name === name)
  );
}

function severityOf(bridged: boolean, hazard: Hazard | undefined, origin: ValueOrigin): Severity {
  // Credentials and settings are meant to be exported once, outside, before the agent starts.
  if (origin.block.role.kind === 'configuration' || isCredentialToFillIn(origin)) return 'information';
  if (bridged) return 'information';
  return hazard === undefined ? 'warning' : 'error';
}

/** `API_TOKEN=<token>`, `export API_KEY=...`: what the user has at hand, and sets before the agent starts. */
export function isCredentialToFillIn(origin: ValueOrigin): boolean {
  if (origin.kind !== 'definition' || !/(?:TOKEN|KEY|SECRET|PASSWORD|CREDENTIALS?)$/.test(origin.define.name))
    return false;
  const { value } = origin.define;
  if (value === undefined) return false;
  const word =
    /^(["']?)(.*)\1$/s.exec(origin.block.block.text.slice(value.span.start, value.span.end))?.[2] ?? '';
  return /^(?:\.{3}|…|<[^<>]+>|\{\{?[^{}]+\}\}?|\[[^[\]]+\]|your[-_ ].*|xxx.*)$/i.test(word);
}

/** The worst that the empty value does in the block: the first read, where the finding stands, may be a harmless one. */
function hazardOf(reads: readonly ExposedRead[], read: Read): Hazard | undefined {
  if (read.hazard !== undefined) return read.hazard;
  // Where the block asks for emptiness, what it does with the value is behind that question.
  if (reads.some(exposed => exposed.read.asksFor !== undefined)) return undefined;
  return reads.find(exposed => !exposed.maybeSet && exposed.read.hazard !== undefined)?.read.hazard;
}

const HAZARDS = {
  none: '',
  deletes: ', so another path is deleted',
  'changes-directory': ', so cd does not go there',
  'writes-to-root': ', so the root directory is written to',
} as const;
