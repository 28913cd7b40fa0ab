import { describe, expect, test } from 'vitest';
import { MarkupKind } from 'vscode-languageserver/node';
import { escapeMarkdown, hoverAt } from '../../../server/languageServer/hover';
import { checked } from '../../support/checked';
import { marked } from '../../support/editor';

const TEXT =
  '## Step 1\n\n```bash\nPLAN=plan.md\n```\n\n## Step 2\n\n```bash\n# look at it\ncat "$PLAN"\ntrue\n```\n';

describe('hoverAt', () => {
  const hover = async (line: number, character: number, kind: MarkupKind = MarkupKind.PlainText) =>
    hoverAt(await checked(TEXT), { line, character }, kind);

  test('over a variable, where its value comes from', async () => {
    expect(await hover(10, 6)).toEqual({
      contents: {
        kind: 'plaintext',
        value:
          'PLAN has no value here: block 1 (line 4) sets it, and Claude Code runs each block in a shell of its own.',
      },
      range: { start: { line: 10, character: 5 }, end: { line: 10, character: 10 } },
    });
  });

  test.each([
    ['the opening fence', 8, 1],
    ['the first line', 9, 4],
    ['the closing fence', 12, 0],
  ])('over %s, the block', async (_, line, character) => {
    expect((await hover(line, character))?.contents).toEqual({
      kind: 'plaintext',
      value:
        'Block 2 of 2, lines 9 to 13: a step, because it stands under a numbered step.\n\n' +
        'Host: Claude Code, because it lies in .claude/; it runs each block in a new shell, and keeps the directory and nothing else of it.',
    });
  });

  test.each([
    ['a command in another line', 11, 1],
    ['prose', 6, 4],
    ['the end of the document', 13, 0],
    ['a line that is not there', 900, 3],
  ])('over %s, nothing', async (_, line, character) => {
    expect(await hover(line, character)).toBeUndefined();
  });

  test.each([
    ['its own function', 'f() { :; }\n‸f', 'f is a function of this block, defined in line 9.'],
    [
      'the definition of one',
      '‸f() { :; }',
      'f is a function that is defined here, and gone at the end of the block.',
    ],
    [
      'one that was lost',
      '‸old x',
      'old is no function here: block 1 (line 4) defines it, and Claude Code runs each block in a shell of its own.',
    ],
    [
      'a value that is calculated again',
      'A=1\necho $‸A',
      'A is set in this block, in line 9, which recalculates what block 1 (line 5) sets.',
    ],
    ['another value of that name', 'A=2\necho $‸A', 'A is set in this block, in line 9.'],
  ])('over %s, who gives it', async (_, block, sentence) => {
    const { text, position } = marked(
      `## Step 1\n\n\`\`\`bash\nold() { :; }\nA=1\n\`\`\`\n\n\`\`\`bash\n${block}\n\`\`\`\n`,
    );
    const hovered = hoverAt(await checked(text), position, MarkupKind.PlainText);
    expect(hovered?.contents).toEqual({ kind: 'plaintext', value: sentence });
  });

  test('as Markdown where the client can show it', async () => {
    const { contents } = (await hover(10, 6, MarkupKind.Markdown))!;
    expect(contents).toMatchObject({
      kind: 'markdown',
      value: expect.stringContaining('PLAN has no value here\\: block 1 \\(line 4\\)'),
    });
  });

  test('a path cannot become a link or a command', async () => {
    const file = 'x[a](command:evil)`b`<img src=x>https://evil.example/y.env';
    const text = `\`\`\`bash\nsource '${file}'\ncat "$PLAN"\n\`\`\`\n`;
    const hovered = hoverAt(await checked(text), { line: 2, character: 6 }, MarkupKind.Markdown);
    const { value } = hovered!.contents as { readonly value: string };
    expect(value).toContain('command');
    expect(value.replace(/\\[!-/:-@[-`{-~]/g, '')).toMatch(/^[\w\s]+$/);
  });
});

test('escapeMarkdown shows what hides', () => {
  expect(escapeMarkdown('a\n\n# b\u202e\u0007')).toBe('a \\# b\\\\u\\{202e\\}\\\\x07');
  expect(escapeMarkdown('www.x.y a@b.c')).toBe('www\\.x\\.y a\\@b\\.c');
});
