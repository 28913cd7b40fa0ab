import type { Analysis } from '../analyse';
import type { CommandDocument } from '../document/commandDocument';
import { callsItselfExample } from '../document/roles';
import type { Finding } from '../finding';
import { kept } from '../kept';
import { allSteps } from '../shell/script';
import { isFilledInByAgent } from './agentsValue';
import { comparedWith } from './comparisons';
import { defineFunction } from './defineFunction';
import { escapeArgument } from './escapeArgument';
import type { Fix, Safety } from './fix';
import { guard } from './guard';
import { handOver } from './handOver';
import { sharesFiles } from './handOverDoubts';
import { hostVariable } from './hostVariable';
import { missedByWriter } from './madeOfLost';
import { markBlock } from './markBlock';
import { mergeBlocks } from './mergeBlocks';
import { moveTrap, repeatTrap } from './moveTrap';
import { handOverInOwnWay } from './ownChannel';
import { quoteValue } from './quoteValue';
import { findingsOf, recalculations } from './recalculations';
import { removeState } from './removeState';
import { repeatSetting } from './repeatSetting';
import { requireVariable } from './requireVariable';
import { saveToo } from './saveToo';
import { DEFAULT_FIX_SETTINGS, type FixSettings } from './settings';
import { pathOfWriter, sessionPath } from './sharedPath';
import { sourceLibrary } from './sourceLibrary';
import { stablePath } from './stablePath';
import { isReadFromValueFile } from './valueFiles';

/** What may mend a finding; nothing where it is no matter for that fix. */
type FixMaker = (
  analysis: Analysis,
  finding: Finding,
  settings: FixSettings,
  wanted: ReadonlySet<Safety>,
) => readonly Fix[];

/** All fixes, the best first: a new one is a file of its own and a line here. */
const FIXES: readonly FixMaker[] = [
  saveToo,
  keepValue,
  quoteValue,
  stablePath,
  moveTrap,
  repeatTrap,
  removeState,
  guard,
  repeatSetting,
  hostVariable,
  pathOfWriter,
  sessionPath,
  bringLibrary,
  defineFunction,
  escapeArgument,
  requireVariable,
  mergeBlocks,
  markBlock,
];

const ALL: ReadonlySet<Safety> = new Set(['safe', 'unsafe', 'suggestion']);

/**
 * What mends a finding, the best first. The ways to silence it are in `disable.ts`.
 * @param wanted what is asked for: others may be among the result, and need not be
 */
export function fixesFor(
  analysis: Analysis,
  finding: Finding,
  settings: FixSettings = DEFAULT_FIX_SETTINGS,
  wanted: ReadonlySet<Safety> = ALL,
): readonly Fix[] {
  if (hasBoundlessBlock(analysis.document)) return [];
  return FIXES.flatMap(make => make(analysis, finding, settings, wanted));
}

/** UTF-16 units of a block; the longest that a person was seen to write has 17,000. */
const MAX_BLOCK = 30_000;

/** Whether a block is so long that it was made to be slow: what fixes ask about a statement may take the square of its length. */
const hasBoundlessBlock = kept(({ blocks }: CommandDocument): boolean =>
  blocks.some(({ text }) => text.length > MAX_BLOCK),
);

/**
 * Brings a value where it is lost. Where the block needs another one too that cannot be brought unasked, it is mostly only suggested:
 * with half of what it needs, a block passes its own guards and does what it would not have done with nothing. What a block compares with
 * another lost value is worth no more than that one.
 */
