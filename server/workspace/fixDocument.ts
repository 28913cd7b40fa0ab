import type { TracedAnalysis } from '../analysis/analyse';
import type { CommandDocument } from '../analysis/document/commandDocument';
import type { Finding } from '../analysis/finding';
import { fixesFor } from '../analysis/fixes';
import { applyEdits, type Safety, type TextEdit } from '../analysis/fixes/fix';
import { recalculateTogether } from '../analysis/fixes/recalculations';
import type { FixSettings } from '../analysis/fixes/settings';

/** A text's analysis, with the findings that the project wants to hear of. */
export interface Checked {
  readonly analysis: TracedAnalysis;
  readonly findings: readonly Finding[];
  readonly fixSettings: FixSettings;
}

export interface FixedDocument {
  readonly text: string;
  /** The titles of the applied fixes, in their order. */
  readonly titles: readonly string[];
  /** How many findings they have ended, at least. */
  readonly ended: number;
  /** What is left. */
  readonly checked: Checked;
}

export interface FixOptions {
  /** Which findings are to be fixed; by default all. */
  readonly wants?: ((finding: Finding) => boolean) | undefined;
  /** Told before each round how many findings there still are that are to be fixed. */
  readonly onRound?: ((left: number) => void) | undefined;
}

/** Each round applies a fix to each block that has one, or finds one that cannot be applied: a document needs a handful. */
const MAX_ROUNDS = 500;

/** Some fix, with what it says that it does. */
interface Proposal {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** The keys of the findings that it is to end. */
  readonly ends: readonly string[];
  /** By which it is refused. */
  readonly key: string;
  /** The numbers of the blocks that it changes, each with the text behind it. */
  readonly places: ReadonlySet<number>;
  /** The number of the block whose variables it gives together, where it is made of several fixes. */
  readonly composedFor: number | undefined;
  readonly givesFunctions: boolean;
}

/**
 * Fixes a document until nothing is left to fix, so that a second run changes nothing. What is safe comes first, and what would be safe by
 * itself: a value that can be calculated again is not handed over because an unsafe one of its block is. Each round takes at most one fix for
 * each block, all variables of a block that can be recalculated together as one, and analyses once. A fix that does not end its finding, or
 * where another one comes up, is not applied.
 * @param safeties which fixes may be applied
 * @param recheck analyses a changed text of the same document
 */
export async function fixDocument(
  checked: Checked,
  safeties: ReadonlySet<Safety>,
  recheck: (text: string) => Promise<Checked>,
  options: FixOptions = {},
): Promise<FixedDocument> {
  const isSafeOnly = safeties.size === 1 && safeties.has('safe');
  if (isSafeOnly || !safeties.has('safe')) return fixWith(checked, safeties, recheck, options);
  const safe = await fixWith(checked, SAFE, recheck, options);
  const sure = await fixWith(safe.checked, safeties, recheck, { ...options, isSureOnly: true });
  const all = await fixWith(sure.checked, safeties, recheck, options);
  return {
    ...all,
    titles: [...safe.titles, ...sure.titles, ...all.titles],
    ended: safe.ended + sure.ended + all.ended,
  };
}

const SAFE: ReadonlySet<Safety> = new Set(['safe']);

async function fixWith(
  checked: Checked,
  safeties: ReadonlySet<Safety>,
  recheck: (text: string) => Promise<Checked>,
  { wants = () => true, onRound, isSureOnly = false }: FixOptions & { readonly isSureOnly?: boolean },
): Promise<FixedDocument> {
  const titles: string[] = [];
  let ended = 0;
  const refusals: Refusals = { keys: new Set(), apart: new Set() };
  let current = checked;
  let appliedSinceStart = false;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    onRound?.(current.findings.filter(wants).length);
    const proposals = proposalsFor(current, { safeties, isSureOnly }, refusals, wants);
    if (proposals.length === 0) {
      // What was refused may be good once others are applied: a second run would try it.
      if (refusals.keys.size + refusals.apart.size === 0 || !appliedSinceStart) break;
      refusals.keys.clear();
      refusals.apart.clear();
      appliedSinceStart = false;
      continue;
    }
    const isNext = (next: Checked) => (finding: Finding) =>
      REVEALED.has(finding.rule) && wants(finding) && hasFix(next, finding, safeties, refusals);
    const { applied, after } = await applyTogether(current, proposals, refusals, recheck, isNext);
    if (applied.length === 0) continue;
    current = after;
    appliedSinceStart = true;
    for (const { title, ends } of applied) {
      titles.push(title);
      ended += ends.length;
    }
  }
  return { text: current.analysis.document.text, titles, ended, checked: current };
}

