import { kept } from '../kept';
import type { Numbered } from './alternatives';
import { type Block, type CommandDocument, frameOf, type Heading } from './commandDocument';
import { headingsAbove, headingsApart, headingsOf, isNumbered } from './headings';
import { boldAbove } from './labels';

/** "**Block 1 (required)**", "### Step 0: Prepare": where something begins to be counted. */
const FIRST = /^[\s>#]*(?:\*\*)?(step|phase|stage|part|block)\s*#?[01](?:[a-z]\b|\b)/i;

const MAX_SECTIONS = 200;

/** What holds the blocks of one procedure of several: a heading, and the procedures beside it. */
type Procedures = ReadonlyMap<Heading, ReadonlySet<Heading>>;

/** Whether a block stands in one procedure of several that another block does not stand in. */
export function isOfOneProcedure(document: CommandDocument, block: Block, other: Block): boolean {
  const procedures = proceduresIn(frameOf(document));
  return headingsApart(document, block, other).some(heading => procedures.has(heading));
}

/**
 * Answers whether two blocks belong to procedures beside each other: "Expand Phase" and "Expand Stage", each with a "Block 1" of its
 * own. One run goes through one of them, as far as anybody can tell; somebody may still go through both, so that what is lost
 * between them is worth telling.
 */
export function areOfOtherProcedures(document: CommandDocument, a: Numbered, b: Numbered): boolean {
  const frame = frameOf(document);
  const procedures = proceduresIn(frame);
  if (procedures.size === 0) return false;
  const above = (number: number) => {
    const block = frame.blocks[number - 1];
    return block === undefined ? [] : headingsOf(frame, block);
  };
  const others = above(b.number);
  return above(a.number).some(heading => {
    const beside = procedures.get(heading);
    return beside !== undefined && others.some(other => beside.has(other));
  });
}

/**
 * Whether one of two blocks stands in a section that is kept to be looked up, and the other one outside of it: neither gives the other one
 * anything.
 */
export function isKeptApart(document: CommandDocument, a: Numbered, b: Numbered): boolean {
  const old = oldBlocksIn(frameOf(document));
  return old.has(a.number) !== old.has(b.number);
}

/** The numbers of the blocks under headings of what was done before, or is kept to be looked up: "Legacy Reference", "Steps (deprecated)". */
const oldBlocksIn = kept(
  (frame: CommandDocument): ReadonlySet<number> =>
    new Set(
      frame.blocks.flatMap(block =>
        headingsOf(frame, block).some(({ text }) => OLD.test(text)) ? [block.number] : [],
      ),
    ),
);

const OLD =
  /^[\W\d]*(?:legacy|deprecated|obsolete)(?: (?:reference|documentation|docs|instructions|notes?|process|procedure|steps?|version|workflow|section|behaviou?r))?\W*$|\((?:legacy|deprecated|obsolete|for reference(?: only)?)\)\W*$/i;

const proceduresIn = kept((frame: CommandDocument): Procedures => {
  const counted = countedIn(frame);
  const sections = [...counted.keys()];
  // Nobody compares a thousand headings with each other.
  if (sections.length > MAX_SECTIONS) return new Map();
  const parents = parentsOf(frame);
  const procedures = new Map<Heading, ReadonlySet<Heading>>();
  for (const section of sections) {
    const beside = sections.filter(
      other =>
        other !== section &&
        other.level === section.level &&
        areAlike(section.text, other.text) &&
        parents.get(other) === parents.get(section) &&
        [...counted.get(section)!].some(noun => counted.get(other)!.has(noun)),
    );
    if (beside.length > 0) procedures.set(section, new Set(beside));
  }
  return procedures;
});

/** What is counted from its first one below each heading that is not counted itself. */
function countedIn(frame: CommandDocument): ReadonlyMap<Heading, ReadonlySet<string>> {
  const counted = new Map<Heading, Set<string>>();
  const labels = boldAbove<string | undefined>(
    frame,
    undefined,
    (known, line) => FIRST.exec(line)?.[1] ?? known,
  );
  for (const block of frame.blocks) {
    const headings = headingsOf(frame, block);
    const label = labels.get(block);
    for (const [depth, heading] of headings.entries()) {
      if (isNumbered(heading.text)) continue;
      const below = headings.slice(0, depth).flatMap(({ text }) => FIRST.exec(text)?.[1] ?? []);
      for (const noun of [...below, ...(label === undefined ? [] : [label])])
        counted.set(heading, (counted.get(heading) ?? new Set()).add(noun.toLowerCase()));
    }
  }
  return counted;
}

function parentsOf({ headings }: CommandDocument): ReadonlyMap<Heading, Heading | undefined> {
  const above = headingsAbove(headings);
  return new Map(
    headings.map(heading => [heading, above(heading.line).find(({ level }) => level < heading.level)]),
  );
}

/** Whether two headings name the same thing with another object: at least half of their words agree, one by one. */
function areAlike(a: string, b: string): boolean {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  if (left.length !== right.length) return false;
  const same = left.filter((word, index) => word === right[index]);
  // "Planning phase" and "Execution phase" are gone through one after the other.
  return same.length * 2 >= left.length && same.some(word => !OF_ORDER.test(word));
}

const OF_ORDER = /^(?:phase|step|stage|part|process|section|the|and|of|for|a|an|to|with|in|workflow|mode)$/;

function wordsOf(heading: string): readonly string[] {
  return heading
    .toLowerCase()
    .replace(/\([^()]*\)/g, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '');
}
