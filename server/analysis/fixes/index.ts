import type { Analysis } from '../analyse';
import type { CommandDocument } from '../document/commandDocument';
import type { Finding } from '../finding';
import { kept } from '../kept';
import { allSteps } from '../shell/script';
import { defineFunction } from './defineFunction';
import { escapeArgument } from './escapeArgument';
import type { Fix, Safety } from './fix';
import { guard } from './guard';
import { hostVariable } from './hostVariable';
import { keepValue } from './keepValue';
import { markBlock } from './markBlock';
import { mergeBlocks } from './mergeBlocks';
import { moveTrap, repeatTrap } from './moveTrap';
import { quoteValue } from './quoteValue';
import { ALL } from './ranks';
import { removeState } from './removeState';
import { repeatSetting } from './repeatSetting';
import { requireVariable } from './requireVariable';
import { saveToo } from './saveToo';
import { DEFAULT_FIX_SETTINGS, type FixSettings } from './settings';
import { pathOfWriter, sessionPath } from './sharedPath';
import { sourceLibrary } from './sourceLibrary';
import { stablePath } from './stablePath';
import { withOthers } from './waysToKeep';

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
