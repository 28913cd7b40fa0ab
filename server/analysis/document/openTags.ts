import type { CommandDocument } from './commandDocument';

/** A tag that stands alone on its line and is closed further down: `<step name="build">`. */
export interface OpenTag {
  readonly name: string;
}

/** The tags that are open at a line, the outermost first. */
export type TagsAtLine = (line: number) => readonly OpenTag[];

/** Tags that are open at once; a document with more never closes them. */
const MAX_TAGS = 64;

/** Answers which tags are open at a line; tags in blocks do not count. */
export function openTags({ blocks, lines }: CommandDocument): TagsAtLine {
  const openAt: (readonly OpenTag[])[] = [];
  let open: readonly OpenTag[] = [];
  let next = 0;
  lines.forEach((text, line) => {
    openAt.push(open);
    while (next < blocks.length && (blocks[next]!.closeLine ?? lines.length) <= line) next++;
    if ((blocks[next]?.openLine ?? lines.length) <= line) return;
    const tag = /^\s*<(\/?)([A-Za-z][\w.-]*)(?:\s[^<>]*)?>/.exec(text);
    if (tag === null) return;
    const [whole, slash, name] = tag as unknown as [string, string, string];
    if (slash === '/') {
      const index = open.findLastIndex(opened => opened.name === name);
      if (index >= 0) open = open.slice(0, index);
    } else if (open.length < MAX_TAGS && !text.includes(`</${name}>`) && !whole.endsWith('/>'))
      open = [...open, { name }];
  });
  return line => openAt[line] ?? open;
}
