import type { Heading } from './commandDocument';

/** Answers which headings a line stands under, the nearest and deepest first; to be asked for lines in their order. */
export function headingsAbove(headings: readonly Heading[]): (line: number) => readonly Heading[] {
  let next = 0;
  let open: readonly Heading[] = [];
  return line => {
    for (; next < headings.length && headings[next]!.line < line; next++) {
      const heading = headings[next]!;
      open = [heading, ...open.filter(({ level }) => level < heading.level)];
    }
    return open;
  };
}
