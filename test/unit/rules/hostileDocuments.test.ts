import { expect, test } from 'vitest';
import { Analyser } from '../../../server/analysis/analyse';
import { claudeCode } from '../../../server/analysis/hosts/claudeCode';
import { testParser } from '../../support/parser';

const parser = await testParser();

function check(blocks: readonly string[]): readonly string[] {
  const text = blocks.map(block => `\`\`\`bash\n${block}\n\`\`\`\n`).join('\n');
  const libraries = { find: () => 'missing' as const, byPath: () => undefined };
  const { findings } = new Analyser(parser).analyse(text, { path: 'commands/x.md' }, claudeCode, libraries);
  return findings.map(({ message }) => message);
}

/** Each of these once threw, or took minutes: a document is read while its author types. */
test.each<[string, readonly string[]]>([
  ['a name of 40,000 letters', [`${'X'.repeat(40_000)}=1`, `echo $${'X'.repeat(40_000)}`]],
  ['a chain of functions behind a FIFO', [`mkfifo p\n${lines(6_000, i => `f${i}(){ f${i + 1};}`)}\nf0 &`]],
  [
    'functions that call functions eight times',
    Array.from(
      { length: 40 },
      () =>
        'a(){ b;b;b;b;b;b;b;b; }\nb(){ c;c;c;c;c;c;c;c; }\nc(){ d;d;d;d;d;d;d;d; }\nd(){ e;e;e;e;e;e;e;e; }\ne(){ f;f;f;f;f;f;f;f; }\na',
    ),
  ],
  [
    'thousands of files',
    Array.from({ length: 1_500 }, (_, i) => `echo A=1 > /tmp/s${i}.sh; . /tmp/s${i}.sh`),
  ],
  [
    'patterns over thousands of files',
    Array.from({ length: 1_000 }, (_, i) => `echo A=1 > /tmp/s${i}.sh; . "$(ls -t /tmp/s*.sh | head -1)"`),
  ],
  [
    'texts for other shells',
    Array.from({ length: 1_500 }, (_, i) => `echo A=1 > /tmp/s${i}.sh; bash -c "x > y"`),
  ],
  ['a format of zeros', [`printf '%${'0'.repeat(100_000)}' > /tmp/f.sh`, '. /tmp/f.sh']],
  ['a command of hyphens', [`X=$(git ${'-'.repeat(60_000)}); echo X=$X > /tmp/f.sh`, '. /tmp/f.sh']],
  ['thousands of traps', [lines(6_000, i => `trap 'echo ${i}' SIG${i}`)]],
])(
  '%s',
  (_name, blocks) => {
    for (const message of check(blocks)) expect(message).not.toMatch(/\n/);
  },
  120_000,
);

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n');
}

test('a message is one line, whatever a path holds', () => {
  const messages = check(['cd "/tmp/a\nb"\nmake test', 'make test', 'conda activate "a\nb"', 'pytest']);
  expect(messages.length).toBeGreaterThan(0);
  for (const message of messages) expect(message).not.toMatch(/[\r\n]/);
});