interface Refusals {
  /** Of proposals. */
  readonly keys: Set<string>;
  /** Of blocks whose variables are recalculated one by one. */
  readonly apart: Set<number>;
}

/** Which fixes may be applied. */
interface Allowed {
  readonly safeties: ReadonlySet<Safety>;
  /** Whether only those that would be safe by themselves: they come before the others, which would hand over the same value. */
  readonly isSureOnly: boolean;
}

/** The fixes of a round: the first one of each finding that may be applied, and that changes no block that another one does. */
function proposalsFor(
  checked: Checked,
  { safeties, isSureOnly }: Allowed,
  refusals: Refusals,
  wants: (finding: Finding) => boolean,
): readonly Proposal[] {
  const { analysis, findings, fixSettings } = checked;
  const placesOf = placesIn(analysis.document);
  const taken = new Set<number>();
  const recalculated = new Map<number, Proposal & { readonly names: string[] }>();
  const proposals: Proposal[] = [];
  for (const finding of findings.filter(wants)) {
    const group = recalculated.get(finding.block);
    // Nothing but a further variable has room in a block that is changed already.
    if (group === undefined && taken.has(finding.block)) continue;
    const fix = fixesFor(analysis, finding, fixSettings, isSureOnly ? SAFE : safeties).find(
      ({ safety, isSure, title }) =>
        safeties.has(safety) &&
        (isSure === true || !isSureOnly) &&
        !refusals.keys.has(refusalKey(finding, title)),
    );
    if (fix === undefined) continue;
    const isOfGroup = fix.kind === 'recalculate' && finding.name !== undefined;
    if (group !== undefined) {
      if (isOfGroup && !refusals.apart.has(finding.block)) group.names.push(finding.name);
      continue;
    }
    const places = placesOf(fix.edits);
    if ([...places].some(place => taken.has(place))) continue;
    for (const place of places) taken.add(place);
    const proposal: Proposal = {
      title: fix.title,
      edits: fix.edits,
      ends: [keyOf(finding)],
      key: refusalKey(finding, fix.title),
      places,
      composedFor: undefined,
      givesFunctions: fix.kind === 'define' || fix.kind === 'source',
    };
    if (isOfGroup) recalculated.set(finding.block, { ...proposal, names: [finding.name] });
    else proposals.push(proposal);
  }
  for (const [block, group] of recalculated) proposals.push(together(checked, block, group, safeties));
  // A function that a block calls in vain may change what others calculate or save.
  const defining = proposals.filter(({ givesFunctions }) => givesFunctions);
  return defining.length > 0 ? defining : proposals;
}

/** All variables of a block in one insertion, where there are several and that can be trusted as much; else the first one. */
function together(
  { analysis, fixSettings }: Checked,
  block: number,
  { names, ...first }: Proposal & { readonly names: readonly string[] },
  safeties: ReadonlySet<Safety>,
): Proposal {
  const all = recalculateTogether(analysis, block, [...new Set(names)], fixSettings.recipes);
  if (all === undefined || !safeties.has(all.fix.safety)) return first;
  const { title, edits } = all.fix;
  const ends = all.names.map(name => keyOf({ rule: 'lost-variable', block, name }));
  return { ...first, title, edits, ends, composedFor: block };
}

/** Which blocks some edits change: what stands between two blocks counts to the first one. */
function placesIn({
  blocks,
  lineIndex,
}: CommandDocument): (edits: readonly TextEdit[]) => ReadonlySet<number> {
  const starts = blocks.map(({ openLine }) => lineIndex.startOf(openLine));
  const placeOf = (offset: number): number => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return edits => new Set(edits.map(({ span }) => placeOf(span.start)));
}

/**
 * Applies as many of some proposals as do what they say and bring nothing new. The others are refused; where it cannot be told
 * which ones those are, fewer are tried.
 */
