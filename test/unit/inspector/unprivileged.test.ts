import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isRoot, listUnprivileged, NOBODY } from './unprivileged';
import { fileNamed, temporaryFolder } from './workbench';

test.skipIf(process.platform === 'win32')(
  'what is denied is said, and the rest is still listed',
  async () => {
    const folder = temporaryFolder();
    fs.chmodSync(folder, 0o755);
    const state = path.join(folder, 'state');
    const closed = path.join(folder, 'closed');
    fs.mkdirSync(state);
    fs.mkdirSync(closed);
    fs.writeFileSync(path.join(state, 'private.sh'), 'X=secret\n');
    fs.chmodSync(path.join(state, 'private.sh'), 0o000);
    fs.writeFileSync(path.join(state, 'open.sh'), 'X=1\n');
    fs.chmodSync(path.join(state, 'open.sh'), 0o666);
    fs.chmodSync(closed, 0o000);
    fs.chmodSync(state, 0o555);

    const { view } = await listUnprivileged(folder, [`${state}/*`, `${closed}/*.sh`]).finally(() => {
      fs.chmodSync(state, 0o755);
      fs.chmodSync(closed, 0o755);
    });
    expect(fileNamed(view, 'private.sh')).toMatchObject({
      values: [],
      remarks: ['You have no permission.'],
    });
    expect(fileNamed(view, 'open.sh')).toMatchObject({ format: 'shell', values: [{ name: 'X', text: '1' }] });
    expect(fileNamed(view, 'open.sh').warnings).toContain('worldWritable');
    expect(view.notices).toEqual([`${closed} cannot be listed. You have no permission.`]);
  },
);

test.skipIf(!isRoot)(
  'the files of another user are marked and not deleted, even where that is possible',
  async () => {
    const folder = temporaryFolder();
    fs.chmodSync(folder, 0o755);
    const state = path.join(folder, 'state');
    fs.mkdirSync(state);
    // Everyone may delete here: no sticky bit.
    fs.chmodSync(state, 0o777);
    fs.writeFileSync(path.join(state, 'theirs.sh'), 'X=1\n');
    fs.writeFileSync(path.join(state, 'own.sh'), 'X=1\n');
    fs.chownSync(path.join(state, 'own.sh'), NOBODY, NOBODY);

    const { view, deleted } = await listUnprivileged(folder, [`${state}/*`]);
    expect(fileNamed(view, 'theirs.sh')).toMatchObject({ own: false, owner: 0, warnings: ['otherOwner'] });
    expect(fileNamed(view, 'own.sh')).toMatchObject({ own: true, warnings: [] });
    expect(deleted['theirs.sh']).toEqual({ refused: 'It belongs to another user.' });
    expect(deleted['own.sh']).toEqual({ deleted: true });
    expect(fs.readdirSync(state)).toEqual(['theirs.sh']);
  },
);
