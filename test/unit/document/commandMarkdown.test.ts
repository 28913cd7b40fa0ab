import { describe, expect, test } from 'vitest';
import {
  documentKind,
  isCommandMarkdown,
  runsInSubagent,
} from '../../../server/analysis/document/commandMarkdown';

describe('command markdown by its place', () => {
  test.each([
    '.claude/commands/release.md',
    '.claude/commands/git/commit.md',
    // A namespace may be named like a folder for people.
    '.claude/commands/docs/update.md',
    '.claude/agents/specs/writer.md',
    '.claude/agents/reviewer.md',
    '.claude/skills/release/SKILL.md',
    '.claude/skills/release/references/steps.md',
    '.claude/anything.md',
    'plugins/x/commands/run.md',
    'plugins/x/agents/a.md',
    'skills/x/SKILL.md',
    'SKILL.md',
    'packages/a/.claude/commands/x.md',
    'get-things-done/workflows/execute.md',
    '.opencode/command/x.md',
    '.agents/skills/x/SKILL.md',
    '.gemini/commands/x.md',
    '.cursor/commands/x.md',
    '.cursor/rules/x.mdc',
    '.windsurf/workflows/x.md',
    '.github/prompts/x.prompt.md',
    '.github/skills/x/SKILL.md',
    'CLAUDE.md',
    'packages/a/AGENTS.md',
  ])('%s', path => {
    expect(isCommandMarkdown(path)).toBe(true);
  });
});

describe('other Markdown', () => {
  test.each([
    'README.md',
    'docs/guide.md',
    'docs/commands/reference.md',
    'CHANGELOG.md',
    'src/commands.md',
    '.github/ISSUE_TEMPLATE/bug.md',
    '.github/workflows.md',
    'node_modules/x/commands/y.md',
    '.claude/docs/notes.md',
    'mycommands/x.md',
    'skills.md',
    'CLAUDE.md.bak',
    'commands/run.sh',
    '.claude/commands/run.txt',
  ])('%s', path => {
    expect(isCommandMarkdown(path)).toBe(false);
  });
});

describe('by its frontmatter', () => {
  test.each(['allowed-tools', 'argument-hint', 'disable-model-invocation'])('%s', key => {
    expect(isCommandMarkdown('notes/x.md', { [key]: 'x' })).toBe(true);
  });

  test('keys that any Markdown has tell nothing', () => {
    expect(isCommandMarkdown('notes/x.md', { title: 'x', description: 'y', name: 'z' })).toBe(false);
  });

  test('a text that is no Markdown is none', () => {
    expect(isCommandMarkdown('notes/x.txt', { 'allowed-tools': 'Bash' })).toBe(false);
  });
});

describe('in a subagent', () => {
  test.each(['.claude/agents/x.md', 'plugins/a/agents/group/x.md', 'agents/x.md'])('%s', path => {
    expect(runsInSubagent(documentKind(path), {})).toBe(true);
  });

  test.each([
    '.claude/commands/agents/x.md',
    '.claude/commands/x.md',
    '.agents/skills/x/SKILL.md',
    'agents/skills/x/SKILL.md',
    'agents/README.md',
  ])('not %s', path => {
    expect(runsInSubagent(documentKind(path), {})).toBe(false);
  });

  test('a skill that asks for a fork', () => {
    expect(runsInSubagent(documentKind('skills/x/SKILL.md'), { context: 'fork' })).toBe(true);
  });
});
