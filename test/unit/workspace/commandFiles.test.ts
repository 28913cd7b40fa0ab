import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findCommandFiles } from '../../../server/workspace/commandFiles';
import { DEFAULT_CONFIGURATION, type ProjectConfiguration } from '../../../server/workspace/configuration';
import { temporaryFolder } from './temporaryFolder';

/** What is found below a folder, relative to it. */
async function found(
  files: Readonly<Record<string, string>>,
  { below = '', ...settings }: Partial<ProjectConfiguration> & { readonly below?: string } = {},
): Promise<readonly string[]> {
  const folder = temporaryFolder(files);
  mkdirSync(path.join(folder, '.git'), { recursive: true });
  const configuration = { ...DEFAULT_CONFIGURATION, folder, ...settings };
  const result = await findCommandFiles(path.join(folder, below), folder, configuration);
  return result.files.map(file => path.relative(folder, file).split(path.sep).join('/'));
}

describe('findCommandFiles', () => {
  test('finds command markdown in a stable order', async () => {
    expect(
      await found({
        'skills/x/SKILL.md': '',
        'README.md': '',
        '.claude/commands/b.md': '',
        '.claude/commands/a.md': '',
      }),
    ).toEqual(['.claude/commands/a.md', '.claude/commands/b.md', 'skills/x/SKILL.md']);
  });

  test('tells other files by their frontmatter', async () => {
    expect(
      await found({
        'notes/a.md': '---\nallowed-tools: Bash\n---\n',
        'notes/b.md': '---\ntitle: b\n---\n',
        'notes/c.md': 'allowed-tools: Bash\n',
      }),
    ).toEqual(['notes/a.md']);
  });

  test('adds and excludes what the configuration names', async () => {
    const files = { 'runbooks/a.md': '', 'commands/b.md': '', 'commands/old/c.md': '' };
    expect(await found(files, { files: ['runbooks/**'], exclude: ['commands/old/**'] })).toEqual([
      'commands/b.md',
      'runbooks/a.md',
    ]);
  });

  test('the exclusion wins', async () => {
    expect(await found({ 'a.md': '' }, { files: ['*.md'], exclude: ['a.md'] })).toEqual([]);
  });

  test('takes the place from the repository’s top, whatever folder it starts in', async () => {
    expect(await found({ '.claude/commands/git/a.md': '' }, { below: '.claude/commands/git' })).toEqual([
      '.claude/commands/git/a.md',
    ]);
  });

  test('does not follow links', async () => {
    const folder = temporaryFolder({ 'commands/a.md': '' });
    symlinkSync(folder, path.join(folder, 'commands', 'again'));
    symlinkSync(path.join(folder, 'commands/a.md'), path.join(folder, 'commands', 'b.md'));
    const { files } = await findCommandFiles(folder, folder, DEFAULT_CONFIGURATION);
    expect(files).toEqual([path.join(folder, 'commands/a.md')]);
  });

  test('says of a folder that is not there that it cannot be read', async () => {
    const folder = path.join(temporaryFolder({}), 'missing');
    const { files, unreadable } = await findCommandFiles(folder, folder, DEFAULT_CONFIGURATION);
    expect(files).toEqual([]);
    expect(unreadable.map(({ file }) => file)).toEqual([folder]);
  });
});

describe('.gitignore', () => {
  test('a file', async () => {
    expect(await found({ '.gitignore': 'a.md\n', 'commands/a.md': '', 'commands/b.md': '' })).toEqual([
      'commands/b.md',
    ]);
  });

  test('a folder', async () => {
    expect(await found({ '.gitignore': 'build/\n', 'build/commands/a.md': '', 'commands/b.md': '' })).toEqual(
      ['commands/b.md'],
    );
  });

  test('a pattern with a slash is relative to its file', async () => {
    expect(
      await found({ '.gitignore': '/commands/a.md\n', 'commands/a.md': '', 'x/commands/a.md': '' }),
    ).toEqual(['x/commands/a.md']);
  });

  test('a comment and an empty line name nothing', async () => {
    expect(await found({ '.gitignore': '# commands\n\n', 'commands/a.md': '' })).toEqual(['commands/a.md']);
  });

  test('an exception', async () => {
    expect(
      await found({ '.gitignore': '*.md\n!keep.md\n', 'commands/a.md': '', 'commands/keep.md': '' }),
    ).toEqual(['commands/keep.md']);
  });

  test('the deeper file has the last word', async () => {
    expect(
      await found({
        '.gitignore': '*.md\n',
        'commands/.gitignore': '!a.md\n',
        'commands/a.md': '',
        'commands/b.md': '',
      }),
    ).toEqual(['commands/a.md']);
  });

  test('nothing brings back what lies in an ignored folder', async () => {
    expect(
      await found({ '.gitignore': 'build/\n!build/commands/a.md\n', 'build/commands/a.md': '' }),
    ).toEqual([]);
  });

  test('files above the folder count, up to the repository’s top', async () => {
    expect(
      await found(
        { '.gitignore': 'a.md\n', 'x/commands/a.md': '', 'x/commands/b.md': '' },
        { below: 'x/commands' },
      ),
    ).toEqual(['x/commands/b.md']);
  });

  test('dependencies are left out without being named', async () => {
    expect(await found({ 'node_modules/x/commands/a.md': '', '.git/commands/a.md': '' })).toEqual([]);
  });
});
