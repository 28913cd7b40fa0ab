import { expect, test } from 'vitest';
import { Analyser } from '../../../server/analysis/analyse';
import { fixesFor } from '../../../server/analysis/fixes';
import { claudeCode } from '../../../server/analysis/hosts/claudeCode';
import { testParser } from '../../support/parser';

const parser = await testParser();
const analyse = (...blocks: readonly string[]) =>
  new Analyser(parser).analyse(
    blocks.map(text => `\`\`\`bash\n${text}\n\`\`\`\n`).join('\n'),
    { path: 'commands/x.md' },
    claudeCode,
    { find: () => 'missing', byPath: () => undefined },
  );

// What every object has by its prototype: a table that is asked with a text's own word must not answer with it.
const WORDS = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__', 'isPrototypeOf'];

test.each(WORDS)('a document may say %s', word => {
  const { findings, flow } = analyse(
    `${word} x\n${word}=1\nX="$${word}$(${word} y)"`,
    `echo "$X" "$${word}"\n${word}`,
  );
  expect(findings.map(({ name }) => name)).toEqual(['X', word]);
  const fixes = findings.flatMap(finding => fixesFor({ document: flow.document, flow, findings }, finding));
  expect(fixes.map(({ title }) => title).join()).not.toContain('native code');
});

test('a command may have more words than a call has arguments', () => {
  const { findings } = analyse('A=1', `echo${' $A'.repeat(150_000)}`);
  expect(findings).toHaveLength(1);
});

test('a chain of commands may be long', () => {
  const { findings } = analyse('FIRST=1', `echo "$FIRST"${' && true'.repeat(1_000)}`);
  expect(findings).toHaveLength(1);
});

// Sizes at which a quadratic walk would take minutes; the suite's own limit of time is the test.
const MANY = 60_000;
const SLOW: Readonly<Record<string, readonly string[]>> = {
  'blanks in a program of sed': [`X=$(echo a | sed '${' '.repeat(2_000)}Z')`, 'echo $X'],
  'empty lines in a block': [`X=1${'\n'.repeat(MANY)}`, 'echo $X'],
  'empty lines in a here-document': [`cat > f <<EOF\n${'\n'.repeat(MANY)}EOF\nX=1`, 'echo $X'],
  'texts for another parse': ['X=1', `${"eval 'Y=1'\n".repeat(5_000)}echo $X`],
  'patterns in expansions': ['X=1', `${'echo ${Y#$Z*}\n'.repeat(5_000)}echo $X`],
  'prefixes of one command': [
    'X=1',
    `${Array.from({ length: 7_500 }, (_, index) => `A${index}=1`).join(' ')} echo $X`,
  ],
  'changes of directory': ['X=1\ncd web', `${'cd "$Y"\n'.repeat(10_000)}echo $X`],
  'globs in loops': [
    'X=1\nshopt -s nullglob',
    `${'for F in *; do [ -e "$F" ]; done\n'.repeat(3_000)}echo $X`,
  ],
  'questions on one line': ['X=1', `${'read Y; '.repeat(5_000)}echo $X || true`],
  'comments about traps': ["X=1\ntrap 'date' EXIT", `# ${'trap '.repeat(20_000)}\necho $X`],
  'jobs of many blocks': ['X=1\nmake &', ...Array.from({ length: 1_500 }, () => 'wait\ncd web'), 'echo $X'],
  'a statement without end': [`X=1\ntypeset -p X${'\t'.repeat(MANY)}s`, `echo $X; rm ${'/'.repeat(MANY)}a`],
  'commands that set -e does not stop': ['X=1', `set -e\n${'make\n'.repeat(10_000)}echo $X`],
};

test.each(Object.entries(SLOW))('%s', (_, blocks) => {
  const { findings, flow } = analyse(...blocks);
  expect(findings.map(({ name }) => name)).toContain('X');
  const [finding] = findings;
  fixesFor({ document: flow.document, flow, findings }, finding!);
});

test.each([
  ...[' '.repeat(MANY), '*'.repeat(MANY), `substitute $X ${' '.repeat(MANY)}.`, '>\n'.repeat(MANY / 2)],
  ...[
    `**A:**${' '.repeat(200_000)}x`,
    `for ${':\t'.repeat(MANY)}E`,
    '\t'.repeat(MANY),
    `## ${'..'.repeat(MANY)}`,
    `${'```a\n'.repeat(MANY)}\`\`\``,
    '```\n```a\n```\n'.repeat(MANY / 3),
  ],
])('prose that is long and empty', prose => {
  const text = `${prose}\n\n\`\`\`bash\nX=1\n\`\`\`\n\n\`\`\`bash\necho $X\n\`\`\`\n`;
  const libraries = { find: () => 'missing' as const, byPath: () => undefined };
  const analysis = new Analyser(parser).analyse(text, { path: 'commands/x.md' }, claudeCode, libraries);
  expect(analysis.findings.map(({ name }) => name)).toEqual(['X']);
  for (const finding of analysis.findings) expect(fixesFor(analysis, finding)).not.toEqual([]);
});
