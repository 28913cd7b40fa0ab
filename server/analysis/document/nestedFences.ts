/**
 * Templates often hold fences as long as their own: "```markdown", in it "```json", "```", and at last "```". By CommonMark the first
 * bare fence closes the template, the last one opens another that swallows what comes below it up to the next step's end. An agent
 * reads what the author meant. So where that happens, the fences in the template are none for the Markdown parser.
 */

/** Stands for the first backtick of a fence that is hidden: as long as what it replaces, and in no text. */
const HIDDEN = '\uE000';
const FENCE = /^\s*(`{3,})([^`]*)$/;
/** Fences that are looked at to find the end of one template: nobody nests more. */
const MAX_INNER = 200;

interface FenceLine {
  readonly line: number;
  /** Backticks. */
  readonly length: number;
  /** Whether it has no info string: it opens or closes; one with an info string only opens. */
  readonly isBare: boolean;
}

/** The lines with the fences hidden that stand within another one, where CommonMark would take them for others. Lengths stay. */
export function hideNestedFences(lines: readonly string[]): readonly string[] {
  if (lines.some(line => line.includes(HIDDEN))) return lines;
  const fences = lines.flatMap((text, line): readonly FenceLine[] => {
    const [, marker, info] = FENCE.exec(text) ?? [];
    return marker === undefined ? [] : [{ line, length: marker.length, isBare: info!.trim() === '' }];
  });
  const hidden = new Set(nestedIn(fences).map(({ line }) => line));
  return hidden.size === 0
    ? lines
    : lines.map((text, line) => (hidden.has(line) ? text.replace('`', HIDDEN) : text));
}

/** A fence's content as the author wrote it. */
export function showNestedFences(content: string): string {
  return content.replaceAll(HIDDEN, '`');
}

function nestedIn(fences: readonly FenceLine[]): readonly FenceLine[] {
  const nested: FenceLine[] = [];
  for (let open = 0; open < fences.length; ) {
    const close = closeOf(fences, open);
    const end = fences.slice(open + 1, close).some(inner => couldClose(fences[open]!, inner) || !inner.isBare)
      ? endOfTemplate(fences, open, close)
      : undefined;
    if (end !== undefined)
      nested.push(...fences.slice(open + 1, end).filter(inner => couldClose(fences[open]!, inner)));
    open = (end ?? close) + 1;
  }
  return nested;
}

/** Whether a fence is long enough to end another one. */
function couldClose({ length }: FenceLine, inner: FenceLine): boolean {
  return inner.length >= length;
}

/** The index of the fence that closes another one by CommonMark; the number of fences where none does. */
function closeOf(fences: readonly FenceLine[], open: number): number {
  const opening = fences[open]!;
  for (let at = open + 1; at < fences.length; at++)
    if (fences[at]!.isBare && couldClose(opening, fences[at]!)) return at;
  return fences.length;
}

/**
 * The index of the fence that ends a template, where its fences are counted in pairs; undefined where CommonMark's reading does as well:
 * what it would open with that fence holds no other one.
 */
function endOfTemplate(fences: readonly FenceLine[], open: number, close: number): number | undefined {
  const opening = fences[open]!;
  let depth = 1;
  let end = open + 1;
  for (; end < fences.length && end - open <= MAX_INNER; end++) {
    if (!couldClose(opening, fences[end]!)) continue;
    depth += fences[end]!.isBare ? -1 : 1;
    if (depth === 0) break;
  }
  if (depth > 0 || end === close) return undefined;
  // By CommonMark, which fences between are open?
  let at = close + 1;
  while (at < end) at = closeOf(fences, at) + 1;
  if (at !== end) return undefined;
  const swallowed = closeOf(fences, end);
  const isOpenToTheEnd = swallowed === fences.length;
  return isOpenToTheEnd || fences.slice(end + 1, swallowed).some(({ isBare }) => !isBare) ? end : undefined;
}
