import { kept } from '../kept';
import type { Block, CommandDocument, Heading } from './commandDocument';
import { conditionsApart, tellsCondition } from './conditions';
import {
  beginsWithWay,
  endsWithWay,
  isConditionLine,
  mentionsCondition,
  tellsPurpose,
} from './conditionWords';
import { headingsApart, headingsOf } from './headings';

/** A label of a block: what it is called, in bold. */
const LABEL = /^[\s>*-]*\*\*[^*]+\*\*:?\s*$/;
const STEP = /^\W*(?:step|phase|stage|part)?\s*\d/i;

/** Lines of prose above a block that are asked what the block is for. */
const NEAR = 12;

/**
 * Whether a block is always run before another one that needs it, as far as headings and prose say: none of the headings that it stands under
 * alone, and nothing that introduces it, speaks of a condition.
 */
export function alwaysRunsBefore(document: CommandDocument, block: Block, other: Block): boolean {
  const own = headingsApart(document, block, other);
  if (own.some(isOfOneWay)) return false;
  if (conditionsApart(document, block, other).length > 0) return false;
  const prose = proseAbove(document, block);
  const label = labelOf(prose);
  if (label === undefined) return true;
  if (tellsPurpose(label) && !STEP.test(label)) return false;
  // Blocks under labels beside each other are often ways to do the same thing, but for one that needs what another one sets.
  const beside = LABEL.test(label) && !STEP.test(label) ? labelledBeside(document, block) : [];
  if (beside.length > 0 && !beside.includes(other)) return false;
  // What stands above a block's own label is about something else.
  const introducing = LABEL.test(label) ? prose.slice(0, prose.indexOf(label) + 1) : prose;
  // What a label says is asked above: both blocks may stand under it.
  const others = introducing.filter(line => !tellsCondition(document, block, line));
  return (
    !nearestParagraph(others).some(mentionsCondition) &&
    !others.some(line => isConditionLine(line) || (ABOUT_IT.test(line) && mentionsCondition(line)))
  );
}

/** "Run this block only if …" speaks of the block wherever it stands above it; what merely holds such a word may be about anything. */
const ABOUT_IT = /\b(?:run|do|use|execute|skip)\b.{0,20}\bthis\b/i;

/** Whether what stands below a heading is not for every run. */
function isOfOneWay({ text }: Heading): boolean {
  return mentionsCondition(text) || beginsWithWay(text) || endsWithWay(text);
}

/** The lines up to the first empty one behind text, the nearest first; comments are none. */
function nearestParagraph(prose: readonly string[]): readonly string[] {
  const isText = (line: string) => line.trim() !== '' && !/^\s*<!--/.test(line);
  const first = prose.findIndex(isText);
  const end = prose.findIndex((line, index) => index > first && line.trim() === '');
  return first < 0 ? [] : prose.slice(first, end < 0 ? prose.length : end);
}

/** The line directly above a block, if any. */
function labelOf(prose: readonly string[]): string | undefined {
  return prose.find(line => line.trim() !== '');
}

/** The blocks under the same heading that have a label directly above them, where the block itself has one: "**pytest**:", "**jest**:". */
export function labelledBeside(document: CommandDocument, block: Block): readonly Block[] {
  const [heading] = headingsOf(document, block);
  const labelled = labelledIn(document).get(heading) ?? [];
  return labelled.includes(block) ? labelled.filter(other => other !== block) : [];
}

/** The blocks with a label directly above them, by their nearest heading. */
const labelledIn = kept((document: CommandDocument): ReadonlyMap<Heading | undefined, readonly Block[]> => {
  const labelled = new Map<Heading | undefined, Block[]>();
  for (const block of document.blocks) {
    const label = labelOf(proseAbove(document, block)) ?? '';
    if (!LABEL.test(label)) continue;
    const [heading] = headingsOf(document, block);
    labelled.set(heading, [...(labelled.get(heading) ?? []), block]);
  }
  return labelled;
});

/**
 * Whether something says that a block may be left out where another one is run: a heading that it stands under alone, or the line
 * above it. What merely mentions a condition may be about what the block does.
 */
export function mayBeLeftOutBefore(document: CommandDocument, block: Block, other: Block): boolean {
  const own = headingsApart(document, block, other);
  if (own.some(isOfOneWay)) return true;
  if (conditionsApart(document, block, other).length > 0) return true;
  const label = proseAbove(document, block).find(line => line.trim() !== '' && !/^\s*<!--/.test(line));
  return label !== undefined && (isConditionLine(label) || tellsPurpose(label));
}

/** The prose directly above a block, up to a heading or another fence, the nearest line first. */
export function proseAbove({ lines }: CommandDocument, { openLine }: Block): readonly string[] {
  const above = lines
    .slice(Math.max(0, openLine - NEAR), openLine)
    .map(looked)
    .reverse();
  const end = above.findIndex(isBoundary);
  return end < 0 ? above : above.slice(0, end);
}

/** The prose directly below a line, down to a heading or a fence. */
export function proseBelow({ lines }: CommandDocument, line: number): readonly string[] {
  const below = lines.slice(line + 1, line + 1 + NEAR).map(looked);
  const end = below.findIndex(isBoundary);
  return end < 0 ? below : below.slice(0, end);
}

/** UTF-16 units of a line that are looked at: what is asked about it may take the square of its length. */
const MAX_LINE = 500;

function looked(line: string): string {
  return line.slice(0, MAX_LINE);
}

/** A heading, a fence, or the end of what tags enclose. */
function isBoundary(line: string): boolean {
  return /^[\s>]*(?:`{3,}|~{3,}|#{1,6}\s|<\/\w[\w:-]*>\s*$)/.test(line);
}
