import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { deleteFile, locateFile, readValue } from '../../../server/inspector/entryActions';
import { OpenDirectory } from '../../../server/inspector/openDirectory';
import { InspectorSession } from '../../../server/inspector/session';
import { MAX_FILE_BYTES, readStateFile, removeStateFile } from '../../../server/inspector/stateFile';
import { fileNamed, list, shownValues, sources, temporaryFolder } from './workbench';

const onLinux = process.platform === 'linux';
const name = Buffer.from('state.sh');

/** A folder that holds `state.sh`. */
function folderWithState(content = 'X=1\n'): { readonly folder: string; readonly file: string } {
  const folder = temporaryFolder();
  const file = path.join(folder, 'state.sh');
  fs.writeFileSync(file, content);
  return { folder, file };
}

function makeFifo(file: string): void {
  execFileSync('bash', ['--norc', '-c', 'mkfifo -- "$1"', 'bash', file]);
}

function openDescriptors(): number {
  return fs.readdirSync('/proc/self/fd').length;
}

describe('what is no regular file is shown as what it is, and never opened', () => {
  test('a FIFO without a writer', async () => {
    const folder = temporaryFolder();
    makeFifo(path.join(folder, 'queue'));
    expect(fileNamed(await list([`${folder}/*`]), 'queue')).toMatchObject({
      kind: 'fifo',
      format: undefined,
      values: [],
    });
  });

  test('symbolic links: to a file, to itself, to nothing, to a directory', async () => {
    const folder = temporaryFolder();
    for (const [link, target] of [
      ['passwd', '/etc/passwd'],
      ['self', 'self'],
      ['nothing', '/nonexistent'],
      ['dir', '/etc'],
    ]) {
      fs.symlinkSync(target!, path.join(folder, link!));
    }
    const { files } = await list([`${folder}/*`, `${folder}/*/passwd`, `${folder}/**/hosts`]);
    expect(files.map(file => [file.name, file.kind, file.values.length])).toEqual([
      ['dir', 'link', 0],
      ['nothing', 'link', 0],
      ['passwd', 'link', 0],
      ['self', 'link', 0],
    ]);
    expect(files.every(file => file.warnings.includes('symbolicLink'))).toBe(true);
  });

  test('a socket', async () => {
    const folder = temporaryFolder();
    const server = net.createServer().listen(path.join(folder, 'sock'));
    await once(server, 'listening');
    try {
      expect(fileNamed(await list([`${folder}/*`]), 'sock').kind).toBe('socket');
    } finally {
      server.close();
    }
  });

  test.skipIf(!onLinux)('a device', async () => {
    expect((await list(['/dev/nul?'])).files[0]).toMatchObject({
      name: 'null',
      kind: 'device',
      format: undefined,
    });
  });

  test('a directory', async () => {
    const folder = temporaryFolder();
    fs.mkdirSync(path.join(folder, 'sub'));
    expect(fileNamed(await list([`${folder}/*`]), 'sub')).toMatchObject({
      kind: 'directory',
      format: undefined,
    });
  });
});

