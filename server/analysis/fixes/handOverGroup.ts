import { isOnWayApart, standsOnWay } from '../document/alternatives';
import { mayBeLeftOutBefore } from '../document/optionalSteps';
import { isOfOneProcedure } from '../document/procedures';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { kept } from '../kept';
import { exposedByName } from '../rules/lostReads';
import { mayEndAbove } from './endings';
import { isAway } from './handOverDoubts';
import { isSettledAtSave, placeOfAll } from './savePlace';
import { ownState, type StatePlace } from './stateFileText';
import {
  accumulates,
  expectedLoss,
  isAuthorsOwn,
  type LostName,
  lostNames,
  type Missed,
  maybeMissed,
  placeOf,
  type Source,
  surelyGives,
  withKept,
  writersReaching,
} from './stateWriters';

/** More files than these in one block are more than most authors want to read. */
export const MAX_SOURCES = 3;
/** More than these nobody reads as a suggestion either; each load asks for the age of each file before it. */
const MAX_SUGGESTED_SOURCES = 8;
/** Where more is lost than this, each loss is mended alone. */
const MAX_LOST = 2_000;

/** Where a block saves some names, among all that it saves. */
export function offsetOfSave(flow: DocumentFlow, writer: AnalysedBlock, names: ReadonlySet<string>): number {
  const { save } = ownState(writer.block);
  if (save !== undefined && isSettledAtSave(flow, writer, names)) return save.start;
  return placeOfAll(flow, writer, names)?.offset ?? 0;
}

/** The losses that state files can mend, for whoever asks for one of them. */
export const lossesIn = kept((flow: DocumentFlow) => {
  const known = lostNames(flow);
  const rare = new Set(known.flatMap(lost => (isCommon(lost) ? [] : [lost.name])));
  // A block that keeps one of them would get too many files as well.
  const many = new Set(
    known.flatMap(({ name, sources }) => (sources.length > MAX_SUGGESTED_SOURCES ? [name] : [])),
  );
  const all = known.filter(({ name }) => !many.has(name));
  const byPlace = new Map<string, LostName>();
  const byName = new Map<string, LostName[]>();
  for (const lost of all) {
    const { name } = lost;
    const place = placeOf(lost);
    if (!byPlace.has(place)) byPlace.set(place, lost);
    byName.set(name, [...(byName.get(name) ?? []), lost]);
  }
  return {
    byPlace,
    byName,
    /** Those that are handed over along with others. */
    common: all.length > MAX_LOST ? [] : all.filter(({ name }) => !rare.has(name)),
  };
});

/** What is handed over together with a name; the names of one group have it in common. */
export function groupOf(
  flow: DocumentFlow,
  place: StatePlace,
  own: LostName,
): readonly LostName[] | undefined {
  const { byName, common } = lossesIn(flow);
  return common.includes(own)
    ? commonGroups(flow)(place).get(own)
    : savableGroup(flow, place, [own], [...byName.get(own.name)!, ...common]);
}

/**
 * The groups of those that are handed over along with others; each depends on where the files lie. All are looked for at once: the group
 * of one loss may hold another one that has a smaller group by itself, and which of them is asked for first must not matter.
 */
const commonGroups = kept((flow: DocumentFlow) => {
  const known = new Map<string, ReadonlyMap<LostName, readonly LostName[]>>();
  return (place: StatePlace): ReadonlyMap<LostName, readonly LostName[]> => {
    const groups = known.get(place.key) ?? groupsAt(flow, place);
    known.set(place.key, groups);
    return groups;
  };
});

function groupsAt(flow: DocumentFlow, place: StatePlace): ReadonlyMap<LostName, readonly LostName[]> {
  const { common } = lossesIn(flow);
  const groups = new Map<LostName, readonly LostName[]>();
  for (const own of common) {
    if (groups.has(own)) continue;
    const group = savableGroup(flow, place, [own], common);
    if (group === undefined) continue;
    const isCertain =
      leftoversOf(flow, place, group).every(({ removedBy }) => removedBy !== undefined) &&
      awayOf(flow, place, group).length === 0;
    for (const lost of isCertain ? group : [own]) groups.set(lost, group);
  }
  return groups;
}

/** What is handed over along with others, and not only where somebody asks for it. */
function isCommon({ isSetting, sources }: LostName): boolean {
  return !isSetting && sources.length <= MAX_SOURCES;
}

export function blockOf({ block }: { readonly block: AnalysedBlock }): AnalysedBlock {
  return block;
}

