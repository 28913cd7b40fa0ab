import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { kept } from '../kept';
import { isExportedIn } from '../rules/lostReads';
import { lostSaver } from '../rules/unsavedVariable';
import { firstNeedingBefore } from './agentsValue';
import { uncoveredCommands } from './allowedTools';
import { attributeAbove, isConstantIn } from './attributes';
import { endingBetween } from './endings';
import type { Fix, TextEdit } from './fix';
import { handOverDoubts } from './handOverDoubts';
import {
  allSavedBy,
  blockOf,
  groupOf,
  type Leftover,
  leftoversOf,
  lossesIn,
  MAX_SOURCES,
  missedByWriters,
  namesByWriter,
  offsetOfSave,
  savableGroup,
} from './handOverGroup';
import { insertLines, removeLines, startOfCode } from './insertion';
import { type DefinedFunctions, lostSetter, setByLost } from './lostSetters';
import { isSetInPipeline, lostInPipeline } from './pipelineValues';
import { setInProse } from './proseValues';
import { replaceInBlock } from './replacing';
import { isSettledAtSave, mindsFailure, placeOfAll } from './savePlace';
import type { FixSettings } from './settings';
import {
  checkLines,
  forgetLine,
  loadLines,
  ownState,
  type SavedName,
  type StateLoad,
  StatePlace,
  saveLines,
  savingMore,
} from './stateFileText';
import {
  accumulates,
  expectedLoss,
  type LostName,
  mayKeep,
  placeOf,
  type Source,
  surelyGives,
  takesAway,
  withKept,
} from './stateWriters';
import { excludeEachOther } from './ways';

/** What is inserted where the text is long enough for a shell of its own. */
const COMMANDS = ['git', 'mkdir', 'echo', 'mv'];

/**
 * *Hand over through a state file*: each block that sets the values saves them into a file of its own, the blocks that miss them
 * load those files. It speaks of all variables that the blocks have to do with each other, so that there is one insertion in each
 * and no block gets a value that another one has replaced.
 * @returns undefined where one of the blocks cannot save the value
 */
export function handOver(flow: DocumentFlow, finding: Finding, settings: FixSettings): Fix | undefined {
  if (finding.rule !== 'lost-variable' && finding.rule !== 'unsaved-variable') return undefined;
  const own = lossesIn(flow).byPlace.get(`${finding.block} ${finding.name}`);
  if (own === undefined) return undefined;
  const place = new StatePlace(flow.name, settings.stateFile);
  const group = groupOf(flow, place, own);
  return group && handOverGroup(flow, place, [own], group);
}

/**
 * Hands variables over to a block that does not read them yet, but will.
 * @param functions that it will have by then
 * @returns undefined where one of them cannot be handed over
 */
export function handOverTo(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  names: readonly string[],
  functions: ReadonlySet<string>,
  settings: FixSettings,
): HandedValues | undefined {
  const losses = names.flatMap(name => expectedLoss(flow, reader, name) ?? []);
  if (losses.length === 0 || losses.length < names.length) return undefined;
  const place = new StatePlace(flow.name, settings.stateFile);
  const { common } = lossesIn(flow);
  const known = new Set(losses.map(placeOf));
  const defined = { block: reader, names: functions };
  // What the functions will change here is handed over once they do.
  const changed = setByLost(defined, flow);
  const others = common.filter(lost => !known.has(placeOf(lost)) && !changed.has(lost.name));
  const group = savableGroup(flow, place, losses, withKept(flow, [...losses, ...others]));
  if (group === undefined) return undefined;
  const fix = handOverGroup(flow, place, losses, group, defined);
  // What is handed over to it already needs nothing more.
  return { edits: fix?.edits ?? [], isSuggestion: fix?.safety === 'suggestion' };
}

/** What hands some values over to a block. */
export interface HandedValues {
  readonly edits: readonly TextEdit[];
  /** True where the author has to decide it. */
  readonly isSuggestion: boolean;
}

