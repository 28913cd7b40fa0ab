import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Analyser } from '../../server/analysis/analyse';
import type { Finding } from '../../server/analysis/finding';
import { fixesFor } from '../../server/analysis/fixes';
import type { FixKind, Safety } from '../../server/analysis/fixes/fix';
import { DEFAULT_FIX_SETTINGS } from '../../server/analysis/fixes/settings';
import { allSteps, type FlowStep } from '../../server/analysis/shell/script';
import type { ShellParser } from '../../server/analysis/shell/syntax';
import { Checker } from '../../server/workspace/checker';
import {
  type Checked,
  type FixedDocument,
  fixDocument,
  ONCE_PER_CAUSE,
} from '../../server/workspace/fixDocument';
import { type Library, librariesIn } from './documents';
import { compareRuns, keyOf, LOSSES } from './repairComparison';
import { type Fixes, type JudgedDocument, numberProbes, runnable } from './repairDocuments';
import type { Workshop } from './repairRuns';

const SAFETIES: Readonly<Record<Fixes, ReadonlySet<Safety>>> = {
  safe: new Set(['safe']),
  unsafe: new Set(['safe', 'unsafe']),
};

/** What a repair of one document came to. */
export interface Verdict {
  readonly fixes: Fixes;
  readonly text: string;
  /** The titles of what was applied. */
  readonly titles: readonly string[];
  /** What contradicts the promises, one line each: a class, a colon, and the particulars. */
  readonly faults: readonly string[];
  /** Reads that had to print what one shell prints, and did or did not. */
  readonly compared: number;
}

/** What brings a value or a function; only suggested, it says why one shell for all blocks may have another one, or none. */
const SUGGESTED: ReadonlySet<FixKind> = new Set(['handOver', 'define', 'source']);

/**
 * Repairs a document with the composition that editor and command line use, runs it before and after, and compares.
 * @param spoil what becomes of the repaired text: whatever a fix must not do has to be seen
 */
export async function verdictsOf(
  parser: ShellParser,
  workshop: Workshop,
  { text: written, shell }: JudgedDocument,
  ways: readonly Fixes[],
  spoil: (text: string) => string = repaired => repaired,
): Promise<readonly Verdict[]> {
  const original = numberProbes(written);
  const libraries = librariesIn(written);
  const root = libraries.length === 0 ? '/nowhere' : folderWith(libraries);
  try {
    const checker = new Checker(parser, new Analyser(parser));
    const check = async (changed: string): Promise<Checked> => {
      const file = path.join(root, '.claude/commands/x.md');
      const { analysis } = await checker.check(changed, file, [root], 'named', { shell });
      return { analysis, findings: analysis.findings, fixSettings: DEFAULT_FIX_SETTINGS };
    };
    const before = await check(original.text);
    const repairs: { readonly fixes: Fixes; readonly fixed: FixedDocument; readonly again: string }[] = [];
    for (const fixes of ways) {
      const repaired = await fixDocument(before, SAFETIES[fixes], check);
      const text = spoil(repaired.text);
      const fixed = { ...repaired, text, checked: await check(text) };
      const again = await fixDocument(fixed.checked, SAFETIES[fixes], check);
      repairs.push({ fixes, fixed, again: again.text });
    }
    const changed = [
      ...new Set(repairs.map(({ fixed }) => fixed.text).filter(other => other !== original.text)),
    ];
    const unchanged = runnable(original.text, shell);
    const outcomes =
      changed.length === 0
        ? []
        : await workshop.run([
            { way: 'oneShell', document: unchanged },
            { way: 'shellPerBlock', document: unchanged },
            ...changed.map(other => ({ way: 'shellPerBlock' as const, document: runnable(other, shell) })),
          ]);
    return repairs.map(({ fixes, fixed, again }): Verdict => {
      const after = outcomes[changed.indexOf(fixed.text) + 2];
      const ran =
        after === undefined
          ? { faults: [], compared: 0 }
          : compareRuns(
              { original, before, after: fixed.checked, fixes, shell },
              { truth: outcomes[0]!, before: outcomes[1]!, after },
            );
      return {
        fixes,
        text: fixed.text,
        titles: fixed.titles,
        faults: [
          ...(again === fixed.text ? [] : ['second run: it changes the text once more']),
          ...faultsInFindings(before, fixed, fixes),
          ...ran.faults,
        ],
        compared: ran.compared,
      };
    });
  } finally {
    if (libraries.length > 0) rmSync(root, { recursive: true, force: true });
  }
}

/** A folder for what the analysis is to find in the project. */
function folderWith(libraries: readonly Library[]): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'crossblock-libraries-')));
  for (const { file, text } of libraries) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  return folder;
}

function faultsInFindings(before: Checked, { checked }: FixedDocument, fixes: Fixes): readonly string[] {
  const count = (findings: readonly Finding[]) => {
    const counts = new Map<string, number>();
    for (const finding of findings) counts.set(keyOf(finding), (counts.get(keyOf(finding)) ?? 0) + 1);
    return counts;
  };
  const [known, left] = [count(before.findings), count(checked.findings)];
  const countOf = (findings: readonly Finding[], rule: string) =>
    findings.filter(finding => finding.rule === rule).length;
  // What is told once for a cause is told at the next place where the first one is mended.
  const hasMoved = (key: string) => {
    const rule = key.slice(0, key.indexOf(' '));
    return ONCE_PER_CAUSE.has(rule) && countOf(checked.findings, rule) <= countOf(before.findings, rule);
  };
  const fresh = [...left].filter(([key, number]) => number > (known.get(key) ?? 0) && !hasMoved(key));
  const promised = before.findings.filter(finding =>
    fixesFor(before.analysis, finding, before.fixSettings).some(({ safety }) => safety === 'safe'),
  );
  const broken = promised.map(keyOf).filter(key => left.has(key));
  // What is only suggested, because the author has to decide it, stays.
  const loud = checked.findings.filter(
    finding =>
      LOSSES.has(finding.rule) &&
      (finding.severity === 'warning' || finding.severity === 'error') &&
      !isSetWhereBlockEnds(checked, finding) &&
      !fixesFor(checked.analysis, finding, checked.fixSettings).some(
        ({ kind, safety }) => SUGGESTED.has(kind) && safety === 'suggestion',
      ),
  );
  return [
    ...fresh.map(([key]) => `new finding: ${key}`),
    ...[...new Set(broken)].map(key => `safe fix, but left: ${key}`),
    ...(fixes === 'unsafe' ? [...new Set(loud.map(keyOf))].map(key => `left: ${key}`) : []),
  ];
}

/** Whether a value may be set in the very statement that ends an earlier block: no line of that block could save it. */
function isSetWhereBlockEnds({ analysis }: Checked, { block: reader, name }: Finding): boolean {
  const { blocks } = analysis.flow;
  const functions = new Set(blocks.flatMap(({ flow }) => flow.functions.map(defined => defined.name)));
  return blocks.slice(0, reader - 1).some(({ script, flow }) => {
    const ending = script.statements.find(statement =>
      statement.flow.some(step => step.kind === 'leave' && step.how === 'exit'),
    );
    const sets = (step: FlowStep) => step.kind === 'define' && step.name === name;
    const steps = [...allSteps(ending?.flow ?? [])];
    const calls = steps.some(step => step.kind === 'call' && functions.has(step.name ?? ''));
    return steps.some(sets) || (calls && flow.functions.some(({ body }) => [...allSteps(body)].some(sets)));
  });
}
