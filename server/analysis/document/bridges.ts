import { kept } from '../kept';
import type { Block, CommandDocument } from './commandDocument';

/** Lines of prose around a block in which a bridge is looked for. */
const NEAR = 6;
/** Lines behind a definition; there another fence may stand in between, with what to tell the user. */
const NEAR_BEHIND = 12;

const KEEP = /\b(?:store|remember|record|note down|take note|keep|save|capture|hold on to)\b/i;
const FILL_IN =
  /\b(?:substitut\w*|fill in|insert the|replace|inline the|paste|pass(?:ing)? .{0,20}explicitly|literal(?:ly)?)\b/i;
/** Said right above a block, it speaks of all names in it. */
const SET_AGAIN = /\bre-?set (?:the|its|their|all) (?:own )?(?:vars|variables|values)\b/i;
/** Said behind a block that prints values: the agent takes them from there. */
const PARSE_OUTPUT = /\bparse (?:the |its |this )?output\b|^\W*line \d{1,2}\s*(?:[=:]|is\b)/i;
/** Said right above an assignment, it speaks of that line. */
const RUN_AGAIN =
  /^\s*#.*\b(?:re-?run|repeat|re-?set|re-?calculate)\b.{0,30}\b(?:each|every|new)\b.{0,20}\b(?:shell|block|step|command|call)s?\b/i;
/** What makes a sentence speak of the whole document. */
const EVERYWHERE =
  /\b(?:every|each|all|throughout)\b.{0,40}\b(?:below|command|block|step|call|skill|workflow)s?\b/i;
/** What a comment says to whoever runs the block; "# Save the ID" only says what the next line does. */
const SPEAKS_TO_AGENT =
  /\b(?:substitut\w*|fill in|inline the|paste|by hand|remember|in (?:session )?memory|in mind|into (?:the|each|every) .{0,30}(?:below|dispatch|command|step|block))\b/i;
/** The mistaken belief itself: that the shell keeps the value. */
const BELIEF = /\b(?:reuse|re-use|available|persists?|still set|exported)\b/i;

/**
 * Tells whether the prose tells the agent to carry a value over itself: "Capture `$BINARY` for Phase 4" behind one of the
 * definitions, "substitute `$ID` by the number above" at the read, "substitute the literal path for `$DIR` into every command
 * below" anywhere. Such a read is the author's shorthand, not a mistake.
 * @param writers the blocks before the reader that give the name a value
 */
export function isBridged(
  document: CommandDocument,
  writers: readonly Block[],
  reader: Block,
  name: string,
): boolean {
  const says = (text: string, verb: RegExp) =>
    mentionsName(text, name) && verb.test(text) && !BELIEF.test(text);
  return (
    writers.some(writer => proseBehind(document, writer).some(line => says(line, KEEP))) ||
    proseBefore(document, reader).some(line => says(line, FILL_IN) || SET_AGAIN.test(line)) ||
    proseBehind(document, reader, NEAR).some(line => says(line, FILL_IN)) ||
    writers.some(writer => isToRunAgain(writer, name)) ||
    writers.some(
      writer =>
        proseBehind(document, writer).some(line => PARSE_OUTPUT.test(line)) && printsAlone(writer, name),
    ) ||
    [...writers, reader].some(block => comments(block).some(line => says(line, SPEAKS_TO_AGENT))) ||
    sentences(document).some(sentence => EVERYWHERE.test(sentence) && says(sentence, FILL_IN)) ||
    recordings(document).some(sentence => namesInCode(sentence, name) && !BELIEF.test(sentence))
  );
}

/** Sentences that give what a command printed a name, wherever they stand: "Record its id as `RUN_ID`". */
const recordings = kept(({ lines }: CommandDocument): readonly string[] =>
  paragraphs(lines)
    .flatMap(paragraph => paragraph.split(/(?<=[.;!?])\s(?=[A-Z])/))
    .filter(sentence => /\b(?:record|remember|note down|keep)\b.{0,200}\bas `/i.test(sentence)),
);

/** Whether a sentence names it between backquotes, behind "as". */
function namesInCode(sentence: string, name: string): boolean {
  const named = sentence.slice(sentence.indexOf(' as `'));
  return named.includes(`\`${name}\``) || named.includes(`\`$${name}\``);
}

/** Whether a text has the name as a word of its own. A hostile name is too long for a regular expression. */
function mentionsName(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!/\w/.test(text[at - 1] ?? '') && !/\w/.test(text[at + name.length] ?? '')) return true;
  return false;
}

/** The prose behind a block, up to the next shell block; what stands in other fences is none. */
function proseBehind(document: CommandDocument, block: Block, length = NEAR_BEHIND): readonly string[] {
  const start = (block.closeLine ?? document.lines.length) + 1;
  const next = document.blocks[block.number]?.openLine ?? document.lines.length;
  const prose: string[] = [];
  let fence: string | undefined;
  for (const line of document.lines.slice(start, Math.min(start + length, next))) {
    const marker = FENCE.exec(line)?.[1];
    if (marker !== undefined) fence = fence === undefined ? marker : marker === fence ? undefined : fence;
    else if (/^#{1,6}\s/.test(line) && fence === undefined) break;
    else if (fence === undefined) prose.push(line);
  }
  return prose;
}

function proseBefore(document: CommandDocument, block: Block): readonly string[] {
  const lines = document.lines.slice(Math.max(0, block.openLine - NEAR), block.openLine).reverse();
  const fence = lines.findIndex(line => FENCE.test(line));
  return fence < 0 ? lines : lines.slice(0, fence);
}

/** The lines of a block that have a comment, with what stands before it: `echo "$X"   # substitute into step 2`. */
function comments({ text }: Block): readonly string[] {
  return text.includes('#') ? text.split('\n').filter(line => /(?:^|\s)#\s/.test(line)) : [];
}

/** Whether a block prints the name on a line of its own. */
function printsAlone({ text }: Block, name: string): boolean {
  return text.split('\n').some(line => /^echo "?\$\{?(\w+)\}?"?$/.exec(line.trim())?.[1] === name);
}

/** Whether a comment above the line that sets the name asks for that line in every shell. */
function isToRunAgain({ text }: Block, name: string): boolean {
  if (!text.includes('#')) return false;
  const lines = text.split('\n');
  return lines.some((line, index) => {
    if (!RUN_AGAIN.test(line)) return false;
    const next = lines.slice(index + 1).find(other => !/^\s*(?:#|$)/.test(other)) ?? '';
    return next.replace(/^\s*(?:export\s+)?/, '').startsWith(`${name}=`);
  });
}

const FENCE = /^[\s>]*(`{3,}|~{3,})/;

/** A document's sentences, also over several lines. */
const sentences = kept(({ lines }: CommandDocument): readonly string[] =>
  paragraphs(lines)
    .filter(paragraph => FILL_IN.test(paragraph))
    .flatMap(paragraph => paragraph.split(/(?<=[.;!?])\s(?=[A-Z])/)),
);

/** The lines between empty lines and fences, each joined to one. */
function paragraphs(lines: readonly string[]): readonly string[] {
  const result: string[][] = [[]];
  for (const line of lines) {
    const text = line.trim();
    if (text === '' || FENCE.test(line)) result.push([]);
    else result[result.length - 1]!.push(text);
  }
  return result.map(paragraph => paragraph.join(' '));
}
