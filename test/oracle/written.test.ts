import { afterAll, describe, expect, test } from 'vitest';
import { testParser } from '../support/parser';
import { prepareDocument, writtenDocuments } from './documents';
import { analyseSteps } from './engine';
import { disagreements, judge, type Verdict } from './judge';
import { runDocument } from './shells';

const written = writtenDocuments();
const verdicts: Verdict[] = [];

describe.concurrent('documents written by hand', () => {
  test.each(written.map(document => [document.title, document] as const))(
    '%s',
    async (_title, document) => {
      const parser = await testParser();
      const prepared = prepareDocument(document.text);
      const runs = await runDocument(prepared);
      const judged = judge(prepared, runs, analyseSteps(parser, document.text));
      verdicts.push(...judged);
      expect([...disagreements(judged)].sort()).toEqual([...document.fixmes].sort());
    },
    60_000,
  );
});

afterAll(() => {
  const count = (truth: Verdict['truth']) => verdicts.filter(verdict => verdict.truth === truth).length;
  expect(written.length).toBeGreaterThanOrEqual(60);
  expect(count('lost')).toBeGreaterThanOrEqual(100);
  expect(count('kept')).toBeGreaterThanOrEqual(60);
});
