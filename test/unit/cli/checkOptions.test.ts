import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../workspace/temporaryFolder';
import { buildCommandLine, crossblock } from './commandLine';

buildCommandLine();

const LOSES = '```bash\nX=1\n```\n\n```bash\necho $X\n```\n';
const LOSES_MORE = `${LOSES}\n\`\`\`bash\necho $X\nf\n\`\`\`\n`;

describe('exit codes', () => {
  test('0, 1 and 2', async () => {
    const folder = temporaryFolder({ 'commands/a.md': LOSES, 'commands/clean.md': '# Nothing\n' });
    expect((await crossblock(['check', 'commands/clean.md'], folder)).code).toBe(0);
    expect((await crossblock(['check'], folder)).code).toBe(1);
    expect((await crossblock(['check', '.', 'gone.md'], folder)).code).toBe(2);
  });
});

describe('what makes no sense says what is meant', () => {
  test.each([
    [['chekc'], 'There is no command "chekc" (did you mean "check"?)'],
    [['check', '--formt', 'json'], 'There is no option "--formt" (did you mean "--format"?)'],
    [['check', '--format', 'sarfi'], 'There is no format "sarfi" (did you mean "sarif"?)'],
    [['check', '--rule', 'lost-varable'], 'There is no rule "lost-varable" (did you mean "lost-variable"?)'],
    [['check', '--min-severity', 'warn'], 'There is no severity "warn" (did you mean "warning"?)'],
    [['check', '--host', 'codx'], 'There is no host "codx" (did you mean "codex"?)'],
    [['check', '--min-severity'], '--min-severity needs one of hint, information, warning, error'],
    [['check', '--update-baseline'], '--update-baseline needs --baseline FILE'],
    [['check', '--stdin', 'a.md'], '--stdin checks standard input alone'],
    [['check', '--workers', 'many'], '--workers needs a number'],
    [['check', '--baseline', 'gone.json'], '--update-baseline writes it'],
  ])('%j', async (words, message) => {
    const { code, errors } = await crossblock(words, temporaryFolder({}));
    expect(errors).toContain(
      `crossblock: ${message.startsWith('--update-baseline w') ? 'The baseline' : message}`,
    );
    expect(errors).toContain(message);
    expect(code).toBe(2);
  });

  test('what is like nothing gets no suggestion', async () => {
    const { errors } = await crossblock(['check', '--rule', 'xyz'], temporaryFolder({}));
    expect(errors).toMatch(/^crossblock: There is no rule "xyz"; there are lost-variable, /);
  });
});

describe('what is reported', () => {
  const rules = async (words: readonly string[], folder: string) => {
    const { output, code } = await crossblock(['check', '--format', 'json', ...words], folder);
    const found = JSON.parse(output) as { readonly findings: readonly { readonly rule: string }[] };
    return [code, ...found.findings.map(({ rule }) => rule)];
  };
  const document = `${LOSES}\n\n1. Look: \`git log "$X"\`.\n`;

  test('--rule and --min-severity', async () => {
    const folder = temporaryFolder({ 'commands/a.md': document });
    expect(await rules([], folder)).toEqual([1, 'lost-variable', 'lost-in-prose']);
    expect(await rules(['--rule', 'lost-in-prose'], folder)).toEqual([0, 'lost-in-prose']);
    expect(await rules(['--rule', 'lost-in-prose', '--rule', 'lost-variable'], folder)).toHaveLength(3);
    expect(await rules(['--min-severity', 'warning'], folder)).toEqual([1, 'lost-variable']);
    expect(await rules(['--min-severity', 'error'], folder)).toEqual([0]);
  });
});

