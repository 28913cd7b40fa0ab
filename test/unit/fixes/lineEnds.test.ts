import { describe, expect, test } from 'vitest';
import { Analyser } from '../../../server/analysis/analyse';
import { fixesFor } from '../../../server/analysis/fixes';
import { disableFixes } from '../../../server/analysis/fixes/disable';
import { applyEdits } from '../../../server/analysis/fixes/fix';
import { Checker } from '../../../server/workspace/checker';
import { testParser } from '../../support/parser';

const parser = await testParser();
const checker = new Checker(parser, new Analyser(parser));

/** The document behind the first finding's fix of a title. */
async function fixed(text: string, title: string): Promise<string> {
  const { analysis } = await checker.check(text, '/nowhere/.claude/commands/x.md', ['/nowhere']);
  const [finding] = analysis.findings;
  if (finding === undefined) throw new Error('nothing is found');
  const fixes = [...fixesFor(analysis, finding), ...disableFixes(analysis.flow, finding)];
  const fix = fixes.find(candidate => candidate.title.startsWith(title));
  if (fix === undefined) throw new Error(`there is ${fixes.map(other => other.title).join(', ')}`);
  return applyEdits(text, fix.edits);
}

describe('fixes in documents that Markdown suites cannot show', () => {
  const crlf = '```bash\r\nDIR=build\r\n```\r\n\r\n```bash\r\nls "$DIR"\r\n```\r\n';

  test('recalculating in a document with CRLF inserts CRLF', async () => {
    expect(await fixed(crlf, 'Recalculate here')).toBe(crlf.replace('ls', 'DIR=build\r\nls'));
  });

  test('disabling in a document with CRLF inserts CRLF', async () => {
    expect(await fixed(crlf, 'Disable lost-variable for this statement')).toBe(
      crlf.replace('ls', '# crossblock-disable-next-line lost-variable\r\nls'),
    );
  });

  test('disabling a block that ends the document without a line end', async () => {
    const text = '```bash\nA=1\n```\n\n```bash\necho $A\n```';
    expect(await fixed(text, 'Disable lost-variable for block 2')).toBe(
      '```bash\nA=1\n```\n\n<!-- crossblock-disable lost-variable -->\n```bash\necho $A\n```\n<!-- crossblock-enable lost-variable -->\n',
    );
  });

  test('in a list that tabs indent, the new line is the list’s', async () => {
    const text = '1.\tOne\n\n\t```bash\n\tDIR=build\n\t```\n\n\t```bash\n\tls "$DIR"\n\t```\n';
    expect(await fixed(text, 'Recalculate here')).toBe(text.replace('\tls', '\tDIR=build\n\tls'));
  });

  test('lines of a statement that spans several have CRLF, too', async () => {
    const text = '```bash\r\nA="x\r\ny"\r\n```\r\n\r\n```bash\r\necho "$A"\r\n```\r\n';
    expect(await fixed(text, 'Recalculate here')).toBe(text.replace('echo', 'A="x\r\ny"\r\necho'));
  });

  test('the file’s comment stands behind a byte order mark', async () => {
    const text = '```bash\nA=1\n```\n\n```bash\necho $A\n```\n';
    expect(await fixed(`\uFEFF${text}`, 'Disable lost-variable for the file')).toBe(
      `\uFEFF<!-- crossblock-disable-file lost-variable -->\n${text}`,
    );
  });
});
