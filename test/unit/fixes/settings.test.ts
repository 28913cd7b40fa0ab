import { expect, test } from 'vitest';
import { mergeFixSettings, parseFixSettings } from '../../../server/analysis/fixes/settings';

test('a state file and recipes are taken as they are written', () => {
  const { settings, problems } = parseFixSettings('/tmp/{document}-{block}.sh', { ROOT: ' ROOT=$(pwd)\n' });
  expect(problems).toEqual([]);
  expect(settings.stateFile).toBe('/tmp/{document}-{block}.sh');
  expect([...settings.recipes]).toEqual([['ROOT', 'ROOT=$(pwd)']]);
});

test.each([
  [7, undefined, ['"stateFile" must be a path in one line']],
  ['a\nb', undefined, ['"stateFile" must be a path in one line']],
  ['/tmp/{document}-$$.sh', undefined, ['"stateFile" must be the same path in each block: $$ is']],
  ['/tmp/{block}-${RANDOM}', undefined, ['"stateFile" must be the same path in each block: ${RANDOM is']],
  ['$(mktemp)/{block}', undefined, ['"stateFile" must be the same path in each block: mktemp is']],
  ['/tmp/$(date +%s)-{block}', undefined, ['"stateFile" must be the same path in each block: date is']],
  ['/tmp/"x"-{block}', undefined, ['"stateFile" stands in double quotes']],
  ['$STATE', undefined, ['"stateFile" must name a file in a folder']],
  ['/tmp/state/', undefined, ['"stateFile" must name a file in a folder']],
  [undefined, [], ['"recipes" must be an object']],
  [undefined, { 'a b': 'x', OK: '', FINE: 'FINE=1' }, ['"recipes.a b"', '"recipes.OK" must be the lines']],
])('of %j and %j, what is wrong is told and the rest counts', (stateFile, recipes, expected) => {
  const { settings, problems } = parseFixSettings(stateFile, recipes);
  expect(problems.map((problem, index) => problem.startsWith(expected[index] ?? '?'))).toEqual(
    expected.map(() => true),
  );
  expect(settings.stateFile).toBeUndefined();
  expect(settings.recipes.size).toBe(expected.length === 2 ? 1 : 0);
});

test.each([
  ['git rev-parse --show-toplevel', 'sets no ROOT'],
  ['OTHER_ROOT=1', 'sets no ROOT'],
  ['echo "ROOT is $ROOT"', 'sets no ROOT'],
  ['ROOT=1\n```', 'holds a fence'],
])('a recipe %j %s', (text, expected) => {
  const { settings, problems } = parseFixSettings(undefined, { ROOT: text });
  expect(problems).toEqual([expect.stringContaining(`"recipes.ROOT" ${expected}`)]);
  expect(settings.recipes.size).toBe(0);
});

test.each([
  'export ROOT=$(pwd)',
  'read -r ROOT < f',
  "printf -v ROOT '%s' x",
  'ROOT+=(a)',
  ': "${ROOT:=x}"',
  '((ROOT = 1))',
  'if true; then ROOT=1; fi',
  'source lib/roots.sh',
])('%s is a recipe', text => {
  expect(parseFixSettings(undefined, { ROOT: text }).problems).toEqual([]);
});

test.each(['~/state/{document}-{block}.sh', '/tmp/update-{block}', '$XDG_RUNTIME_DIR/{block}.sh'])(
  '%s is a path like any other',
  stateFile => {
    expect(parseFixSettings(stateFile, undefined)).toMatchObject({ settings: { stateFile }, problems: [] });
  },
);

test('an empty path is none, as editors keep settings that nobody set', () => {
  expect(parseFixSettings('', {})).toEqual({
    settings: { stateFile: undefined, recipes: new Map() },
    problems: [],
  });
});

test('of two, the first one counts', () => {
  const first = parseFixSettings(undefined, { A: 'A=1' }).settings;
  const second = parseFixSettings('/tmp/s', { A: 'A=2', B: 'B=2' }).settings;
  const both = mergeFixSettings(first, second);
  expect(both.stateFile).toBe('/tmp/s');
  expect(Object.fromEntries(both.recipes)).toEqual({ A: 'A=1', B: 'B=2' });
});
