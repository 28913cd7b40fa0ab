import { kept } from '../kept';
import type { Numbered } from './alternatives';
import { type CommandDocument, frameOf, type Heading } from './commandDocument';
import { isConditionLine } from './conditionWords';
import { walkProse } from './labels';

/** A line that says for which runs what stands below it is. */
export interface Condition {
  /** What it says, without what marks it. */
  readonly text: string;
  /** The line as it stands. */
  readonly source: string;
}

/** What speaks of all that stands under the same heading: "Skip if: no flag", "Also skip this step when …". */
const SECTION = /^(?:also )?(?:skip (?:this\b.{0,40}\b)?(?:if|when|unless)\b|only (?:run|do|use) this\b)/i;

/** A label: bold alone on its line, or what ends in a colon. It may stand in a list. */
const LABEL = /^[\s>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?\*\*([^*]+)\*\*(?:[ \t]*(?:\([^()]*\))?[ \t]*:?|.*:)$/;

/** Bold words with which a sentence of its own begins: "**If it is missing:** stop." says nothing of what comes below it. */
const SENTENCE = /^[\s>]*\*\*(?:if|when|otherwise)\b.*[.!]$/i;

/** UTF-16 units of a line that are looked at: no label is longer. */
const MAX_LINE = 500;
/** Conditions of one section: nobody writes more. */
const MAX_CONDITIONS = 20;

interface Known {
  readonly sections: readonly (Condition & { readonly level: number })[];
  readonly label: Condition | undefined;
  /** The level of the nearest heading above; 0 above all of them. */
  readonly level: number;
}

const NOTHING: Known = { sections: [], label: undefined, level: 0 };

const conditionsIn = kept(
  (frame: CommandDocument): ReadonlyMap<number, readonly Condition[]> =>
    new Map(
      [...walkProse(frame, NOTHING, behindLine, behindHeading)].map(([{ number }, { sections, label }]) => [
        number,
        label === undefined ? sections : [...sections, label],
      ]),
    ),
);

/** What is said of a section holds in the sections below it. */
function behindHeading({ sections }: Known, { level }: Heading): Known {
  return { sections: sections.filter(said => said.level < level), label: undefined, level };
}

function behindLine(known: Known, line: string): Known {
  const source = line.slice(0, MAX_LINE).trimEnd();
  const { level, sections } = known;
  // What ends the tag of a step ends what is said in it.
  if (/^\s*<\/\w[\w:-]*>$|^---+$/.test(source)) return { ...NOTHING, level };
  const text = source.replace(/^[\s>]*[*_]*/, '');
  if (SECTION.test(text))
    return sections.length < MAX_CONDITIONS
      ? { ...known, sections: [...sections, { text, source, level }] }
      : known;
  if (SENTENCE.test(source)) return { ...known, label: undefined };
  const label = LABEL.exec(source)?.[1];
  // "Run this now." in bold is no label, whatever stands above it still holds.
  if (label === undefined || /[.!?]$/.test(label)) return known;
  if (isConditionLine(label)) return { ...known, label: { text: label, source } };
  // The steps of a list belong to what heads the list: "**For each file:**", "1. **Back up:**".
  const isStepOfIt = known.label !== undefined && ITEM.test(source) && !ITEM.test(known.label.source);
  return isStepOfIt ? known : { ...known, label: undefined };
}

const ITEM = /^[\s>]*(?:[-*+]|\d+[.)])[ \t]/;

/** Whether a line of prose above a block is one of the conditions that the block stands under. */
export function tellsCondition(document: CommandDocument, block: Numbered, line: string): boolean {
  const source = line.slice(0, MAX_LINE).trimEnd();
  return (
    SENTENCE.test(source) || conditionsOf(document, block).some(condition => condition.source === source)
  );
}

function conditionsOf(document: CommandDocument, { number }: Numbered): readonly Condition[] {
  return conditionsIn(frameOf(document)).get(number) ?? [];
}

/** The conditions that a block stands under and another one does not: a run of that one may have left the block out. */
export function conditionsApart(
  document: CommandDocument,
  block: Numbered,
  other: Numbered,
): readonly Condition[] {
  const shared = conditionsOf(document, other);
  return conditionsOf(document, block).filter(condition => !shared.includes(condition));
}
