import type { Analysis } from '../analysis/analyse';
import type { Finding } from '../analysis/finding';
import { applyEdits } from '../analysis/fixes/fix';
import { type BlockFix, type FixWish, fixAll } from '../analysis/fixes/fixAll';

/** An analysis with the findings that the project's configuration leaves. */
export interface FixableCheck {
  readonly analysis: Analysis;
  readonly findings: readonly Finding[];
}

export interface FixedDocument<Check extends FixableCheck> {
  readonly text: string;
  /** The check of that text. */
  readonly check: Check;
  /** The check of the text as it was. */
  readonly original: Check;
  /** What was mended, in the order in which it was. */
  readonly fixed: readonly Finding[];
}

/** Each round mends or refuses something, and a fix may bring the next one within reach; no document needs many rounds. */
const MAX_ROUNDS = 60;
const MAX_PASSES = 10;

/**
 * Mends all that may be mended in a document, until nothing is left that can: a second time changes nothing. Each change is
 * analysed before it stays: one that does not take its findings away, or brings a new one of whatever rule, is left out.
 * @param analyse checks a text in the document's place; undefined where that is impossible, and the text stays as it is
 * @returns undefined where the text itself cannot be checked
 */
export async function fixDocument<Check extends FixableCheck>(
  text: string,
  analyse: (text: string) => Promise<Check | undefined>,
  wish: FixWish,
): Promise<FixedDocument<Check> | undefined> {
  const check = await analyse(text);
  if (check === undefined) return undefined;
  let current: FixedDocument<Check> = { text, check, original: check, fixed: [] };
  // What was refused may stay once others are mended: it is over when a pass from the start finds nothing to do.
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const next = await fixOnce(current, analyse, wish);
    if (next.text === current.text) break;
    current = next;
  }
  return current;
}

/** Mends until nothing is left but what was refused on the way. */
async function fixOnce<Check extends FixableCheck>(
  document: FixedDocument<Check>,
  analyse: (text: string) => Promise<Check | undefined>,
  wish: FixWish,
): Promise<FixedDocument<Check>> {
  const refused = new Set<string>();
  const wants = (finding: Finding) => wish.wants(finding) && !refused.has(keyOf(finding));
  let current = document;
  const mended = async (fixes: readonly BlockFix[]): Promise<FixedDocument<Check> | undefined> => {
    const changed = applyEdits(
      current.text,
      fixes.flatMap(({ edits }) => edits),
    );
    const after = await analyse(changed);
    const findings = fixes.flatMap(fix => fix.findings);
    if (after === undefined || !keepsPromise(current.check.findings, findings, after.findings))
      return undefined;
    return { ...current, text: changed, check: after, fixed: [...current.fixed, ...findings] };
  };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const fixes = fixAll(current.check.analysis, current.check.findings, { ...wish, wants });
    if (fixes.length === 0) return current;
    current = (await mended(fixes)) ?? (await withoutRefused(fixes, mended, refused)) ?? current;
  }
  return current;
}

/** Where not all fixes of a round go together: refuses those that do not stay alone, and takes the others, or else one. */
async function withoutRefused<Fixed>(
  fixes: readonly BlockFix[],
  mended: (fixes: readonly BlockFix[]) => Promise<Fixed | undefined>,
  refused: Set<string>,
): Promise<Fixed | undefined> {
  const good: BlockFix[] = [];
  let first: Fixed | undefined;
  for (const fix of fixes) {
    const alone = await mended([fix]);
    if (alone === undefined) for (const finding of fix.findings) refused.add(keyOf(finding));
    else {
      good.push(fix);
      first ??= alone;
    }
  }
  return good.length > 1 && good.length < fixes.length ? ((await mended(good)) ?? first) : first;
}

/** Whether the mended findings are gone, and none is new: blocks keep their numbers, whatever is inserted into them. */
function keepsPromise(
  before: readonly Finding[],
  mended: readonly Finding[],
  after: readonly Finding[],
): boolean {
  const gone = new Set(mended.map(keyOf));
  const left = countKeys(before);
  for (const finding of after) {
    const key = keyOf(finding);
    const count = left.get(key) ?? 0;
    if (gone.has(key) || count === 0) return false;
    left.set(key, count - 1);
  }
  return true;
}

function countKeys(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(keyOf(finding), (counts.get(keyOf(finding)) ?? 0) + 1);
  return counts;
}

function keyOf({ rule, block, name }: Finding): string {
  return `${rule} ${block} ${name ?? ''}`;
}
