import { Analyser } from '../../server/analysis/analyse';
import { type CheckedDocument, Checker } from '../../server/workspace/checker';
import { testParser } from './parser';

/** A document as server and command line check it, at a place of a project that is nowhere. */
export async function checked(text: string, place = '.claude/commands/x.md'): Promise<CheckedDocument> {
  const parser = await testParser();
  return new Checker(parser, new Analyser(parser)).check(text, `/nowhere/${place}`, ['/nowhere']);
}
