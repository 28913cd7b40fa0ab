import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StateFileView } from '../../../server/inspector/types';
import { isRoot, listUnprivileged, NOBODY, type Told } from './unprivileged';
import { fileNamed, temporaryFolder } from './workbench';

/*
 * All that /tmp may hold, at once, before a reader without rights. `hostile.test.ts` takes the cases one by one, with swaps at the
 * exact moment.
 */

const SECRET = 'STOLEN=stolen\n';
const MEGABYTE = 2 ** 20;

interface Case {
  readonly title: string;
  readonly name: string | Buffer;
  /** The name as it is shown. */
  readonly shown?: string;
  make(file: Buffer, folder: string): unknown;
  readonly expected: Partial<StateFileView>;
}

const write = (content: string | Buffer) => (file: Buffer) => fs.writeFileSync(file, content);
const oneValue = { format: 'shell', values: [expect.objectContaining({ name: 'X', text: '1' })] } as const;
const named = (title: string, name: string | Buffer, shown: string): Case => ({
  title: `a name with ${title}`,
  name,
  shown,
  make: write('X=1\n'),
  expected: oneValue,
});

const CASES: readonly Case[] = [
  { title: 'a FIFO without a writer', name: 'fifo', make: makeFifo, expected: { kind: 'fifo', values: [] } },
  {
    title: 'a link to /etc/passwd',
    name: 'passwd',
    make: file => fs.symlinkSync('/etc/passwd', file),
    expected: { kind: 'link', values: [], warnings: expect.arrayContaining(['symbolicLink']) },
  },
  {
    title: 'a link to itself',
    name: 'self',
    make: file => fs.symlinkSync('self', file),
    expected: { kind: 'link', values: [] },
  },
  {
    title: 'a link to a directory',
    name: 'etc',
    make: file => fs.symlinkSync('/etc', file),
    expected: { kind: 'link', values: [] },
  },
  {
    title: 'a socket',
    name: 'socket',
    make: makeSocket,
    expected: { kind: 'socket', values: [] },
  },
  {
    title: 'a sparse file of 10 GB',
    name: 'sparse',
    make: file => {
      fs.writeFileSync(file, '');
      fs.truncateSync(file.toString(), 10 * 2 ** 30);
    },
    expected: { size: 10 * 2 ** 30, format: 'binary', values: [] },
  },
  { title: 'an empty file', name: 'empty', make: write(''), expected: { format: 'empty', values: [] } },
  {
    title: 'a binary file',
    name: 'binary',
    make: write(Buffer.from([0, 1, 2, 255])),
    expected: { format: 'binary', values: [] },
  },
  {
    title: 'invalid UTF-8',
    name: 'latin',
    make: write(Buffer.from('X=\xe4\n', 'latin1')),
    expected: { format: 'shell', values: [expect.objectContaining({ literal: false })] },
  },
  {
    title: 'a line of 1 MB',
    name: 'line',
    make: write(`X=1\nY=${'x'.repeat(MEGABYTE)}\n`),
    expected: oneValue,
  },
  {
    title: 'what would run if it were sourced',
    name: 'runs',
    make: (file, folder) => fs.writeFileSync(file, `X=$(touch ${folder}/proof)\ntouch ${folder}/proof\n`),
    expected: { format: 'shell', values: [expect.objectContaining({ literal: false })] },
  },
  {
    title: 'a file that the reader may not read',
    name: 'unreadable',
    make: file => {
      fs.writeFileSync(file, SECRET);
      fs.chmodSync(file, 0);
    },
    expected: { values: [], remarks: ['You have no permission.'] },
  },
  named('a line break', 'new\nline', 'new\\nline'),
  named('a tab', 'tab\tname', 'tab\\tname'),
  named('a bidirectional override', '\u202Egnp.sh', '\\u{202e}gnp.sh'),
  named('a leading dash', '-rf', '-rf'),
  named('a link of Markdown', '[x](command:y)', '[x](command:y)'),
  named('255 bytes', 'a'.repeat(255), 'a'.repeat(255)),
  named('bytes that are no UTF-8', Buffer.from('\xff\xfe', 'latin1'), '\\xff\\xfe'),
];

