import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InspectorSession } from '../../../server/inspector/session';
import { stalenessOf } from '../../../server/inspector/staleness';
import type { StateClaim } from '../../../server/inspector/types';
import { fileNamed, sources, temporaryFolder } from './workbench';

const HOUR = 3_600_000;

function claim(more: Partial<StateClaim>): StateClaim {
  return { glob: '/tmp/x', uri: 'file:///d.md', line: 0, block: 1, access: 'write', ...more };
}

describe('leftovers', () => {
  const process = { before: 'state_', behind: '.sh' };
  // A process that has ended, by an id that is surely free again or taken by another one that runs.
  const ended = spawnSync('true').pid;
  test.each([
    ['new', 'state.sh', 0, undefined],
    ['older than the setting', 'state.sh', 25 * HOUR, 'old'],
    ['its process has ended', `state_${ended}.sh`, HOUR, 'processEnded'],
    ['its process has just ended', `state_${ended}.sh`, 60_000, undefined],
    ['its process runs', `state_${globalThis.process.pid}.sh`, HOUR, undefined],
    ['no process id in the name', 'state_abc.sh', HOUR, undefined],
    ['a name that is too short for both parts', 'state_sh', HOUR, undefined],
  ] as const)('%s', (_, name, age, expected) => {
    expect(stalenessOf({ name, modified: 0 }, [claim({ process })], age, 24 * HOUR)).toBe(expected);
  });

  test('the list marks them, as old as the setting says', async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'old.sh'), 'X=1\n');
    fs.writeFileSync(path.join(folder, 'new.sh'), 'X=1\n');
    fs.utimesSync(path.join(folder, 'old.sh'), 1, 1);
    const given = sources({ globs: [`${folder}/*`], staleAfter: async () => HOUR });
    const view = await new InspectorSession(given, () => {}).list();
    expect(fileNamed(view, 'old.sh').stale).toBe('old');
    expect(fileNamed(view, 'new.sh').stale).toBeUndefined();
  });
});

describe('names that others can know', () => {
  test.skipIf(globalThis.process.platform === 'win32')(
    'only where everyone may make files, and a document gives the whole name',
    async () => {
      const folder = temporaryFolder();
      for (const sub of ['shared', 'own']) {
        fs.mkdirSync(path.join(folder, sub));
        for (const file of ['fixed.sh', 'run_1.sh']) fs.writeFileSync(path.join(folder, sub, file), 'X=1\n');
      }
      fs.chmodSync(path.join(folder, 'shared'), 0o1777);
      fs.chmodSync(path.join(folder, 'own'), 0o700);
      const given = sources({
        claims: () =>
          ['shared', 'own'].flatMap(sub => [
            claim({ glob: `${folder}/${sub}/fixed.sh` }),
            claim({ glob: `${folder}/${sub}/run_*.sh` }),
          ]),
        configuredDirectories: async () => [folder],
      });
      const { files } = await new InspectorSession(given, () => {}).list();
      const marked = files.filter(file => file.warnings.includes('predictableName'));
      expect(files).toHaveLength(4);
      expect(marked.map(file => [path.basename(file.directory), file.name])).toEqual([
        ['shared', 'fixed.sh'],
      ]);
    },
  );
});
