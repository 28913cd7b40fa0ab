import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ShellParser } from '../../server/analysis/shell/syntax';
import { testParser } from '../support/parser';
import { writtenDocuments } from './documents';
import { type Campaign, type Counterexample, described, runCampaign, shrink } from './repairCampaign';
import { excuseOf } from './repairExcuses';
import { REPAIR_CONSTRUCTS } from './repairGenerator';
import { type Fixes, verdictsOf } from './repairJudge';
import { Workshop } from './repairRuns';

/** `npm run oracle -- --count N --seed N --fixes safe|unsafe` */
const DOCUMENTS = Number(process.env.CROSSBLOCK_ORACLE_REPAIRS ?? 40);
const SEED = Number(process.env.CROSSBLOCK_ORACLE_SEED ?? 1);
const FIXES: Fixes = process.env.CROSSBLOCK_ORACLE_FIXES === 'unsafe' ? 'unsafe' : 'safe';
const MILLISECONDS_PER_DOCUMENT = 2_000;
/** Counterexamples of one kind that are shrunk and printed. */
const PRINTED = 2;

describe('repaired documents do what one shell does', () => {
  let parser: ShellParser;
  const workshop = new Workshop();
  beforeAll(async () => {
    parser = await testParser();
  });
  afterAll(() => workshop.dispose());

  test(
    `${DOCUMENTS} generated documents, ${FIXES} fixes`,
    async () => {
      const campaign = await runCampaign(parser, workshop, { count: DOCUMENTS, seed: SEED, ways: [FIXES] });
      const wrong = campaign.counterexamples.filter(example => excuseOf(example) === undefined);
      report(campaign, wrong);
      const kinds = new Set(wrong.map(({ kind }) => kind));
      const shown = [...kinds].flatMap(kind =>
        wrong.filter(example => example.kind === kind).slice(0, PRINTED),
      );
      const shrunk: string[] = [];
      for (const example of shown) shrunk.push(described(await shrink(parser, workshop, example)));
      expect(shrunk.join('\n')).toBe('');
      expect(campaign.compared.bash).toBeGreaterThan(DOCUMENTS / 2);
      expect(campaign.compared.zsh).toBeGreaterThan(DOCUMENTS / 50);
      if (DOCUMENTS >= 2_000)
        expect(REPAIR_CONSTRUCTS.filter(construct => !campaign.constructs.has(construct))).toEqual([]);
    },
    600_000 + DOCUMENTS * MILLISECONDS_PER_DOCUMENT,
  );

  test.each(writtenDocuments().map(({ title, text }) => [title, text] as const))(
    '%s',
    async (_title, text) => {
      // What a block is for is judged elsewhere: here all of them are run.
      const steps = text.replace(/^```(?:bash|sh)$/gm, '<!-- crossblock: step -->\n$&');
      const verdicts = await verdictsOf(parser, workshop, { text: steps, shell: 'bash' }, [FIXES]);
      const faults = verdicts.flatMap(({ faults: found }) => found);
      expect(faults.filter(fault => excuseOf({ kind: FIXES, faults: [fault] }) === undefined)).toEqual([]);
    },
    60_000,
  );
});

/** Printed on demand: what the documents were made of, what was applied, and how often something went wrong. */
function report(campaign: Campaign, wrong: readonly Counterexample[]): void {
  if (process.env.CROSSBLOCK_ORACLE_REPORT === undefined) return;
  const { documents, counterexamples, constructs, applied, compared } = campaign;
  console.log(
    [
      `${documents} documents, ${compared.bash} reads compared with one shell in bash, ${compared.zsh} in zsh, ${wrong.length} disagreements`,
      ...ranked(wrong.map(({ kind }) => kind)),
      ...ranked(counterexamples.flatMap(example => excuseOf(example) ?? [])).map(line => `${line} (excused)`),
      ...byCount(applied),
      ...byCount(constructs),
    ].join('\n'),
  );
}

function ranked(labels: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return byCount(counts);
}

function byCount(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${count} ${name}`);
}