async function applyTogether(
  before: Checked,
  proposals: readonly Proposal[],
  refusals: Refusals,
  recheck: (text: string) => Promise<Checked>,
  isNext: (after: Checked) => (finding: Finding) => boolean,
): Promise<{ readonly applied: readonly Proposal[]; readonly after: Checked }> {
  const { text } = before.analysis.document;
  const known = knownOf(before.findings);
  let batch = proposals;
  while (batch.length > 0) {
    const after = await recheck(
      applyEdits(
        text,
        batch.flatMap(({ edits }) => edits),
      ),
    );
    const faults = faultsOf(known, after, isNext(after));
    const blamed = batch.filter(
      ({ ends, places }) =>
        ends.some(key => faults.isLeft(key)) || faults.blocks.some(block => places.has(block)),
    );
    if (blamed.length === 0 && faults.blocks.length === 0) return { applied: batch, after };
    const guilty = batch.length === 1 ? batch : blamed;
    for (const proposal of guilty) refuse(proposal, refusals);
    batch =
      guilty.length > 0
        ? batch.filter(proposal => !guilty.includes(proposal))
        : batch.slice(0, Math.ceil(batch.length / 2));
  }
  return { applied: [], after: before };
}

function refuse({ key, composedFor }: Proposal, { keys, apart }: Refusals): void {
  if (composedFor === undefined) keys.add(key);
  else apart.add(composedFor);
}

/** What some fixes have left or brought. */
interface Faults {
  /** Whether there is no finding less of a key. */
  readonly isLeft: (key: string) => boolean;
  /** The numbers of the blocks with findings that were not there before. */
  readonly blocks: readonly number[];
}

/**
 * Rules that report what one cause leads to once, in the first block: where that one is mended, the next one is told of. What is lost
 * in prose belongs to the last block that sets it.
 */
export const ONCE_PER_CAUSE: ReadonlySet<string> = new Set([
  'unguarded-load',
  'missing-environment',
  'lost-option',
  'lost-directory',
  'lost-alias',
  'lost-trap',
  'lost-in-prose',
]);

/** Rules that speak of what a value does where it arrives: of a lost one they say nothing. */
const REVEALED: ReadonlySet<string> = new Set(['unquoted-state-value']);

/** Whether some fix for a finding may be applied. */
function hasFix(
  { analysis, fixSettings }: Checked,
  finding: Finding,
  safeties: ReadonlySet<Safety>,
  { keys }: Refusals,
): boolean {
  return fixesFor(analysis, finding, fixSettings, safeties).some(
    ({ safety, title }) => safeties.has(safety) && !keys.has(refusalKey(finding, title)),
  );
}

/** @param isNext whether a new finding is mended in one of the next rounds */
function faultsOf(before: Known, { findings }: Checked, isNext: (finding: Finding) => boolean): Faults {
  const { byKey, byRule } = knownOf(findings);
  return {
    isLeft: key => (byKey.get(key) ?? 0) >= (before.byKey.get(key) ?? 0),
    blocks: findings.flatMap(finding => {
      const { rule, block } = finding;
      const key = keyOf(finding);
      if (byKey.get(key)! <= (before.byKey.get(key) ?? 0)) return [];
      const hasMoved = ONCE_PER_CAUSE.has(rule) && byRule.get(rule)! <= (before.byRule.get(rule) ?? 0);
      return hasMoved || isNext(finding) ? [] : [block];
    }),
  };
}

function refusalKey(finding: Finding, title: string): string {
  return `${keyOf(finding)} ${title}`;
}

/**
 * Fixes insert no blocks: a finding keeps its block's number. Where a block loads a state file now, what was lost before is
 * not saved there: the same loss under another rule.
 */
function keyOf({ rule, name, block }: Pick<Finding, 'rule' | 'name' | 'block'>): string {
  return `${rule === 'unsaved-variable' ? 'lost-variable' : rule} ${block} ${name ?? ''}`;
}

/** How many findings there are. */
interface Known {
  readonly byKey: ReadonlyMap<string, number>;
  readonly byRule: ReadonlyMap<string, number>;
}

function knownOf(findings: readonly Finding[]): Known {
  return { byKey: countBy(findings, keyOf), byRule: countBy(findings, ({ rule }) => rule) };
}

function countBy(
  findings: readonly Finding[],
  key: (finding: Finding) => string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(key(finding), (counts.get(key(finding)) ?? 0) + 1);
  return counts;
}
