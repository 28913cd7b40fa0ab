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