function handOverGroup(
  flow: DocumentFlow,
  place: StatePlace,
  wanted: readonly LostName[],
  group: readonly LostName[],
  defined?: DefinedFunctions,
): Fix | undefined {
  const { edits, mayBeMissing, mayDiffer } = plansIn(flow)(place, group);
  if (edits.length === 0) return undefined;
  const doubts = [
    ...wanted.flatMap(({ name, isSetting, isBridged, sources }) => [
      ...(isBridged ? [`the text has the agent carry ${name} over`] : []),
      ...(isSetting ? [`${name} is better set before the agent starts`] : []),
      ...neededBefore(flow, name, sources),
      ...(sources.length > MAX_SOURCES ? [`${sources.length} blocks may have set ${name}`] : []),
    ]),
    ...mayBeMissing,
    ...group.flatMap(
      ({ name, reader, sources: [first] }) =>
        lostSetter(flow, new Set([name]), firstSayIn(flow, first!.block, name), reader, defined) ?? [],
    ),
    ...mayDiffer,
  ];
  const names = [...new Set(group.map(({ name }) => name))];
  const subject = names.length <= 3 ? names.join(', ') : `${names.length} variables`;
  const commands = edits.some(({ text }) => /^\s*rm /m.test(text)) ? [...COMMANDS, 'rm'] : COMMANDS;
  const uncovered = uncoveredCommands(flow.document.frontmatter['allowed-tools'], commands);
  const reasons = [
    doubts[0] ?? 'it writes a file',
    ...(uncovered.length > 0 ? [`allowed-tools does not name ${uncovered.join(', ')}`] : []),
  ];
  const safety = doubts.length > 0 ? 'suggestion' : 'unsafe';
  return {
    title: `Hand over through a state file: ${subject} (${safety}: ${reasons.join('; ')})`,
    kind: 'handOver',
    safety,
    edits,
    asks: uncovered.length > 0,
  };
}

/** The first block of those whose lost calls may have a say in what a block gives a name: it may keep what it had before. */
function firstSayIn({ blocks }: DocumentFlow, writer: AnalysedBlock, name: string): AnalysedBlock {
  return mayKeep(writer, name) ? blocks[0]! : writer;
}

/** Where a name has a value before any block gives it one, nobody knows which of both a later block means. */
function neededBefore(flow: DocumentFlow, name: string, sources: LostName['sources']): readonly string[] {
  const number = sources[0] && firstNeedingBefore(flow, name, sources[0].block);
  return number === undefined ? [] : [`block ${number} has a value of ${name} before any block sets it`];
}

/** How a group is handed over, whichever of its names it is about. */
interface Plan {
  readonly edits: readonly TextEdit[];
  /** Why a file may be missing, or that of an earlier run: parts of sentences. */
  readonly mayBeMissing: readonly string[];
  /** Why what the writers save may not be what one shell for all blocks would have. */
  readonly mayDiffer: readonly string[];
}

/** The plans for the groups of a document: all findings of a group ask for the same one. */
const plansIn = kept((flow: DocumentFlow) => {
  const plans = new WeakMap<readonly LostName[], Plan>();
  return (place: StatePlace, group: readonly LostName[]): Plan => {
    const plan = plans.get(group) ?? planFor(flow, place, group);
    plans.set(group, plan);
    return plan;
  };
});

