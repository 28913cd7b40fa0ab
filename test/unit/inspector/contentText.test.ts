import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { LocalInspector } from '../../../server/inspector/inspector';
import { sources, temporaryFolder } from './workbench';

/** The text that is shown of the only file in a folder. */
async function contentOf(make: (file: string) => void): Promise<string> {
  const folder = temporaryFolder();
  make(path.join(folder, 'state'));
  const inspector = new LocalInspector(sources({ globs: [`${folder}/*`] }), () => {});
  const [file] = (await inspector.list(true)).files;
  const said = await inspector.content(file!.id);
  return 'content' in said ? said.content : said.refused;
}

test('bytes as a dump', async () => {
  const content = await contentOf(file =>
    fs.writeFileSync(file, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 255])),
  );
  expect(content).toContain('00000000  7f 45 4c 46 00 ff');
  expect(content).toContain('.ELF..');
});

test('a large binary file: its beginning', async () => {
  const content = await contentOf(file => fs.writeFileSync(file, Buffer.alloc(2 ** 20)));
  expect(content).toContain('Only the first 16384 bytes are shown.');
  expect(content.length).toBeLessThan(100_000);
});

test('text, with what could deceive escaped', async () => {
  const content = await contentOf(file => fs.writeFileSync(file, 'a\x1b[2J\n\u202eb\n'));
  expect(content).toContain('a\\e[2J\n\\u{202e}b\n');
});

test.skipIf(process.platform === 'win32')('a FIFO is not opened, and a link not followed', async () => {
  expect(
    await contentOf(file => execFileSync('bash', ['--norc', '-c', 'mkfifo -- "$1"', 'bash', file])),
  ).toContain('A FIFO. It is not opened');
  expect(await contentOf(file => fs.symlinkSync('/etc/passwd', file))).not.toContain('root');
});
