import { expect, test } from 'vitest';
import { Analyser } from '../../../server/analysis/analyse';
import { claudeCode } from '../../../server/analysis/hosts/claudeCode';
import { testParser } from '../../support/parser';

const parser = await testParser();
const analyse = (...blocks: readonly string[]) =>
  new Analyser(parser).analyse(
    `$ARGUMENTS\n\n${blocks.map(text => `\`\`\`bash\n${text}\n\`\`\`\n`).join('\n')}`,
    { path: 'commands/x.md' },
    claudeCode,
    { find: () => 'missing', byPath: () => undefined },
  );
const many = (line: (index: number) => string, count = 3_000) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

// Sizes at which a walk that is quadratic, or that follows names again and again, would take minutes: the limit of time is the test.
const SLOW: Readonly<Record<string, readonly [rule: string, ...blocks: string[]]>> = {
  'state files': [
    'unquoted-state-value',
    many(i => `echo "A${i}=$(head -1 x)" > /tmp/f${i}`),
    many(i => `source /tmp/f${i}`),
  ],
  'values that are made of values': [
    'unquoted-state-value',
    `V0=$(head -1 x)\n${many(i => `V${i + 1}="${`$V${i}`.repeat(20)}"`, 100)}\necho "A=$V100$V0" > f\nsource f`,
  ],
  'expansions that nobody closes': ['lost-variable', 'X=1', `echo "$X" "${'A=${'.repeat(3_000)}" > f`],
  'a format that is used again': [
    'lost-variable',
    'X=1',
    `printf '${'%s='.repeat(2_000)}' $X${' a'.repeat(9_000)} > f`,
  ],
  guards: ['reset-to-default', many(i => `G${i}=1`), many(i => `[ -z "$G${i}" ] && G${i}=2`)],
  FIFOs: [
    'fifo-between-blocks',
    `mkfifo ${many(i => `/tmp/p${i}`).replaceAll('\n', ' ')}`,
    many(i => `echo x > /tmp/p${i}`),
    many(i => `cat /tmp/p${i}`),
  ],
  'a function that is put into the background': [
    'fifo-between-blocks',
    'mkfifo p\necho x > p',
    `cat p\nf() { ${many(i => `echo x > /tmp/q${i};`, 2_000)} }\n${many(() => 'f &', 2_000)}`,
  ],
  'writes to one file': [
    'unquoted-state-value',
    many(i => `echo "A=$(head -1 x${i % 9})" > /tmp/f`, 12_000),
    'source /tmp/f',
  ],
  'redirections without a target, of which the grammar looks for the end': [
    'lost-variable',
    'X=1',
    'echo $X',
    many(() => '<b >', 20_000),
  ],
  'a substitution that prints without end': [
    'lost-variable',
    'X=1',
    `echo $X\nY=$(${many(i => `echo a$A${i}`, 20_000)})`,
  ],
  'an awk program': ['substituted-argument', `awk '${'{print $1} '.repeat(20_000)}'`],
};

test.each(Object.entries(SLOW))('%s', (_, [rule, ...blocks]) => {
  expect(analyse(...blocks).findings.map(finding => finding.rule)).toContain(rule);
});
