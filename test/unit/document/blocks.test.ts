import { describe, expect, test } from 'vitest';
import { type Block, parseDocument } from '../../../server/analysis/document/commandDocument';

/** The first block of a text, and the text. */
function firstBlock(text: string): { readonly block: Block; readonly text: string } {
  const [block] = parseDocument(text).blocks;
  if (block === undefined) throw new Error('there is no block');
  return { block, text };
}

/** The document's text at each line of a block. */
function sourceOf({ block, text }: { readonly block: Block; readonly text: string }, part: string): string {
  const start = block.text.indexOf(part);
  return text.slice(block.toDocument(start), block.toDocument(start + part.length));
}

describe('line ends', () => {
  test('CRLF: the content has LF, the positions are those of the document', () => {
    const found = firstBlock('# x\r\n```bash\r\nA=1\r\necho $A\r\n```\r\n');
    expect(found.block.text).toBe('A=1\necho $A\n');
    expect(sourceOf(found, '$A')).toBe('$A');
    expect(found.block.openLine).toBe(1);
    expect(found.block.closeLine).toBe(4);
  });

  test('a lone CR ends a line', () => {
    const found = firstBlock('```bash\rA=1\recho $A\r```\r');
    expect(found.block.text).toBe('A=1\necho $A\n');
    expect(sourceOf(found, 'echo $A')).toBe('echo $A');
  });

  test('mixed line ends', () => {
    const found = firstBlock('text\r\n\n```bash\nA=1\r\necho $A\r```\n');
    expect(found.block.text).toBe('A=1\necho $A\n');
    expect(sourceOf(found, '$A')).toBe('$A');
  });

  test('new text gets the line end that the document uses', () => {
    expect(parseDocument('a\r\nb\r\n').lineEnd).toBe('\r\n');
    expect(parseDocument('a\nb\n').lineEnd).toBe('\n');
  });

  test('a byte order mark does not hide the first block', () => {
    const found = firstBlock('\uFEFF```bash\nA=1\n```\n');
    expect(sourceOf(found, 'A=1')).toBe('A=1');
  });
});

describe('tabs', () => {
  test('within the content a tab is a character', () => {
    const found = firstBlock('```bash\n\techo $A\n```\n');
    expect(found.block.text).toBe('\techo $A\n');
    expect(sourceOf(found, '$A')).toBe('$A');
  });

  test('a tab is cut in two by the indentation of its list', () => {
    const found = firstBlock('- ```bash\n\techo $A\n  ```\n');
    expect(found.block.text).toBe('  echo $A\n');
    expect(sourceOf(found, '$A')).toBe('$A');
  });

  test('a tab indents a list item', () => {
    const found = firstBlock('1.\tStep\n\n\t```bash\n\techo $A\n\t```\n');
    expect(found.block.text).toBe('echo $A\n');
    expect(sourceOf(found, '$A')).toBe('$A');
  });

  test('a tab behind a quote mark is part of the content', () => {
    const found = firstBlock('> ```bash\n>\techo $A\n> ```\n');
    expect(found.block.text).toBe('\techo $A\n');
    expect(sourceOf(found, '$A')).toBe('$A');
  });
});

describe('positions', () => {
  test('a quote in a list in a quote', () => {
    const found = firstBlock('> - > ```bash\n>   > echo $A\n>   > ```\n');
    expect(found.block.text).toBe('echo $A\n');
    expect(sourceOf(found, '$A')).toBe('$A');
    expect(found.block.linePrefix).toBe('>   > ');
  });

  test('the prefix of a list item carries the item on', () => {
    expect(firstBlock('10. ```bash\n    A=1\n    ```\n').block.linePrefix).toBe('    ');
  });

  test('characters outside the basic plane count two units', () => {
    const found = firstBlock('> ```bash\n> echo 🚀 $A\n> ```\n');
    expect(sourceOf(found, '$A')).toBe('$A');
  });

  test('an offset outside the content has no place in it', () => {
    const { block, text } = firstBlock('> ```bash\n> A=1\n> ```\n');
    expect(block.fromDocument(0)).toBeUndefined();
    expect(block.fromDocument(text.length)).toBeUndefined();
    expect(block.fromDocument(text.indexOf('> A'))).toBeUndefined();
    expect(block.fromDocument(text.indexOf('A=1'))).toBe(0);
  });

  test('the end of the content is the closing fence, or the document’s end', () => {
    const closed = firstBlock('```bash\nA=1\n```\n');
    expect(closed.block.toDocument(4)).toBe(closed.text.lastIndexOf('```'));
    const open = firstBlock('```bash\nA=1\n');
    expect(open.block.toDocument(4)).toBe(open.text.length);
    expect(open.block.closeLine).toBeUndefined();
  });
});

describe('dialects', () => {
  test.each([
    ['bash', 'bash'],
    ['sh', 'sh'],
    ['shell', 'bash'],
    ['zsh', 'zsh'],
    ['!', 'bash'],
  ])('%s', (info, dialect) => {
    expect(firstBlock(`\`\`\`${info}\nA=1\n\`\`\`\n`).block).toMatchObject({
      dialect,
    });
  });
});

test('any text is a document', () => {
  for (const text of ['', '\n', '```', '```bash', '---\n', '+++\n', '>', '- ', '\t', '<step>', '<!--'])
    expect(parseDocument(text).text).toBe(text);
});
