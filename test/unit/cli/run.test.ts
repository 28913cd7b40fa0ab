import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../workspace/temporaryFolder';
import { buildCommandLine, crossblock } from './commandLine';

buildCommandLine();

const block = (text: string) => `\`\`\`bash\n${text}\n\`\`\`\n`;
const FILE = '.claude/commands/a.md';

async function runFile(text: string, words: readonly string[] = ['--yes']) {
  const folder = temporaryFolder({ [FILE]: text });
  mkdirSync(path.join(folder, 'scratch'));
  return { folder, ...(await crossblock(['run', FILE, '--in', 'scratch', ...words], folder)) };
}

test('says for each step what was set, lost and restored, and which files changed', async () => {
  const { output, code, folder } = await runFile(
    [
      block('NAME="a b"\nOTHER=1\ngreet() { :; }\nprintf "NAME=%q\\n" "$NAME" > state.env'),
      block('source state.env\necho "<$NAME> <$OTHER>"\ngreet\nrm state.env'),
    ].join('\n'),
  );
  const scratch = path.join(folder, 'scratch');
  const [, first, second] = output.split(/^Block \d \(line \d+\)\n(?! {4})/m);
  expect(first).toContain('  status 0\n  set: NAME, OTHER, greet()\n');
  // Others write into the folders of temporary files as well.
  expect(first).toContain(`  writes ${scratch}/state.env\n`);
  expect(second).toContain('  | <a b> <>\n');
  expect(second).toContain('  lost: OTHER, greet()\n  restored: NAME\n');
  expect(second).toContain(`  removes ${scratch}/state.env\n`);
  expect(output).toContain('2 steps run: 2 names lost, the analysis says the same\n');
  expect(code).toBe(0);
});

test('a name that the step sets itself later was lost before; options of the shell are none of its names', async () => {
  const { output } = await runFile(`${block('set -eu -o pipefail\nX=1')}\n${block('echo "$X"\nX=2')}`);
  expect(output).toContain('  set: X\n');
  expect(output).toContain('  lost: X\n');
  expect(output).not.toContain('SHELLOPTS');
});

test('shows where run and analysis differ', async () => {
  const { output, code } = await runFile(`${block('[ -e nothing ] && X=1')}\n${block('echo "$X"')}`);
  expect(output).toContain(
    '  differs: the analysis says that X is lost; in this run no earlier block had set it\n',
  );
  expect(code).toBe(1);
});

test('runs as the host does: set -e is inert, input is empty, the directory stays in the project', async () => {
  const { output } = await runFile(
    [
      block('set -e\nfalse\necho "goes on"\nmkdir -p sub && cd sub'),
      block('read -r X || echo "no input"\nbasename "$PWD"\ncd /'),
      block('basename "$PWD"'),
    ].join('\n'),
  );
  expect([...output.matchAll(/^ {2}\| (.*)$/gm)].map(([, line]) => line)).toEqual([
    'goes on',
    'no input',
    'sub',
    'scratch',
  ]);
});

test('placeholders and arguments are given', async () => {
  const text = block('echo "$ARGUMENTS" <branch> ${CLAUDE_PROJECT_DIR}');
  const without = await runFile(text);
  expect(without.code).toBe(2);
  expect(without.errors).toContain('--set "ARGUMENTS=…" --set "branch=…" --set "CLAUDE_PROJECT_DIR=…"');
  const set = ['ARGUMENTS=a b', 'branch=main', 'CLAUDE_PROJECT_DIR=/p'].flatMap(value => ['--set', value]);
  expect((await runFile(text, ['--yes', ...set])).output).toContain('  | a b main /p\n');
});

test('a value for a placeholder that no step has is a mistake', async () => {
  const { code, errors, output } = await runFile(block('echo <branch>'), ['--yes', '--set', 'brunch=main']);
  expect(code).toBe(2);
  expect(errors).toContain('There is no placeholder "brunch" in the steps (did you mean "branch"?)');
  expect(output).not.toContain('Block 1');
});

test('a block that is marked zsh is said to run in bash', async () => {
  const { output } = await runFile('```zsh\necho "$ZSH_VERSION"\n```\n');
  expect(output).toContain('Block 1: marked zsh, but run in bash here');
});

test('runs nothing without a terminal and without --yes', async () => {
  const { code, errors, folder } = await runFile(block('touch ran'), []);
  expect(code).toBe(2);
  expect(errors).toContain('--yes');
  expect(existsSync(path.join(folder, 'scratch/ran'))).toBe(false);
});

test('a step that does not end is ended', async () => {
  const { output } = await runFile(`${block('sleep 600')}\n${block('echo next')}`, [
    '--yes',
    '--timeout',
    '1',
  ]);
  expect(output).toContain('  its time was over\n');
  expect(output).toContain('  | next\n');
});

test('what a block prints cannot speak to the terminal', async () => {
  const { output } = await runFile(block("printf '\\033[2J'"));
  expect(output).toContain('  | \\e[2J\n');
  expect(output).not.toContain('\x1b');
});

test('examples are not run', async () => {
  const { output, folder } = await runFile(
    `${block('echo yes > ran')}\n<!-- crossblock: example -->\n${block('echo no > ran')}`,
  );
  expect(output).toContain('1 step run');
  expect(readFileSync(path.join(folder, 'scratch/ran'), 'utf8')).toBe('yes\n');
});
