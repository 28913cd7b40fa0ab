import type { TracedAnalysis } from '../analysis/analyse';
import type { Finding } from '../analysis/finding';
import { fixesFor } from '../analysis/fixes';
import { applyEdits, type Safety } from '../analysis/fixes/fix';
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
  /** What is left. */
  readonly checked: Checked;
}

/** Each fix ends a finding, so that this many are more than a document has findings worth fixing at once. */
const MAX_FIXES = 500;

/**
 * Fixes a document until nothing is left to fix, so that a second run changes nothing. A fix that does not end its finding, or
 * that would bring another one, is not applied.
 * @param safeties which fixes may be applied
 * @param recheck analyses a changed text of the same document
 * @param wants which findings are to be fixed; by default all
 */
export async function fixDocument(
  checked: Checked,
  safeties: ReadonlySet<Safety>,
  recheck: (text: string) => Promise<Checked>,
  wants: (finding: Finding) => boolean = () => true,
): Promise<FixedDocument> {
  const titles: string[] = [];
  const refused = new Set<string>();
  let current = checked;
  let appliedSinceStart = false;
  while (titles.length < MAX_FIXES) {
    const next = nextFix(current, safeties, refused, wants);
    if (next === undefined) {
      // What was refused may be good once others are applied: a second run would try it.
      if (refused.size === 0 || !appliedSinceStart) break;
      refused.clear();
      appliedSinceStart = false;
      continue;
    }
    const { document } = current.analysis;
    const after = await recheck(applyEdits(document.text, next.edits));
    if (isMended(current, after, next.finding)) {
      current = after;
      titles.push(next.title);
      appliedSinceStart = true;
    } else refused.add(next.key);
  }
  return { text: current.analysis.document.text, titles, checked: current };
}

function nextFix(
  { analysis, findings, fixSettings }: Checked,
  safeties: ReadonlySet<Safety>,
  refused: ReadonlySet<string>,
  wants: (finding: Finding) => boolean,
) {
  for (const finding of findings.filter(wants)) {
    for (const fix of fixesFor(analysis, finding, fixSettings)) {
      const key = `${keyOf(finding)} ${fix.title}`;
      if (safeties.has(fix.safety) && !refused.has(key)) return { ...fix, finding, key };
    }
  }
  return undefined;
}

/**
 * Fixes insert no blocks: a finding keeps its block's number. Where a block loads a state file now, what was lost before is
 * not saved there: the same loss under another rule.
 */
function keyOf({ rule, name, block }: Finding): string {
  return `${rule === 'unsaved-variable' ? 'lost-variable' : rule} ${block} ${name ?? ''}`;
}

function isMended(before: Checked, after: Checked, finding: Finding): boolean {
  const known = countByKey(before.findings);
  const left = countByKey(after.findings);
  if ((left.get(keyOf(finding)) ?? 0) >= (known.get(keyOf(finding)) ?? 0)) return false;
  return [...left].every(([key, count]) => count <= (known.get(key) ?? 0));
}

function countByKey(findings: readonly Finding[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(keyOf(finding), (counts.get(keyOf(finding)) ?? 0) + 1);
  return counts;
}
