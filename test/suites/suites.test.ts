import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Analyser, type Analysis } from '../../server/analysis/analyse';
import type { Finding } from '../../server/analysis/finding';
import { fixesFor } from '../../server/analysis/fixes';
import { disableFixes } from '../../server/analysis/fixes/disable';
import { applyEdits, type Fix } from '../../server/analysis/fixes/fix';
import { Checker } from '../../server/workspace/checker';
import { testParser } from '../support/parser';
import { annotate, readAnnotations } from './annotations';
import { type ExpectedFix, readSuite, type SuiteTest } from './suiteFile';

const parser = await testParser();
const workspaces = realpathSync(mkdtempSync(path.join(tmpdir(), 'crossblock-suites-')));
afterAll(() => rmSync(workspaces, { recursive: true, force: true }));

for (const file of suiteFiles()) {
  describe(file.replace(/\.md$/, ''), () => {
    const text = readFileSync(path.join(__dirname, file), 'utf8');
    for (const suiteTest of readSuite(text)) {
      const { name, knownWrong, line } = suiteTest;
      test(`${name}, line ${line}${knownWrong ? ' (FIXME)' : ''}`, () => run(suiteTest, speaksIn(text)));
    }
  });
}

function suiteFiles(): readonly string[] {
  const files = readdirSync(__dirname, { recursive: true }) as readonly string[];
  return files.filter(file => file.endsWith('.md')).sort();
}

/** What a suite is about: all warnings and errors, and what is said below them by the rules that it names. */
function speaksIn(suite: string): (finding: Finding) => boolean {
  return ({ rule, severity }) => severity === 'error' || severity === 'warning' || suite.includes(rule);
}

async function run(suiteTest: SuiteTest, speaks: (finding: Finding) => boolean): Promise<void> {
  const annotated = readAnnotations(suiteTest.document);
  const analyse = analyserFor(suiteTest);
  const analysis = await analyse(annotated.text);
  expect(annotate(annotated, analysis.findings.filter(speaks))).toBe(suiteTest.document);
  for (const fix of suiteTest.fixes) await runFix(analysis, fix, analyse, speaks);
  const { without } = suiteTest;
  if (without !== undefined) expect(titles(analysis).filter(title => title.startsWith(without))).toEqual([]);
}

/** Applies the first fix of that title, and expects the document behind it, with its findings, and no such fix any more. */
async function runFix(
  before: Analysis,
  expected: ExpectedFix,
  analyse: (text: string) => Promise<Analysis>,
  speaks: (finding: Finding) => boolean,
): Promise<void> {
  const { title } = expected;
  expect(titles(before), 'the titles of all fixes').toContain(title);
  const { finding, fix } = offers(before).find(offer => offer.fix.title === title)!;
  const annotated = readAnnotations(expected.document);
  const text = applyEdits(before.document.text, fix.edits);
  expect(text).toBe(annotated.text);
  const after = await analyse(text);
  expect(annotate(annotated, after.findings.filter(speaks))).toBe(expected.document);
  const again = offers(after).filter(offer => sameLoss(offer.finding, finding) && offer.fix.title === title);
  expect(again, 'the fix is offered again behind itself').toEqual([]);
}

function sameLoss(a: Finding, b: Finding): boolean {
  return a.rule === b.rule && a.name === b.name && a.block === b.block;
}

interface Offer {
  readonly finding: Finding;
  readonly fix: Fix;
}

function offers(analysis: Analysis): readonly Offer[] {
  return analysis.findings.flatMap(finding =>
    [...fixesFor(analysis, finding), ...disableFixes(analysis.flow, finding)].map(fix => ({ finding, fix })),
  );
}

function titles(analysis: Analysis): readonly string[] {
  return offers(analysis).map(({ fix }) => fix.title);
}

/** The driver that server and command line share, in a folder with the test's other files. */
function analyserFor(suiteTest: SuiteTest): (text: string) => Promise<Analysis> {
  const root = path.join(workspaces, `workspace-${suiteTest.line}-${Math.random().toString(36).slice(2)}`);
  for (const { file, text } of suiteTest.otherFiles) {
    const target = path.join(root, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  const document = path.join(root, suiteTest.file ?? '.claude/commands/document.md');
  const checker = new Checker(parser, new Analyser(parser));
  return async text => (await checker.check(text, document, [root])).analysis;
}
