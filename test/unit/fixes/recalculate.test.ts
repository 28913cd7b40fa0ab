import { describe, expect, test } from 'vitest';
import { Analyser, type Analysis } from '../../../server/analysis/analyse';
import { fixesFor } from '../../../server/analysis/fixes';
import { applyEdits, type Fix } from '../../../server/analysis/fixes/fix';
import { Checker } from '../../../server/workspace/checker';
import { testParser } from '../../support/parser';

const parser = await testParser();
const checker = new Checker(parser, new Analyser(parser));

/** A document whose blocks are some shell texts. */
function documentOf(...blocks: readonly string[]): string {
  return blocks.map((text, index) => `## Step ${index + 1}\n\n\`\`\`bash\n${text}\n\`\`\`\n`).join('\n');
}

async function analysed(text: string): Promise<Analysis> {
  return (await checker.check(text, '/nowhere/.claude/commands/x.md', ['/nowhere'])).analysis;
}

function fixes(
  analysis: Analysis,
  name: string,
  recipes: Readonly<Record<string, string>> = {},
): readonly Fix[] {
  const finding = analysis.findings.find(other => other.name === name);
  if (finding === undefined) throw new Error(`${name} is not found`);
  return fixesFor(analysis, finding, { stateFile: undefined, recipes: new Map(Object.entries(recipes)) });
}

function lastBlock(text: string, fix: Fix | undefined): string {
  return applyEdits(text, fix?.edits ?? [])
    .split('```bash\n')
    .at(-1)!
    .replace(/\n```\n$/, '');
}

describe('a recipe of the project', () => {
  const text = documentOf('ROOT=~/x\nPLAN="$ROOT/plan.md"', 'cat "$PLAN" "$ROOT"');

  test('comes first, says so, and is as safe as its text', async () => {
    const analysis = await analysed(text);
    const [first, second] = fixes(analysis, 'ROOT', { ROOT: 'ROOT="$(git rev-parse --show-toplevel)"' });
    expect(first).toMatchObject({ title: "Recalculate here: ROOT (the project's recipe)", safety: 'safe' });
    expect(second?.title).toBe('Recalculate here: ROOT');
    expect(lastBlock(text, first)).toBe('ROOT="$(git rev-parse --show-toplevel)"\ncat "$PLAN" "$ROOT"');
  });

  test.each([
    ['ROOT=$(cat root.txt)', 'cat reads a file that a step may have changed'],
    ['mkdir -p build\nROOT=build', 'mkdir may give another value'],
    ['echo nothing', "the recipe's text does not show that it sets ROOT"],
    ['ROOT=$(date +%s)', 'date depends on the clock'],
  ])('%j is unsafe', async (recipe, reason) => {
    const [first] = fixes(await analysed(text), 'ROOT', { ROOT: recipe });
    expect(first).toMatchObject({
      title: `Recalculate here: ROOT (the project's recipe, unsafe: ${reason})`,
      safety: 'unsafe',
    });
  });

  test('where a step changes the directory, it is unsafe', async () => {
    const [first] = fixes(await analysed(`${documentOf('cd build')}\n${text}`), 'ROOT', {
      ROOT: 'ROOT=$(pwd)',
    });
    expect(first?.title).toBe(
      "Recalculate here: ROOT (the project's recipe, unsafe: a step changes the directory)",
    );
  });

  test('brings what it reads, by recipes or as the author has it', async () => {
    const analysis = await analysed(text);
    const plan = 'PLAN="$ROOT/docs/plan.md"';
    const alone = fixes(analysis, 'PLAN', { PLAN: plan })[0];
    expect(lastBlock(text, alone)).toBe(`ROOT=~/x\n${plan}\ncat "$PLAN" "$ROOT"`);
    const both = fixes(analysis, 'PLAN', { PLAN: plan, ROOT: 'ROOT=/srv' })[0];
    expect(lastBlock(text, both)).toBe(`ROOT=/srv\n${plan}\ncat "$PLAN" "$ROOT"`);
  });

  test('is left out where the author’s own statements set the name', async () => {
    const whole = fixes(await analysed(text), 'PLAN', { ROOT: 'ROOT=/srv' }).find(({ title }) =>
      title.startsWith('Recalculate here: PLAN, ROOT'),
    );
    expect(lastBlock(text, whole)).toBe('ROOT=~/x\nPLAN="$ROOT/plan.md"\ncat "$PLAN" "$ROOT"');
  });

  test('that stands there already is not inserted again', async () => {
    const there = documentOf('ROOT=~/x\nPLAN=plan.md', 'ROOT=/srv\ncat "$PLAN" "$ROOT"');
    const [first] = fixes(await analysed(there), 'PLAN', { ROOT: 'ROOT=/srv', PLAN: 'PLAN="$ROOT/plan.md"' });
    expect(lastBlock(there, first)).toBe('ROOT=/srv\nPLAN="$ROOT/plan.md"\ncat "$PLAN" "$ROOT"');
  });
});

describe('all of a block', () => {
  test('goes without the names that cannot be cut out, and without those that are less to be trusted', async () => {
    const text = documentOf(
      'A=1\ndeclare -i N=2\nreadonly C=3\nNOW=$(date +%s)\nOUT=$(make)\nADDED+=x',
      'echo $A $N $C $NOW $OUT $ADDED',
    );
    const analysis = await analysed(text);
    const wholes = (name: string) =>
      fixes(analysis, name).filter(({ title }) => /^Recalculate here: (?:\d+ v|\w+, )/.test(title));
    expect(wholes('A').map(({ title }) => title)).toEqual(['Recalculate here: A, N, C']);
    expect(lastBlock(text, wholes('A')[0])).toBe(
      'A=1\ndeclare -i N=2\nreadonly C=3\necho $A $N $C $NOW $OUT $ADDED',
    );
    expect(wholes('NOW').map(({ title }) => title)).toEqual([
      'Recalculate here: 4 variables (suggestion: date depends on the clock)',
    ]);
    expect(fixes(analysis, 'OUT').some(({ kind }) => kind === 'recalculate')).toBe(false);
  });
});

test.each([
  'X=$(mktemp)',
  'X=$(mktemp -d "${TMPDIR:-/tmp}/x.XXXXXX") || exit 1',
  'X=`mktemp`',
  'export X=$(command mktemp)',
  'X=$(/usr/bin/mktemp -t x)',
  'X=${X:-$(mktemp)}',
  'make_file() { mktemp; }\nX=$(make_file)',
  'read -r X < <(mktemp)',
  'FILE=$(mktemp)\nX="$FILE.log"',
])('a new file is never made again unasked: %j', async text => {
  // In an agent's document, handing over is a suggestion as well, and comes first no more.
  const document = documentOf(text, 'cat "$X"');
  const { analysis } = await checker.check(document, '/nowhere/.claude/agents/x.md', ['/nowhere']);
  const offered = fixes(analysis, 'X');
  expect(offered.filter(({ kind, safety }) => kind === 'recalculate' && safety !== 'suggestion')).toEqual([]);
  expect(offered.length).toBeGreaterThan(0);
});
