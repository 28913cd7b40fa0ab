import type { Fence } from './fences';

/*
 * Templates often hold fences as long as their own: "```markdown", in it "```json", "```", and at last "```". By CommonMark the first
 * bare fence closes the template, and the last one opens another that swallows the step below it. An agent reads what the author
 * meant. So where a fence without an info string holds one that has, and the fences of an earlier one come out even before it, the
 * inner ones are hidden from the Markdown parser.
 */

/** A line that opens or closes a fence, also within another one. */
interface FenceLine {
  readonly line: number;
  /** Backticks. */
  readonly length: number;
  /** Whether it has no info string: it opens or closes; one with an info string only opens. */
  readonly isBare: boolean;
}

/** A fence of backticks as CommonMark finds it. */
interface Part {
  readonly open: FenceLine;
  /** Lines in it that would be fences outside of it. */
  readonly inner: readonly FenceLine[];
  readonly close: FenceLine | undefined;
}

const INNER = /^ {0,3}(`{3,})([^`]*)$/;
const MARKER = /^`{3,}/;
/** Fence lines of one fence that count, and fences above a swallowing one that may be its template: nobody nests more. */
const MAX_INNER = 200;
const MAX_ABOVE = 30;

/**
 * What to hide, one possibility after the other, the first one first: the lines of the fences within one template.
 * @param lines the document's lines as the Markdown parser has seen them
 */
export function* nestedFences(
  lines: readonly string[],
  fences: readonly Fence[],
): Generator<readonly number[], void> {
  const parts = partsOf(lines, fences);
  for (const [at, part] of parts.entries()) {
    if (!isSwallowing(part)) continue;
    for (let above = at - 1; above >= Math.max(0, at - MAX_ABOVE); above--) {
      const nested = nestedIn(parts.slice(above, at + 1));
      if (nested !== undefined) yield nested;
    }
  }
}

/** How many fences swallow another one: a reading that has fewer is the better one. */
export function swallowingIn(lines: readonly string[], fences: readonly Fence[]): number {
  return partsOf(lines, fences).filter(isSwallowing).length;
}

function partsOf(lines: readonly string[], fences: readonly Fence[]): readonly Part[] {
  return fences.flatMap(({ openLine, closeLine, prefixLength, info, content }): readonly Part[] => {
    const marker = MARKER.exec((lines[openLine] ?? '').slice(prefixLength))?.[0];
    if (marker === undefined) return [];
    const inner = content.includes('```') ? innerOf(content, openLine + 1) : [];
    const open = { line: openLine, length: marker.length, isBare: info === '' };
    const close =
      closeLine === undefined ? undefined : { line: closeLine, length: marker.length, isBare: true };
    return [{ open, inner, close }];
  });
}

function innerOf(content: string, firstLine: number): readonly FenceLine[] {
  const found: FenceLine[] = [];
  for (const [index, line] of content.split('\n').entries()) {
    const [, marker, info] = INNER.exec(line) ?? [];
    if (marker !== undefined)
      found.push({ line: firstLine + index, length: marker.length, isBare: info!.trim() === '' });
    if (found.length >= MAX_INNER) break;
  }
  return found;
}

/** Whether a closed fence without an info string holds the beginning of another one that it does not outnumber. */
function isSwallowing({ open, inner, close }: Part): boolean {
  return (
    open.isBare && close !== undefined && inner.some(({ isBare, length }) => !isBare && length >= open.length)
  );
}

/**
 * The lines to hide where the first of some fences is a template, counted in pairs, that ends with the bare fence that CommonMark takes
 * for the beginning of another one; what follows up to the swallowing one, the last, has to be bare as well: all of them turn over.
 */
function nestedIn(parts: readonly Part[]): readonly number[] | undefined {
  const [template] = parts;
  if (template?.inner.every(({ isBare }) => isBare) !== false) return undefined;
  const hidden: number[] = [];
  let depth = 0;
  for (const [index, { open, inner, close }] of parts.entries())
    for (const fence of [open, ...inner, ...(close === undefined ? [] : [close])]) {
      if (fence.length < template.open.length) continue;
      depth += fence === template.open || !fence.isBare ? 1 : -1;
      if (depth > 0) {
        if (fence !== template.open) hidden.push(fence.line);
        continue;
      }
      const isEnd = fence === open && parts.slice(index).every(part => part.open.isBare);
      return isEnd ? hidden : undefined;
    }
  return undefined;
}
