import { expect, test } from 'vitest';
import { readFrontmatter } from '../../../server/analysis/document/frontmatter';

const read = (...lines: readonly string[]) => readFrontmatter(['---', ...lines, '---', 'text']).values;

test('names and values', () => {
  expect(read('description: does it', 'argument-hint: [file]', 'n: 1')).toEqual({
    description: 'does it',
    'argument-hint': ['file'],
    n: 1,
  });
});

test('a key that is no text is none, and the last of two counts', () => {
  expect(read('? [a, b]', ': 1', '1: 2', 'c: 3', 'c: 4')).toEqual({ c: 4 });
});

test('what nobody would write as a key takes no exponential time', () => {
  for (const line of [
    `${'{'.repeat(5_000)}a${'}'.repeat(5_000)}: 1`,
    `? ${'- '.repeat(2_000)}x`,
    `${'['.repeat(2_000)}${']'.repeat(2_000)}: 1`,
  ])
    expect(Object.keys(read('a: 1', line)).every(key => key === 'a')).toBe(true);
});

test('a thousand keys', () => {
  const lines = Array.from({ length: 1_000 }, (_, index) => `k${index}: ${index}`);
  expect(read(...lines)).toHaveProperty('k999', 999);
});

// Each of the first two once ended the process, for want of memory to compile a regular expression.
test.each([
  '? ',
  '- ',
  '?\t',
  '{ ',
  '[',
  '{a: ',
  '[a, ',
  '&a ',
  '*a ',
  '"',
  "'",
  '!!x ',
  '| ',
  '%',
  ',',
  '#',
])('a line of %j alone is no YAML', piece => {
  for (const count of [3_000, 9_000, 100_000]) expect(read(piece.repeat(count))).not.toHaveProperty('a.b');
});
