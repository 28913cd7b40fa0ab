import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ShellParser } from '../../server/analysis/shell/syntax';
import { testParser } from '../support/parser';
import { writtenDocuments } from './documents';
import { type Campaign, described, runCampaign, shrink } from './repairCampaign';
import type { Fixes } from './repairDocuments';
import { REPAIR_CONSTRUCTS } from './repairGenerator';
import { verdictsOf } from './repairJudge';
import { Workshop } from './repairRuns';

/** `npm run oracle -- --count N --seed N --fixes safe|unsafe` */
const DOCUMENTS = Number(process.env.CROSSBLOCK_ORACLE_REPAIRS ?? 40);
const SEED = Number(process.env.CROSSBLOCK_ORACLE_SEED ?? 1);
/** Those that are asked for, by default both. */
const WAYS: readonly Fixes[] = (['safe', 'unsafe'] as const).filter(
  fixes => fixes === (process.env.CROSSBLOCK_ORACLE_FIXES ?? fixes),
);
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
    `${DOCUMENTS} generated documents, ${WAYS.join(' and ')} fixes`,
    async () => {
      const campaign = await runCampaign(parser, workshop, { count: DOCUMENTS, seed: SEED, ways: WAYS });
      const wrong = campaign.counterexamples;
      report(campaign);
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
      const verdicts = await verdictsOf(parser, workshop, { text: steps, shell: 'bash' }, WAYS);
      expect(verdicts.flatMap(({ faults }) => faults)).toEqual([]);
    },
    60_000,
  );
});

/** What a bad fix would do to the document below: the kind of fault, a text, and what stands in its place. */
const SPOILED = [
  ['an old value of what the agent changes', 'read', 'probe 0 A', 'A=$(cat note.txt)\nprobe 0 A'],
  ['another time', 'read', 'probe 0 A', 'A=$(date +%s)\nprobe 0 A'],
  ['a value where one shell has none', 'read', 'probe 1 B', 'B=yes\nprobe 1 B'],
  [
    "the first run's value",
    'read',
    'probe 1 B',
    'if [ -n "${FLAG:-}" ]; then echo B=yes > "$TMPDIR/state"; fi\n. "$TMPDIR/state"\nprobe 1 B',
  ],
  ['another value that was there', 'other read', 'observe', 'C=8\nobserve'],
  ['another exit status', 'status', 'exit 3', 'exit 4'],
  ['a dirty work tree', 'work tree', 'exit 3', 'echo x > state.txt\nexit 3'],
  ['another finding', 'new finding', 'exit 3', 'echo "$F"\nexit 3'],
] as const;

const SPOILABLE = `## Step 1
<!-- crossblock: step -->
\`\`\`bash
A=$(date +%s)
if [ -n "\${FLAG:-}" ]; then B=yes; fi
F=5
\`\`\`
<!-- agent: echo changed > note.txt -->
## Step 2
<!-- crossblock: step -->
\`\`\`bash
C=7
probe A "$A"
probe B "$B"
observe "$C"
exit 3
\`\`\`
`;

/** The same where something is excused: fixes, blocks, the kind of fault, a text, and what stands in its place. */
const SPOILED_BESIDE_EXCUSES = [
  [
    'a dirty work tree, where a loss is left',
    'safe',
    ['A=fixed\nB=$(cat note.txt)', 'probe A "$A"', 'probe B "$B"'],
    'work tree',
    'probe 0 A',
    'echo x > state.txt\nprobe 0 A',
  ],
  [
    'another value of a name that the block sets itself, where a loss is left in it',
    'safe',
    ['A=fixed\nB=$(cat note.txt)', 'probe A "$A"\nA=other\nprobe B "$B"'],
    'read',
    'probe 0 A',
    'A=wrong\nprobe 0 A',
  ],
  [
    'another value where the block did not come before',
    'unsafe',
    [
      'A=$(cat note.txt)\nM=one',
      'set -u\nprobe A "$A"\nif [ -f note.txt ]; then M=two; fi\nprobe M "${M:-none}"\necho "$M"',
    ],
    'other read',
    'probe 1 M',
    'M=wrong\nprobe 1 M',
  ],
  [
    'another value than the dice of the shell itself give',
    'unsafe',
    ['A=$(cat note.txt)', 'probe A "$A"\nR=$RANDOM\nprobe R "$R"'],
    'other read',
    'probe 1 R',
    'R=wrong\nprobe 1 R',
  ],
  [
    'another value of a guarded name where the block came to it before',
    'unsafe',
    ['A=$(cat note.txt)', 'probe A "$A"\nif [ -z "${B:-}" ]; then B=1; fi\nprobe B "$B"'],
    'other read',
    'probe 1 B',
    'B=wrong\nprobe 1 B',
  ],
] as const;

describe('the oracle sees a fix that brings', () => {
  const workshop = new Workshop();
  afterAll(() => workshop.dispose());

  test.each(SPOILED)('%s', async (_title, kind, from, to) => {
    const parser = await testParser();
    const judged = async (spoil?: (text: string) => string) => {
      const document = { text: SPOILABLE, shell: 'bash' } as const;
      const verdicts = await verdictsOf(parser, workshop, document, ['unsafe'], spoil);
      return verdicts.flatMap(({ faults }) => faults.map(fault => fault.slice(0, fault.indexOf(':'))));
    };
    expect(await judged()).toEqual([]);
    expect(await judged(text => text.replaceAll(from, to))).toContain(kind);
  });

  test.each(SPOILED_BESIDE_EXCUSES)('%s', async (_title, fixes, blocks, kind, from, to) => {
    const parser = await testParser();
    const text = blocks.map(block => `<!-- crossblock: step -->\n\`\`\`bash\n${block}\n\`\`\``).join('\n\n');
    const judged = async (spoil?: (text: string) => string) => {
      const verdicts = await verdictsOf(parser, workshop, { text, shell: 'bash' }, [fixes], spoil);
      return verdicts.flatMap(({ faults }) => faults.map(fault => fault.slice(0, fault.indexOf(':'))));
    };
    expect(await judged()).toEqual([]);
    expect(await judged(repaired => repaired.replaceAll(from, to))).toContain(kind);
  });

  test('nothing, though it says that it would', async () => {
    const parser = await testParser();
    const text = SPOILABLE.replace('A=$(date +%s)', 'A=1');
    const verdicts = await verdictsOf(parser, workshop, { text, shell: 'bash' }, ['safe'], () => text);
    const faults = verdicts.flatMap(verdict => verdict.faults);
    expect(faults).toContain('safe fix, but left: lost-variable A in block 2');
    expect(faults).toContain('second run: it changes the text once more');
  });
});

/** Printed on demand: what the documents were made of, what was applied, and how often something went wrong. */
function report(campaign: Campaign): void {
  if (process.env.CROSSBLOCK_ORACLE_REPORT === undefined) return;
  const { documents, counterexamples, constructs, applied, compared } = campaign;
  console.log(
    [
      `${documents} documents, ${compared.bash} reads compared with one shell in bash, ${compared.zsh} in zsh, ${counterexamples.length} disagreements`,
      ...ranked(counterexamples.map(({ kind }) => kind)),
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
