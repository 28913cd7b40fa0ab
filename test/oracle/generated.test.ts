import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testParser } from '../support/parser';
import { prepareDocument } from './documents';
import { analyseSteps } from './engine';
import { CONSTRUCTS, generatedDocuments } from './generator';
import { disagreements, judge, type Verdict } from './judge';
import { runDocument } from './shells';

/** More documents find more: `CROSSBLOCK_ORACLE_DOCUMENTS=5000 CROSSBLOCK_ORACLE_SEED=2 npx vitest run test/oracle`. */
const DOCUMENTS = Number(process.env.CROSSBLOCK_ORACLE_DOCUMENTS ?? 300);
const SEED = Number(process.env.CROSSBLOCK_ORACLE_SEED ?? 1);
const MILLISECONDS_PER_DOCUMENT = 2_000;

test(
  `${DOCUMENTS} generated documents`,
  async () => {
    const parser = await testParser();
    const verdicts: Verdict[] = [];
    const constructs = new Map<string, number>();
    const agrees = fc.asyncProperty(generatedDocuments, async document => {
      for (const construct of document.constructs)
        constructs.set(construct, (constructs.get(construct) ?? 0) + 1);
      const prepared = prepareDocument(document.text);
      const runs = await runDocument(prepared);
      const judged = judge(prepared, runs, analyseSteps(parser, document.text));
      verdicts.push(...judged);
      expect(disagreements(judged)).toEqual([]);
    });
    await fc.assert(agrees, { numRuns: DOCUMENTS, seed: SEED });
    report(verdicts, constructs);
    if (DOCUMENTS >= 300) expect(CONSTRUCTS.filter(construct => !constructs.has(construct))).toEqual([]);
    expect(verdicts.some(({ truth }) => truth === 'lost')).toBe(true);
    expect(verdicts.some(({ truth }) => truth === 'kept')).toBe(true);
  },
  60_000 + DOCUMENTS * MILLISECONDS_PER_DOCUMENT,
);

/** Printed on demand: how much was judged, and what the documents were made of. */
function report(verdicts: readonly Verdict[], constructs: ReadonlyMap<string, number>): void {
  if (process.env.CROSSBLOCK_ORACLE_REPORT === undefined) return;
  const lines = [
    ...countsOf(verdicts.map(({ truth, answer, outcome }) => `${truth}, ${answer}: ${outcome}`)),
    ...[...constructs].sort(([, a], [, b]) => b - a).map(([construct, count]) => `${count} ${construct}`),
  ];
  console.log(lines.join('\n'));
}

function countsOf(labels: readonly string[]): readonly string[] {
  return [...new Set(labels)]
    .sort()
    .map(label => `${labels.filter(other => other === label).length} ${label}`);
}