/**
 * What has to be handed over together with some names: all that their writers save, from all that save it, in turn. A name that one
 * of them cannot save is left out, one that a block would find in a file although it is not to have it, and a loss that would make
 * the whole a mere suggestion.
 * @param wanted the losses that it is about
 * @returns undefined where one of these cannot be handed over
 */
export function savableGroup(
  flow: DocumentFlow,
  place: StatePlace,
  wanted: readonly LostName[],
  all: readonly LostName[],
): readonly LostName[] | undefined {
  const search = new GroupSearch(flow, wanted, all);
  const wantedNames = new Set(wanted.map(({ name }) => name));
  for (;;) {
    const group = search.members();
    const stray = strayRead(flow, place, group);
    if (search.takesIn(group, stray) || search.bearsDoubtOf(stray)) continue;
    const unsavable = unsavableName(flow, wantedNames, group) ?? stray?.name;
    // What a file holds already cannot be left out of it.
    const isFixed = unsavable !== undefined && search.hasLeft(unsavable);
    if (isFixed || (unsavable !== undefined && wantedNames.has(unsavable))) return undefined;
    if (unsavable !== undefined) search.leave(unsavable);
    else if (!(search.drops(leftoversOf(flow, place, group), group) || search.dropsAway(place, group)))
      return group;
  }
}

/** A group while it is looked for: each step takes some loss in or leaves one out for good, so that there is an end. */
class GroupSearch {
  readonly #flow: DocumentFlow;
  readonly #wanted: ReadonlySet<LostName>;
  #pool: readonly LostName[];
  /** Losses that belong to it whoever saves them. */
  readonly #seeds: LostName[];
  /** Names that are left out. */
  readonly #left = new Set<string>();
  readonly #doubtful = new Set<LostName>();
  readonly #needed = new Set<LostName>();

  constructor(flow: DocumentFlow, wanted: readonly LostName[], all: readonly LostName[]) {
    this.#flow = flow;
    this.#wanted = new Set(wanted);
    this.#pool = all;
    this.#seeds = [...wanted];
  }

  members(): readonly LostName[] {
    return connected(
      this.#seeds,
      this.#pool.filter(lost => this.#wanted.has(lost) || this.#isOpen(lost)),
    );
  }

  #isOpen(lost: LostName): boolean {
    return !(this.#left.has(lost.name) || this.#doubtful.has(lost));
  }

  leave(name: string): void {
    this.#left.add(name);
  }

  hasLeft(name: string): boolean {
    return this.#left.has(name);
  }

