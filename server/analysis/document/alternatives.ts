import type { Block, CommandDocument, Heading } from './commandDocument';
import { headingsAbove } from './headings';

/**
 * Words with which authors begin the headings of ways of which only one is gone: "If `--create-worktree`", "Mode: Scan". An
 * option or an approach is often tried after the other one failed.
 */
const ALTERNATIVE = /^[\s\d.)*_`]*(if|when|case|mode|path|scenario|variant)\b/i;

/**
 * Answers whether two blocks stand under sibling headings that name alternatives, so that whoever runs one of them does not
 * run the other.
 */
export function alternativesIn(document: CommandDocument): (a: Block, b: Block) => boolean {
  let paths: ReadonlyMap<Block, readonly Heading[]> | undefined;
  const pathOf = (block: Block): readonly Heading[] => {
    paths ??= headingPaths(document);
    return paths.get(block) ?? [];
  };
  return (a, b) => {
    const [left, right] = [pathOf(a), pathOf(b)];
    const at = left.findIndex((heading, index) => heading !== right[index]);
    const [mine, other] = [left[at], right[at]];
    if (mine === undefined || other === undefined || mine.level !== other.level) return false;
    const word = ALTERNATIVE.exec(mine.text)?.[1]?.toLowerCase();
    return word !== undefined && word === ALTERNATIVE.exec(other.text)?.[1]?.toLowerCase();
  };
}

/** The headings above each block, the outermost first. */
function headingPaths({ headings, blocks }: CommandDocument): ReadonlyMap<Block, readonly Heading[]> {
  const above = headingsAbove(headings);
  return new Map(blocks.map(block => [block, [...above(block.openLine)].reverse()]));
}