describe('contents of any size and kind', () => {
  test('10 GB of nothing', async () => {
    const { folder, file } = folderWithState('');
    fs.truncateSync(file, 10 * 2 ** 30);
    const found = fileNamed(await list([`${folder}/*`]), 'state.sh');
    expect(found).toMatchObject({ size: 10 * 2 ** 30, format: 'binary', values: [] });
    expect(found.remarks.join()).toContain('256 KiB');
  });

  test('0 bytes, binary, invalid UTF-8', async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'empty'), '');
    fs.writeFileSync(path.join(folder, 'binary'), Buffer.from([0, 1, 2, 255]));
    fs.writeFileSync(path.join(folder, 'latin'), Buffer.from('X=\xe4\n', 'latin1'));
    const view = await list([`${folder}/*`]);
    expect(view.files.map(file => [file.name, file.format])).toEqual([
      ['binary', 'binary'],
      ['empty', 'empty'],
      ['latin', 'shell'],
    ]);
    expect(fileNamed(view, 'latin').values[0]?.literal).toBe(false);
  });

  test('a line of 1 MB: no more of it is sent than can be shown', async () => {
    const { folder } = folderWithState(`A=1\nX=${'x'.repeat(2 ** 20)}\nB=2\n`);
    const found = fileNamed(await list([`${folder}/*`]), 'state.sh');
    expect(shownValues(found)).toEqual({ A: '1' });
    expect(JSON.stringify(found).length).toBeLessThan(2000);
  });

  test('a value as long as what is read is cut in the list', async () => {
    const { folder } = folderWithState(`X=${'x'.repeat(MAX_FILE_BYTES - 10)}\n`);
    expect(fileNamed(await list([`${folder}/*`]), 'state.sh').values[0]?.text.length).toBeLessThan(400);
  });

  test('more values than can be listed are counted', async () => {
    const { folder } = folderWithState(Array.from({ length: 150 }, (_, index) => `X${index}=1\n`).join(''));
    expect(fileNamed(await list([`${folder}/*`]), 'state.sh')).toMatchObject({ moreValues: 50 });
  });

  test('commands in it are not executed', async () => {
    const folder = temporaryFolder();
    const proof = path.join(folder, 'proof');
    fs.writeFileSync(
      path.join(folder, 'state.sh'),
      `X=$(touch ${proof})\ntouch ${proof}\nY=\`touch ${proof}\`\n`,
    );
    const found = fileNamed(await list([`${folder}/state.sh`]), 'state.sh');
    expect(found.values.map(value => value.literal)).toEqual([false, false]);
    expect(fs.existsSync(proof)).toBe(false);
  });
});

describe('names', () => {
  test('of any bytes are listed, shown harmlessly, read and deleted', async () => {
    const folder = temporaryFolder();
    const names = [
      Buffer.from('new\nline'),
      Buffer.from('tab\tname'),
      Buffer.from('\u202Egnp.sh'),
      Buffer.from('-rf'),
      Buffer.from('[link](command:x)'),
      Buffer.from('a'.repeat(255)),
      ...(onLinux ? [Buffer.from('\xff\xfe', 'latin1')] : []),
    ];
    for (const each of names) fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), each]), 'X=1\n');
    const session = new InspectorSession(sources({ globs: [`${folder}/*`] }), () => {});
    const { files } = await session.list();
    expect(files.map(file => file.name).sort()).toEqual(
      [
        '-rf',
        '[link](command:x)',
        '\\u{202e}gnp.sh',
        'a'.repeat(255),
        'new\\nline',
        'tab\\tname',
        ...(onLinux ? ['\\xff\\xfe'] : []),
      ].sort(),
    );
    for (const file of files) {
      const entry = session.entries.find(file.id);
      expect(await readValue(entry, 0, 'X')).toMatchObject({ value: '1', text: '1' });
      expect('path' in (await locateFile(entry))).toBe(file.name !== '\\xff\\xfe');
      expect(await deleteFile(entry)).toEqual({ deleted: true });
    }
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test('two that look alike have identities of their own', async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'a\nb'), '');
    fs.writeFileSync(path.join(folder, 'a\\nb'), '');
    const { files } = await list([`${folder}/*`]);
    expect(new Set(files.map(file => file.name)).size).toBe(1);
    expect(new Set(files.map(file => file.pathKey)).size).toBe(2);
  });
});

