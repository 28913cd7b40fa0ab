import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import type { DocumentFlow } from '../flow/documentFlow';
import { defineFunction } from './defineFunction';
import { escapeArgument } from './escapeArgument';
import type { Fix } from './fix';
import { guard } from './guard';
import { handOver } from './handOver';
import { hostVariable } from './hostVariable';
import { markBlock } from './markBlock';
import { mergeBlocks } from './mergeBlocks';
import { moveTrap, repeatTrap } from './moveTrap';
import { quoteValue } from './quoteValue';
import { recalculate, recalculateFinding } from './recalculate';
import { removeState } from './removeState';
import { repeatSetting } from './repeatSetting';
import { requireVariable } from './requireVariable';
import { saveToo } from './saveToo';
import { DEFAULT_FIX_SETTINGS, type FixSettings } from './settings';
import { pathOfWriter, sessionPath } from './sharedPath';
import { sourceLibrary } from './sourceLibrary';
import { stablePath } from './stablePath';

/** What may mend a finding; nothing where it is no matter for that fix. */
type FixMaker = (analysis: Analysis, finding: Finding, settings: FixSettings) => readonly Fix[];

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
  sourceLibrary,
  defineFunction,
  escapeArgument,
  requireVariable,
  mergeBlocks,
  markBlock,
];

/** What mends a finding, the best first. The ways to silence it are in `disable.ts`. */
export function fixesFor(
  analysis: Analysis,
  finding: Finding,
  settings: FixSettings = DEFAULT_FIX_SETTINGS,
): readonly Fix[] {
  return FIXES.flatMap(make => make(analysis, finding, settings));
}

/** Calculates the value again or hands it over, whichever is to be trusted more. */
function keepValue({ flow, findings }: Analysis, finding: Finding): readonly Fix[] {
  const alone = recalculateFinding(flow, finding);
  const whole = alone === undefined ? undefined : recalculateBlock(flow, findings, finding);
  const recalculations = [alone, whole].filter(fix => fix !== undefined);
  const handed = handOver(flow, finding, flow.name);
  if (handed === undefined) return recalculations;
  // Where the value may be another one by now, it is the writer's that counts.
  return alone?.safety === 'safe' ? [...recalculations, handed] : [handed, ...recalculations];
}

/** Findings of one block that are tried one by one for what they have in common; a block with more of them is generated. */
const MAX_TRIED = 100;

/** What `recalculableNames` has found for a document's blocks: each finding of a block asks for it. */
const known = new WeakMap<DocumentFlow, Map<number, readonly string[]>>();

/** The variables among a block's findings that can be recalculated. */
function recalculableNames(
  flow: DocumentFlow,
  findings: readonly Finding[],
  block: number,
): readonly string[] {
  const ofFlow = known.get(flow) ?? new Map<number, readonly string[]>();
  known.set(flow, ofFlow);
  const before = ofFlow.get(block);
  if (before !== undefined) return before;
  const own = findings.filter(finding => finding.block === block);
  const names =
    own.length > MAX_TRIED
      ? []
      : own
          .filter(finding => recalculateFinding(flow, finding) !== undefined)
          .flatMap(({ name }) => (name === undefined ? [] : [name]));
  ofFlow.set(block, names);
  return names;
}

/** All variables of the finding's block in one insertion, where there are several that can be recalculated. */
function recalculateBlock(
  flow: DocumentFlow,
  findings: readonly Finding[],
  finding: Finding,
): Fix | undefined {
  const block = flow.blocks[finding.block - 1];
  if (block === undefined) return undefined;
  const names = recalculableNames(flow, findings, finding.block);
  return names.length < 2 ? undefined : recalculate(flow, block, names);
}
