import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fixFiles, fixRequest } from '../../../server/cli/fix';
import { checkPaths } from '../../../server/workspace/checkPaths';
import { temporaryFolder } from '../workspace/temporaryFolder';

const DIST = path.join(__dirname, '../../../dist');
const LOSES =
  '```bash\r\nX=1\r\nY="$X/y"\r\nNOW=$(date)\r\n```\r\n\r\n```bash\r\necho $X $Y "$NOW"\r\n```\r\n';
const SAFE = LOSES.replace('echo', 'X=1\r\nY="$X/y"\r\necho');

async function fix(folder: string, options: Parameters<typeof fixRequest>[0], change = () => {}) {
  const found = await checkPaths(['x.md'], folder, DIST);
  change();
  return fixFiles(found, fixRequest(options)!, folder);
}
const read = (folder: string) => readFileSync(path.join(folder, 'x.md'), 'utf8');

describe('crossblock check', () => {
  test('--fix applies what is safe, keeps CRLF, and a second run changes nothing', async () => {
    const folder = temporaryFolder({ 'x.md': LOSES });
    const { result } = await fix(folder, { fix: true });
    expect(read(folder)).toBe(SAFE);
    expect(result.files[0]!.findings.map(({ name }) => name)).toEqual(['NOW']);
    expect((await fix(folder, { fix: true })).patch).toBe('');
  });

  test('--fix-unsafe leaves nothing, and a second run changes nothing', async () => {
    const folder = temporaryFolder({ 'x.md': LOSES });
    const { result } = await fix(folder, { 'fix-unsafe': true });
    expect(result.files[0]!.findings).toEqual([]);
    expect(read(folder)).toContain('.crossblock/x-');
    expect((await fix(folder, { 'fix-unsafe': true })).patch).toBe('');
  });

  test('--diff prints a patch and writes nothing', async () => {
    const folder = temporaryFolder({ 'x.md': LOSES });
    const { patch } = await fix(folder, { diff: true });
    expect(read(folder)).toBe(LOSES);
    expect(patch).toContain('--- a/x.md');
    expect(patch.split('\n').filter(line => /^\+(?!\+)/.test(line))).toEqual(['+X=1\r', '+Y="$X/y"\r']);
  });

  test('--diff is a patch that git apply and patch take, below the folder and outside', async () => {
    const folder = temporaryFolder({ 'a/x y.md': LOSES, 'b/no "end".md': LOSES.trimEnd().slice(0, -5) });
    const found = await checkPaths(['a/x y.md', 'b/no "end".md'], folder, DIST);
    const inside = await fixFiles(found, fixRequest({ 'fix-unsafe': true, diff: true })!, folder);
    expect(inside.patch).not.toContain('===');
    const git = (cwd: string, input: string, ...words: string[]) =>
      spawnSync('git', ['apply', ...words], { cwd, input, encoding: 'utf8' });
    expect(git(folder, inside.patch)).toMatchObject({ status: 0, stderr: '' });
    await fixFiles(await checkPaths(['a/x y.md'], folder, DIST), fixRequest({ 'fix-unsafe': true })!, folder);
    const again = await checkPaths(['a/x y.md', 'b/no "end".md'], folder, DIST);
    expect((await fixFiles(again, fixRequest({ 'fix-unsafe': true, diff: true })!, folder)).patch).toBe('');
    const outside = await fixFiles(found, fixRequest({ fix: true, diff: true })!, path.join(folder, 'other'));
    expect(outside.patch).toContain(`--- a${folder}/a/x y.md\t\n`);
  });

  test('what is not asked for is not fixed, and what was fixed is told', async () => {
    const folder = temporaryFolder({ 'x.md': LOSES });
    const found = await checkPaths(['x.md'], folder, DIST);
    const wants = ({ rule }: { readonly rule: string }) => rule === 'lost-function';
    const none = await fixFiles(found, fixRequest({ fix: true })!, folder, { wants });
    expect(none).toMatchObject({
      patch: '',
      summary: 'Nothing was fixed: no fix that was asked for applies\n',
    });
    expect(read(folder)).toBe(LOSES);
    const { summary } = await fixFiles(found, fixRequest({ fix: true })!, folder);
    expect(summary).toBe(
      'x.md: 2 findings fixed\n  Recalculate here: X, Y\n1 file changed, 2 findings fixed\n',
    );
  });

  test('a file that has changed since is left as it is, and said', async () => {
    const folder = temporaryFolder({ 'x.md': LOSES });
    const { result } = await fix(folder, { fix: true }, () =>
      writeFileSync(path.join(folder, 'x.md'), 'new'),
    );
    expect(read(folder)).toBe('new');
    expect(result.errors.map(({ message }) => message)).toEqual([
      'It has changed since it was checked, and is left as it is; run the command again',
    ]);
    expect(readdirSync(folder)).toEqual(['x.md']);
  });

  test('mode and link stay', async () => {
    const folder = temporaryFolder({ 'real.md': LOSES });
    chmodSync(path.join(folder, 'real.md'), 0o640);
    symlinkSync('real.md', path.join(folder, 'x.md'));
    await fix(folder, { fix: true });
    expect(lstatSync(path.join(folder, 'x.md')).isSymbolicLink()).toBe(true);
    expect(readFileSync(path.join(folder, 'real.md'), 'utf8')).toBe(SAFE);
    expect(statSync(path.join(folder, 'real.md')).mode & 0o777).toBe(0o640);
  });
});
