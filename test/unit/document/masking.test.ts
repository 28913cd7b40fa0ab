import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyMasks, findMasks } from '../../../server/analysis/document/masking';

function masked(text: string): readonly string[] {
  return findMasks(text).map(({ start, end }) => text.slice(start, end));
}

describe('is masked', () => {
  test.each([
    ['git log <branch>', ['<branch>']],
    ['git log <path to the file>', ['<path to the file>']],
    ['MODE=<fast|slow>', ['<fast|slow>']],
    ['cp <from> <to>', ['<from>', '<to>']],
    ['echo "<name>"', ['<name>']],
    ['A={{name}}', ['{{name}}']],
    ['A={{ .Names }}', ['{{ .Names }}']],
    ['A=${{ github.ref }}', ['${{ github.ref }}']],
    ['cat {file}', ['{file}']],
    ['cat specs/{number}_plan', ['{number}']],
    ['gh issue view [number]', ['[number]']],
    ['A=[the issue’s number]', ['[the issue’s number]']],
    ['curl ${user_config.token}', ['${user_config.token}']],
    ['echo ${input:name}', ['${input:name}']],
    ['echo ${input:name:the default}', ['${input:name:the default}']],
    ['Task(prompt="In (any) $DIR)")', ['(', ')']],
    ['  Read("$A")\n  X = Bash(ls "$B")', ['(', ')', '(', ')']],
    ['task(\n  prompt="a \\"b\\" )",\n  agent=name(x)\n)', ['(', ')']],
  ])('%s', (text, expected) => {
    expect(masked(text)).toEqual(expected);
  });
});

describe('is shell and stays', () => {
  test.each([
    'sort <in >out',
    'sort < in > out',
    'cat <"$in" >"$out"',
    'diff <(one) <(two) >out',
    'cat <<END >file',
    'cat <<<word >file',
    'exec 3<file 4>log',
    'echo $((a<b && c>d))',
    '((a<b))',
    'echo ${A[x]}',
    'echo ${A[@]}',
    'A[x]=1',
    'MAP=([key]=value)',
    'mkdir {a,b}',
    'echo {1..9}',
    'echo ${A}',
    'echo ${A:-{b}}',
    '{ echo; }',
    '{ echo a; echo b; }',
    'f() { echo; }',
    '[ x ]',
    '[ -f file ]',
    '[[ x == y ]]',
    'ls [abc]*',
    'ls *.[ch]',
    'echo \\{name\\}',
    'exec {LOG}>file',
    'exec {LOG}<file',
    'echo a >&2 <&-',
    'while read x; do echo; done <file >out',
    'Task() { echo; }',
    'Task( ) { echo; }',
    'echo "Task(x)"',
    'Read("no end',
    'Read(no end\nRead(x)',
    'print(x)',
  ])('%s', text => {
    expect(masked(text)).toEqual([]);
  });
});

/** Text in which signs of placeholders and of the shell meet. */
const anyText = fc
  .array(
    fc.constantFrom(
      '<',
      '>',
      '{',
      '}',
      '[',
      ']',
      '$',
      '(',
      ')',
      '"',
      "'",
      ' ',
      '\n',
      'a',
      'name',
      '\nTask(',
      '\\',
      '|',
      ':',
      '😀',
    ),
    {
      maxLength: 40,
    },
  )
  .map(parts => parts.join(''));

describe('masks', () => {
  test('lie in order, within the text, and do not overlap', () => {
    fc.assert(
      fc.property(anyText, text => {
        let end = 0;
        for (const mask of findMasks(text)) {
          expect(mask.start).toBeGreaterThanOrEqual(end);
          expect(mask.end).toBeGreaterThan(mask.start);
          end = mask.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  test('change neither the length of a text nor its lines', () => {
    fc.assert(
      fc.property(anyText, text => {
        const result = applyMasks(text, findMasks(text));
        expect(result.length).toBe(text.length);
        expect(result.split('\n').map(line => line.length)).toEqual(
          text.split('\n').map(line => line.length),
        );
      }),
    );
  });

  test('take no time that grows with the square of the text', () => {
    const hostile = ['Read("\\"', '\nTask(', '\nTask("', 'Task(', '\n Bash()('].map(part =>
      part.repeat(20_000),
    );
    const start = performance.now();
    for (const text of hostile) findMasks(text);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('are words', () => {
    expect(applyMasks('a <b c> d', findMasks('a <b c> d'))).toBe('a QbQcQ d');
  });
});
