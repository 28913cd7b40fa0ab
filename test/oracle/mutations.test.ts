import { beforeAll, describe, expect, test } from 'vitest';
import type { ShellParser } from '../../server/analysis/shell/syntax';
import { testParser } from '../support/parser';
import { type OracleDocument, prepareDocument, writtenDocuments } from './documents';
import { analyseSteps, type EngineChange } from './engine';
import { inParallel } from './inParallel';
import { disagreements, judge } from './judge';
import { MUTATIONS } from './mutations';
import { type Runs, runDocument } from './shells';

interface Judged {
  readonly title: string;
  readonly document: OracleDocument;
  readonly runs: Runs;
}

/** Shows that the oracle bites: an engine with one rule switched off disagrees with bash somewhere. */
describe('an engine without', () => {
  let parser: ShellParser;
  let documents: readonly Judged[];
  let before: ReadonlySet<string>;

  beforeAll(async () => {
    parser = await testParser();
    documents = await inParallel(writtenDocuments(), async ({ title, text }) => {
      const document = prepareDocument(text);
      return { title, document, runs: await runDocument(document) };
    });
    before = new Set(disagreementsWith({}));
  }, 120_000);

  function disagreementsWith(change: EngineChange, ofLibraries = true): readonly string[] {
    const shown = documents.filter(({ title }) => ofLibraries || !title.startsWith('libraries:'));
    return shown.flatMap(({ title, document, runs }) =>
      disagreements(judge(document, runs, analyseSteps(parser, document.text, change))).map(
        line => `${title}: ${line}`,
      ),
    );
  }

  test.each(MUTATIONS)('$title', ({ change, ofLibraries }) => {
    const fresh = disagreementsWith(change, ofLibraries === true).filter(line => !before.has(line));
    expect(fresh).not.toEqual([]);
  });
});
