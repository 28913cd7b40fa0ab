import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAX_STATE_CHARACTERS, StateHistory } from '../../../server/inspector/history';
import { LocalInspector } from '../../../server/inspector/inspector';
import { sources, temporaryFolder } from './workbench';

const file = { name: 'a.sh', directory: '/tmp' };

describe('StateHistory', () => {
  test('keeps what differs, in order, and says where a file ended and came back', () => {
    const history = new StateHistory();
    for (const [at, text] of [
      [1, 'X=1'],
      [2, 'X=1'],
      [3, 'X=2'],
      [4, undefined],
      [5, undefined],
    ] as const)
      history.record('a', file, text, at);
    expect(history.states('a').map(({ at, gone }) => [at, gone])).toEqual([
      [1, false],
      [3, false],
      [4, true],
    ]);
    expect(history.gone()).toEqual([{ pathKey: 'a', ...file, at: 4, states: 3 }]);
    history.record('a', file, 'X=2', 6);
    expect(history.gone()).toEqual([]);
    expect(history.states('a')).toHaveLength(4);
  });

  test('a file that was never seen has no end', () => {
    const history = new StateHistory();
    history.record('a', file, undefined, 1);
    expect([history.count('a'), history.gone()]).toEqual([0, []]);
  });

  test('twenty states of a file, and four million characters of all', () => {
    const history = new StateHistory();
    for (let at = 0; at < 30; at++) history.record('a', file, `X=${at}`, at);
    expect(history.states('a').map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, at) => at + 10));
    const long = 'x'.repeat(MAX_STATE_CHARACTERS - 2);
    for (let number = 0; number < 100; number++)
      history.record(`f${number}`, file, `${number}${long}`, number);
    expect([history.count('a'), history.count('f0'), history.count('f99')]).toEqual([0, 0, 1]);
    const kept = Array.from({ length: 100 }, (_, number) => history.count(`f${number}`));
    expect(kept.reduce((sum, count) => sum + count, 0) * MAX_STATE_CHARACTERS).toBeLessThan(4_100_000);
  });
});

describe('the inspector remembers', () => {
  test('each state of a file, its end, and no secret', async () => {
    const folder = temporaryFolder();
    const state = path.join(folder, 'a.sh');
    const inspector = new LocalInspector(sources({ globs: [`${folder}/*.sh`] }), () => {});
    fs.writeFileSync(state, 'X=1\nAPI_TOKEN=hunter2\n');
    const [first] = (await inspector.list(true)).files;
    fs.writeFileSync(state, 'X=2\nAPI_TOKEN=hunter3\n');
    await inspector.list(true);
    fs.rmSync(state);
    const view = await inspector.list(true);
    expect(view.gone).toMatchObject([{ name: 'a.sh', pathKey: first!.pathKey, states: 3 }]);
    const states = await inspector.history(first!.pathKey);
    expect(states.map(({ gone }) => gone)).toEqual([false, false, true]);
    const texts = await Promise.all(
      states.map(async ({ version }) => {
        const read = await inspector.state(first!.pathKey, version);
        return 'content' in read ? read.content.split('\n') : [];
      }),
    );
    expect(texts.map(lines => lines[1])).toEqual(['X = 1', 'X = 2', undefined]);
    expect(JSON.stringify(texts)).not.toContain('hunter');
    // Though it is not shown, it can be seen to have changed.
    expect(texts[0]?.[2]).toMatch(/^API_TOKEN = •+ \([0-9a-f]{8}\)$/);
    expect(texts[0]?.[2]).not.toBe(texts[1]?.[2]);
    expect(await inspector.state(first!.pathKey, 999)).toHaveProperty('refused');
  });

  test('no end of a file that nothing looks for any more', async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'a.sh'), 'X=1\n');
    const globs = [`${folder}/*.sh`];
    const inspector = new LocalInspector(sources({ configuredGlobs: async () => globs }), () => {});
    expect((await inspector.list(true)).files).toHaveLength(1);
    globs.pop();
    expect(await inspector.list(true)).toMatchObject({ files: [], gone: [] });
  });
});
