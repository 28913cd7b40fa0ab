import { kept } from '../kept';
import { type Block, type CommandDocument, frameOf } from './commandDocument';
import { walkProse } from './labels';

/** A line that says for which runs what stands below it is. */
export interface Condition {
  /** In the frame of the document, from 0. */
  readonly line: number;
  readonly text: string;
}

/** What begins such a line, or what it ends with: "If the plan is there:", "For each file:", "Publish (only when asked)". */
const CONDITION =
  /^(?:if|when|whenever|unless|otherwise|else|optional(?:ly)?|only (?:if|when|for)|alternative(?:ly)?|in case|as a fallback|fallback|for (?:each|every)|repeat)\b|\((?:optional|if |when |only )[^)]*\)\W*$/i;

/** What speaks of all that stands under the same heading: "Skip if: no flag", "Also skip this step when …". */
const SECTION = /^(?:also )?(?:skip\b.{0,40}\b(?:if|when|unless|for)\b|only (?:run|do|use) this\b)/i;

/** A label: bold alone on its line, or what ends in a colon. */
const LABEL = /^\*\*([^*]+)\*\*[ \t]*(?:\([^()]*\))?[ \t]*(?::|$)|^\*\*([^*]+)\*\*.*:$/;

/** UTF-16 units of a line that are looked at: no label is longer. */
const MAX_LINE = 500;

interface Known {
  readonly section: readonly Condition[];
  readonly label: Condition | undefined;
}

const NOTHING: Known = { section: [], label: undefined };

const conditionsIn = kept(
  (frame: CommandDocument): ReadonlyMap<number, readonly Condition[]> =>
    new Map(
      [...walkProse(frame, NOTHING, behindLine)].map(([{ number }, { section, label }]) => [
        number,
        label === undefined ? section : [...section, label],
      ]),
    ),
);

function behindLine(known: Known, line: string, index: number): Known {
  const text = line.slice(0, MAX_LINE).trimEnd();
  // What ends the tag of a step ends what is said in it.
  if (/^\s*<\/\w[\w:-]*>$|^---+$/.test(text)) return NOTHING;
  const plain = plainOf(text);
  if (SECTION.test(plain)) return { ...known, section: [...known.section, { line: index, text: plain }] };
  const [, alone, before] = LABEL.exec(text) ?? [];
  const label = alone ?? before;
  // "Run this now." in bold is no label, whatever stands above it still holds.
  if (label === undefined)
    return /^\*\*(?:if|when|otherwise)\b/i.test(text) ? { ...known, label: undefined } : known;
  if (/[.!?]$/.test(label)) return known;
  return { ...known, label: CONDITION.test(label) ? { line: index, text: label } : undefined };
}

/** Whether a line is one of those that `conditionsApart` knows, whatever it says of them. */
export function tellsCondition(line: string): boolean {
  return SECTION.test(plainOf(line)) || CONDITION.test(/^\s*\*\*([^*]+)\*\*/.exec(line)?.[1] ?? '');
}

function plainOf(line: string): string {
  return line.replace(/^[\s>]*[*_]*/, '');
}

/** The conditions that a block stands under and another one does not: a run of that one may have left the block out. */
export function conditionsApart(
  document: CommandDocument,
  block: Pick<Block, 'number'>,
  other: Pick<Block, 'number'>,
): readonly Condition[] {
  const conditions = conditionsIn(frameOf(document));
  const shared = conditions.get(other.number) ?? [];
  return (conditions.get(block.number) ?? []).filter(condition => !shared.includes(condition));
}