function planFor(flow: DocumentFlow, place: StatePlace, group: readonly LostName[]): Plan {
  const leftovers = leftoversOf(flow, place, group);
  const byWriter = namesByWriter(group);
  const blocks = [...new Set(group.flatMap(({ reader, sources }) => [reader, ...sources.map(blockOf)]))];
  const leftover = leftovers.find(({ removedBy }) => removedBy === undefined);
  const missed = missedByWriters(flow, group).map(
    ({ reader, name }) => `block ${reader.block.number} makes it of ${name}, which it may miss`,
  );
  const attributes = [...byWriter].flatMap(([writer, names]) =>
    [...names].flatMap(name => attributeAbove(flow, writer, name) ?? []),
  );
  const inPipelines = [...byWriter].flatMap(([writer, names]) =>
    [...names].filter(name => isSetInPipeline(writer, name)).map(name => lostInPipeline(writer, name)),
  );
  return {
    edits: [...savingEdits(flow, place, group), ...loadingEdits(flow, place, group, leftovers)].sort(
      (a, b) => a.span.start - b.span.start,
    ),
    mayBeMissing: [
      ...(leftover === undefined
        ? []
        : [`block ${leftover.writer.block.number} may be left out, and its file be that of an earlier run`]),
      ...[...byWriter].flatMap(([writer, saved]) => endingOf(flow, writer, saved, group) ?? []),
    ],
    mayDiffer: [
      ...missed,
      ...[...byWriter].flatMap(([writer, names]) =>
        [...names].flatMap(name => setInProse(flow, writer, name, lastReader(group, name))),
      ),
      ...attributes,
      ...inPipelines,
      ...[...byWriter].flatMap(([writer, names]) => savedInVain(flow, writer, names)),
      ...handOverDoubts(flow, place, blocks, new Set(byWriter.keys())),
    ],
  };
}

/** The author's own way to save some names, where it is lost in the block that sets them: mended, it would do. Clauses. */
function savedInVain(
  flow: DocumentFlow,
  writer: AnalysedBlock,
  names: ReadonlySet<string>,
): readonly string[] {
  return [...names].flatMap(name => {
    const saver = lostSaver(flow, writer, name);
    return saver === undefined
      ? []
      : [`block ${writer.block.number} saves ${name} by ${saver}, which is lost there`];
  });
}

/** The number of the last block of a group that a name is handed over to. */
function lastReader(group: readonly LostName[], name: string): number {
  return Math.max(...group.filter(lost => lost.name === name).map(({ reader }) => reader.block.number));
}

/** What may end a block before it saves some names: a sentence. */
function endingOf(
  flow: DocumentFlow,
  writer: AnalysedBlock,
  saved: ReadonlySet<string>,
  group: readonly LostName[],
): string | undefined {
  // What only some ways give, `set -u` may still end the block for.
  const given = new Set(
    group.flatMap(({ reader, name, sources }) =>
      reader === writer && sources.some(({ isSure }) => isSure) ? [name] : [],
    ),
  );
  const ending = endingBetween(flow, writer, saved, offsetOfSave(flow, writer, saved), given);
  return ending && `${ending} before it saves what it has set`;
}

function savingEdits(flow: DocumentFlow, place: StatePlace, group: readonly LostName[]): readonly TextEdit[] {
  const byWriter = namesByWriter(group);
  return [...byWriter].flatMap(([writer, names]) => {
    const { block } = writer;
    const { save } = ownState(block);
    const savedNames = (all: Iterable<string>) =>
      [...all].map(name => savedName(flow, writer, name, byWriter));
    const missing = [...names].filter(name => save?.names.has(name) !== true);
    if (missing.length === 0) return [];
    const all = savedNames(new Set([...(save?.names ?? []), ...names]));
    if (save !== undefined && isSettledAtSave(flow, writer, missing))
      return savingMore(save, all).map(({ span, text }) => replaceInBlock(flow.document, block, span, text));
    const found = placeOfAll(flow, writer, names);
    if (found === undefined) return [];
    const { offset, keepsStatus } = found;
    const base = place.base(block.number);
    const { loads } = ownState(block);
    const hasLoaded = loadsOf(writer, group, byWriter).loads.some(load => {
      const known = loads.find(({ path }) => path === place.path(load.writer));
      return (known ?? load).isRequired && place.base(load.writer) === base;
    });
    const point = { keepsStatus, minds: mindsFailure(writer), hasLoaded };
    const insertion = insertLines(flow.document, block, offset, saveLines(place, block.number, all, point));
    // What is settled later is saved later, with all the rest.
    return save === undefined
      ? [insertion]
      : [removeLines(flow.document, block, save.start, save.stop), insertion];
  });
}

