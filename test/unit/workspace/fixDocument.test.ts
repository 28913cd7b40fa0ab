import { expect, test } from 'vitest';
import { Analyser } from '../../../server/analysis/analyse';
import { DEFAULT_FIX_SETTINGS } from '../../../server/analysis/fixes/settings';
import { Checker } from '../../../server/workspace/checker';
import { type Checked, fixDocument } from '../../../server/workspace/fixDocument';
import { testParser } from '../../support/parser';

const parser = await testParser();
const checker = new Checker(parser, new Analyser(parser));

async function checked(text: string): Promise<Checked> {
  const { analysis } = await checker.check(text, '/nowhere/.claude/commands/x.md', ['/nowhere']);
  return { analysis, findings: analysis.findings, fixSettings: DEFAULT_FIX_SETTINGS };
}

/** A document whose blocks are some shell texts. */
function documentOf(blocks: readonly string[]): string {
  return blocks.map((text, index) => `## Step ${index + 1}\n\n\`\`\`bash\n${text}\n\`\`\`\n`).join('\n');
}

async function fixed(text: string, safeties: readonly ('safe' | 'unsafe')[] = ['safe']) {
  let analyses = 0;
  const rounds: number[] = [];
  const recheck = (changed: string) => {
    analyses++;
    return checked(changed);
  };
  const onRound = (left: number) => void rounds.push(left);
  const result = await fixDocument(await checked(text), new Set(safeties), recheck, { onRound });
  return { ...result, analyses, rounds };
}

test('all blocks are fixed in one analysis, each by one insertion with all its variables in order', async () => {
  const steps = Array.from({ length: 40 }, () => 'echo "$C" "$B"');
  const text = documentOf(['A=1\nB="$A/b"', 'C=c', ...steps]);
  const { text: after, analyses, ended, titles, rounds } = await fixed(text);
  expect(after).toBe(text.replaceAll('echo', 'A=1\nB="$A/b"\nC=c\necho'));
  expect({ analyses, ended, titles: titles.length }).toEqual({ analyses: 1, ended: 80, titles: 40 });
  expect(rounds).toEqual([80, 0, 0].slice(0, rounds.length));
});

test('a fix that brings a finding is left out, and the others stay', async () => {
  // The copied line would use $RANDOM for a path a second time.
  const text = documentOf(['A=1\nF=/tmp/x-$(git rev-parse HEAD)-$$.sh', 'echo "$A"', 'echo "$A"\n. "$F"']);
  const { text: after, checked: left } = await fixed(text);
  expect(after).toBe(text.replaceAll('echo', 'A=1\necho'));
  expect(left.findings.map(({ name }) => name)).toContain('F');
});

test('what is safe comes first, though an unsafe one of the block is missed before it', async () => {
  const text = documentOf([
    'TASK="$HOME/task"\nSHA=$(git rev-parse HEAD)',
    'echo "$SHA"',
    'echo "$SHA" "$TASK"',
    'echo "$TASK"',
  ]);
  const { text: after } = await fixed(text, ['safe', 'unsafe']);
  expect(after.match(/^TASK="\$HOME\/task"$/gm)).toHaveLength(3);
  expect(after).toContain('declare -p SHA');
  expect(after).not.toMatch(/declare -p .*TASK/);
});

test('a second run changes nothing', async () => {
  const text = documentOf([
    'ROOT=$(git rev-parse --show-toplevel)\nSTAMP=$(date +%s)',
    'DIR="$ROOT/x"\nHEAD=$(git rev-parse HEAD)',
    'cd "$DIR"\necho "$STAMP" "$HEAD"',
    'for f in a b; do N=$((N + 1)); done',
    'echo "$N" "$DIR" "$HEAD" "$STAMP"',
  ]);
  const first = await fixed(text, ['safe', 'unsafe']);
  const second = await fixed(first.text, ['safe', 'unsafe']);
  expect(second.text).toBe(first.text);
  // The time of the first block is never taken anew.
  expect(first.text.match(/STAMP=\$\(date/g)).toHaveLength(1);
});

test('a finding that is told once for its cause may move on to the next block', async () => {
  const venv = 'python3 -m venv .venv\nsource .venv/bin/activate\npip install pytest';
  const text = documentOf([venv, 'pytest a', 'pip list', 'pytest b']);
  const { checked: left, titles } = await fixed(text, ['safe', 'unsafe']);
  expect(left.findings.filter(({ rule }) => rule === 'missing-environment')).toEqual([]);
  expect(titles).toHaveLength(3);
});

test('a function is defined before what it changes is handed over', async () => {
  const text = documentOf(['f() { B+=64; }', 'B=80\nf', 'echo "$B"']);
  const { text: after } = await fixed(text, ['safe', 'unsafe']);
  expect(after).not.toContain('B=80\necho');
  expect(after).toMatch(/B=80\nf\n# .*\n\( crossblock_status/);
});

test('rounds do not become more with the document', async () => {
  const documentWith = (count: number) =>
    documentOf(
      Array.from({ length: count }, (_, index) => {
        const reads = index < 3 ? '' : `\necho "$A${index - 3}" "$B${index - 1}"`;
        return `A${index}=$(git rev-parse HEAD~${index})\nB${index}=$(cat notes-${index}.txt)${reads}`;
      }),
    );
  const [few, many] = [
    await fixed(documentWith(150), ['safe', 'unsafe']),
    await fixed(documentWith(450), ['safe', 'unsafe']),
  ];
  expect(many.checked.findings.filter(({ rule }) => rule === 'lost-variable')).toEqual([]);
  expect(many.analyses).toBeLessThan(few.analyses * 1.5);
});

test('what a value does where it arrives is mended next, and is no reason to leave it lost', async () => {
  const text = documentOf([
    'plan=$(./plan.sh)',
    'TARGET="$plan"\necho "TARGET=$TARGET" >> ./run.env',
    '[ -f ./run.env ] && . ./run.env\necho "$TARGET"',
  ]);
  const { titles, checked: left } = await fixed(text, ['safe', 'unsafe']);
  expect(titles).toEqual([
    'Hand over through a state file: plan (unsafe: it writes a file)',
    'Quote with %q: TARGET',
  ]);
  expect(left.findings).toEqual([]);
});
