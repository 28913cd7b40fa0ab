import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Analyser } from '../../../server/analysis/analyse';
import { applyEdits } from '../../../server/analysis/fixes/fix';
import { DEFAULT_FIX_SETTINGS } from '../../../server/analysis/fixes/settings';
import { FIX_ALL, fixAllAction } from '../../../server/languageServer/fixAll';
import { Checker } from '../../../server/workspace/checker';
import { lineEdits } from '../../../server/workspace/lineEdits';
import { testParser } from '../../support/parser';

const parser = await testParser();
const checker = new Checker(parser, new Analyser(parser));
const uri = 'file:///nowhere/.claude/commands/x.md';

async function checkText(_: string, text: string) {
  const checked = await checker.check(text, '/nowhere/.claude/commands/x.md', ['/nowhere']);
  return { ...checked, findings: checked.analysis.findings, fixSettings: DEFAULT_FIX_SETTINGS };
}

describe('source.fixAll.crossblock', () => {
  const text =
    '```bash\r\nX=1\r\nNOW=$(date)\r\n```\r\n\r\n```bash\r\necho $X\r\n```\r\n\r\n```bash\r\necho $X "$NOW"\r\n```\r\n';

  test('applies safe fixes alone, in all blocks, with the lines between untouched', async () => {
    const action = await fixAllAction({ checkText }, await checkText(uri, text), uri);
    const edits = action?.edit?.changes?.[uri] ?? [];
    expect(action?.kind).toBe(FIX_ALL);
    expect(edits.map(({ newText }) => newText)).toEqual(['X=1\r\n', 'X=1\r\n']);
    const fixed = TextDocument.applyEdits(TextDocument.create(uri, 'markdown', 1, text), edits);
    expect(fixed).toBe(text.replaceAll('echo', 'X=1\r\necho'));
    expect(await fixAllAction({ checkText }, await checkText(uri, fixed), uri)).toBeUndefined();
  });
});

test.each([
  ['', ''],
  ['a\nb\n', 'a\nb\n'],
  ['a\nb\nc', 'a\nx\nc\nd'],
  ['a\r\nb\r\n', 'b\r\nc\r\n'],
  ['a', ''],
])('edits make %j %j', (before, after) => {
  expect(applyEdits(before, lineEdits(before, after))).toBe(after);
});

test('a lone line between two insertions stays where it is', () => {
  const before = '```bash\nX=1\n```\n\n```bash\nY=2\nZ=3\n```\n';
  const after = before.replace('X=1\n', 'load\nX=1\nsave\n').replace('Y=2\n', 'load\nY=3\nsave\n');
  const edits = lineEdits(before, after).map(({ span, text }) => [before.slice(span.start, span.end), text]);
  expect(edits).toEqual([
    ['', 'load\n'],
    ['', 'save\n'],
    ['Y=2\n', 'load\nY=3\nsave\n'],
  ]);
});