  /** Takes in what a block would find in a file in the place of its own value, and what the writers may miss. */
  takesIn(group: readonly LostName[], stray: Missed | undefined): boolean {
    const missed = [...(stray === undefined ? [] : [stray]), ...missedByWriters(this.#flow, group)];
    const more = missed
      .flatMap(at => lossAt(this.#flow, this.#pool, at) ?? [])
      .filter(lost => this.#isOpen(lost) && !this.#seeds.includes(lost));
    if (more.length === 0) return false;
    this.#seeds.push(...more);
    const known = new Set(this.#pool.map(placeOf));
    const fresh = withKept(this.#flow, more).filter(lost => !known.has(placeOf(lost)));
    this.#pool = [...this.#pool, ...fresh];
    return true;
  }

  /** Takes a doubtful loss back: where a wanted name's value would get there without it, the doubt has to be borne. */
  bearsDoubtOf(stray: Missed | undefined): boolean {
    if (stray === undefined || ![...this.#wanted].some(({ name }) => name === stray.name)) return false;
    const dropped = [...this.#doubtful].find(lost => placeOf(lost) === placeOf(stray));
    if (dropped === undefined) return false;
    this.#doubtful.delete(dropped);
    this.#needed.add(dropped);
    return true;
  }

  /** Leaves out what a file of an earlier run makes doubtful, and what is made of it. */
  drops(leftovers: readonly Leftover[], group: readonly LostName[]): boolean {
    const doubts = leftovers
      .filter(({ removedBy }) => removedBy === undefined)
      .flatMap(({ losses }) => losses)
      .filter(
        lost =>
          !this.#wanted.has(lost) &&
          !this.#needed.has(lost) &&
          !(lost.isKept && [...this.#wanted].some(wanted => isFrom(wanted, lost))),
      );
    // Without what its writer would have kept, a value is another one.
    const spoiled = group.filter(lost => doubts.some(doubt => doubt.isKept && isFrom(lost, doubt)));
    for (const lost of [...doubts, ...spoiled]) if (!this.#needed.has(lost)) this.#doubtful.add(lost);
    return doubts.length > 0;
  }

  /** Leaves out other names where a step has gone elsewhere, so that the file may be another one there: the wanted ones do not need them. */
  dropsAway(place: StatePlace, group: readonly LostName[]): boolean {
    const away = awayOf(this.#flow, place, group);
    const wantedNames = new Set([...this.#wanted].map(({ name }) => name));
    const isBound = (lost: LostName) => wantedNames.has(lost.name) || this.#needed.has(lost) || lost.isKept;
    if (away.length === 0 || away.some(isBound)) return false;
    for (const lost of away) this.#doubtful.add(lost);
    return true;
  }
}

/** The losses of a group that a file is written or read for behind a step that goes elsewhere, where that makes it another one. */
function awayOf(flow: DocumentFlow, place: StatePlace, group: readonly LostName[]): readonly LostName[] {
  if (!place.dependsOnDirectory) return [];
  return group.filter(
    ({ reader, sources }) =>
      isAway(flow, reader, false) || sources.some(({ block }) => isAway(flow, block, true)),
  );
}

/** The loss of a name in a block: a known one, or what it would be once a file is loaded there. */
function lossAt(flow: DocumentFlow, known: readonly LostName[], at: Missed): LostName | undefined {
  const lost = known.find(other => placeOf(other) === placeOf(at));
  if (lost !== undefined) return lost;
  const expected = expectedLoss(flow, at.reader, at.name, true);
  return expected && { ...expected, isKept: true };
}

/** What the group's writers make the values of, and may miss themselves: what the one of another block is made of as well. */
export function missedByWriters(flow: DocumentFlow, group: readonly LostName[]): readonly Missed[] {
  return [...namesByWriter(group)].flatMap(([reader, names]) =>
    maybeMissed(flow, reader, names)
      .filter(name => !group.some(lost => lost.reader === reader && lost.name === name))
      .map(name => ({ reader, name })),
  );
}

function connected(seeds: readonly LostName[], all: readonly LostName[]): readonly LostName[] {
  const group = new Set(all.filter(lost => seeds.includes(lost)));
  const writers = new Set([...group].flatMap(({ sources }) => sources.map(blockOf)));
  for (let size = 0; size < group.size; ) {
    size = group.size;
    for (const lost of all) {
      const isSaved = lost.sources.some(({ block }) => writers.has(block));
      if (group.has(lost) || !(isSaved || [...group].some(other => passesOn(other, lost)))) continue;
      group.add(lost);
      for (const { block } of lost.sources) writers.add(block);
    }
  }
  return all.filter(lost => group.has(lost));
}

/** Whether one of two losses of a name is in a block that gives the other one its value. */
function passesOn(a: LostName, b: LostName): boolean {
  return isFrom(a, b) || isFrom(b, a);
}

/** Whether a lost value is made in the block of another loss of the same name. */
function isFrom(a: LostName, b: LostName): boolean {
  return a.name === b.name && a.sources.some(({ block }) => block === b.reader);
}

/** The first name that one of its writers cannot save beside those before it, the wanted ones first of all. */
function unsavableName(
  flow: DocumentFlow,
  wanted: ReadonlySet<string>,
  group: readonly LostName[],
): string | undefined {
  for (const [writer, names] of namesByWriter(group)) {
    const { save } = ownState(writer.block);
    const accepted = new Set<string>();
    for (const name of [...names].sort((a, b) => Number(wanted.has(b)) - Number(wanted.has(a)))) {
      accepted.add(name);
      const isSaved = save?.names.has(name) === true || isSettledAtSave(flow, writer, [name]);
      if (!isSaved && placeOfAll(flow, writer, accepted) === undefined) return name;
    }
  }
  return undefined;
}

/** A read that would get from a file, loaded for another name, what is not the value that reaches it. */
function strayRead(flow: DocumentFlow, place: StatePlace, group: readonly LostName[]): Missed | undefined {
  const byWriter = namesByWriter(group);
  const handed = new Set(group.map(placeOf));
  const loaded = new Map<AnalysedBlock, Set<AnalysedBlock>>();
  for (const { reader, sources } of group)
    for (const { block } of sources) loaded.set(reader, (loaded.get(reader) ?? new Set()).add(block));
  // Those that load the files of old find in them what is added now.
  for (const writer of byWriter.keys())
    for (const reader of loadersIn(flow).get(place.path(writer.block.number)) ?? [])
      loaded.set(reader, (loaded.get(reader) ?? new Set()).add(writer));
  const saved = (writer: AnalysedBlock) => allSavedBy(byWriter, writer);
  for (const [reader, writers] of loaded) {
    const reads = exposedByName(reader);
    for (const name of new Set([...writers].flatMap(writer => [...saved(writer)]))) {
      // What it saves on some of its ways only, it saves as it has got it on the others.
      const passesOn = byWriter.get(reader)?.has(name) === true && !surelyGives(reader, name);
      if (!(reads.has(name) || passesOn) || handed.has(placeOf({ reader, name }))) continue;
      if (isAuthorsOwn(flow, reader, name)) return { reader, name };
      const given = [...writers].filter(writer => saved(writer).has(name));
      const reaching = writersReaching(flow, name, reader)?.map(blockOf) ?? [];
      if (given.length !== reaching.length || !given.every(writer => reaching.includes(writer)))
        return { reader, name };
    }
  }
  return undefined;
}

/** The blocks that load a file of this fix's already, by the word for it. */
const loadersIn = kept((flow: DocumentFlow): ReadonlyMap<string, readonly AnalysedBlock[]> => {
  const loaders = new Map<string, AnalysedBlock[]>();
  for (const block of flow.blocks)
    for (const { path } of ownState(block.block).loads)
      loaders.set(path, [...(loaders.get(path) ?? []), block]);
  return loaders;
});

/** A file that a block may find as an earlier run of the document has left it, since this run may leave out what writes it. */
export interface Leftover {
  readonly writer: AnalysedBlock;
  /** For whose sake blocks load it. */
  readonly losses: readonly LostName[];
  /** The step above that removes it; undefined where none is always run. */
  readonly removedBy: AnalysedBlock | undefined;
}

export function leftoversOf(
  flow: DocumentFlow,
  place: StatePlace,
  group: readonly LostName[],
): readonly Leftover[] {
  const byWriter = namesByWriter(group);
  const found = new Map<AnalysedBlock, LostName[]>();
  for (const lost of group) {
    const { reader, name, sources } = lost;
    const isAlwaysRun = ({ block }: Source) => !mayBeLeftOut(flow, block, reader);
    const isAlwaysSaved = (source: Source) =>
      isAlwaysRun(source) &&
      !mayEndAbove(flow, source.block, offsetOfSave(flow, source.block, byWriter.get(source.block)!));
    const isContinued = byWriter.get(reader)?.has(name) === true && accumulates(reader, name);
    const writers = [
      ...sources.filter(source => !isAlwaysRun(source)).map(blockOf),
      // Its own file counts where that of a writer above is not newer.
      ...(isContinued && !sources.some(isAlwaysSaved) ? [reader] : []),
    ];
    for (const writer of writers) found.set(writer, [...(found.get(writer) ?? []), lost]);
  }
  return [...found].map(([writer, losses]) => {
    const path = place.path(writer.block.number);
    const readers = new Set([...losses.map(({ reader }) => reader), ...(loadersIn(flow).get(path) ?? [])]);
    const able = flow.blocks.filter(
      block =>
        block.role.kind === 'step' &&
        block.block.number < writer.block.number &&
        [...readers].every(
          reader => block.block.number < reader.block.number && !mayBeLeftOut(flow, block, reader),
        ),
    );
    // In a block that hands over as well, the line stands beside others of its kind; the nearest one is the likeliest to be of its way.
    const removedBy = able.findLast(block => handsOver(block, byWriter)) ?? able.at(-1);
    return { writer, losses, removedBy };
  });
}

function handsOver(block: AnalysedBlock, byWriter: ReadonlyMap<AnalysedBlock, ReadonlySet<string>>): boolean {
  const { save, loads } = ownState(block.block);
  return byWriter.has(block) || save !== undefined || loads.length > 0;
}

/** Whether a block may be left out although another one is run. */
function mayBeLeftOut(
  flow: DocumentFlow,
  { block }: AnalysedBlock,
  { block: other }: AnalysedBlock,
): boolean {
  const { document, areAlternatives } = flow;
  if (mayBeLeftOutBefore(document, block, other) || isOfOneProcedure(document, block, other)) return true;
  if (isOnWayApart(document, block, other)) return true;
  return (
    standsOnWay(document, block) &&
    document.blocks.some(third => areAlternatives(third, block) && !areAlternatives(third, other))
  );
}

export function namesByWriter(group: readonly LostName[]): ReadonlyMap<AnalysedBlock, ReadonlySet<string>> {
  const names = new Map<AnalysedBlock, Set<string>>();
  for (const { name, sources } of group)
    for (const { block } of sources) names.set(block, (names.get(block) ?? new Set()).add(name));
  return names;
}

/** All names that a writer's file holds, those of before among them. */
export function allSavedBy(
  byWriter: ReadonlyMap<AnalysedBlock, ReadonlySet<string>>,
  writer: AnalysedBlock,
): ReadonlySet<string> {
  return new Set([...byWriter.get(writer)!, ...(ownState(writer.block).save?.names ?? [])]);
}
