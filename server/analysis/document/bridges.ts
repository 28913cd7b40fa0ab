import { kept } from '../kept';
import type { BlockContent } from './block';
import { type Block, type CommandDocument, frameOf } from './commandDocument';

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
  const around = bridgesIn(frameOf(document))[reader.number - 1];
  return (
    speaks(spokenIn(reader.content), name) ||
    (around !== undefined && isBridgedBy(document, writers, around, name))
  );
}

/** The same of a command in the prose. @param line the document's line that it stands on, from 0 */
export function isBridgedInProse(
  document: CommandDocument,
  writers: readonly Block[],
  line: number,
  name: string,
): boolean {
  const number = document.blocks.filter(({ openLine }) => openLine < line).length;
  const around = bridgesAround(document, { number, openLine: line + 1, closeLine: line });
  return isBridgedBy(document, writers, around, name);
}

function isBridgedBy(
  document: CommandDocument,
  writers: readonly Block[],
  reader: Bridges,
  name: string,
): boolean {
  const frame = frameOf(document);
  const around = bridgesIn(frame);
  return (
    reader.setsAgain ||
    speaks(reader.fillIn, name) ||
    writers.some(
      writer =>
        speaks(around[writer.number - 1]?.keep, name) ||
        isToRunAgain(writer, name) ||
        speaks(spokenIn(writer.content), name) ||
        (around[writer.number - 1]?.isParsed === true && printsAlone(writer, name)),
    ) ||
    speaks(sentences(frame), name) ||
    recordings(frame).some(sentence => namesInCode(sentence, name))
  );
}

function speaks(lines: readonly string[] = [], name: string): boolean {
  return lines.some(line => mentionsName(line, name));
}

/** What the prose around a block says about names that it mentions. */
interface Bridges {
  /** Behind it: to keep a value. */
  readonly keep: readonly string[];
  /** Before or right behind it: to fill one in. */
  readonly fillIn: readonly string[];
  /** Before it: to set all of them again. */
  readonly setsAgain: boolean;
  /** Behind it: to take values from what it prints. */
  readonly isParsed: boolean;
}

/** What is said around each block of a frame. */
const bridgesIn = kept((frame: CommandDocument): readonly Bridges[] =>
  frame.blocks.map(block => bridgesAround(frame, block)),
);

/** Where something stands in a document; `number` is that of the last block which begins before it or is it. */
type Place = Pick<Block, 'number' | 'openLine' | 'closeLine'>;

function bridgesAround(document: CommandDocument, place: Place): Bridges {
  const behind = proseBehind(document, place);
  const before = proseBefore(document, place);
  return {
    keep: saying(behind, KEEP),
    fillIn: saying([...before, ...proseBehind(document, place, NEAR)], FILL_IN),
    setsAgain: before.some(line => SET_AGAIN.test(line)),
    isParsed: behind.some(line => PARSE_OUTPUT.test(line)),
  };
}

/** The texts that tell to do something, and not that the shell does it. */
function saying(texts: readonly string[], verb: RegExp): readonly string[] {
  return texts.filter(text => verb.test(text) && !BELIEF.test(text));
}

/** Sentences that give what a command printed a name, wherever they stand: "Record its id as `RUN_ID`". */
const recordings = kept((frame: CommandDocument): readonly string[] =>
  saying(sentencesOf(paragraphs(frame)), /\b(?:record|remember|note down|keep)\b.{0,200}\bas `/i),
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
function proseBehind(document: CommandDocument, block: Place, length = NEAR_BEHIND): readonly string[] {
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

function proseBefore(document: CommandDocument, block: Place): readonly string[] {
  const lines = document.lines.slice(Math.max(0, block.openLine - NEAR), block.openLine).reverse();
  const fence = lines.findIndex(line => FENCE.test(line));
  return fence < 0 ? lines : lines.slice(0, fence);
}

/** The lines of a block with a comment that speaks to the agent: `echo "$X"   # substitute into step 2`. */
const spokenIn = kept(({ text }: BlockContent): readonly string[] =>
  text.includes('#')
    ? saying(
        text.split('\n').filter(line => /(?:^|\s)#\s/.test(line)),
        SPEAKS_TO_AGENT,
      )
    : [],
);

/** Whether a block prints the name on a line of its own. */
function printsAlone({ text }: Block, name: string): boolean {
  return text.split('\n').some(line => /^echo "?\$\{?(\w+)\}?"?$/.exec(line.trim())?.[1] === name);
}

/** Whether a comment above the line that sets the name asks for that line in every shell: "Re-run this line in each block". */
export function isToRunAgain({ text }: Pick<Block, 'text'>, name: string): boolean {
  if (!text.includes('#')) return false;
  const lines = text.split('\n');
  return lines.some((line, index) => {
    if (!RUN_AGAIN.test(line)) return false;
    const next = lines.slice(index + 1).find(other => !/^\s*(?:#|$)/.test(other)) ?? '';
    return next.replace(/^\s*(?:export\s+)?/, '').startsWith(`${name}=`);
  });
}

const FENCE = /^[\s>]*(`{3,}|~{3,})/;

/** Sentences that speak of the whole document, also over several lines. */
const sentences = kept((frame: CommandDocument): readonly string[] =>
  saying(
    sentencesOf(paragraphs(frame).filter(paragraph => FILL_IN.test(paragraph))).filter(sentence =>
      EVERYWHERE.test(sentence),
    ),
    FILL_IN,
  ),
);

function sentencesOf(paragraphs: readonly string[]): readonly string[] {
  return paragraphs.flatMap(paragraph => paragraph.split(/(?<=[.;!?])\s(?=[A-Z])/));
}

/** The lines between empty lines and fences, each joined to one; what stands in shell blocks is no prose. */
function paragraphs({ lines, blocks }: CommandDocument): readonly string[] {
  const result: string[][] = [[]];
  let next = 0;
  for (const [number, line] of lines.entries()) {
    while (next < blocks.length && (blocks[next]!.closeLine ?? lines.length) < number) next++;
    const isInBlock = next < blocks.length && blocks[next]!.openLine <= number;
    const text = line.trim();
    if (isInBlock || text === '' || FENCE.test(line)) result.push([]);
    else result[result.length - 1]!.push(text);
  }
  return result.map(paragraph => paragraph.join(' '));
}