function savedName(
  flow: DocumentFlow,
  writer: AnalysedBlock,
  name: string,
  byWriter: ReadonlyMap<AnalysedBlock, ReadonlySet<string>>,
): SavedName {
  const { block } = writer;
  const givers = [...byWriter].flatMap(([other, names]) =>
    names.has(name) && !excludeEachOther(flow, other.block, block) ? [other] : [],
  );
  const earlier = givers.filter(other => other.block.number < block.number);
  // What is made of an exported value is exported.
  const passed = accumulates(writer, name) ? [writer, ...earlier] : [writer];
  // `read X < FILE` does not run where the file is missing.
  const isRead = writer.flow.definitions.some(
    define => define.name === name && (define.form === 'read' || define.form === 'command'),
  );
  const isCertain = surelyGives(writer, name) && !isRead;
  // The file itself says nothing of a name without a value: another one's word would count.
  const isForgotten = !isCertain && (takesAway(writer, name) || (earlier.length === 0 && givers.length > 1));
  return {
    name,
    isCertain,
    isConstant: isConstantIn(writer, name),
    isExported: passed.some(giver => isExportedIn(giver, name)),
    isForgotten,
  };
}

/**
 * What stands at the start of a block: what it loads, and what it removes of an earlier run: its own file where it may end too
 * early, and those of later blocks that may be left out.
 */
function loadingEdits(
  flow: DocumentFlow,
  place: StatePlace,
  group: readonly LostName[],
  leftovers: readonly Leftover[],
): readonly TextEdit[] {
  const byWriter = namesByWriter(group);
  const removing = leftovers.flatMap(({ removedBy }) => removedBy ?? []);
  const blocks = new Set([...group.map(({ reader }) => reader), ...byWriter.keys(), ...removing]);
  return [...blocks].flatMap(block => {
    const own = ownState(block.block);
    const names = byWriter.get(block);
    const { loads, needed } = loadsOf(block, group, byWriter);
    const forgets =
      names !== undefined && placeOfAll(flow, block, names)?.mayNotBeReached === true ? [block] : [];
    const removals = [
      ...forgets,
      ...leftovers.filter(({ removedBy }) => removedBy === block).map(({ writer }) => writer),
    ];
    const isTold = own.loads[0]?.comment !== undefined;
    const placed = new Map<number, StateLoad[]>();
    for (const load of loads) {
      if (own.loads.some(({ path }) => path === place.path(load.writer))) continue;
      const offset = placeOfLoad(flow, place, block, load);
      placed.set(offset, [...(placed.get(offset) ?? []), load]);
    }
    const inserted = new Map<number, readonly string[]>();
    for (const [offset, some] of placed) {
      const base = own.loads.find(({ line, end }) => line <= offset && offset <= end)?.base;
      inserted.set(offset, loadLines(place, some, { base, isTold }));
    }
    const line = forgetting(flow, place, block, removals);
    const checks = needed.filter(name => !own.checks.some(check => check.name === name)).flatMap(checkLines);
    const behindLoads = line === undefined || own.forget !== undefined ? checks : [...checks, line];
    if (behindLoads.length > 0) {
      const behind = Math.max(...inserted.keys(), own.end > 0 ? own.end : startOfCode(block.block));
      inserted.set(behind, [...(inserted.get(behind) ?? []), ...behindLoads]);
    }
    return [
      ...[...inserted].map(([offset, text]) => insertLines(flow.document, block.block, offset, text)),
      ...(line === undefined || own.forget === undefined
        ? []
        : [replaceInBlock(flow.document, block.block, own.forget.span, line)]),
      ...tellingEdits(flow, block, loads),
    ];
  });
}

