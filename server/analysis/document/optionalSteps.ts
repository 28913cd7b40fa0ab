import { kept } from '../kept';
import type { Block, CommandDocument, Heading } from './commandDocument';
import { conditionsApart, tellsCondition } from './conditions';
import { headingsApart, headingsOf } from './headings';

/** Words with which authors say that a step is not for every run. */
const CONDITIONAL =
  /\b(?:if|when|whenever|unless|optional(?:ly)?|only|otherwise|alternative(?:ly)?|instead|fallback|skip(?:ped)?|in case|for each|repeat(?:ed)?)\b/i;
/** What a heading of one way among several begins with, or ends with. */
const ONE_WAY =
  /^[\s\d.)*_`]*(?:case|mode|path|scenario|variant|option|approach)\b|\b(?:mode|strategy|path|case|variant)\W*$/i;
/** A label of a block: what it is called, in bold. */
const LABEL = /^[\s>*-]*\*\*[^*]+\*\*:?\s*$/;
/** A label that says for what the block is. */
const PURPOSE = /^\W*(?:for|on|with|using|from)\b.*:\W*$/i;
const STEP = /^\W*(?:step|phase|stage|part)?\s*\d/i;

/** Lines of prose above a block that are asked what the block is for. */
const NEAR = 12;

/**
 * Whether a block is always run before another one, as far as headings and prose say: none of the headings that it stands under
 * alone, and nothing that introduces it, speaks of a condition.
 */
export function alwaysRunsBefore(document: CommandDocument, block: Block, other: Block): boolean {
  const own = headingsApart(document, block, other);
  if (own.some(({ text }) => CONDITIONAL.test(text) || ONE_WAY.test(text))) return false;
  if (conditionsApart(document, block, other).length > 0) return false;
  const prose = proseAbove(document, block);
  const label = labelOf(prose);
  if (label === undefined) return true;
  if (PURPOSE.test(label) && !STEP.test(label)) return false;
  // Blocks under labels beside each other are often ways to do the same thing.
  if (LABEL.test(label) && !STEP.test(label) && labelledBeside(document, block).length > 0) return false;
  // What stands above a block's own label is about something else.
  const introducing = LABEL.test(label) ? prose.slice(0, prose.indexOf(label) + 1) : prose;
  // What a label says is asked above: both blocks may stand under it.
  const others = introducing.filter(line => !tellsCondition(document, block, line));
  return (
    !nearestParagraph(others).some(line => CONDITIONAL.test(line)) &&
    !others.some(line => LINE_OF_CONDITION.test(line) || (ABOUT_IT.test(line) && CONDITIONAL.test(line)))
  );
}

/** "Run this block only if …" speaks of the block wherever it stands above it. */
const ABOUT_IT = /\b(?:run|do|use|execute|skip)\b.{0,20}\bthis\b/i;

/** What merely holds such a word, far above the block, may be about anything; a line that begins with it is not. */
const LINE_OF_CONDITION =
  /^[\s>*_`\d.)+-]*(?:if|when|whenever|unless|otherwise|optional(?:ly)?|only (?:if|when|for)|alternatively|in case|for each|repeat)\b/i;

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

/** The line above a block that says when it is run: "If the plan is there:", "**Otherwise**", "For Node.js projects:". */
const CONDITION =
  /^[\s>*_`\d.)+-]*(?:if|when|whenever|unless|otherwise|else|optional(?:ly)?|only (?:if|when|for)|alternative(?:ly)?|in case|as a fallback|fallback|skip)\b|^[\s>*_-]*for\b.*:\W*$|\((?:optional|if |when |only )[^)]*\)\W*$/i;

/**
 * Whether something says that a block may be left out where another one is run: a heading that it stands under alone, or the line
 * above it. What merely mentions a condition may be about what the block does.
 */
export function mayBeLeftOutBefore(document: CommandDocument, block: Block, other: Block): boolean {
  const own = headingsApart(document, block, other);
  if (own.some(({ text }) => CONDITIONAL.test(text) || ONE_WAY.test(text))) return true;
  if (conditionsApart(document, block, other).length > 0) return true;
  const label = proseAbove(document, block).find(line => line.trim() !== '' && !/^\s*<!--/.test(line));
  return label !== undefined && CONDITION.test(label);
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
