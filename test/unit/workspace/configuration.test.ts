import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostNamed } from '../../../server/analysis/hosts';
import {
  CONFIGURATION_FILE,
  DEFAULT_CONFIGURATION,
  loadConfiguration,
  parseConfiguration,
} from '../../../server/workspace/configuration';
import { temporaryFolder } from './temporaryFolder';

const parse = (value: unknown) => parseConfiguration('/project', JSON.stringify(value));

describe('parseConfiguration', () => {
  test('reads all settings', () => {
    const configuration = parse({
      $schema: 'x',
      files: ['runbooks/**'],
      exclude: ['old/**'],
      rules: { 'lost-variable': 'error', 'lost-function': 'off' },
      host: 'codex',
      hosts: { 'a/**': 'opencode' },
      shell: 'zsh',
      state: { globs: ['/tmp/x-*'] },
      stateFile: '/tmp/s-{block}.sh',
      recipes: { ROOT: 'ROOT=$(pwd)' },
    });
    expect(configuration).toEqual({
      folder: '/project',
      files: ['runbooks/**'],
      exclude: ['old/**'],
      rules: new Map([
        ['lost-variable', 'error'],
        ['lost-function', 'off'],
      ]),
      host: hostNamed('codex'),
      hosts: new Map([['a/**', hostNamed('opencode')]]),
      shell: 'zsh',
      stateGlobs: ['/tmp/x-*'],
      fixes: { stateFile: '/tmp/s-{block}.sh', recipes: new Map([['ROOT', 'ROOT=$(pwd)']]) },
      problems: [],
    });
  });

  test('takes comments and a comma at the end', () => {
    const text = '// all\n{ "files": [/* one */ "a//b.md",], }\n';
    expect(parseConfiguration('/project', text)).toMatchObject({ files: ['a//b.md'], problems: [] });
  });

  test('an empty object changes nothing', () => {
    expect(parse({})).toEqual({ ...DEFAULT_CONFIGURATION, folder: '/project' });
  });

  test.each([
    ['no JSON', '{ files: }', 'it is no JSON'],
    ['an empty file', '', 'it is no JSON'],
    ['a list', '[]', 'it must hold one object'],
    ['null', 'null', 'it must hold one object'],
    ['an unknown setting', '{"file": []}', '"file" is not a setting'],
    ['a misspelt rule', '{"rules": {"lost-varable": "off"}}', 'did you mean "lost-variable"?'],
    ['globs that are no list', '{"files": "x"}', '"files" must be a list of strings'],
    ['globs that are no strings', '{"exclude": [1]}', '"exclude" must be a list of strings'],
    ['state that is no object', '{"state": []}', '"state" must be an object'],
    ['state globs', '{"state": {"globs": 1}}', '"state.globs" must be a list of strings'],
    ['an unknown host', '{"host": "gpt"}', '"host" must be one of claude-code, codex'],
    ['a host that is no string', '{"host": ["codex"]}', '"host" must be one of claude-code, codex'],
    ['hosts that are no object', '{"hosts": ["codex"]}', '"hosts" must be an object of globs'],
    ['an unknown host of a glob', '{"hosts": {"a/**": "gpt"}}', '"hosts.a/**" must be one of claude-code'],
    ['a glob that excludes', '{"hosts": {"!a": "codex"}}', '"!a" in "hosts"'],
    ['an unknown shell', '{"shell": "fish"}', '"shell" must be bash or zsh'],
    ['rules that are no object', '{"rules": []}', '"rules" must be an object'],
    ['an unknown rule', '{"rules": {"lost": "off"}}', '"lost" is not a rule; there are lost-variable'],
    [
      'an unknown severity',
      '{"rules": {"lost-variable": "fatal"}}',
      '"rules.lost-variable" must be one of off',
    ],
  ])('says what is wrong: %s', (_, text, problem) => {
    const { problems } = parseConfiguration('/project', text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  test('what is right counts beside what is wrong', () => {
    const configuration = parse({ files: ['a'], exclude: 1, rules: { x: 'off', 'lost-library': 'hint' } });
    expect(configuration.files).toEqual(['a']);
    expect([...configuration.rules]).toEqual([['lost-library', 'hint']]);
    expect(configuration.problems).toHaveLength(2);
  });

  test('names of an object’s own methods are no settings and no rules', () => {
    expect(
      parseConfiguration('/project', '{"constructor": 1, "rules": {"toString": "off"}}').problems,
    ).toHaveLength(2);
  });
});

describe('loadConfiguration', () => {
  test('takes the nearest file above', async () => {
    const folder = temporaryFolder({
      [CONFIGURATION_FILE]: '{"files": ["outer"]}',
      [`a/${CONFIGURATION_FILE}`]: '{"files": ["inner"]}',
      'a/b/x.md': '',
    });
    expect(await loadConfiguration(path.join(folder, 'a/b'))).toMatchObject({
      folder: path.join(folder, 'a'),
      files: ['inner'],
    });
    expect((await loadConfiguration(folder)).files).toEqual(['outer']);
  });

  test('says that a file cannot be read', async () => {
    const folder = temporaryFolder({ [`${CONFIGURATION_FILE}/x`]: '' });
    expect((await loadConfiguration(folder)).problems[0]).toContain('cannot be read');
  });
});