function makeFifo(file: Buffer): void {
  execFileSync('bash', ['--norc', '-c', 'mkfifo -- "$1"', 'bash', file.toString()]);
}

async function makeSocket(file: Buffer): Promise<net.Server> {
  const server = net.createServer().listen(file.toString());
  await once(server, 'listening');
  return server;
}

/** A process without end that puts this and that in the place of a name, as fast as it can. */
const SWAPPER = `const fs = require('node:fs'), cp = require('node:child_process');
  const [folder, secret] = process.argv.slice(1);
  const fifo = folder + '/.fifo';
  cp.execFileSync('mkfifo', [fifo]);
  for (let i = 0; ; i++) {
    const next = folder + '/.next';
    fs.rmSync(next, { force: true });
    if (i % 4 === 0) fs.symlinkSync(secret, next);
    else if (i % 4 === 1) fs.linkSync(fifo, next);
    else fs.writeFileSync(next, 'N=' + i + '\\n');
    fs.renameSync(next, folder + '/swapped');
    fs.writeFileSync(folder + '/rewritten', 'N=' + i + '\\nM=' + i + '\\n');
    if (i % 3 === 0) fs.writeFileSync(folder + '/comes', 'N=1\\n');
    else fs.rmSync(folder + '/comes', { force: true });
    if (i === 200) console.log('running');
  }`;

describe.skipIf(process.platform !== 'linux' || !isRoot)(
  'the hostile set, before a reader without rights',
  () => {
    test('each case, while other names are swapped, rewritten, made and removed all the time', async () => {
      const folder = temporaryFolder();
      fs.chmodSync(folder, 0o755);
      const set = path.join(folder, 'set');
      const race = path.join(folder, 'race');
      for (const each of [set, race]) fs.mkdirSync(each);
      // Anyone may read it, so that only not following the link keeps it out of the list.
      const secret = path.join(folder, 'outside.env');
      fs.writeFileSync(secret, SECRET);
      const held: unknown[] = [];
      for (const { name, make } of CASES) {
        const file = Buffer.concat([Buffer.from(`${set}/`), Buffer.from(name as string)]);
        held.push(await make(file, set));
      }
      execFileSync('bash', [
        '--norc',
        '-c',
        'cd "$1" && seq -f "unrelated-%06.0f" 100000 | xargs touch',
        '-',
        race,
      ]);
      const swapper = spawn(process.execPath, ['-e', SWAPPER, race, secret]);
      let told: Told;
      try {
        await once(swapper.stdout, 'data');
        const globs = [`${set}/*`, `${race}/swapped`, `${race}/rewritten`, `${race}/com*`];
        told = await listUnprivileged(folder, globs, 40);
      } finally {
        swapper.kill('SIGKILL');
        for (const server of held) if (server instanceof net.Server) server.close();
      }
      expect(told.user).toBe(NOBODY);
      for (const { title, name, shown, expected } of CASES)
        expect(fileNamed(told.view, shown ?? String(name)), title).toMatchObject(expected);
      expect(fs.existsSync(path.join(set, 'proof')), 'nothing is executed').toBe(false);
      expect(
        told.seen.filter(value => value.includes('STOLEN')),
        'nothing is followed',
      ).toEqual([]);
      const raced = told.seen.filter(value => /^(swapped|rewritten|comes): /.test(value));
      expect(raced.length, 'the race is seen').toBeGreaterThan(10);
      expect(
        raced.filter(value => !/^\w+: [NM]=\d+$/.test(value)),
        'half a value is none',
      ).toEqual([]);
      expect(told.memory, 'memory is bounded').toBeLessThan(400 * MEGABYTE);
    });
  },
);
