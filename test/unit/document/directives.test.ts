import { describe, expect, test } from 'vitest';
import { parseDocument } from '../../../server/analysis/document/commandDocument';
import { isSuppressed } from '../../../server/analysis/document/directives';

function directives(text: string) {
  return parseDocument(text).directives;
}

function inBlock(line: string): string {
  return `\`\`\`bash\n${line}\n\`\`\`\n`;
}

describe('comments of the shell', () => {
  test.each([
    ['# crossblock-disable-line', 'disable-line', []],
    ['echo # crossblock-disable-line', 'disable-line', []],
    ['#crossblock-disable-line', 'disable-line', []],
    ['# crossblock-disable-next-line lost-variable', 'disable-next-line', ['lost-variable']],
    ['# crossblock-disable-line a b', 'disable-line', ['a', 'b']],
    ['# crossblock-disable-line a, b', 'disable-line', ['a', 'b']],
  ])('%s', (line, kind, words) => {
    expect(directives(inBlock(line))).toEqual([{ kind, line: 1, arguments: words }]);
  });

  test.each([
    'echo crossblock-disable-line',
    '# crossblock-disable-lines',
    '# crossblock-disable',
    'a#crossblock-disable-line',
  ])('none: %s', line => {
    expect(directives(inBlock(line))).toEqual([]);
  });

  test('are none between the blocks', () => {
    expect(directives('# crossblock-disable-line\n')).toEqual([]);
  });
});

describe('comments of Markdown', () => {
  test.each([
    ['<!-- crossblock-disable -->', 'disable', []],
    ['<!--crossblock-disable-->', 'disable', []],
    [
      '<!-- crossblock-disable lost-variable lost-function -->',
      'disable',
      ['lost-variable', 'lost-function'],
    ],
    ['<!-- crossblock-enable -->', 'enable', []],
    ['<!-- crossblock-disable-file -->', 'disable-file', []],
    ['<!-- crossblock: step -->', 'step', []],
    ['<!-- crossblock: example -->', 'example', []],
    ['<!-- crossblock: same-shell -->', 'same-shell', []],
    ['<!-- crossblock: provides A B -->', 'provides', ['A', 'B']],
    ['> <!-- crossblock-disable -->', 'disable', []],
  ])('%s', (line, kind, words) => {
    expect(directives(`${line}\n`)).toEqual([{ kind, line: 0, arguments: words }]);
  });

  test.each([
    '<!-- crossblock -->',
    '<!-- crossblock: steps -->',
    '<!-- crossblock-disabled -->',
    'crossblock-disable',
  ])('none: %s', line => {
    expect(directives(`${line}\n`)).toEqual([]);
  });

  test('are none within a block', () => {
    expect(directives(inBlock('<!-- crossblock-disable -->'))).toEqual([]);
  });

  test('count below a block that nothing closes as its text', () => {
    expect(directives('```bash\nA=1\n<!-- crossblock-disable -->\n')).toEqual([]);
  });
});

describe('isSuppressed', () => {
  const suppressed = (text: string, line: number, statement = line) =>
    isSuppressed(directives(text), 'lost-variable', line, statement);

  test('a line', () => {
    const text = inBlock('echo # crossblock-disable-line');
    expect(suppressed(text, 1)).toBe(true);
    expect(suppressed(text, 2)).toBe(false);
  });

  test('the next line, also that of a statement that goes on behind it', () => {
    const text = inBlock('# crossblock-disable-next-line\nmake \\\n  all');
    expect(suppressed(text, 2)).toBe(true);
    expect(suppressed(text, 3)).toBe(false);
    expect(suppressed(text, 3, 2)).toBe(true);
  });

  test('a range, and ranges in a range', () => {
    const text =
      '<!-- crossblock-disable -->\n\n<!-- crossblock-enable -->\n\n<!-- crossblock-disable lost-variable -->\n';
    expect([0, 1, 2, 3, 4, 5].map(line => suppressed(text, line))).toEqual([
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
  });

  test('the file, wherever it is said', () => {
    expect(suppressed('\n\n<!-- crossblock-disable-file -->\n', 0)).toBe(true);
  });

  test('other rules', () => {
    expect(suppressed('<!-- crossblock-disable-file lost-function -->\n', 1)).toBe(false);
  });

  test('an end for another rule ends nothing', () => {
    expect(suppressed('<!-- crossblock-disable -->\n<!-- crossblock-enable lost-function -->\n', 2)).toBe(
      true,
    );
  });
});