function keepValue(
  analysis: Analysis,
  finding: Finding,
  settings: FixSettings,
  wanted: ReadonlySet<Safety>,
): readonly Fix[] {
  const fixes = waysToKeep(analysis, finding, settings, wanted);
  const reader = analysis.flow.blocks[finding.block - 1];
  if (fixes.length === 0 || reader === undefined) return fixes;
  if (callsItselfExample(reader.role, reader.block))
    return fixes.map(fix =>
      noBetterThan('suggestion', fix, `block ${finding.block} calls itself an example`),
    );
  const compared = comparedWith(reader, finding.name ?? '');
  const whole = withOthers(analysis, settings, finding, compared, fixes, 'compares it with');
  const isSafe = whole.every(({ safety }) => safety === 'safe');
  const beside = lostBeside(analysis, finding);
  const asked = isSafe ? beside.filter(({ severity }) => severity === 'error') : beside;
  const open = asked.filter(other => {
    const best = bestFor(analysis, other, settings);
    return best === undefined || best === 'suggestion';
  });
  const worst = open.find(({ severity }) => severity === 'error') ?? open[0];
  if (worst === undefined) return whole;
  const why = `block ${finding.block} also needs ${worst.name}, which stays lost`;
  // What is the same for certain does no harm beside it, unless the block writes or deletes with what it has not got.
  return whole.map(fix =>
    fix.safety === 'safe' && worst.severity !== 'error' ? fix : noBetterThan('suggestion', fix, why),
  );
}

/** What else a block needs that is lost. Where only the agent brings that along, it brings along what belongs to it as well. */
function lostBeside(analysis: Analysis, { rule, block, name }: Finding): readonly Finding[] {
  if (rule !== 'lost-variable') return [];
  return (findingsOf(analysis).get(block) ?? []).filter(
    other => other.rule === 'lost-variable' && other.name !== name,
  );
}

/** Sources a library again. Called with nothing for what is lost, it would do what the author never meant. */
function bringLibrary(analysis: Analysis, finding: Finding, settings: FixSettings): readonly Fix[] {
  const fixes = sourceLibrary(analysis, finding);
  const reader = analysis.flow.blocks[finding.block - 1];
  if (fixes.length === 0 || reader === undefined) return fixes;
  const calls = reader.flow.unknownCalls.filter(({ name }) => name === finding.name);
  const given = calls.flatMap(call => call.arguments.flatMap(({ flow }) => [...allSteps(flow)]));
  const names = new Set(given.flatMap(step => (step.kind === 'read' ? [step.name] : [])));
  return withOthers(analysis, settings, finding, names, fixes, 'calls it with');
}

/** Some fixes, to be trusted no more than what brings some other names that are lost in the finding's block. */
function withOthers(
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
function bestFor(analysis: Analysis, finding: Finding, settings: FixSettings): Safety | undefined {
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
  const fixes = [...saveToo(analysis, finding), ...waysToKeep(analysis, finding, settings, ALL)];
  return RANKS.find(safety => fixes.some(fix => fix.safety === safety));
}

/** What is known of an analysis, by the settings that it was asked with. */
const ranksIn = kept((_analysis: Analysis) =>
  kept((_settings: FixSettings) => new Map<Finding, Safety | undefined>()),
);

const RANKS: readonly Safety[] = ['safe', 'unsafe', 'suggestion'];

/**
 * A fix that is to be trusted no more than what brings another value.
 * @param why a clause
 */
function noBetterThan(limit: Safety, fix: Fix, why: string): Fix {
  if (RANKS.indexOf(fix.safety) >= RANKS.indexOf(limit)) return fix;
  const own = fix.title.replace(/ \((?:unsafe|suggestion): .*\)$/, '');
  return {
    ...fix,
    safety: limit,
    title: `${own} (${limit}: ${why})`,
  };
}

/** Calculates the value again or hands it over, whichever is to be trusted more. */
function waysToKeep(
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
  const open = missedByWriter(analysis, finding).find(
    missed => (bestFor(analysis, missed, settings) ?? 'suggestion') === 'suggestion',
  );
  if (open === undefined) return handed;
  const why = `block ${open.block} makes it of ${open.name}, which stays lost`;
  return handed.map(fix => fix && noBetterThan('suggestion', fix, why));
}

function asSuggestion(fix: Fix): Fix {
  if (fix.safety !== 'unsafe') return fix;
  return {
    ...fix,
    safety: 'suggestion',
    title: fix.title.replace('(unsafe: ', '(suggestion: ').replace(', unsafe: ', ', suggestion: '),
  };
}

/** Whether the author's own way is to have the same lines in each block, or a file that is there already. */
function isAuthors({ flow }: Analysis, { block, name }: Finding): boolean {
  const reader = flow.blocks[block - 1];
  if (reader === undefined || name === undefined) return false;
  return isFilledInByAgent(flow, reader, name) || isReadFromValueFile(flow, reader, name);
}