describe('a baseline', () => {
  const write = ['check', '--baseline', 'ci/known.json', '--update-baseline'];
  const use = ['check', '--baseline', 'ci/known.json'];

  test('knows findings whose lines move, and no others', async () => {
    const folder = temporaryFolder({ 'commands/a.md': LOSES, 'ci/x': '' });
    expect(await crossblock(write, folder)).toMatchObject({
      code: 0,
      output: 'ci/known.json holds 1 finding now\n',
    });
    expect(await crossblock(use, folder)).toMatchObject({
      code: 0,
      output: '1 file checked, nothing new is lost, 1 known from the baseline\n',
    });
    writeFileSync(path.join(folder, 'commands/a.md'), `# Title\n\nNew words.\n\n${LOSES_MORE}`);
    const { code, output } = await crossblock(use, folder);
    expect(code).toBe(1);
    // The same line once more is another finding.
    expect(output).toMatch(/^commands\/a\.md:14:6: warning: X /);
    expect(output).toContain('1 file checked: 1 warning, 1 known from the baseline');
  });

  test('keeps what it knows of files that were not checked, and forgets what is gone', async () => {
    const folder = temporaryFolder({ 'commands/a.md': LOSES, 'commands/b.md': LOSES, 'ci/x': '' });
    await crossblock(write, folder);
    writeFileSync(path.join(folder, 'commands/a.md'), '# Mended\n');
    await crossblock([...write, 'commands/a.md'], folder);
    const { files } = JSON.parse(readFileSync(path.join(folder, 'ci/known.json'), 'utf8'));
    expect(Object.keys(files)).toEqual(['../commands/b.md']);
  });

  test('does not write over what is no baseline', async () => {
    const folder = temporaryFolder({ 'commands/a.md': LOSES, 'ci/known.json': '{ "mine": 1 }' });
    const { code, errors } = await crossblock(write, folder);
    expect(code).toBe(2);
    expect(errors).toContain('is no baseline');
    expect(readFileSync(path.join(folder, 'ci/known.json'), 'utf8')).toBe('{ "mine": 1 }');
  });
});

describe('standard input', () => {
  test('is checked as the file that it stands for', async () => {
    const folder = temporaryFolder({ '.crossblock.json': '{ "rules": { "lost-variable": "error" } }' });
    const words = ['check', '--stdin', '--stdin-filename', 'commands/new.md', '--format', 'line'];
    const { code, output } = await crossblock(words, folder, LOSES);
    expect(output).toMatch(/^commands\/new\.md:6:6 error lost-variable X /);
    expect(code).toBe(1);
  });

  test('without a name it is command markdown', async () => {
    const { output } = await crossblock(['check', '--stdin', '--format', 'line'], temporaryFolder({}), LOSES);
    expect(output).toMatch(/^commands\/stdin\.md:6:6 warning lost-variable X /);
  });

  test('that is no text says so', async () => {
    const folder = temporaryFolder({});
    const words = [process.execPath, path.join(__dirname, '../../../dist/cli.js'), 'check', '--stdin'];
    const run = () =>
      execFileSync('bash', ['--norc', '-c', 'printf "\\xff" | "$@" 2>&1', 'bash', ...words], { cwd: folder });
    expect(run).toThrow(expect.objectContaining({ status: 2 }));
  });
});

describe('worker threads', () => {
  test('change nothing of the result', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `commands/${index}.md`);
    const folder = temporaryFolder({
      ...Object.fromEntries(names.map((name, index) => [name, index % 3 === 0 ? LOSES : LOSES_MORE])),
      'commands/binary.md': 'a\0b',
      '.crossblock.json': '{ "no": 1 }',
    });
    const run = (workers: string) =>
      crossblock(['check', '.', 'gone.md', '--format', 'json', '--workers', workers], folder);
    const [alone, one, three] = await Promise.all(['0', '1', '3'].map(run));
    expect(alone!.code).toBe(2);
    expect(JSON.parse(alone!.output).files).toBe(60);
    expect(one).toEqual(alone);
    expect(three).toEqual(alone);
  });
});

test('--stats tells what was done, beside the report', async () => {
  const folder = temporaryFolder({ 'commands/a.md': LOSES });
  const { output, errors } = await crossblock(['check', '--stats'], folder);
  expect(output).not.toContain('found in');
  expect(errors).toMatch(
    /^1 file with 2 blocks: found in .*\nno worker threads, \d+ MB\n +1 lost-variable\n$/,
  );
});

test('--watch checks again when a file changes', async () => {
  const folder = temporaryFolder({ 'commands/a.md': LOSES });
  const cli = path.join(__dirname, '../../../dist/cli.js');
  const child = spawn(process.execPath, [cli, 'check', '--watch', '--format', 'line'], { cwd: folder });
  let output = '';
  const waitFor = (text: string) =>
    new Promise<void>(resolve => {
      const look = () => {
        if (!output.includes(text)) return;
        child.stdout.off('data', look);
        resolve();
      };
      child.stdout.on('data', look);
      look();
    });
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
  });
  await waitFor('commands/a.md:6:6 warning');
  writeFileSync(path.join(folder, 'commands/b.md'), `\n${LOSES}`);
  await waitFor('commands/b.md:7:6 warning');
  const ended = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});