describe('between the list and the open, the name comes to mean something else', () => {
  /** Replaces `state.sh` behind the reader's back, and reads it with the status from before. */
  async function readSwapped(swap: (file: string) => unknown): Promise<unknown> {
    const { folder, file } = folderWithState('SECRET=old\n');
    const directory = await OpenDirectory.open({ base: folder, names: [] });
    try {
      const before = await directory.lstat(name);
      fs.renameSync(file, `${file}.old`);
      const held = await swap(file);
      const reading = await readStateFile(directory, name, before);
      if (held instanceof net.Server) held.close();
      return reading.kind;
    } finally {
      await directory.close();
    }
  }

  test.each([
    ['a symbolic link', (file: string) => fs.symlinkSync('/etc/passwd', file)],
    ['a FIFO', makeFifo],
    ['another file', (file: string) => fs.writeFileSync(file, 'X=2\n')],
    ['a directory', (file: string) => fs.mkdirSync(file)],
    ['nothing', () => {}],
    [
      'a socket',
      async (file: string) => {
        const server = net.createServer().listen(file);
        await once(server, 'listening');
        return server;
      },
    ],
  ])('%s is not read', async (_what, swap) => {
    expect(await readSwapped(swap)).toBe('unread');
  });

  test.skipIf(!onLinux)('a directory that is replaced by a link is read by its descriptor', async () => {
    const parent = temporaryFolder();
    const folder = path.join(parent, 'sub');
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'state.sh'), 'X=right\n');
    const trap = temporaryFolder();
    fs.writeFileSync(path.join(trap, 'state.sh'), 'X=wrong\n');
    const directory = await OpenDirectory.open({ base: parent, names: [Buffer.from('sub')] });
    fs.renameSync(folder, path.join(parent, 'moved'));
    fs.symlinkSync(trap, folder);
    const stats = await directory.lstat(name);
    expect(await readStateFile(directory, name, stats)).toMatchObject({
      bytes: Uint8Array.from(Buffer.from('X=right\n')),
    });
    expect(await removeStateFile(directory, name, stats)).toEqual({ removed: true });
    await directory.close();
    expect(fs.readdirSync(trap)).toEqual(['state.sh']);
    await expect(OpenDirectory.open({ base: parent, names: [Buffer.from('sub')] })).rejects.toThrow();
  });

  test('deletion spares a successor, links and directories', async () => {
    const { folder, file } = folderWithState();
    fs.symlinkSync(file, path.join(folder, 'link'));
    fs.mkdirSync(path.join(folder, 'sub'));
    const session = new InspectorSession(sources({ globs: [`${folder}/*`] }), () => {});
    const view = await session.list();
    fs.renameSync(file, path.join(folder, 'old.sh'));
    fs.writeFileSync(file, 'X=2\n');
    for (const each of ['state.sh', 'link', 'sub']) {
      expect(await deleteFile(session.entries.find(fileNamed(view, each).id))).toHaveProperty('refused');
    }
    expect(fs.readdirSync(folder).sort()).toEqual(['link', 'old.sh', 'state.sh', 'sub']);
  });

  test('a FIFO of the user can be deleted, and nothing that is not listed', async () => {
    const folder = temporaryFolder();
    makeFifo(path.join(folder, 'queue'));
    const session = new InspectorSession(sources({ globs: [`${folder}/*`] }), () => {});
    const [fifo] = (await session.list()).files;
    expect(await locateFile(session.entries.find(fifo!.id))).toHaveProperty('refused');
    expect(await deleteFile(session.entries.find(fifo!.id))).toEqual({ deleted: true });
    expect(await deleteFile(session.entries.find('/etc/passwd'))).toHaveProperty('refused');
  });
});

describe('busy directories', () => {
  test('100,000 unrelated entries', async () => {
    const folder = temporaryFolder();
    execFileSync('bash', [
      '--norc',
      '-c',
      'cd "$1" && seq -f "unrelated-%06.0f" 100000 | xargs touch',
      'bash',
      folder,
    ]);
    fs.writeFileSync(path.join(folder, 'state_1.sh'), 'X=1\n');
    const { files, notices } = await list([`${folder}/state_*.sh`]);
    expect(files.map(file => file.name)).toEqual(['state_1.sh']);
    expect(notices).toEqual([]);
    const flood = await list([`${folder}/unrelated-*`]);
    expect(flood.files.length).toBe(2000);
    expect(flood.notices.join()).toContain('98000 more');
  }, 120_000);

  test('files that come, go and change while they are read', async () => {
    const folder = temporaryFolder();
    const script = `const fs = require('node:fs');
      for (let i = 0; ; i++) {
        const file = process.argv[1] + '/f' + (i % 20);
        if (i % 3 === 0) fs.rmSync(file, { force: true });
        else fs.writeFileSync(file, 'N=' + i + '\\n');
        if (i === 100) console.log('running');
      }`;
    const writer = spawn(process.execPath, ['-e', script, folder]);
    await once(writer.stdout, 'data');
    const before = onLinux ? openDescriptors() : 0;
    for (let round = 0; round < 30; round++) {
      for (const file of (await list([`${folder}/*`])).files) {
        for (const value of file.values) expect(value.text).toMatch(/^\d+$/);
      }
    }
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    if (onLinux) expect(openDescriptors()).toBeLessThanOrEqual(before);
    fs.writeFileSync(path.join(folder, 'f0'), 'N=last\n');
    expect(shownValues(fileNamed(await list([`${folder}/*`]), 'f0'))).toEqual({ N: 'last' });
  }, 60_000);
});
