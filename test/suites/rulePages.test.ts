import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostsPage } from '../../scripts/hostsPage';
import { rulePage, rulesOverview } from '../../scripts/rulePages';
import { Analyser } from '../../server/analysis/analyse';
import type { RuleName } from '../../server/analysis/finding';
import { fixesFor } from '../../server/analysis/fixes';
import type { LibraryTable } from '../../server/analysis/flow/documentFlow';
import { summariseLibrary } from '../../server/analysis/flow/library';
import { HOST_NAMES, HOSTS } from '../../server/analysis/hosts';
import { claudeCode } from '../../server/analysis/hosts/claudeCode';
import { RULES } from '../../server/analysis/rules';
import { testParser } from '../support/parser';

const parser = await testParser();
const library = summariseLibrary(parser, '/lib/state.sh', 'save_state() { :; }');
const libraries: LibraryTable = {
  find: ({ path: [first] }) =>
    first?.kind === 'text' && first.text === './lib/state.sh' ? library : 'missing',
  byPath: file => (file === library.path ? library : undefined),
};

const analysis = (document: string) =>
  new Analyser(parser).analyse(document, { path: 'commands/x.md' }, claudeCode, libraries);

const findings = (document: string) => analysis(document).findings.map(({ rule }) => rule);

const fixesOf = (rule: RuleName, document: string) =>
  analysis(document)
    .findings.filter(finding => finding.rule === rule)
    .flatMap(finding => fixesFor(analysis(document), finding));

const page = (name: string) => readFileSync(path.join(__dirname, '../../docs/rules', `${name}.md`), 'utf8');

describe.each(RULES)('$name', rule => {
  test('its page is what `npm run docs` writes', () => expect(page(rule.name)).toBe(rulePage(rule)));
  test('its example has a finding of it', () => expect(findings(rule.page.example)).toContain(rule.name));
  test('its example has a fix, or its page says why not', () =>
    expect(fixesOf(rule.name, rule.page.example).length > 0).toBe(rule.page.noQuickFix === undefined));
  test('its repaired example has no finding', () => expect(findings(rule.page.useInstead)).toEqual([]));
});

test('the overview is what `npm run docs` writes', () => expect(page('README')).toBe(rulesOverview(RULES)));

test('the page of hosts is what `npm run docs` writes', () =>
  expect(page('../hosts')).toBe(hostsPage(HOSTS)));

const json = (file: string): unknown => JSON.parse(readFileSync(path.join(__dirname, '../..', file), 'utf8'));

test('the schema of .crossblock.json and the setting know all hosts', () => {
  expect(json('crossblock.schema.json')).toHaveProperty('definitions.host.enum', HOST_NAMES);
  const setting = ['contributes', 'configuration', 'properties', 'crossblock.host'];
  expect(json('package.json')).toHaveProperty([...setting, 'enum'], ['auto', ...HOST_NAMES]);
  expect(json('package.json')).toHaveProperty(
    [...setting, 'enumDescriptions'],
    ['auto', ...HOST_NAMES].map(name => `%configuration.host.${name}%`),
  );
  for (const name of HOST_NAMES)
    expect(json('package.nls.json')).toHaveProperty([`configuration.host.${name}`]);
});

test('the schema of .crossblock.json knows all rules', () => {
  const schema = json('crossblock.schema.json');
  expect(schema).toHaveProperty('properties.rules.properties');
  const { rules } = (schema as { properties: { rules: { properties: object } } }).properties;
  expect(Object.keys(rules.properties)).toEqual(RULES.map(({ name }) => name));
});