/** The line that removes files, those that it removes already among them; undefined where it removes all of them. */
function forgetting(
  { blocks }: DocumentFlow,
  place: StatePlace,
  { block }: AnalysedBlock,
  writers: readonly AnalysedBlock[],
): string | undefined {
  const known = ownState(block).forget?.paths ?? new Set();
  if (writers.every(writer => known.has(place.path(writer.block.number)))) return undefined;
  const all = blocks.filter(other => writers.includes(other) || known.has(place.path(other.block.number)));
  return forgetLine(
    place,
    all.map(other => other.block.number),
  );
}

/** Among the loads of old, in the order of the blocks that write the files; else at the start of the block's code. */
function placeOfLoad(
  { blocks }: DocumentFlow,
  place: StatePlace,
  { block }: AnalysedBlock,
  { writer }: StateLoad,
): number {
  const earlier = new Set(
    blocks.flatMap(({ block: { number } }) => (number < writer ? [place.path(number)] : [])),
  );
  const known = ownState(block).loads;
  const above = known.findLast(({ path }) => earlier.has(path));
  return above?.end ?? known[0]?.line ?? startOfCode(block);
}

/** Puts into the comment above the loads of old what it does not tell yet. */
function tellingEdits(
  { document }: DocumentFlow,
  { block }: AnalysedBlock,
  loads: readonly StateLoad[],
): readonly TextEdit[] {
  const comment = ownState(block).loads[0]?.comment;
  if (comment === undefined) return [];
  const names = loads.flatMap(load => load.names);
  const missing = [...new Set(names)].filter(name => !comment.names.has(name));
  if (missing.length === 0) return [];
  const span = { start: comment.end, end: comment.end };
  return [replaceInBlock(document, block, span, missing.map(name => `, ${name}`).join(''))];
}

/** What a block takes from files. */
interface Loading {
  /** In the order of the blocks that write them. */
  readonly loads: readonly StateLoad[];
  /** Names that one of several files has to give. */
  readonly needed: readonly string[];
}

function loadsOf(
  reader: AnalysedBlock,
  group: readonly LostName[],
  byWriter: ReadonlyMap<AnalysedBlock, ReadonlySet<string>>,
): Loading {
  const own = group.filter(lost => lost.reader === reader);
  const isAnyOf = (lost: LostName) =>
    lost.sources.length > 1 && lost.sources.every(isPlainlyGiven(lost.name));
  const requiredBy = (losses: readonly LostName[]) =>
    losses.flatMap(({ sources }) => sources.filter(({ isRequired }) => isRequired).map(blockOf));
  const required = new Set(requiredBy(own.filter(lost => !isAnyOf(lost))));
  const needed = own.filter(lost => {
    const surely = requiredBy([lost]);
    return isAnyOf(lost) && surely.length > 0 && !surely.some(block => required.has(block));
  });
  const taken = new Map<AnalysedBlock, Set<string>>();
  const take = (block: AnalysedBlock, name: string) =>
    taken.set(block, (taken.get(block) ?? new Set()).add(name));
  for (const { name, sources } of own) {
    for (const { block } of sources) take(block, name);
    // A step that is repeated goes on where it was.
    if (byWriter.get(reader)?.has(name) === true && accumulates(reader, name)) take(reader, name);
  }
  const writers = [...taken.keys()].sort((a, b) => a.block.number - b.block.number);
  const loads = writers.map((writer, index) => ({
    writer: writer.block.number,
    names: [...taken.get(writer)!],
    isRequired: required.has(writer),
    notOlderThan: writers
      .slice(0, index)
      .filter(earlier => {
        const names = allSavedBy(byWriter, writer);
        return [...allSavedBy(byWriter, earlier)].some(name => names.has(name));
      })
      .map(({ block }) => block.number),
  }));
  return { loads, needed: needed.map(({ name }) => name) };
}

/** Whether what a block saves of a name is a plain value: an array may be there without any. */
function isPlainlyGiven(name: string): (source: Source) => boolean {
  return ({ block }) => {
    const definitions = block.flow.definitions.filter(define => define.name === name);
    return (
      definitions.length > 0 &&
      definitions.every(({ form, array, append }) => form === 'assignment' && !array && !append) &&
      !takesAway(block, name)
    );
  };
}
