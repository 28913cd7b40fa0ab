import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { temporaryFolder } from '../workspace/temporaryFolder';
import { buildCommandLine } from './commandLine';

buildCommandLine();

const root = path.join(__dirname, '../../..');
const LOSES = '```bash\nX=1\n```\n\n```bash\necho $X\n```\n';

/** A repository with some files in it, all committed. */
function repository(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder(files);
  const git = (...words: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...words], { cwd: folder });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'All');
  return folder;
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the pre-commit hook', () => {
  interface Hook {
    readonly entry: string;
    readonly files: string;
  }
  const [hook] = parse(readFileSync(path.join(root, '.pre-commit-hooks.yaml'), 'utf8')) as readonly [Hook];

  /** As pre-commit does for a `script`: the entry's first word lies in the hook's repository, the rest and the files follow. */
  function commit(folder: string): Ended {
    const staged = execFileSync('git', ['ls-files', '-z'], { cwd: folder }).toString().split('\0');
    // Python's `re` reads this expression as JavaScript does.
    const files = staged.filter(file => file !== '' && new RegExp(hook.files).test(file));
    const [entry, ...words] = hook.entry.split(' ');
    if (files.length === 0) return { status: 0, stdout: '', stderr: '' };
    return spawnSync(path.join(root, entry!), [...words, ...files], { cwd: folder, encoding: 'utf8' });
  }

  test('stops a commit that loses something', () => {
    const folder = repository({
      '.claude/commands/a.md': LOSES,
      'skills/x/SKILL.md': LOSES,
      'README.md': LOSES,
    });
    const { status, stdout } = commit(folder);
    expect(status).toBe(1);
    expect(stdout).toContain('2 files checked: 2 warnings');
  });

  test('lets others through', () => {
    expect(commit(repository({ '.claude/commands/a.md': '# Fine\n', 'README.md': LOSES })).status).toBe(0);
    expect(commit(repository({ 'README.md': LOSES })).status).toBe(0);
  });
});

describe('the Action', () => {
  interface Step {
    readonly run: string;
    readonly env: Readonly<Record<string, string>>;
  }
  interface Action {
    readonly inputs: Readonly<Record<string, { readonly default: string }>>;
    readonly runs: { readonly steps: readonly Step[] };
  }
  const action = parse(readFileSync(path.join(root, 'action.yml'), 'utf8')) as Action;

  /** As the runner does: expressions are replaced in the environment, and `shell: bash` stops at the first error. */
  function runAction(folder: string, inputs: Readonly<Record<string, string>> = {}): Ended {
    const [step, ...others] = action.runs.steps;
    expect(others).toEqual([]);
    expect(step!.run).not.toContain('${{');
    const values = new Map([
      ['github.action_path', root],
      ...Object.entries(action.inputs).map(
        ([name, input]) => [`inputs.${name}`, inputs[name] ?? input.default] as const,
      ),
    ]);
    const env = Object.fromEntries(
      Object.entries(step!.env).map(([name, text]) => [
        name,
        text.replace(/\$\{\{ (.*?) \}\}/g, (_, expression) => values.get(expression)!),
      ]),
    );
    const output = path.join(folder, 'github-output');
    writeFileSync(output, '');
    return spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step!.run], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...env, GITHUB_OUTPUT: output },
    });
  }

  test('annotates the lines', () => {
    const { status, stdout } = runAction(repository({ 'commands/a.md': LOSES }));
    expect(stdout).toMatch(/^::warning file=commands\/a\.md,line=6,/);
    expect(status).toBe(1);
  });

  test('writes SARIF, takes a baseline and several paths', () => {
    const folder = repository({ 'commands/a.md': LOSES, 'agents/b c.md': LOSES });
    const cli = path.join(root, 'dist/cli.js');
    const words = ['check', 'commands', '--baseline', 'known.json', '--update-baseline'];
    execFileSync(process.execPath, [cli, ...words], { cwd: folder });
    const inputs = { paths: 'commands\nagents/b c.md\n', baseline: 'known.json', 'sarif-file': 'out.sarif' };
    const { status, stdout } = runAction(folder, inputs);
    expect(status).toBe(1);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stdout).toContain('file=agents/b c.md,');
    const log = JSON.parse(readFileSync(path.join(folder, 'out.sarif'), 'utf8'));
    expect(log.runs[0].results).toHaveLength(1);
    expect(readFileSync(path.join(folder, 'github-output'), 'utf8')).toBe('sarif-file=out.sarif\n');
  });

  test('inputs are words, not shell text', () => {
    const folder = repository({ 'commands/a.md': '# Fine\n' });
    const { status, stderr } = runAction(folder, { paths: '$(touch ran); --version' });
    expect(status).toBe(2);
    expect(stderr).toContain('$(touch ran)');
    expect(execFileSync('ls', { cwd: folder }).toString()).not.toContain('ran\n');
  });
});
