import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatText } from '../../../server/cli/formats/text';
import { reportOf } from '../../../server/cli/report';
import { styleFor } from '../../../server/cli/terminal';
import { checkPaths as check } from '../../../server/workspace/checkPaths';
import { temporaryFolder } from '../workspace/temporaryFolder';

const LOSES = '```bash\nX=1\n```\n\n```bash\necho $X\n```\n';

/** What the command line prints for some paths, in a folder that no repository holds. */
async function output(
  files: Readonly<Record<string, string>>,
  paths: readonly string[] = ['.'],
  below = '',
): Promise<string> {
  const folder = path.join(temporaryFolder(files), below);
  const report = reportOf(await check(paths, folder, DIST), folder);
  return formatText(report, { workingDirectory: folder, style: styleFor({}, {}), known: 0 });
}

const DIST = path.join(__dirname, '../../../dist');
const summary = (text: string) => text.trimEnd().split('\n').at(-1);

describe('what a folder holds, wherever one stands', () => {
  const project = {
    '.claude/commands/a.md': LOSES,
    'plugin/commands/git/b.md': LOSES,
    'plugin/skills/c/SKILL.md': LOSES,
    'plugin/skills/c/references/d.md': LOSES,
    'plugin/docs/e.md': LOSES,
  };
  test.each([
    ['', '.', 4],
    ['', '.claude', 1],
    ['', '.claude/commands', 1],
    ['.claude', '.', 1],
    ['.claude/commands', '.', 1],
    ['', 'plugin/commands', 1],
    ['plugin', '.', 3],
    ['plugin/commands', '.', 1],
    ['plugin/commands/git', '.', 1],
    ['plugin/skills/c', '.', 2],
    ['plugin/skills/c/references', '.', 1],
  ])('in "%s": check %s', async (below, given, count) => {
    expect(summary(await output(project, [given], below))).toBe(
      `${count} file${count === 1 ? '' : 's'} checked: ${count} warning${count === 1 ? '' : 's'}`,
    );
  });
});

test('nothing to check is said', async () => {
  expect(await output({ 'README.md': LOSES })).toMatch(/^No command markdown found: nothing was checked/);
  expect(await output({}, ['gone.md'])).toBe('Nothing was checked: 1 problem\n');
});

test('a file that is named is checked, whatever its folder', async () => {
  expect(summary(await output({ 'docs/deploy.md': LOSES }, ['docs/deploy.md']))).toBe(
    '1 file checked: 1 warning',
  );
});

test('a named file without a step says why', async () => {
  const text = await output({ 'docs/deploy.md': LOSES.repeat(4) }, ['docs/deploy.md']);
  expect(text).toMatch(
    /^docs\/deploy\.md: none of its 8 blocks was taken for a step, the first because the file is/,
  );
  expect(await output({ 'docs/deploy.md': LOSES }, ['docs'])).not.toContain('taken for');
});

test('a file that the configuration lists is no reference', async () => {
  const files = { 'docs/deploy.md': LOSES, '.crossblock.json': '{ "files": ["docs/*.md"] }' };
  expect(summary(await output(files))).toBe('1 file checked: 1 warning');
});

test.each(['examples/commands/new.md', 'templates/.claude/commands/style-guide.md'])(
  'a command is one wherever its folder lies: %s',
  async file => {
    expect(summary(await output({ [file]: LOSES }))).toBe('1 file checked: 1 warning');
  },
);

test("a file's name cannot speak to the terminal", async () => {
  const text = await output({ 'commands/a\x1b[31mb\nc.md': `${LOSES}\n` });
  expect(text).toContain('commands/a\\e[31mb\\nc.md:6:6: warning:');
  expect(text).not.toContain('\x1b');
});

test("a line's control and bidirectional characters are shown as such", async () => {
  const text = await output({ 'commands/a.md': '```bash\nX=1\n```\n```bash\necho $X \x1b[2J\u202e\n```\n' });
  expect(text).toContain('echo $X \ufffd[2J\ufffd');
});

test('a FIFO in the place of a configuration is no configuration', async () => {
  const folder = temporaryFolder({ 'commands/a.md': LOSES });
  for (const name of ['.crossblock.json', '.gitignore'])
    execFileSync('bash', ['--norc', '-c', 'mkfifo -- "$1"', 'bash', path.join(folder, name)]);
  const { files, errors } = await check(['.'], folder, DIST);
  expect(files).toHaveLength(1);
  expect(errors.map(({ message }) => message)).toEqual([
    'it counts for nothing, for it cannot be read: it is no regular file',
  ]);
});

describe('the examples', () => {
  const root = path.join(__dirname, '../../..');
  const rules = async (given: string, folder: string) => {
    const { files } = await check([given], path.join(root, folder), DIST);
    return files.flatMap(({ findings }) => findings.map(({ rule, name }) => `${rule} ${name}`));
  };

  test.each([
    ['examples', ''],
    ['.', 'examples'],
    ['.', 'examples/commands'],
    ['examples/commands/weekly-report.md', ''],
    ['weekly-report.md', 'examples/commands'],
  ])(
    'check %s in "%s" finds each loss of the broken one, and none of the repaired one',
    async (given, folder) => {
      expect(await rules(given, folder)).toEqual([
        'lost-variable PROJECT_DIR',
        'lost-variable REPORT_DIR',
        'lost-library log_step',
        'lost-variable SECTIONS',
        'lost-variable DRAFT',
        'predictable-temporary-file undefined',
        'trap-deletes-state undefined',
        'unsaved-variable SUMMARY',
        'lost-function heading',
        'lost-variable SUMMARY',
        'lost-variable DRAFT',
        'lost-variable REPORT_DIR',
        'lost-variable DRAFT',
      ]);
    },
  );

  test('the repaired one has no finding', async () => {
    expect(await rules('examples/commands/weekly-report-repaired.md', '')).toEqual([]);
  });
});
