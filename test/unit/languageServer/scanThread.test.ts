import { copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileFacts } from '../../../server/languageServer/fileFacts';
import { FileScanner, type FileToScan } from '../../../server/languageServer/fileScanner';
import { scanInThread } from '../../../server/languageServer/scanThread';
import { testParser } from '../../support/parser';
import { temporaryFolder } from '../workspace/temporaryFolder';

const root = path.resolve(import.meta.dirname, '../../..');
const bundles = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'crossblock-scan-'));
const bundle = path.join(bundles, 'scan.js');

beforeAll(async () => {
  const require = createRequire(import.meta.url);
  for (const file of ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-bash/tree-sitter-bash.wasm'])
    copyFileSync(require.resolve(file), path.join(bundles, path.basename(file)));
  const contents = `import { isScanThread, serveScans } from './server/languageServer/scanThread';
    if (isScanThread()) serveScans();`;
  await build({
    stdin: { contents, resolveDir: root },
    alias: { 'web-tree-sitter': require.resolve('web-tree-sitter').replace(/\.js$/, '.cjs') },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: bundle,
    logLevel: 'silent',
  });
});
afterAll(() => rmSync(bundles, { recursive: true, force: true }));

const LOSES = '# Deploy\n\n```bash\nX=1\necho A=1 > /tmp/own_state.sh\n```\n```bash\necho $X\n```\n';

function asked(folder: string, name: string, generation = 0): FileToScan {
  const file = path.join(folder, 'commands', name);
  return { file, folders: [folder], globs: [], host: undefined, generation };
}

test('a thread says of a file what this one would say', async () => {
  const folder = temporaryFolder({ 'commands/a.md': LOSES, 'notes.md': LOSES });
  const scan = scanInThread(bundle);
  const local = new FileScanner(testParser());
  const [here, there] = await Promise.all([local.scan(asked(folder, 'a.md')), scan(asked(folder, 'a.md'))]);
  const facts = new FileFacts('file:///a.md', null, there);
  expect(facts.diagnostics().map(({ code }) => code)).toContain('lost-variable');
  expect(facts.symbols().map(({ name }) => name)).toContain('X');
  expect(facts.claims().map(({ glob }) => glob)).toEqual(['/tmp/own_state.sh']);
  const expected = new FileFacts('file:///a.md', null, here);
  // The rules' pages are looked for beside the bundle.
  const withoutLinks = (of: FileFacts) => of.diagnostics().map(({ codeDescription: _, ...rest }) => rest);
  expect(withoutLinks(facts)).toEqual(withoutLinks(expected));
  expect(facts.symbols()).toEqual(expected.symbols());
});

test('a configuration that has changed counts from the next generation on', async () => {
  const folder = temporaryFolder({ 'commands/a.md': LOSES, '.crossblock.json': '{}' });
  const scan = scanInThread(bundle);
  const rules = async (generation: number) => {
    const facts = new FileFacts('file:///a.md', null, await scan(asked(folder, 'a.md', generation)));
    return facts.diagnostics().map(({ code }) => code);
  };
  expect(await rules(0)).toContain('lost-variable');
  writeFileSync(path.join(folder, '.crossblock.json'), '{ "rules": { "lost-variable": "off" } }');
  expect(await rules(1)).not.toContain('lost-variable');
});

test('a file that is gone is rejected, and the next one is answered', async () => {
  const folder = temporaryFolder({ 'commands/a.md': LOSES });
  const scan = scanInThread(bundle);
  await expect(scan(asked(folder, 'gone.md'))).rejects.toThrow('ENOENT');
  await expect(scan(asked(folder, 'a.md'))).resolves.toBeDefined();
});

test('a thread that ends rejects what it was asked', async () => {
  const broken = path.join(bundles, 'broken.js');
  writeFileSync(broken, 'throw new Error("it cannot run");');
  const scan = scanInThread(broken);
  await expect(scan(asked('/nowhere', 'a.md'))).rejects.toThrow('it cannot run');
  await expect(scan(asked('/nowhere', 'a.md'))).rejects.toThrow('it cannot run');
});
