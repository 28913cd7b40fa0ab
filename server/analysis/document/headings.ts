import { kept } from '../kept';
import { type Block, type CommandDocument, frameOf, type Heading } from './commandDocument';

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

/** The headings above each block of a frame, by the blocks' order, the nearest first. */
const pathsIn = kept(({ headings, blocks }: CommandDocument): readonly (readonly Heading[])[] => {
  const above = headingsAbove(headings);
  return blocks.map(block => above(block.openLine));
});

/** The headings above a block, the nearest first; their lines may be those of an earlier version. */
export function headingsOf(document: CommandDocument, { number }: Block): readonly Heading[] {
  return pathsIn(frameOf(document))[number - 1] ?? [];
}

/** The headings that a block stands under and another one does not, the nearest first. */
export function headingsApart(document: CommandDocument, block: Block, other: Block): readonly Heading[] {
  const shared = new Set(headingsOf(document, other));
  return headingsOf(document, block).filter(heading => !shared.has(heading));
}

/** Whether a heading counts itself among others: "2. Build", "Step 3", "Phase B: Build". */
export function isNumbered(heading: string): boolean {
  return /^[\s*_`>#]*(?:(?:step|phase|stage|part|block|section|task|checkpoint|gate)\s*#?(?:\d|[ivx]+\b|[a-z]\b)|\d|[a-z][.)]\s)/i.test(
    heading,
  );
}
