import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportCommand } from '../../../server/inspector/exportCommand';

describe('a value as a command', () => {
  test.each([
    ['PLAN', 'plan.md', 'x', 'export PLAN=plan.md'],
    ['PLAN', "it's $(rm -rf /)", 'x', "export PLAN='it'\\''s $(rm -rf /)'"],
    ['PLAN', 'a\nb', 'x', "export PLAN=$'a\\nb'"],
    ['PLAN', '', 'x', "export PLAN=''"],
    ['LIST[2]', 'c', 'x', 'export LIST_2=c'],
    ['user.name', 'me', 'x', 'export user_name=me'],
    ['', '4711', 'plan-id.txt', 'export PLAN_ID=4711'],
    ['', '1', '.env', 'export _ENV=1'],
    ['[0]', 'x', 'f', 'export _0=x'],
    ['9$(id)', 'x', 'f', 'export VALUE_9_id=x'],
    ['', 'x', '…', 'export VALUE=x'],
  ])('%s = %j of %s', (name, value, file, expected) => {
    expect(exportCommand(name, value, file)).toBe(expected);
  });

  test('bash gets just the value back, whatever it is', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map(value => value.replaceAll('\0', ''));
    const hostile = fc.constantFrom(
      "'",
      '\\',
      '$(id)',
      '`id`',
      '\n',
      '\r',
      '\t',
      '\x1b[2J',
      '"',
      '!',
      '\u202e',
      '0',
    );
    const values = fc.sample(
      fc.array(fc.oneof(text, hostile), { maxLength: 6 }).map(parts => parts.join('')),
      150,
    );
    const script = values.map(value => `${exportCommand('X', value, 'f')}\nprintf '%s\\0' "$X"`).join('\n');
    const output = execFileSync('bash', ['--norc', '-c', script], { env: { LC_ALL: 'C.UTF-8' } });
    expect(output.toString('utf8').split('\0').slice(0, -1)).toEqual(values);
  });
});
