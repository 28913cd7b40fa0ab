/** A half-open range of UTF-16 offsets, `[start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place in a text: line and column from 0, the column in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds lines of a text. Line ends are LF, CRLF and a lone CR, as CommonMark has them. */
export class LineIndex {
  /** The offset at which each line starts. */
  readonly starts: readonly number[];
  readonly #length: number;

  /** @param starts as `starts` is; `length` is the text's, in UTF-16 units */
  constructor(starts: readonly number[], length: number) {
    this.starts = starts;
    this.#length = length;
  }

  static of(text: string): LineIndex {
    const starts = [0];
    for (let offset = 0; offset < text.length; offset++) {
      const code = text.charCodeAt(offset);
      if (code === 10 || (code === 13 && text.charCodeAt(offset + 1) !== 10)) starts.push(offset + 1);
    }
    return new LineIndex(starts, text.length);
  }

  /** The line, from 0, that an offset lies in; offsets outside the text count as its start or end. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  positionAt(offset: number): Position {
    const clamped = Math.max(0, Math.min(offset, this.#length));
    const line = this.lineAt(clamped);
    return { line, column: clamped - this.starts[line]! };
  }

  /** The offset at which a line starts; lines behind the last one start at the text's end. */
  startOf(line: number): number {
    return this.starts[line] ?? this.#length;
  }
}
