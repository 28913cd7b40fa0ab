import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../server/cli/command';
import { runState } from '../../../server/cli/state';
import type { StateContext } from '../../../server/cli/state/context';
import { temporaryFolder } from '../workspace/temporaryFolder';

const DIST = path.join(__dirname, '../../../dist');

/** A project whose command writes and loads `.crossblock/<name>`. */
function project(files: Readonly<Record<string, string>> = {}): string {
  return temporaryFolder({
    '.claude/commands/x.md':
      '## Step 1\n\n```bash\necho "PLAN=plan.md" > .crossblock/run.sh\n```\n\n## Step 2\n\n```bash\n. .crossblock/run.sh\necho "$PLAN"\n```\n',
    '.crossblock/run.sh': 'PLAN=plan.md\nAPI_TOKEN=hunter2\nESC="a\x1b[2Jb\u202e"\n',
    ...files,
  });
}

interface Told {
  readonly code: number;
  readonly output: string;
  readonly complaints: string;
}

async function run(
  folder: string,
  words: readonly string[],
  more: Partial<StateContext> = {},
): Promise<Told> {
  let output = '';
  let complaints = '';
  const code = await runState(words, {
    folder,
    environment: { HOME: '/nonexistent' },
    write: text => {
      output += text;
    },
    complain: text => {
      complaints += text;
    },
    ask: undefined,
    ended: new AbortController().signal,
    parserFolder: DIST,
    ...more,
  });
  return { code, output, complaints };
}

/** Makes a file of the project old enough to be stale. */
function age(folder: string, file: string): void {
  fs.utimesSync(path.join(folder, file), 1, 1);
}

describe('list', () => {
  test('files by the statements that name them, values masked and escaped', async () => {
    const folder = project();
    const { code, output } = await run(folder, ['list']);
    expect(code).toBe(0);
    expect(output).toContain(`${fs.realpathSync(folder)}/.crossblock/run.sh  shell, `);
    expect(output).toContain('  written by .claude/commands/x.md:4\n  loaded by .claude/commands/x.md:10\n');
    expect(output).toContain('  PLAN = plan.md\n  API_TOKEN = ••••••••\n  ESC = a\\e[2Jb\\u{202e}\n');
  });

  test('as JSON', async () => {
    const { output } = await run(project(), ['list', '--json']);
    const [file] = JSON.parse(output).files;
    expect(file).toMatchObject({ format: 'shell', mode: expect.stringMatching(/^[0-7]{3}$/), stale: null });
    expect(file.values[1]).toEqual({ name: 'API_TOKEN', text: '••••••••', masked: true, literal: true });
    expect(output).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });

  test('nothing there is said, beside the list', async () => {
    const folder = project();
    fs.rmSync(path.join(folder, '.crossblock/run.sh'));
    const { code, output, complaints } = await run(folder, ['list']);
    expect({ code, output, complaints }).toEqual({
      code: 0,
      output: '',
      complaints: 'No state file of this command markdown is there now\n',
    });
  });

  test('globs of the options and of .crossblock.json', async () => {
    const folder = project({
      '.crossblock.json': '{ "state": { "globs": ["configured.*"] } }',
      'configured.env': 'A=1\n',
      'asked.env': 'B=1\n',
    });
    const { output } = await run(folder, ['list', '--json', '--glob', 'asked.*']);
    const names = JSON.parse(output).files.map((file: { readonly path: string }) => path.basename(file.path));
    expect([...names].sort()).toEqual(['asked.env', 'configured.env', 'run.sh']);
  });

  test('what cannot be read is told', async () => {
    const { code, complaints } = await run(project(), ['list', 'missing']);
    expect([code, complaints]).toEqual([2, 'crossblock: missing: There is no such file or folder\n']);
  });
});

