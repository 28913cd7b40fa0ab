import type { EdgeKind, GraphEdge, GraphItem } from './types';

const WORDS: Readonly<Record<EdgeKind, string>> = {
  kept: 'kept',
  recalculated: 'recalculated',
  library: 'from the library',
  lost: 'LOST',
};

/** UTF-16 units of a label; what is longer ends with `…`. */
const MAX_LABEL = 24;

/** `PLAN` for a variable or a file, `greet()` for a function. */
function itemName({ name, kind }: GraphItem): string {
  return kind === 'function' ? `${name}()` : name;
}

/** The names on an edge, as many as there is room for: `PLAN, greet(), +2`. */
export function edgeLabel({ items }: GraphEdge, room = MAX_LABEL): string {
  const names = items.map(itemName);
  let label = shorten(names[0] ?? '', room);
  for (const [index, name] of names.entries()) {
    if (index === 0) continue;
    const rest = names.length - index;
    const longer = `${label}, ${name}`;
    if (longer.length + (rest > 1 ? 5 : 0) > room) return `${label}, +${rest}`;
    label = longer;
  }
  return label;
}

/** All of an edge in one line: `LOST: PLAN, greet()`, `kept by .state.env: PHASE`. */
export function edgeTitle(edge: GraphEdge): string {
  const via = edge.via === undefined ? '' : ` by ${edge.via}`;
  return `${WORDS[edge.kind]}${via}: ${edge.items.map(itemName).join(', ')}`;
}

/** A text in one line of at most so many UTF-16 units. */
export function shorten(text: string, room: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= room
    ? line
    : `${line.slice(0, Math.max(1, room - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}
