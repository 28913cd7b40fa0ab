import type { Analysis } from '../analyse';
import { callsItselfExample } from '../document/roles';
import type { Finding } from '../finding';
import type { AnalysedBlock } from '../flow/documentFlow';
import { kept } from '../kept';
import { comparedWith } from './comparisons';
import { defineFunction } from './defineFunction';
import type { Fix, Safety } from './fix';
import { ALL, bestOf, noBetterThan } from './ranks';
import { findingsOf } from './recalculations';
import { makeSamePath } from './samePath';
import { saveToo } from './saveToo';
import type { FixSettings } from './settings';
import { sourceLibrary } from './sourceLibrary';
import { isOnlyHandedOn, onlyGivenTo, usedTogether } from './usedTogether';
import { bestFor, waysToKeep, withOthers } from './waysToKeep';

/**
 * Brings a value where it is lost. Where another block makes the same path of it and stays without it, it is worth no more than there:
 * what one of them writes, the other one would not find any more.
 */
export function keepValue(
  analysis: Analysis,
  finding: Finding,
  settings: FixSettings,
  wanted: ReadonlySet<Safety>,
): readonly Fix[] {
  const fixes = keepInBlock(analysis, finding, settings, wanted);
  if (fixes.every(({ safety }) => safety === 'suggestion')) return fixes;
  return withSamePath(analysis, finding).reduce((some, other) => {
    const best = bestInBlock(analysis, other, settings) ?? 'suggestion';
    const how = best === 'unsafe' ? 'is not safe to bring' : 'stays lost';
    const why = `block ${other.block} makes the same path of it, where it ${how}`;
    return some.map(fix => noBetterThan(best, fix, why));
  }, fixes);
}

/** The findings of other blocks that miss the same value, and make the same path of it. */
function withSamePath({ flow, findings }: Analysis, { rule, block, name }: Finding): readonly Finding[] {
  const reader = flow.blocks[block - 1];
  if (rule !== 'lost-variable' || name === undefined || reader === undefined) return [];
  const origin = flow.originOfVariable(name, reader)?.block;
  return findings.filter(other => {
    const block = flow.blocks[other.block - 1];
    return (
      other.rule === rule &&
      other.name === name &&
      block !== undefined &&
      block !== reader &&
      !callsItselfExample(block.role, block.block) &&
      makeSamePath(reader, block, name) &&
      flow.originOfVariable(name, block)?.block === origin
    );
  });
}

/** How much what brings a lost value can be trusted, with all else that its block needs; undefined where nothing brings it. */
function bestInBlock(analysis: Analysis, finding: Finding, settings: FixSettings): Safety | undefined {
  const known = ranksInBlocks(analysis)(settings);
  if (!known.has(finding))
    known.set(
      finding,
      bestOf([...saveToo(analysis, finding), ...keepInBlock(analysis, finding, settings, ALL)]),
    );
  return known.get(finding);
}

/** What is known of that, by the settings that it was asked with. */
const ranksInBlocks = kept((_analysis: Analysis) =>
  kept((_settings: FixSettings) => new Map<Finding, Safety | undefined>()),
);

/**
 * Brings a value where it is lost. Where the block needs another one too that cannot be brought unasked, it is mostly only suggested:
 * with half of what it needs, a block passes its own guards and does what it would not have done with nothing. What a block compares with
 * another lost value is worth no more than that one.
 */
function keepInBlock(
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
  const useless = whyUseless(analysis, finding, reader, settings);
  if (useless !== undefined) return fixes.map(fix => noBetterThan('suggestion', fix, useless));
  const name = finding.name ?? '';
  // What is the same for certain does no harm beside another one, unless the block writes or deletes with what it has not got, or one
  // command takes both.
  const mates = usedTogether(reader, name);
  const isHarmful = (other: Finding) => other.severity === 'error' || mates.has(other.name ?? '');
  const compared = comparedWith(reader, name);
  const ways = withOthers(analysis, settings, finding, compared, fixes, 'compares it with');
  const isSafe = ways.every(({ safety }) => safety === 'safe');
  const beside = lostBeside(analysis, finding).filter(other => !isSafe || isHarmful(other));
  const open = beside.filter(other => (bestFor(analysis, other, settings) ?? 'suggestion') === 'suggestion');
  const worst = open.find(isHarmful) ?? open[0];
  const why = `block ${finding.block} also needs ${worst?.name}, which stays lost`;
  const limited = ways.map(fix =>
    worst === undefined || (fix.safety === 'safe' && !isHarmful(worst))
      ? fix
      : noBetterThan('suggestion', fix, why),
  );
  return withOthers(analysis, settings, finding, mates, limited, 'uses it together with');
}

/** Why a value would change nothing in a block that misses it: a clause. */
function whyUseless(
  analysis: Analysis,
  finding: Finding,
  reader: AnalysedBlock,
  settings: FixSettings,
): string | undefined {
  const { block, name } = finding;
  if (name === undefined) return undefined;
  if (isOnlyHandedOn(reader, name)) return `block ${block} does nothing with ${name}`;
  const called = onlyGivenTo(reader, name);
  if (called === undefined) return undefined;
  const lost = analysis.findings.filter(
    other =>
      other.block === block &&
      (other.rule === 'lost-function' || other.rule === 'lost-library') &&
      called.has(other.name ?? ''),
  );
  const isMended = (other: Finding) =>
    [...sourceLibrary(analysis, other), ...defineFunction(analysis, other, settings)].some(
      ({ safety }) => safety !== 'suggestion',
    );
  const isUseless = lost.length > 0 && lost.length === called.size && !lost.some(isMended);
  return isUseless ? `only ${lost[0]!.name} is given ${name}, and stays lost` : undefined;
}

/** What else a block needs that is lost. Where only the agent brings that along, it brings along what belongs to it as well. */
function lostBeside(analysis: Analysis, { rule, block, name }: Finding): readonly Finding[] {
  if (rule !== 'lost-variable') return [];
  return (findingsOf(analysis).get(block) ?? []).filter(
    other => other.rule === 'lost-variable' && other.name !== name,
  );
}
