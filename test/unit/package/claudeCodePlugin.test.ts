import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import manifest from '../../../package.json';
import { temporaryFolder } from '../workspace/temporaryFolder';

const root = path.join(__dirname, '../../..');
const plugin = path.join(root, 'claude-code-plugin');
const LOST = '## Step 1\n\n```bash\nDIR=build\n```\n\n## Step 2\n\n```bash\nls "$DIR"\n```\n';

const json = (file: string) => JSON.parse(readFileSync(path.join(plugin, file), 'utf8'));

/** Runs the hook as the agent does after an edit of a file. */
function afterEdit(file: string, text: string, input?: string) {
  const folder = temporaryFolder({
    [file]: text,
    'bin/crossblock': `#!/bin/sh\nexec "${process.execPath}" "${path.join(root, 'dist/cli.js')}" "$@"\n`,
  });
  chmodSync(path.join(folder, 'bin/crossblock'), 0o755);
  const [hook] = json('hooks/hooks.json').hooks.PostToolUse[0].hooks;
  return spawnSync('sh', ['-c', hook.command], {
    encoding: 'utf8',
    cwd: folder,
    input: input ?? JSON.stringify({ tool_name: 'Edit', tool_input: { file_path: path.join(folder, file) } }),
    env: { ...process.env, CLAUDE_PLUGIN_ROOT: plugin, PATH: `${folder}/bin:${process.env.PATH}` },
  });
}

describe('the hook', () => {
  test('tells the agent what a command that it has edited loses', () => {
    const { status, stderr } = afterEdit('.claude/commands/a b;$(id).md', LOST);
    expect(stderr).toContain('DIR is empty here');
    expect(status).toBe(2);
  });

  test.each([
    ['a command that loses nothing', '.claude/commands/a.md', '```bash\ntrue\n```\n'],
    ['other Markdown', 'docs/guide.md', LOST],
    ['another file', 'commands/a.sh', 'DIR=1'],
  ])('is silent after an edit of %s', (_, file, text) => {
    expect(afterEdit(file, text)).toMatchObject({ status: 0, stderr: '', stdout: '' });
  });

  test.each(['', '{}', '[]', 'null', '{"tool_input":{"file_path":7}}'])(
    'is silent after the input %j',
    input => {
      expect(afterEdit('.claude/commands/a.md', LOST, input)).toMatchObject({ status: 0, stderr: '' });
    },
  );
});

test('the plugin has the version of the package, and its server is the command line', () => {
  expect(json('.claude-plugin/plugin.json')).toMatchObject({ name: 'crossblock', version: manifest.version });
  const { command, args } = json('.lsp.json').crossblock;
  expect(Object.keys(manifest.bin)).toContain(command);
  expect(args).toEqual(['lsp', '--stdio']);
});
