import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayName, escapeForDisplay } from '../../../server/inspector/display';
import { readContent } from '../../../server/inspector/formats';
import { looksSecret } from '../../../server/inspector/secrets';

function read(content: string | Uint8Array, truncated = false) {
  return readContent(typeof content === 'string' ? Buffer.from(content) : content, truncated);
}

/** Format and values as `[format, { name: value }]`. */
function summary(content: string | Uint8Array): unknown {
  const { format, values } = read(content);
  return [format, Object.fromEntries(values.map(value => [value.name, value.value]))];
}

describe('formats', () => {
  test.each([
    ['', 'empty', {}],
    ['PLAN=/tmp/x\nTOPIC="a b"\n', 'shell', { PLAN: '/tmp/x', TOPIC: 'a b' }],
    ['# only a comment\n', 'shell', {}],
    ['unset PLAN\n', 'shell', {}],
    ["declare -a L=([0]='a' [1]='b')\ndeclare -a E=()\n", 'shell', { 'L[0]': 'a', 'L[1]': 'b', E: '()' }],
    ['TITLE=two words\nN=1\n', 'keyValue', { TITLE: 'two words', N: '1' }],
    ['db.host = localhost\n', 'keyValue', { 'db.host': 'localhost' }],
    ['/home/me/plan.md\n', 'value', { '': '/home/me/plan.md' }],
    ['coordinate_1763\n', 'value', { '': 'coordinate_1763' }],
    ['one\ntwo\n', 'text', {}],
    ['A=1\0B=two\nlines\0', 'environment', { A: '1', B: 'two\nlines' }],
    ['A=1\0garbage\0', 'binary', {}],
    ['\x7fELF\0\x01', 'binary', {}],
    [
      '{"a":{"b":[1,true,"x"]},"e":{},"n":null}',
      'json',
      { 'a.b[0]': '1', 'a.b[1]': 'true', 'a.b[2]': 'x', e: '{}', n: 'null' },
    ],
    ['[]', 'json', { '': '[]' }],
    ['{"id":12345678901234567890,"f":1.50}', 'json', { id: '12345678901234567890', f: '1.50' }],
    ['{"__proto__":"x"}', 'json', JSON.parse('{"__proto__":"x"}')],
    ['{"broken":', 'value', { '': '{"broken":' }],
  ])('%j is %s', (content, format, values) => {
    expect(summary(content)).toEqual([format, values]);
  });

  test('what a real environment looks like', () => {
    const dump = execFileSync('env', ['-0'], { env: { PATH: '/bin', X: 'a\nb', EMPTY: '' } });
    expect(summary(dump)).toEqual(['environment', { PATH: '/bin', X: 'a\nb', EMPTY: '' }]);
  });

  test('any JSON has the leaves that it has', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), value => {
        fc.pre(typeof value === 'object' && value !== null);
        expect(read(JSON.stringify(value)).values.length).toBe(countLeaves(value));
      }),
    );
  });

  test('JSON nested deeper than any call stack', () => {
    const content = read('['.repeat(100_000) + ']'.repeat(100_000));
    expect(content).toMatchObject({ format: 'json', values: [{ value: '[]' }] });
    expect(content.values[0]?.name.length).toBeLessThan(300);
  });

  test('brackets that no key follows are not read to their end one by one', () => {
    for (const end of ['', ')', '])', ']=x)']) {
      const { values } = read(`A=1\ndeclare -a L=(${'[[ '.repeat(80_000)}${end}\n`);
      expect(values[0]).toMatchObject({ name: 'A', value: '1' });
    }
  });

  test('a script: its assignments, and where reading ended', () => {
    const content = read('A=1\nB=2\nif true; then\n  C=3\nfi\n');
    expect(content.values.map(value => value.name)).toEqual(['A', 'B']);
    expect(content.remarks.join()).toContain('line 3');
  });

  test('bytes that are no UTF-8: the value is no literal, and the others are', () => {
    const { format, values, remarks } = read(Buffer.from('A=\xff\nB=ok\n', 'latin1'));
    expect(format).toBe('shell');
    expect(values.map(value => value.literal)).toEqual([false, true]);
    expect(remarks).toHaveLength(1);
  });

  test('truncated: the last line is not trusted', () => {
    const { values, remarks } = read('A=1\nB=hal', true);
    expect(values.map(value => value.name)).toEqual(['A']);
    expect(remarks).toHaveLength(1);
  });

  test('it never fails, on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, truncated) => {
        expect(readContent(bytes, truncated).values.length).toBeLessThanOrEqual(bytes.length + 1);
      }),
      { numRuns: 2000 },
    );
  });
});

function countLeaves(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  const members = Object.values(value);
  return members.length === 0 ? 1 : members.reduce((sum: number, member) => sum + countLeaves(member), 0);
}

describe('secrets', () => {
  test.each([
    ['GITHUB_TOKEN', 'x'],
    ['token', 'abc'],
    ['db.password', 'hunter2'],
    ['apiKey', '123'],
    ['AWS_SECRET_ACCESS_KEY', 'x'],
    ['SSH_KEY', 'x'],
    ['PGPASSWORD', 'x'],
    ['HEADER', 'Bearer abcdefghijklmnopqrst'],
    ['URL', 'https://me:hunter2@example.com/x'],
    ['X', `ghp_${'a1B2'.repeat(9)}`],
    ['X', 'AKIAIOSFODNN7EXAMPLE'],
    ['X', `-----BEGIN RSA PRIVATE KEY-----\nMII`],
    ['X', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl'],
    ['X', 'q7Jm2Zx9Kp4Lw8Rt3Vb6Ny1Hs5Df0Gc8Ua'],
  ])('%s=%s is masked', (name, value) => {
    expect(looksSecret(name, value)).toBe(true);
  });
  test.each([
    ['TOKENIZER', 'bpe'],
    ['AUTHOR', 'me'],
    ['PATH', '/usr/local/bin:/usr/bin'],
    ['KEYBOARD', 'de'],
    ['PASSED', '12'],
    ['COMMIT', 'f237dac6b337b7b34880b258156dd1244e415e15'],
    ['PLAN_PATH', '/home/Me/.claude/specs/042_Some_Long_Topic_Name/plans/001_Implementation.md'],
    ['WORKFLOW_ID', 'coordinate_1763800000'],
    ['SESSION', '7B2E1C44-9D5A-4F0B-8A3E-5C6D7E8F9A0B'],
    ['TOKEN', ''],
    ['URL', 'https://example.com:8080/a@b'],
  ])('%s=%s is shown', (name, value) => {
    expect(looksSecret(name, value)).toBe(false);
  });
});

describe('what is shown', () => {
  test('nothing in it can hide, reorder or break the line', () => {
    expect(escapeForDisplay('a\nb\tc\x1b[0m\u202Etxt.exe\u200b\ud800')).toBe(
      'a\\nb\\tc\\e[0m\\u{202e}txt.exe\\u{200b}\\u{d800}',
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(escapeForDisplay(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
  test('names in any bytes', () => {
    expect(displayName(Buffer.from('ä\n'))).toBe('ä\\n');
    expect(displayName(Buffer.from([0x61, 0xff, 0xc3, 0xa4, 0xc3]))).toBe('a\\xffä\\xc3');
  });
});
