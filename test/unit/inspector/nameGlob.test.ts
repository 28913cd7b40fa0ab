import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileNameGlob, expandBraces } from '../../../server/inspector/nameGlob';

const matches = (glob: string, name: string): boolean => compileNameGlob(glob).matches(name);

describe('name globs', () => {
  test.each([
    ['coordinate_*.sh', 'coordinate_17.sh', true],
    ['coordinate_*.sh', 'coordinate_.sh', true],
    ['coordinate_*.sh', 'coordinate_1.sh.bak', false],
    ['*', 'a\nb', true],
    ['*', '.hidden', false],
    ['.*', '.hidden', true],
    ['?', '😀', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[]]', ']', true],
    ['[\\*-b]', ']', true],
    ['[#-\\]]', 'A', true],
    ['[open', '[open', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['-rf*', '-rf /', true],
    ['', '', true],
  ])('%s and %s: %s', (glob, name, expected) => {
    expect(matches(glob, name)).toBe(expected);
  });

  test('only a glob without anything special is literal', () => {
    expect(compileNameGlob('a\\*b.sh').literal).toBe('a*b.sh');
    expect(compileNameGlob('a?').literal).toBeUndefined();
  });

  test('as bash', () => {
    const part = fc.constantFrom(
      'a',
      'b',
      '_',
      '.',
      '*',
      '?',
      '[ab]',
      '[!a]',
      '[a-b]',
      '[',
      ']',
      '\\*',
      '-',
      '!',
    );
    // `[.` in brackets starts a collating symbol, which no state file's name needs.
    const glob = fc
      .array(part, { minLength: 1, maxLength: 8 })
      .map(parts => parts.join(''))
      .filter(text => !text.includes('[.'));
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '_', '.', '*', '[', ']', '-'), maxLength: 8 });
    // A hidden name is the one thing that a pattern outside a file name treats differently.
    const pairs = fc
      .sample(
        fc.tuple(
          glob,
          name.map(text => `x${text}`),
        ),
        3000,
      )
      .map(([first, second]) => [`[x]${first}`, second] as const);
    const script = 'while (($#)); do [[ $2 == $1 ]] && echo true || echo false; shift 2; done';
    const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8' };
    const output = execFileSync('bash', ['--norc', '-c', script, 'bash', ...pairs.flat()], {
      env,
    }).toString();
    const expected = output.trimEnd().split('\n');
    const found = pairs.map(([first, second]) => String(matches(first, second)));
    expect(pairs.map((pair, index) => [...pair, found[index]])).toEqual(
      pairs.map((pair, index) => [...pair, expected[index]]),
    );
  });

  test('a hostile name and a hostile glob come to an end', () => {
    expect(matches(`${'*_'.repeat(100)}x`, '_'.repeat(255))).toBe(false);
  });
});

describe('braces', () => {
  test.each([
    ['/tmp/a', ['/tmp/a']],
    ['{/tmp,/dev/shm}/x_*.sh', ['/tmp/x_*.sh', '/dev/shm/x_*.sh']],
    ['a{b,c{d,e}}f', ['abf', 'acdf', 'acef']],
    ['{a}{b', ['{a}{b']],
    ['\\{a,b}', ['\\{a,b}']],
    ['{,x}', ['', 'x']],
  ])('%s', (glob, expected) => {
    expect(expandBraces(glob)).toEqual(expected);
  });

  test('their number is limited', () => {
    expect(expandBraces('{a,b}'.repeat(30)).length).toBeLessThanOrEqual(64);
  });
});