describe('show', () => {
  test('a file whole; a secret where that is wished', async () => {
    const folder = project({ 'long.env': `X=${'x'.repeat(1000)}\nAPI_TOKEN=hunter2\n` });
    const masked = await run(folder, ['show', 'long.env']);
    expect(masked.output).toContain(`  X = ${'x'.repeat(1000)}\n`);
    expect(masked.output).not.toContain('hunter2');
    expect((await run(folder, ['show', '--reveal', 'long.env'])).output).toContain('API_TOKEN = hunter2');
  });

  test('a name that would be a glob means itself', async () => {
    const folder = project({ '[a]*.env': 'X=1\n', 'ab.env': 'X=2\n' });
    expect((await run(folder, ['show', '[a]*.env'])).output).toContain('X = 1');
  });

  test.each([
    [['show']],
    [['show', '']],
    [['list', '--stale-after', '-1']],
    [['list', '--nonsense']],
    [['go']],
    [[]],
  ])('%j makes no sense', async words => {
    await expect(run(project(), words)).rejects.toThrow(UsageError);
  });

  test('a missing file', async () => {
    expect(await run(project(), ['show', 'missing'])).toMatchObject({
      code: 2,
      complaints: 'crossblock: missing: There is no such file.\n',
    });
  });
});

describe('clean', () => {
  test('deletes nothing that is not stale', async () => {
    const folder = project();
    expect(await run(folder, ['clean', '--yes'])).toMatchObject({
      code: 0,
      output: 'There are no stale state files of yours.\n',
    });
    expect(fs.existsSync(path.join(folder, '.crossblock/run.sh'))).toBe(true);
  });

  test('refuses without a terminal, asks with one, and does what it is told', async () => {
    const folder = project();
    const file = path.join(folder, '.crossblock/run.sh');
    age(folder, '.crossblock/run.sh');
    const refused = await run(folder, ['clean']);
    expect(refused).toMatchObject({ code: 2, output: '' });
    expect(refused.complaints).toContain('there is no terminal to ask on');
    const asked: string[] = [];
    const ask = (answer: boolean) => async (question: string) => {
      asked.push(question);
      return answer;
    };
    expect((await run(folder, ['clean'], { ask: ask(false) })).code).toBe(1);
    expect(fs.existsSync(file)).toBe(true);
    expect((await run(folder, ['clean'], { ask: ask(true) })).output).toBe(
      `deleted ${fs.realpathSync(folder)}/.crossblock/run.sh\n`,
    );
    expect([fs.existsSync(file), asked]).toEqual([false, ['Delete this file?', 'Delete this file?']]);
  });

  test('leaves alone what only .crossblock.json names, and directories', async () => {
    const folder = project({
      '.crossblock.json': '{ "state": { "globs": ["*.env"] } }',
      'precious.env': 'A=1\n',
      'old/a.txt': '',
    });
    for (const name of ['precious.env', 'old', '.crossblock/run.sh']) age(folder, name);
    const { output } = await run(folder, ['clean', '--yes', '--json', '--glob', 'old']);
    expect(JSON.parse(output).files).toMatchObject([{ deleted: true }]);
    expect(fs.existsSync(path.join(folder, 'precious.env'))).toBe(true);
    expect(fs.existsSync(path.join(folder, 'old'))).toBe(true);
  });
});

test('watch tells what is there and each change, until it is ended', async () => {
  const folder = project();
  const file = path.join(folder, '.crossblock/run.sh');
  const ended = new AbortController();
  const changes: { readonly change: string; readonly value: string | undefined }[] = [];
  const steps: readonly (() => void)[] = [
    () => fs.writeFileSync(file, 'PLAN=new.md\n'),
    () => fs.rmSync(file),
    () => ended.abort(),
  ];
  let output = '';
  const write = (text: string): void => {
    output += text;
    for (const line of output.split('\n').slice(0, -1)) {
      const { change, file: seen } = JSON.parse(line);
      const [first] = seen.values;
      changes.push({ change, value: first?.text });
      // A file that is written is seen empty now and then.
      if (change === 'changed' && first === undefined) continue;
      steps[change === 'found' ? 0 : change === 'changed' ? 1 : 2]?.();
    }
    output = '';
  };
  expect((await run(folder, ['watch', '--json'], { write, ended: ended.signal })).code).toBe(0);
  const told = changes.filter(({ change, value }) => change !== 'changed' || value !== undefined);
  expect(told).toEqual([
    { change: 'found', value: 'plan.md' },
    { change: 'changed', value: 'new.md' },
    { change: 'gone', value: 'new.md' },
  ]);
});
