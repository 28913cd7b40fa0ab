import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { applyPatch } from 'diff';
import { describe, expect, test } from 'vitest';
import { replaceFile } from '../../../server/workspace/replaceFile';
import { temporaryFolder } from '../workspace/temporaryFolder';
import { buildCommandLine, crossblock } from './commandLine';

const file = '.claude/commands/a.md';
const losing = '```bash\nX=1\nY=$(date +%s)\n```\n\n```bash\necho "$X" "$Y"\n```\n';
const safe = losing.replace('echo', 'X=1\necho');
const unsafe = losing.replace('echo', 'X=1\nY=$(date +%s)\necho');

buildCommandLine();

const textIn = (folder: string, name = file) => readFileSync(path.join(folder, name), 'utf8');

describe('check --fix', () => {
  test('makes the safe fixes, tells them, and reports what remains', async () => {
    const folder = temporaryFolder({ [file]: losing });
    const { code, output, errors } = await crossblock(['check', '--fix'], folder);
    expect(textIn(folder)).toBe(safe);
    expect(code).toBe(1);
    expect(output).toContain('1 file checked: 1 warning');
    expect(errors).toBe(`Fixed ${file}: lost-variable X in block 2\nFixed 1 finding in 1 file\n`);
  });

  test('with --fix-unsafe nothing remains, and a second time changes nothing', async () => {
    const folder = temporaryFolder({ [file]: losing });
    expect((await crossblock(['check', '--fix-unsafe'], folder)).code).toBe(0);
    expect(textIn(folder)).toBe(unsafe);
    const again = await crossblock(['check', '--fix-unsafe'], folder);
    expect(again.errors).toBe('Nothing was fixed\n');
    expect(textIn(folder)).toBe(unsafe);
  });

  test('--rule chooses what is mended', async () => {
    const folder = temporaryFolder({ [file]: losing });
    await crossblock(['check', '--fix', '--rule', 'lost-function'], folder);
    expect(textIn(folder)).toBe(losing);
  });

  test('keeps the file’s mode, and a link to it', async () => {
    const folder = temporaryFolder({ 'real.md': losing, '.claude/commands/b.md': '' });
    chmodSync(path.join(folder, 'real.md'), 0o640);
    const link = path.join(folder, file);
    symlinkSync(path.join(folder, 'real.md'), link);
    await crossblock(['check', '--fix', file], folder);
    expect(textIn(folder, 'real.md')).toBe(safe);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(link).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).sort()).toEqual(['.claude', 'real.md']);
  });

  test('keeps CRLF and a byte order mark', async () => {
    const text = `\uFEFF${losing.replaceAll('\n', '\r\n')}`;
    const folder = temporaryFolder({ [file]: text });
    await crossblock(['check', '--fix'], folder);
    expect(textIn(folder)).toBe(text.replace('echo', 'X=1\r\necho'));
  });

  test('with --stdin, the mended text is standard output', async () => {
    const folder = temporaryFolder({});
    const words = ['check', '--fix', '--stdin-filename', file];
    const { code, output, errors } = await crossblock(words, folder, losing);
    expect(output).toBe(safe);
    expect(errors).toContain('1 warning');
    expect(code).toBe(1);
    const whole = await crossblock(words, folder, 'No block\n');
    expect(whole.output).toBe('No block\n');
  });

  test.each([
    [['--fix', '--watch'], '--fix runs once; leave --watch out'],
    [['--diff', '--workers', '2'], '--diff works in one thread; leave --workers out'],
    [['--fix-unsafe', '--update-baseline', '--baseline', 'b.json'], 'are two steps'],
  ])('check %s makes no sense', async (words, message) => {
    const { code, errors } = await crossblock(['check', ...words], temporaryFolder({}));
    expect(errors).toContain(message);
    expect(code).toBe(2);
  });
});

describe('check --diff', () => {
  test('prints a patch that makes the same of the file, and changes nothing', async () => {
    const folder = temporaryFolder({ [file]: losing, '.claude/commands/fine.md': 'No block\n' });
    const { code, output, errors } = await crossblock(['check', '--diff', '--fix-unsafe'], folder);
    expect(textIn(folder)).toBe(losing);
    expect(output).toMatch(/^--- a\/\.claude\/commands\/a\.md\n\+\+\+ b\/\.claude\/commands\/a\.md\n@@ /);
    expect(applyPatch(losing, output)).toBe(unsafe);
    expect(errors).toContain('Would fix 2 findings in 1 file\n');
    expect(code).toBe(1);
  });

  test('means the safe fixes where it stands alone', async () => {
    const folder = temporaryFolder({ [file]: losing });
    expect(applyPatch(losing, (await crossblock(['check', '--diff'], folder)).output)).toBe(safe);
  });
});

describe('replacing a file', () => {
  test('leaves it alone where it has changed meanwhile, and nothing beside it', async () => {
    const folder = temporaryFolder({ 'a.md': 'new\n' });
    await expect(replaceFile(path.join(folder, 'a.md'), 'old\n', 'mended\n')).rejects.toThrow(
      'It has changed since it was checked',
    );
    expect(textIn(folder, 'a.md')).toBe('new\n');
    expect(readdirSync(folder)).toEqual(['a.md']);
  });
});
