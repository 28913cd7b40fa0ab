import type { TracedAnalysis } from '../analyse';
import { type CommandDocument, documentSpan, type Heading } from '../document/commandDocument';
import { headingsAbove } from '../document/headings';
import { lastLine } from '../explain/places';
import type { AnalysedBlock } from '../flow/documentFlow';
import { isOfHandOver } from '../rules/stateFiles';
import type { Span } from '../text';

/** What an outline shows: a heading with what stands beneath it, a block with what it defines. */
export interface OutlineItem {
  readonly kind: 'heading' | 'block' | 'variable' | 'function';
  readonly name: string;
  /** What a block is for, and which others it has to do with. */
  readonly detail: string;
  /** With all that belongs to it; UTF-16 offsets in the document. */
  readonly span: Span;
  /** What to select of it; inside of `span`. */
  readonly nameSpan: Span;
  readonly children: readonly OutlineItem[];
}

/**
 * The blocks of a document under their headings. A heading under which no block stands is left out: Markdown's own outline has
 * it, and beside the blocks it would only be noise.
 */
export function outlineOf(analysis: TracedAnalysis): readonly OutlineItem[] {
  const { document, flow } = analysis;
  const above = headingsAbove(document.headings);
  const chains = flow.blocks.map(block => [...above(block.block.openLine)].reverse());
  const ends = sectionEnds(document);
  const build = (blocks: readonly number[], depth: number, end: number): readonly OutlineItem[] => {
    const items: OutlineItem[] = [];
    for (let index = 0; index < blocks.length; ) {
      const number = blocks[index]!;
      const heading = chains[number]![depth];
      if (heading === undefined) {
        items.push(blockItem(analysis, flow.blocks[number]!));
        index++;
        continue;
      }
      let next = index;
      while (next < blocks.length && chains[blocks[next]!]![depth] === heading) next++;
      const start = document.lineIndex.startOf(heading.line);
      const stop = Math.min(end, ends.get(heading) ?? document.text.length);
      items.push({
        kind: 'heading',
        name: heading.text.trim() || `Line ${heading.line + 1}`,
        detail: '',
        span: { start, end: Math.max(start, stop) },
        nameSpan: { start, end: start + (document.lines[heading.line]?.length ?? 0) },
        children: build(blocks.slice(index, next), depth + 1, stop),
      });
      index = next;
    }
    return items;
  };
  return build(
    flow.blocks.map((_, index) => index),
    0,
    document.text.length,
  );
}

/** Where the section of each heading ends: at the next one of its level or above. */
function sectionEnds({ headings, lineIndex }: CommandDocument): ReadonlyMap<Heading, number> {
  const ends = new Map<Heading, number>();
  const open: Heading[] = [];
  for (const heading of headings) {
    while (open.length > 0 && open[open.length - 1]!.level >= heading.level)
      ends.set(open.pop()!, lineIndex.startOf(heading.line));
    open.push(heading);
  }
  return ends;
}

function blockItem({ document }: TracedAnalysis, analysed: AnalysedBlock): OutlineItem {
  const { block, flow, role } = analysed;
  const { lineIndex, lines } = document;
  const start = lineIndex.startOf(block.openLine);
  const last = Math.min(lastLine(block), lines.length - 1);
  const end = lineIndex.startOf(last) + (lines[last]?.length ?? 0);
  const own = new Map<string, OutlineItem>();
  const add = (kind: 'variable' | 'function', name: string, inBlock: Span): void => {
    const span = documentSpan(block, inBlock);
    if (/^[A-Za-z_]/.test(name) && !own.has(`${kind} ${name}`))
      own.set(`${kind} ${name}`, { kind, name, detail: '', span, nameSpan: span, children: [] });
  };
  for (const { name, span } of flow.definitions) if (!isOfHandOver(name)) add('variable', name, span);
  for (const { name, span } of flow.functions) add('function', name, span);
  return {
    kind: 'block',
    name: `Block ${block.number}: ${firstCommand(block.text)}`,
    detail: role.kind,
    span: { start, end },
    nameSpan: { start, end: start + (lines[block.openLine]?.length ?? 0) },
    // A function that is called may define a name outside of what the block shows of itself.
    children: [...own.values()]
      .filter(({ span }) => start <= span.start && span.end <= end)
      .sort((a, b) => a.span.start - b.span.start),
  };
}

/** UTF-16 units of a block's name. */
const MAX_NAME = 60;

/** What a person would call the block by: its first comment, else its first line. */
function firstCommand(text: string): string {
  const lines = text.split('\n').map(line => line.trim());
  const line = lines.find(candidate => candidate !== '' && !candidate.startsWith('#!')) ?? 'empty';
  const name = line.replace(/^#+\s*/, '').replace(/\s+/g, ' ');
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 1)}…`;
}
