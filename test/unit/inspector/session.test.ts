import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { WatchDirectory } from '../../../server/inspector/directoryWatchers';
import { readValue } from '../../../server/inspector/entryActions';
import { InspectorSession, type InspectorSources } from '../../../server/inspector/session';
import type { StateClaim, StateFilesView } from '../../../server/inspector/types';
import { fileNamed, shownValues, sources, temporaryFolder } from './workbench';

/** A live session, and a way to wait until its list fulfils something. */
class LiveSession implements Disposable {
  readonly session: InspectorSession;
  readonly #changes = new EventEmitter();
  /** How often a change was announced. */
  announced = 0;

  constructor(given: InspectorSources, watch?: WatchDirectory) {
    this.session = new InspectorSession(
      given,
      () => {
        this.announced++;
        this.#changes.emit('change');
      },
      watch,
    );
    this.session.setLive(true);
  }

  /** Waits for announced changes, as long as the test may take. */
  async until(fulfilled: (view: StateFilesView) => boolean): Promise<StateFilesView> {
    for (;;) {
      const next = new Promise(resolve => this.#changes.once('change', resolve));
      const view = await this.session.list();
      if (fulfilled(view)) return view;
      await next;
    }
  }

  [Symbol.dispose](): void {
    this.session.setLive(false);
  }
}

const names = (view: StateFilesView): readonly string[] => view.files.map(file => file.name);

describe('live', () => {
  test('a file that appears, changes, is replaced and goes', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'state_1.sh');
    using live = new LiveSession(sources({ globs: [`${folder}/state_*.sh`] }));
    expect(await live.session.list()).toEqual({ files: [], gone: [], notices: [] });

    fs.writeFileSync(file, 'X=1\n');
    await live.until(view => view.files[0]?.values[0]?.text === '1');
    fs.appendFileSync(file, 'Y=2\n');
    const { files } = await live.until(view => view.files[0]?.values.length === 2);
    expect(shownValues(files[0]!)).toEqual({ X: '1', Y: '2' });
    fs.writeFileSync(`${file}.new`, 'X=3\n');
    fs.renameSync(`${file}.new`, file);
    await live.until(view => view.files[0]?.values[0]?.text === '3');
    fs.rmSync(file);
    await live.until(view => view.files.length === 0);
  });

  test('directories that appear later, at any depth', async () => {
    const folder = temporaryFolder();
    const given = sources({
      claims: () => [claim(`${folder}/.claude/tmp/*.sh`)],
      globs: [`${folder}/runs/*/state`],
      workspaceFolders: () => [folder],
    });
    using live = new LiveSession(given);
    await live.session.list();
    fs.mkdirSync(path.join(folder, '.claude', 'tmp'), { recursive: true });
    fs.writeFileSync(path.join(folder, '.claude', 'tmp', 'a.sh'), 'X=1\n');
    await live.until(view => names(view).includes('a.sh'));
    fs.mkdirSync(path.join(folder, 'runs', '1'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'runs', '1', 'state'), 'X=1\n');
    await live.until(view => names(view).includes('state'));
    fs.rmSync(path.join(folder, 'runs'), { recursive: true });
    await live.until(view => !names(view).includes('state'));
    expect(names(await live.session.list())).toEqual(['a.sh']);
  });

  test('a directory that goes and comes back', async () => {
    const parent = temporaryFolder();
    const folder = path.join(parent, 'gone');
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'a.sh'), 'X=1\n');
    using live = new LiveSession(sources({ globs: [`${folder}/*.sh`] }));
    await live.until(view => view.files.length === 1);
    fs.rmSync(folder, { recursive: true });
    await live.until(view => view.files.length === 0);
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'b.sh'), 'X=1\n');
    await live.until(view => names(view).includes('b.sh'));
  });

  test('what does not match announces nothing', async () => {
    const folder = temporaryFolder();
    using live = new LiveSession(sources({ globs: [`${folder}/state_*.sh`] }));
    await live.session.list();
    for (let index = 0; index < 100; index++) fs.writeFileSync(path.join(folder, `other${index}`), 'x');
    fs.writeFileSync(path.join(folder, 'state_1.sh'), 'X=1\n');
    await live.until(view => view.files.length === 1);
    expect(live.announced).toBeLessThanOrEqual(2);
  });

  test('a file that is written all the time: the last value is seen', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'state_1.sh');
    using live = new LiveSession(sources({ globs: [`${folder}/state_*.sh`] }));
    await live.session.list();
    for (let round = 0; round < 1000; round++) fs.writeFileSync(file, `X=${round}\n`);
    await live.until(view => view.files[0]?.values[0]?.text === '999');
    // However fast the writer is, a view that is asked ten times a second is enough.
    expect(live.announced).toBeLessThan(100);
  });

  test('where the system cannot watch, it is polled, and that is said', async () => {
    const folder = temporaryFolder();
    const failing: WatchDirectory = () => {
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    using live = new LiveSession(sources({ globs: [`${folder}/*.sh`] }), failing);
    expect((await live.session.list()).notices.join()).toContain('every 2 seconds');
    fs.writeFileSync(path.join(folder, 'a.sh'), 'X=1\n');
    await live.until(view => view.files.length === 1);
  }, 30_000);

  test('a watcher that fails later is replaced by polling', async () => {
    const folder = temporaryFolder();
    const watcher = Object.assign(new EventEmitter(), { close() {} });
    using live = new LiveSession(
      sources({ globs: [`${folder}/*.sh`] }),
      (() => watcher) as unknown as WatchDirectory,
    );
    expect((await live.session.list()).notices).toEqual([]);
    watcher.emit('error', Object.assign(new Error('limit'), { code: 'EMFILE' }));
    await live.until(view => view.notices.length === 1);
  });

  test('while it is not live, nothing is watched', async () => {
    const folder = temporaryFolder();
    let open = 0;
    const counting: WatchDirectory = () => {
      open++;
      return Object.assign(new EventEmitter(), { close: () => open-- }) as unknown as fs.FSWatcher;
    };
    const session = new InspectorSession(sources({ globs: [`${folder}/*.sh`] }), () => {}, counting);
    await session.list();
    expect(open).toBe(0);
    session.setLive(true);
    await session.list();
    expect(open).toBe(1);
    session.setLive(false);
    expect(open).toBe(0);
    fs.writeFileSync(path.join(folder, 'a.sh'), 'X=1\n');
    expect(names(await session.list())).toEqual(['a.sh']);
  });
});

