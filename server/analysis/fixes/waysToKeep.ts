import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import { kept } from '../kept';
import { followsFromOwnInput, isFilledInByAgent } from './agentsValue';
import type { Fix, Safety } from './fix';
import { handOver } from './handOver';
import { sharesFiles } from './handOverDoubts';
import { madeOfNothing, missedByWriter } from './madeOfLost';
import { handOverInOwnWay } from './ownChannel';
import { ALL, asSuggestion, bestOf, noBetterThan } from './ranks';
import { findingsOf, recalculations } from './recalculations';
import { saveToo } from './saveToo';
import type { FixSettings } from './settings';
import { isReadFromValueFile } from './valueFiles';

/** Calculates the value again or hands it over, whichever is to be trusted more. */
export function waysToKeep(
  analysis: Analysis,
  finding: Finding,
  settings: FixSettings,
  wanted: ReadonlySet<Safety>,
): readonly Fix[] {
  const { byRecipe, alone, whole } = recalculations(analysis, finding, settings);
  // It is never safe, and looks at the whole document.
  const handed =
    wanted.size === 1 && wanted.has('safe')
      ? []
      : withWritersLosses(analysis, finding, settings, [
          handOverInOwnWay(analysis.flow, finding),
          handOver(analysis.flow, finding, settings),
        ]);
  // Where the value may be another one by now, it is the writer's that counts, if the host lets it be handed over.
  const isAllowed = alone?.asks === false && handed.some(fix => fix?.asks === true);
  const isRepeated =
    alone?.safety === 'safe' || (alone?.safety === 'unsafe' && (isAllowed || isAuthors(analysis, finding)));
  if (isRepeated) return [byRecipe, alone, whole, ...handed].filter(fix => fix !== undefined);
  // Where the author has to decide about the writer's value, nobody takes another one in its place unasked: what the document does
  // between the two steps may change it. Where only the host has no file for one run, nothing speaks against that.
  const isHanded =
    !sharesFiles(analysis.flow) &&
    handed.some(fix => fix !== undefined) &&
    handed.every(fix => fix?.safety !== 'unsafe');
  const again = [alone, whole].map(fix => (isHanded && fix !== undefined ? asSuggestion(fix) : fix));
  return [byRecipe, ...handed, ...again].filter(fix => fix !== undefined);
}

/** What hands a value over, to be trusted no more than what brings its writer what it makes the value of. */
function withWritersLosses(
  analysis: Analysis,
  finding: Finding,
  settings: FixSettings,
  handed: readonly (Fix | undefined)[],
): readonly (Fix | undefined)[] {
  if (handed.every(fix => fix?.safety !== 'unsafe')) return handed;
  const nothing = madeOfNothing(analysis, finding);
  if (nothing !== undefined) return handed.map(fix => fix && noBetterThan('suggestion', fix, nothing));
  const open = missedByWriter(analysis, finding).find(
    missed => (bestFor(analysis, missed, settings) ?? 'suggestion') === 'suggestion',
  );
  if (open === undefined) return handed;
  const why = `block ${open.block} makes it of ${open.name}, which stays lost`;
  return handed.map(fix => fix && noBetterThan('suggestion', fix, why));
}

/** Whether the author's own way is to have the same lines in each block, what they need is there, or a file. */
function isAuthors({ flow }: Analysis, { block, name }: Finding): boolean {
  const reader = flow.blocks[block - 1];
  if (reader === undefined || name === undefined) return false;
  return (
    isFilledInByAgent(flow, reader, name) ||
    followsFromOwnInput(flow, reader, name) ||
    isReadFromValueFile(flow, reader, name)
  );
}

/** Some fixes, to be trusted no more than what brings some other names that are lost in the finding's block. */
export function withOthers(
  analysis: Analysis,
  settings: FixSettings,
  { block: number }: Finding,
  names: ReadonlySet<string>,
  fixes: readonly Fix[],
  what: string,
): readonly Fix[] {
  if (names.size === 0) return fixes;
  const others = (findingsOf(analysis).get(number) ?? []).filter(({ name }) => names.has(name ?? ''));
  return others.reduce((some, other) => {
    const best = bestFor(analysis, other, settings);
    const how = best === 'unsafe' ? 'not safe to bring either' : 'brought on demand only';
    const why = `block ${number} ${what} ${other.name}, which is ${how}`;
    return some.map(fix => noBetterThan(best ?? 'suggestion', fix, why));
  }, fixes);
}

/** How much what brings a lost value by itself can be trusted; undefined where nothing does. */
export function bestFor(analysis: Analysis, finding: Finding, settings: FixSettings): Safety | undefined {
  const known = ranksIn(analysis)(settings);
  // What it depends on first: a long chain of values would need a stack of its length.
  for (const needed of neededFirst(analysis, finding, known))
    if (!known.has(needed)) known.set(needed, rankOf(analysis, needed, settings));
  return known.get(finding);
}

/** A finding behind those of which its value is made, the earliest blocks' first, as far as nothing is known of them. */
function neededFirst(
  analysis: Analysis,
  finding: Finding,
  known: ReadonlyMap<Finding, Safety | undefined>,
): readonly Finding[] {
  if (known.has(finding)) return [];
  const found = new Set([finding]);
  for (const next of found)
    for (const missed of missedByWriter(analysis, next)) if (!known.has(missed)) found.add(missed);
  return [...found].sort((a, b) => a.block - b.block);
}

function rankOf(analysis: Analysis, finding: Finding, settings: FixSettings): Safety | undefined {
  return bestOf([...saveToo(analysis, finding), ...waysToKeep(analysis, finding, settings, ALL)]);
}

/** What is known of an analysis, by the settings that it was asked with. */
const ranksIn = kept((_analysis: Analysis) =>
  kept((_settings: FixSettings) => new Map<Finding, Safety | undefined>()),
);
