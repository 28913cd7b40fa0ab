import type { Block, CommandDocument, Heading } from './commandDocument';

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
  const paths = new Map<Block, readonly Heading[]>();
  const pathOf = (block: Block): readonly Heading[] => {
    const known = paths.get(block) ?? headingPath(document.headings, block.openLine);
    paths.set(block, known);
    return known;
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

/** The headings above a line, the outermost first. */
function headingPath(headings: readonly Heading[], line: number): readonly Heading[] {
  const path: Heading[] = [];
  for (const heading of headings) {
    if (heading.line > line) break;
    while (path.length > 0 && path[path.length - 1]!.level >= heading.level) path.pop();
    path.push(heading);
  }
  return path;
}