function claim(glob: string, uri = 'file:///doc.md', access: StateClaim['access'] = 'write'): StateClaim {
  return { glob, uri, line: 3, block: 1, access };
}

describe('what is looked for', () => {
  test('claims by document; what only the settings name has none', async () => {
    const folder = temporaryFolder();
    fs.mkdirSync(path.join(folder, '.crossblock'));
    for (const file of ['a.sh', 'b.sh']) fs.writeFileSync(path.join(folder, '.crossblock', file), 'X=1\n');
    const claims = [
      claim(`${folder}/.crossblock/a*.sh`),
      claim(`${folder}/.crossblock/a.sh`, 'file:///b.md', 'load'),
    ];
    const given = sources({
      claims: () => claims,
      globs: ['.crossblock/*'],
      workspaceFolders: () => [folder],
    });
    const view = await new InspectorSession(given, () => {}).list();
    expect(fileNamed(view, 'a.sh').claims).toEqual(claims);
    expect(fileNamed(view, 'b.sh').claims).toEqual([]);
  });

  test('documents reach only where state files live, settings everywhere', async () => {
    const glob = '/etc/pass?d';
    const claimed = new InspectorSession(sources({ claims: () => [claim(glob)] }), () => {});
    expect((await claimed.list()).files).toEqual([]);
    const configured = new InspectorSession(sources({ globs: [glob] }), () => {});
    expect(names(await configured.list())).toEqual(['passwd']);
  });

  test('a claim cannot climb out of a root', async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'a.sh'), 'X=1\n');
    const given = sources({
      claims: () => [claim(`${folder}/.crossblock/../a.sh`), claim(`${folder}/.crossblock/*/../../a.sh`)],
      workspaceFolders: () => [folder],
      environment: {},
    });
    expect((await new InspectorSession(given, () => {}).list()).files).toEqual([]);
  });

  test("a workspace's own directories may not be links; the user's may", async () => {
    const folder = temporaryFolder();
    const elsewhere = temporaryFolder();
    fs.writeFileSync(path.join(elsewhere, 'a.sh'), 'X=1\n');
    fs.symlinkSync(elsewhere, path.join(folder, '.crossblock'));
    const workspace = sources({
      claims: () => [claim(`${folder}/.crossblock/*`)],
      workspaceFolders: () => [folder],
    });
    const view = await new InspectorSession(workspace, () => {}).list();
    expect(view.files).toEqual([]);
    expect(view.notices.join()).toContain('symbolic link');

    fs.mkdirSync(path.join(folder, '.claude'));
    fs.symlinkSync(elsewhere, path.join(folder, '.claude', 'tmp'));
    const home = sources({ claims: () => [claim(`${folder}/.claude/tmp/*`)], environment: { HOME: folder } });
    expect(names(await new InspectorSession(home, () => {}).list())).toEqual(['a.sh']);
  });

  test('any depth, braces and a missing directory', async () => {
    const folder = temporaryFolder();
    fs.mkdirSync(path.join(folder, 'x', 'y'), { recursive: true });
    for (const file of ['a.sh', 'x/b.sh', 'x/y/c.sh', 'x/y/d.txt'])
      fs.writeFileSync(path.join(folder, file), '');
    const globs = [`${folder}/**/*.sh`, `${folder}/x/{y,z}/*.{txt,sh}`, `${folder}/missing/*.sh`];
    const view = await new InspectorSession(sources({ globs }), () => {}).list();
    expect([...names(view)].sort()).toEqual(['a.sh', 'b.sh', 'c.sh', 'd.txt']);
    expect(view.notices).toEqual([]);
  });
});

describe('secrets', () => {
  test('do not leave the server before they are asked for, one by one', async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'env'), 'GITHUB_TOKEN=hunter2\nUSER=me\n');
    const session = new InspectorSession(sources({ globs: [`${folder}/env`] }), () => {});
    const view = await session.list();
    expect(JSON.stringify(view)).not.toContain('hunter2');
    const [file] = view.files;
    expect(file!.values.map(value => value.masked)).toEqual([true, false]);
    const entry = session.entries.find(file!.id);
    expect(await readValue(entry, 0, 'GITHUB_TOKEN')).toMatchObject({ value: 'hunter2', text: 'hunter2' });
  });

  test('a value that has moved is found by its name; one that has gone is not mistaken', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'env');
    fs.writeFileSync(file, 'A=1\nB=2\n');
    const session = new InspectorSession(sources({ globs: [file] }), () => {});
    const entry = session.entries.find((await session.list()).files[0]!.id);
    fs.writeFileSync(file, 'B=3\n');
    expect(await readValue(entry, 1, 'B')).toMatchObject({ value: '3' });
    expect(await readValue(entry, 0, 'A')).toHaveProperty('refused');
  });
});
