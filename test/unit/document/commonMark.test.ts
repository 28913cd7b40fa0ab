import fc from 'fast-check';
import { micromark } from 'micromark';
import { describe, expect, test } from 'vitest';
import { parseDocument } from '../../../server/analysis/document/commandDocument';

/**
 * Documents outside of tags and without templates that their own fences cut, against another CommonMark parser: the same blocks
 * with the same content. There the two differ on purpose, see fences.ts and nestedFences.ts.
 */
describe('blocks are those of CommonMark', () => {
  test('in generated documents', () => {
    fc.assert(
      fc.property(document, text => {
        const html = micromark(text);
        fc.pre(!SWALLOWING.test(html));
        const found = parseDocument(text).blocks.map(block => block.text);
        expect(found.map(withoutSpace)).toEqual(codeOf(html).map(withoutSpace));
      }),
      { numRuns: 2_000, seed: SEED },
    );
  });

  test('and each of their characters stands at its place', () => {
    fc.assert(
      fc.property(document, text => {
        for (const block of parseDocument(text).blocks) {
          for (let offset = 0; offset < block.text.length; offset++) {
            const character = block.text[offset]!;
            const place = block.toDocument(offset);
            // White space may be the rest of a tab that an indentation has cut in two.
            if (/\s/.test(character)) continue;
            expect(text[place]).toBe(character);
            expect(block.fromDocument(place)).toBe(offset);
          }
        }
      }),
      { numRuns: 1_000, seed: SEED },
    );
  });
});

/** One seed for all runs: where two parsers differ in a corner of CommonMark, nobody's change is at fault. */
const SEED = 7;

/** A code block without a language that holds the beginning of another fence. */
const SWALLOWING = /<code>(?:[^<]*\n)?\s*`{3,}[^`\n]*\w/;

/** The content of the code blocks whose language is bash, from HTML. */
function codeOf(html: string): readonly string[] {
  return [...html.matchAll(/<code class="language-bash">([^<]*)<\/code>/g)].map(match =>
    match[1]!.replace(/&(lt|gt|quot|amp);/g, (_, name: keyof typeof ENTITIES) => ENTITIES[name]),
  );
}

/**
 * White space is compared by the other test: the oracle joins lines of a fence that a list leaves unclosed, and each parser
 * has its own way with what is left of a tab that an indentation has cut in two.
 */
function withoutSpace(code: string): string {
  return code.replace(/\s+/g, '');
}

const ENTITIES = { lt: '<', gt: '>', quot: '"', amp: '&' } as const;

// No tabs in indentations: markdown-it counts their columns in nested quotes in its own way. blocks.test.ts has those that count.
const indent = fc.constantFrom('', '', '', ' ', '  ', '   ', '    ');
const words = fc.constantFrom('echo $A', 'A=1', '', 'x > y', '"a" & b', '# x', '    deep', 'a\ttab');
const marker = fc.constantFrom('```', '````', '~~~', '~~~~');

/** A fence, often closed by what opened it, sometimes by something else or by nothing. */
const fence: fc.Arbitrary<string[]> = fc
  .record({
    indent,
    marker,
    info: fc.constantFrom('bash', 'bash', 'bash', ' bash title', 'text', ''),
    content: fc.array(fc.tuple(indent, words), { maxLength: 4 }),
    closing: fc.option(fc.tuple(indent, marker, fc.constantFrom('', '', ' ', ' x')), {
      nil: undefined,
      freq: 3,
    }),
    same: fc.boolean(),
  })
  .map(({ indent, marker, info, content, closing, same }) => [
    `${indent}${marker}${info}`,
    ...content.map(([lead, text]) => `${lead}${text}`),
    ...(closing === undefined ? [] : [`${closing[0]}${same ? marker : closing[1]}${same ? '' : closing[2]}`]),
  ]);

const paragraph: fc.Arbitrary<string[]> = fc.constantFrom<string[][]>(
  ['text'],
  ['text', ''],
  [''],
  ['# heading'],
  ['***'],
  ['text', '===='],
);

/** Lines in a container: each behind its mark, sometimes with a line that forgets it. */
const contained = (lines: fc.Arbitrary<string[]>): fc.Arbitrary<string[]> =>
  fc
    .record({
      lines,
      mark: fc.constantFrom('> ', '>', '- ', '1. ', '-   ', '* '),
      forgotten: fc.option(fc.nat(5), { nil: undefined, freq: 4 }),
    })
    .map(({ lines, mark, forgotten }) =>
      lines.map((line, index) => {
        if (index > 0 && index === forgotten) return line;
        if (mark.startsWith('>')) return mark + line;
        if (index === 0) return mark + line;
        return line === '' ? '' : ' '.repeat(mark.length) + line;
      }),
    );

const lines: fc.Arbitrary<string[]> = fc.letrec<{ block: string[]; blocks: string[] }>(tie => ({
  block: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fence, paragraph, contained(tie('blocks'))),
  blocks: fc.array(tie('block'), { minLength: 1, maxLength: 4 }).map(parts => parts.flat()),
})).blocks;

/** Ends with a line end, since the parsers disagree on the last line of an unclosed fence without one. */
const document = fc
  .tuple(lines, fc.constantFrom('\n', '\n', '\r\n'))
  .map(([content, end]) => content.join(end) + end)
  // That would be frontmatter, which CommonMark does not know.
  .filter(text => !/^(?:---|\+\+\+)/.test(text))
  // markdown-it lets a quote go on behind four columns and more, where CommonMark ends it.
  .filter(text => !/ {4} *>/.test(text));
