/** Lines made ready for the Markdown parser, and how many columns each lost at its start. */
export interface Dedented {
  readonly lines: readonly string[];
  readonly removed: readonly number[];
}

const TAG = /^\s*<(\/?)([A-Za-z][\w.-]*)(?:\s[^<>]*)?>/;
const FENCE = /^(\s*)(`{3,}|~{3,}(?!~))([^`]*)$/;

/**
 * Command markdown groups its steps in tags (`<step>`, `<process>`, `<Steps>`) and indents what stands in them, often by four
 * columns and more. CommonMark calls that an indented code block; an agent reads the fence in it as a command to run. So a
 * fence that opens between tags loses its indentation before the Markdown parser sees it.
 */
export function dedentFencesInTags(lines: readonly string[]): Dedented {
  const result = [...lines];
  const removed = new Array<number>(lines.length).fill(0);
  const open: string[] = [];
  for (let line = 0; line < lines.length; line++) {
    const text = lines[line]!;
    const fence = FENCE.exec(text);
    if (fence !== null) {
      const close = closingLine(lines, line, fence[2]!);
      const indent = fence[1]!.length;
      // A tab is as wide as four columns at least; whatever the width, as many characters are taken from each line.
      if ((indent >= 4 || fence[1]!.includes('\t')) && open.length > 0) {
        for (let inner = line; inner <= Math.min(close, lines.length - 1); inner++) {
          const columns = Math.min(indent, lines[inner]!.length - lines[inner]!.trimStart().length);
          result[inner] = lines[inner]!.slice(columns);
          removed[inner] = columns;
        }
      }
      line = close;
      continue;
    }
    const tag = TAG.exec(text);
    if (tag === null) continue;
    if (tag[1] === '/') {
      const index = open.lastIndexOf(tag[2]!);
      if (index >= 0) open.length = index;
    } else if (!text.includes(`</${tag[2]}>`) && !tag[0].endsWith('/>')) open.push(tag[2]!);
  }
  return { lines: result, removed };
}

/** The line that closes a fence, or the line behind the last one. */
function closingLine(lines: readonly string[], openLine: number, marker: string): number {
  const letter = marker[0]!;
  for (let line = openLine + 1; line < lines.length; line++) {
    const text = lines[line]!.trim();
    if (text.length >= marker.length && text === letter.repeat(text.length)) return line;
  }
  return lines.length;
}
