import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../server/cli/command';
import { initWords } from '../../../server/cli/init';
import { withShellStateRules } from '../../../server/workspace/shellStateRules';
import { checked } from '../../support/checked';
import { temporaryFolder } from './temporaryFolder';

const OLD = '<!-- crossblock-rules: begin (older) -->\nold words\n<!-- crossblock-rules: end -->';

describe('withShellStateRules', () => {
  test('adds the section at the end and keeps what was there', () => {
    const text = withShellStateRules('# Project\n\nBe kind.\n');
    expect(text).toMatch(/^# Project\n\nBe kind\.\n\n<!-- crossblock-rules: begin/);
    expect(text).toMatch(/crossblock-rules: end -->\n$/);
  });

  test('replaces an older section where it stands', () => {
    const text = withShellStateRules(`before\n${OLD}\nafter\n`);
    expect(text).not.toContain('old words');
    expect(text).toMatch(/^before\n<!-- crossblock-rules: begin/);
    expect(text).toMatch(/end -->\nafter\n$/);
  });

  test('a second time changes nothing, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('', OLD), fc.string(), (before, section, after) => {
        const once = withShellStateRules(`${before}${section}${after}`);
        expect(withShellStateRules(once)).toBe(once);
      }),
    );
  });

  test('keeps the line ends of the file', () => {
    expect(withShellStateRules('a\r\n')).not.toMatch(/(?<!\r)\n/);
  });

  test('brings no finding into the file', async () => {
    expect((await checked(withShellStateRules('# Project\n'), 'CLAUDE.md')).analysis.findings).toEqual([]);
  });
});

describe('crossblock init --rules', () => {
  test('writes into the instruction files that are there, and then says that they are up to date', async () => {
    const folder = temporaryFolder({ 'AGENTS.md': '# Agents\n', 'README.md': 'x' });
    expect(await initWords(['--rules'], folder)).toBe('AGENTS.md: the rules on shell state were added\n');
    expect(readFileSync(path.join(folder, 'AGENTS.md'), 'utf8')).toContain('crossblock-rules: begin');
    expect(await initWords(['--rules'], folder)).toBe('AGENTS.md: the rules on shell state are up to date\n');
  });

  test('makes a CLAUDE.md where there is none', async () => {
    const folder = temporaryFolder({ 'README.md': 'x' });
    expect(await initWords(['--rules'], folder)).toBe('CLAUDE.md: created, with the rules on shell state\n');
  });

  test('--rules writes no configuration that --force could be for', async () => {
    await expect(initWords(['--rules', '--force'], '/nowhere')).rejects.toBeInstanceOf(UsageError);
    await expect(initWords(['--rule'], '/nowhere')).rejects.toThrow('There is no option "--rule"');
  });
});
