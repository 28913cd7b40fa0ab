import { type Block, type CommandDocument, frameOf } from '../document/commandDocument';
import { walkProse } from '../document/labels';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { kept } from '../kept';

/**
 * Why the agent gives a name another value than a block that sets it: the text between that block and a later one says so. Parts of
 * sentences. "If it is empty, set VERSION to the latest tag", "If the user selects a topic: `topic="$selected"`".
 * @param reader the number of the later block
 */
export function setInProse(
  { document }: DocumentFlow,
  { block }: AnalysedBlock,
  name: string,
  reader: number,
): readonly string[] {
  const near = proseUnder(document, block);
  const [paragraph = ''] = near.filter(line => line.trim() !== '');
  const isSet =
    near.some(line => setsIn(line, name)) ||
    fallsBackTo(paragraph, name) ||
    assignedBetween(document, block.number, reader).includes(name);
  return isSet ? [`the text below block ${block.number} sets ${name} as well`] : [];
}

/** The names that the prose between two blocks assigns: "→ `topic="$selected"`". */
function assignedBetween(document: CommandDocument, writer: number, reader: number): readonly string[] {
  const above = assignedAbove(frameOf(document));
  return above[reader - 1]?.slice(above[writer - 1]?.length) ?? [];
}

/** For each block the names that the prose above it assigns, in order. */
const assignedAbove = kept((frame: CommandDocument): readonly (readonly string[])[] => {
  const take = (known: readonly string[], line: string): readonly string[] => {
    // A table tells what options mean.
    const names = /^\s*\|/.test(line)
      ? []
      : [...line.slice(0, MAX_LINE).matchAll(ASSIGNED)].map(match => match[1]!);
    return names.length === 0 || known.length > MAX_ASSIGNED ? known : [...known, ...names];
  };
  return [...walkProse<readonly string[]>(frame, [], take, known => known).values()];
});

/** The lines of prose below a block down to a heading, the end of a tag or the next shell block. */
function proseUnder(
  { lines, blocks }: CommandDocument,
  { closeLine, openLine, number }: Block,
): readonly string[] {
  const start = (closeLine ?? openLine) + 1;
  const next = blocks[number]?.openLine ?? lines.length;
  const below = lines.slice(start, Math.min(next, start + MAX_LINES));
  const end = below.findIndex(line => /^#{1,6}\s|^\s*<\/\w/.test(line));
  let isFenced = false;
  return (end < 0 ? below : below.slice(0, end)).flatMap(line => {
    const isFence = /^[\s>]*(?:`{3,}|~{3,})/.test(line);
    if (isFence) isFenced = !isFenced;
    return isFence || isFenced ? [] : [line.slice(0, MAX_LINE)];
  });
}

/** Lines that are looked at, and UTF-16 units of each: what is asked about one may take the square of its length. */
const MAX_LINES = 40;
const MAX_LINE = 500;
/** Assignments in prose that are remembered: nobody writes more. */
const MAX_ASSIGNED = 200;

function setsIn(line: string, name: string): boolean {
  return [...line.matchAll(SET), ...line.matchAll(CAPTURED)].some(match => match[1] === name);
}

/** "set VERSION to the latest tag" */
const SET = /\b(?:set|resolve|assign|override|update)\s+[`*$"{]*(\w+)/gi;
/** "→ `topic="$selected"`"; "If `DRY_RUN=true`" assigns nothing. */
const ASSIGNED = /(?:→|->|=>|⇒|\b(?:set|then|assign)\b:?)\s*`(\w+)=[^=`][^`]*`/gi;
/** "show a question and capture as `topic`" */
const CAPTURED = /\b(?:answer|capture|input|response|selection|choice)\b.{0,30}\bas\s+[`$"{]+(\w+)/gi;

/** Whether a line has the agent put something else in the place of a value: one of the name's words stands behind "fall back to". */
function fallsBackTo(line: string, name: string): boolean {
  const [, instead] = FALLBACK.exec(line) ?? [];
  const words = name
    .toLowerCase()
    .split('_')
    .filter(word => word.length > 3);
  return instead !== undefined && words.some(word => instead.toLowerCase().includes(word));
}

/** "If the version is not available, fall back to a title from the branch's name." */
const FALLBACK = /^\W*(?:if|when)\b.{0,120}\bfall(?:s|ing)? ?back to\b(.{0,200})/i;
