import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { chooseHost, hostNamed } from '../../../server/analysis/hosts';
import { checkPaths } from '../../../server/workspace/checkPaths';
import { parseConfiguration } from '../../../server/workspace/configuration';
import { hostWish } from '../../../server/workspace/hostWish';
import { temporaryFolder } from './temporaryFolder';

const DIST = path.join(__dirname, '../../../dist');

describe('the host by the place of a file', () => {
  test.each([
    ['.claude/commands/a.md', 'claude-code', 'it lies in .claude/'],
    ['commands/a.md', 'claude-code', 'nothing says otherwise'],
    ['CLAUDE.md', 'claude-code', 'it is a CLAUDE.md'],
    ['AGENTS.md', 'claude-code', 'nothing says otherwise'],
    ['.codex/prompts/a.md', 'codex', 'it lies in .codex/'],
    ['.gemini/skills/a/SKILL.md', 'gemini', 'it lies in .gemini/'],
    ['packages/a/GEMINI.md', 'gemini', 'it is a GEMINI.md'],
    ['.opencode/command/a.md', 'opencode', 'it lies in .opencode/'],
    ['packages/a/.opencode/commands/a.md', 'opencode', 'it lies in .opencode/'],
    ['.agents/skills/a/SKILL.md', 'generic', 'it lies in .agents/'],
    ['.github/prompts/a.prompt.md', 'vscode', 'it lies in .github/prompts/'],
    ['.github/skills/a/SKILL.md', 'claude-code', 'nothing says otherwise'],
    ['.cursor/commands/a.md', 'cursor', 'it lies in .cursor/'],
    ['.windsurf/workflows/a.md', 'windsurf', 'it lies in .windsurf/'],
    ['.clinerules/workflows/a.md', 'cline', 'it lies in .clinerules/'],
    ['.roo/commands/a.md', 'roo', 'it lies in .roo/'],
    // The inner place tells.
    ['.codex/examples/.claude/commands/a.md', 'claude-code', 'it lies in .claude/'],
    ['.claude/examples/.codex/prompts/a.md', 'codex', 'it lies in .codex/'],
    ['not.codex/commands/a.md', 'claude-code', 'nothing says otherwise'],
  ])('%s: %s', (place, name, reason) => {
    const choice = chooseHost(place);
    expect(choice.profile.name).toBe(name);
    expect(choice.reason).toBe(reason);
  });
});

describe('what people say', () => {
  const configuration = parseConfiguration(
    '/project',
    '{ "host": "gemini", "hosts": { "a/**": "opencode", "a/b/**": "codex" }, "shell": "zsh" }',
  );
  const nothing = parseConfiguration('/project', '{}');
  const asked = { host: hostNamed('vscode'), reason: '--host says so' };
  const choose = (file: string, ...rest: [typeof configuration, typeof asked?]) => {
    const { profile, reason } = chooseHost(file, hostWish(`/project/${file}`, ...rest));
    return `${profile.name}, ${profile.shell}, because ${reason}`;
  };

  test.each([
    ['who asks comes first', choose('a/x.md', configuration, asked), 'vscode, zsh, because --host says so'],
    [
      'then a glob, the first one',
      choose('a/b/x.md', configuration),
      'opencode, zsh, because .crossblock.json says so for a/**',
    ],
    [
      'then the host of all',
      choose('.claude/commands/x.md', configuration),
      'gemini, zsh, because .crossblock.json says so',
    ],
    ['then the place', choose('.codex/x.md', nothing), 'codex, bash, because it lies in .codex/'],
  ])('%s', (_, choice, expected) => expect(choice).toBe(expected));

  test('a shell alone leaves the host to the place', () => {
    expect(choose('.codex/x.md', parseConfiguration('/project', '{"shell": "zsh"}'))).toBe(
      'codex, zsh, because it lies in .codex/',
    );
  });
});

describe('a check', () => {
  const LOSES = '```bash\nX=1\n```\n\n```bash\necho $X\n```\n';
  const rules = async (files: Readonly<Record<string, string>>, name?: string) => {
    const folder = temporaryFolder(files);
    const asked = name === undefined ? {} : { host: hostNamed(name) };
    const result = await checkPaths(['commands'], folder, DIST, asked);
    return result.files.flatMap(file => file.findings.map(({ rule }) => rule));
  };

  test('is made for the host of the configuration', async () => {
    expect(await rules({ 'commands/a.md': LOSES })).toEqual(['lost-variable']);
    expect(await rules({ 'commands/a.md': LOSES, '.crossblock.json': '{"host": "anthropic-api"}' })).toEqual(
      [],
    );
    expect(
      await rules({ 'commands/a.md': LOSES, '.crossblock.json': '{"hosts": {"commands/*": "vscode"}}' }),
    ).toEqual([]);
  });

  test('is made for the host that is asked for', async () => {
    const files = { 'commands/a.md': LOSES, '.crossblock.json': '{"host": "anthropic-api"}' };
    expect(await rules(files, 'copilot-cli')).toEqual(['lost-variable']);
  });

  test('is made for the shell of the configuration', async () => {
    // In zsh, the last part of a pipeline runs in the shell itself.
    const text = '```bash\necho plan.md | read PLAN\ncat "$PLAN"\n```\n\n```bash\necho "$PLAN"\n```\n';
    const lost = async (configuration: string) =>
      rules({ 'commands/a.md': text, '.crossblock.json': configuration });
    expect(await lost('{"shell": "zsh"}')).toEqual(['lost-variable']);
    expect(await lost('{"shell": "bash"}')).toEqual([]);
  });
});
