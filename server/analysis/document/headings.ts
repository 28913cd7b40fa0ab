import { kept } from '../kept';
import type { Block, CommandDocument, Heading } from './commandDocument';

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

/** The headings above each block, the nearest first. */
export const headingPaths = kept(
  ({ headings, blocks }: CommandDocument): ReadonlyMap<Block, readonly Heading[]> => {
    const above = headingsAbove(headings);
    return new Map(blocks.map(block => [block, above(block.openLine)]));
  },
);

/** The headings that a block stands under and another one does not, the nearest first. */
export function headingsApart(document: CommandDocument, block: Block, other: Block): readonly Heading[] {
  const paths = headingPaths(document);
  const shared = new Set(paths.get(other));
  return (paths.get(block) ?? []).filter(heading => !shared.has(heading));
}
