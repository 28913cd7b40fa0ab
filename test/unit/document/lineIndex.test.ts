import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineIndex } from '../../../server/analysis/text';

/** Texts in which line ends of all kinds meet, and characters of two UTF-16 units. */
const anyText = fc
  .array(fc.constantFrom('\n', '\r\n', '\r', 'a', ' ', '😀', '\u2028'), { maxLength: 40 })
  .map(parts => parts.join(''));

describe('LineIndex', () => {
  test('ends lines at LF, CRLF and a lone CR', () => {
    expect(LineIndex.of('a\nb\r\nc\rd').starts).toEqual([0, 2, 5, 7]);
  });

  test('counts an empty line between two lone CRs', () => {
    expect(LineIndex.of('\r\r').starts).toEqual([0, 1, 2]);
  });

  test('does not end lines at the line separator, which Markdown does not know', () => {
    expect(LineIndex.of('a\u2028b').starts).toEqual([0]);
  });

  test('counts columns in UTF-16 units', () => {
    expect(LineIndex.of('x\n😀y').positionAt(4)).toEqual({ line: 1, column: 2 });
  });

  test('takes offsets outside the text for its start and end', () => {
    const index = LineIndex.of('ab\nc');
    expect(index.positionAt(-1)).toEqual({ line: 0, column: 0 });
    expect(index.positionAt(99)).toEqual({ line: 1, column: 1 });
    expect(index.startOf(99)).toBe(4);
  });

  test('has one line for an empty text', () => {
    expect(LineIndex.of('').positionAt(0)).toEqual({ line: 0, column: 0 });
  });

  test('finds each offset again from its position', () => {
    fc.assert(
      fc.property(anyText, text => {
        const index = LineIndex.of(text);
        for (let offset = 0; offset <= text.length; offset++) {
          const { line, column } = index.positionAt(offset);
          expect(index.startOf(line) + column).toBe(offset);
        }
      }),
    );
  });

  test('splits as CommonMark does', () => {
    fc.assert(
      fc.property(anyText, text => {
        expect(LineIndex.of(text).starts.length).toBe(text.split(/\r\n|\n|\r/).length);
      }),
    );
  });
});
