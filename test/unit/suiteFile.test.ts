import { describe, expect, test } from 'vitest';
import type { Finding } from '../../server/analysis/finding';
import { annotate, readAnnotations } from '../suites/annotations';
import { readSuite } from '../suites/suiteFile';

const suite = (...lines: readonly string[]) => readSuite(`${lines.join('\n')}\n`);

/** A finding at a place of a text. */
function finding(text: string, part: string, rest: Partial<Finding> = {}): Finding {
  const start = text.indexOf(part);
  return {
    rule: 'lost-variable',
    severity: 'warning',
    name: undefined,
    message: 'A is empty here',
    block: 1,
    definition: undefined,
    span: { start, end: start + part.length },
    ...rest,
  };
}

describe('readSuite', () => {
  test('names tests by their headings', () => {
    const tests = suite(
      '# Title',
      '## A',
      '````markdown',
      'x',
      '````',
      '### B',
      'FIXME: y',
      '````markdown',
      'z',
      '````',
    );
    expect(tests.map(({ name, document, knownWrong }) => [name, document, knownWrong])).toEqual([
      ['A', 'x\n', false],
      ['A > B', 'z\n', true],
    ]);
  });

  test('a fence of three is prose', () => {
    expect(suite('## A', '```bash', 'x', '```')).toEqual([]);
  });

  test('fixes belong to the document before them, files to all of the heading', () => {
    const [first] = suite(
      '## A',
      '````sh file=lib/x.sh',
      'f() { :; }',
      '````',
      '````markdown file=commands/x.md',
      'a',
      '````',
      '````markdown after="Do: it (now)"',
      'b',
      '````',
    );
    expect(first).toMatchObject({
      file: 'commands/x.md',
      fixes: [{ title: 'Do: it (now)', document: 'b\n' }],
      otherFiles: [{ file: 'lib/x.sh', text: 'f() { :; }\n' }],
    });
  });

  test.each([
    ['an open fence', ['````markdown', 'x']],
    ['a fix without a document', ['````markdown after="x"', '````']],
    ['a file without a name', ['````sh', '````']],
    ['an unknown attribute', ['````markdown befor="x"', '````']],
    ['no language', ['````', '````']],
  ])('refuses %s', (_, lines) => {
    expect(() => suite('## A', ...lines)).toThrow(/^line 2/);
  });
});

describe('annotations', () => {
  const annotated = 'a\n> echo $A\n> #    ^^ warning lost-variable: is empty\n';

  test('are taken out as whole lines', () => {
    expect(readAnnotations(annotated).text).toBe('a\n> echo $A\n');
  });

  test('that are met come back as they were', () => {
    const read = readAnnotations(annotated);
    expect(annotate(read, [finding(read.text, '$A')])).toBe(annotated);
  });

  test.each([
    ['another place', finding('a\n> echo $A\n', 'echo')],
    ['another length', finding('a\n> echo $A\n', '$')],
    ['another severity', finding('a\n> echo $A\n', '$A', { severity: 'error' })],
    ['another rule', finding('a\n> echo $A\n', '$A', { rule: 'lost-function' })],
    ['another message', finding('a\n> echo $A\n', '$A', { message: 'gone' })],
  ])('that are not met differ: %s', (_, found) => {
    expect(annotate(readAnnotations(annotated), [found])).not.toBe(annotated);
  });

  test('without a finding differ, and so does a finding without annotation', () => {
    const read = readAnnotations(annotated);
    expect(annotate(read, [])).toBe(read.text);
    expect(annotate({ ...read, expected: [] }, [finding(read.text, '$A')])).not.toBe(read.text);
  });

  test('each stand for one finding', () => {
    const read = readAnnotations(annotated);
    expect(annotate(read, [finding(read.text, '$A'), finding(read.text, '$A')])).not.toBe(annotated);
  });
});
