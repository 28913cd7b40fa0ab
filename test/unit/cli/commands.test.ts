import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { RULES } from '../../../server/analysis/rules';
import { configurationTemplate } from '../../../server/cli/init';
import { DEFAULT_CONFIGURATION, parseConfiguration } from '../../../server/workspace/configuration';
import { temporaryFolder } from '../workspace/temporaryFolder';
import { buildCommandLine, crossblock } from './commandLine';

buildCommandLine();

test('each command has a help of its own', async () => {
  const folder = temporaryFolder({});
  const { output } = await crossblock(['--help'], folder);
  const names = [...output.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name!);
  expect(names).toEqual(expect.arrayContaining(['check', 'explain', 'lsp', 'rules', 'init', 'completions']));
  for (const name of names) {
    const { output: help, code } = await crossblock([name, '--help'], folder);
    expect(help).toContain(`Usage: crossblock ${name}`);
    expect(code).toBe(0);
  }
});

describe('rules', () => {
  test('as JSON, with the whole pages', async () => {
    const { output } = await crossblock(['rules', '--format', 'json'], temporaryFolder({}));
    const { rules } = JSON.parse(output) as { readonly rules: readonly { readonly name: string }[] };
    expect(rules.map(({ name }) => name)).toEqual(RULES.map(({ name }) => name));
    expect(rules[0]).toHaveProperty('useInstead');
  });

  test('as Markdown and text', async () => {
    const markdown = await crossblock(['rules', '--format', 'markdown'], temporaryFolder({}));
    expect(markdown.output.split('\n')).toHaveLength(RULES.length + 3);
    const text = await crossblock(['rules'], temporaryFolder({}));
    expect(text.output).toMatch(/^lost-variable {2,}\S/);
    expect((await crossblock(['rules', '--format', 'xml'], temporaryFolder({}))).code).toBe(2);
  });
});

describe('init', () => {
  test('writes a configuration that changes nothing', async () => {
    const folder = temporaryFolder({});
    expect((await crossblock(['init'], folder)).code).toBe(0);
    const text = readFileSync(path.join(folder, '.crossblock.json'), 'utf8');
    expect(parseConfiguration(folder, text)).toEqual({ ...DEFAULT_CONFIGURATION, folder });
    for (const { name } of RULES) expect(text).toContain(`// "${name}": "off",`);
  });

  test('each of its settings can be switched on', () => {
    const on = configurationTemplate().replace(/^( *)\/\/ (?=")/gm, '$1');
    const configuration = parseConfiguration('/project', on);
    expect(configuration.problems).toEqual([]);
    expect(configuration.rules.size).toBe(RULES.length);
    expect(configuration.hosts.size).toBe(1);
  });

  test('keeps what is there', async () => {
    const folder = temporaryFolder({ '.crossblock.json': '{}' });
    const { code, errors } = await crossblock(['init'], folder);
    expect(code).toBe(2);
    expect(errors).toContain('--force writes over it');
    expect(readFileSync(path.join(folder, '.crossblock.json'), 'utf8')).toBe('{}');
    expect((await crossblock(['init', '--force'], folder)).code).toBe(0);
  });
});

describe('completions', () => {
  /** What bash offers for a line's last word. */
  const offered = async (words: readonly string[], folder: string) => {
    const { output } = await crossblock(['completions', 'bash'], folder);
    writeFileSync(path.join(folder, 'script.sh'), output);
    const run =
      'source ./script.sh; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _crossblock; printf "%s\\n" "${COMPREPLY[@]}"';
    const text = execFileSync('bash', ['--norc', '-c', run, 'bash', 'crossblock', ...words], { cwd: folder });
    return text.toString().trim().split('\n');
  };

  test.each([
    [['ch'], ['check']],
    [['check', '--form'], ['--format']],
    [['check', '--format', 's'], ['sarif']],
    [['check', '--rule', 'lost-v'], ['lost-variable']],
    [['check', 'comm'], ['commands.md']],
    [['explain', 'lost-v'], ['lost-variable']],
    [['explain', 'comm'], ['commands.md']],
    [['completions', 'f'], ['fish']],
  ])('bash: %j', async (words, expected) => {
    expect(await offered(words, temporaryFolder({ 'commands.md': '' }))).toEqual(expected);
  });

  test.each(['zsh', 'fish'])('%s knows all commands and values', async shell => {
    const { output } = await crossblock(['completions', shell], temporaryFolder({}));
    for (const word of ['explain', 'lost-variable', 'sarif', 'min-severity']) expect(output).toContain(word);
    if (hasShell(shell)) execFileSync(shell, ['-n'], { input: output });
  });

  test('of no other shell', async () => {
    const { code, errors } = await crossblock(['completions', 'fihs'], temporaryFolder({}));
    expect(errors).toContain('did you mean "fish"?');
    expect(code).toBe(2);
  });
});

function hasShell(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', ':']);
    return true;
  } catch {
    return false;
  }
}
