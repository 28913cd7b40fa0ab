import { kept } from '../kept';
import type { Span } from '../text';

/**
 * Text that is no shell: something that the agent or the host replaces before the shell sees it. It is masked by a word of
 * its own of the same length, so that it neither breaks the parse nor moves a position. Without that, `X=5 <step>` followed by
 * `echo $X` parses without any error, wrongly: the `>` takes `echo` as its target.
 */
export interface Mask extends Span {
  /** `placeholder`: the agent fills it in; `substitution`: the host does; `call`: a parenthesis of a call of the agent's tools. */
  readonly kind: 'placeholder' | 'substitution' | 'call';
}

interface Pattern {
  readonly kind: Mask['kind'];
  /** What each match holds: most texts have none, and need not be searched. */
  readonly sign: string;
  readonly expression: RegExp;
}

/**
 * What is masked, first match wins. All are bounded and free of nested repetition, so that none takes more than linear time
 * on a line without end.
 */
const PATTERNS: readonly Pattern[] = [
  // A fence in a text that the shell prints: three backquotes are Markdown, and would swallow what follows as a command.
  { kind: 'placeholder', sign: '```', expression: /`{3,}/g },
  // `${{ github.ref }}`, `{{name}}`, `{{.Names}}`
  { kind: 'placeholder', sign: '{{', expression: /\$?\{\{[^{}\n]{0,200}\}\}/g },
  // `${user_config.KEY}` of plugins and `${input:name}` of prompt files: no parameter expansions, whatever they look like.
  {
    kind: 'substitution',
    sign: '${',
    expression: /\$\{(?:user_config\.[\w.-]{1,100}|input:[A-Za-z][^{}\n]{0,200})\}/g,
  },
  // `<name>`, `<a|b>`, `<path to the file>`: an angle bracket with a letter right behind it and none of the shell's own signs.
  {
    kind: 'placeholder',
    sign: '<',
    expression: /(?<![<&\d$(])<[A-Za-z][^<>$`"'()&;\n]{0,120}(?<=[^\s|])>(?![>&])/g,
  },
  // `{name}`: neither `${name}`, nor `{a,b}`, nor a group `{ cmd; }`, nor the descriptor in `exec {LOG}>file`. An escape such
  // as `\{` belongs to somebody else's format.
  { kind: 'placeholder', sign: '{', expression: /(?<![$\\{\w}])\{[A-Za-z][\w .|/-]{0,80}\}(?![}<>])/g },
  {
    kind: 'placeholder',
    sign: '{',
    expression: /\{(?<=[\w/.-]\{)(?<!\$\w{0,40}\{)[A-Za-z][\w -]{0,80}\}(?=$|[\s"'/._-])/gm,
  },
  // `[name]` as a word of its own: no subscript, no test, no key of an array.
  {
    kind: 'placeholder',
    sign: '[',
    expression: /\[(?<=(?:^|[\s"'/=])\[)[A-Za-z][^[\]\n$`=*!]{1,80}\](?=$|[\s"'/.,])/gm,
  },
];

/** The ranges of a shell text to mask, in order and without overlaps. */
export function findMasks(text: string): readonly Mask[] {
  return PATTERNS.reduce((masks, { kind, sign, expression }) => {
    if (!text.includes(sign)) return masks;
    const found = [...text.matchAll(expression)].map(match => ({
      kind,
      start: match.index,
      end: match.index + match[0].length,
    }));
    return found.length === 0 ? masks : merge(masks, found);
  }, callMasks(text));
}

/** A call of one of the agent's tools at the beginning of a statement; `Task() {` defines a function. */
const TOOL_CALL =
  /\b(?:Agent|AskUserQuestion|Bash|Edit|Glob|Grep|Read|Skill|SlashCommand|Task|TodoWrite|WebFetch|Workflow|Write|agent|task)\((?![ \t]*\))(?<=^[ \t]{0,40}(?:\w{1,40}[ \t]?=[ \t]?)?\w{1,20}\()/gm;

/** What matters for the parentheses of a call: one, or a string, which may lack its end. */
const PARENTHESIS_OR_STRING = /[()]|"(?:[^"\\]|\\[\s\S])*"?/g;

/**
 * The two parentheses of each call such as `Task(prompt="Look at $DIR")`: without them, its strings are words of a command,
 * and the shell's variables in them are read. A call that does not end is left alone, with all behind it.
 */
function callMasks(text: string): readonly Mask[] {
  const masks: Mask[] = [];
  let end = 0;
  for (const call of text.matchAll(TOOL_CALL)) {
    const open = call.index + call[0].length - 1;
    if (open < end) continue;
    const close = closingParenthesis(text, open);
    if (close === undefined) break;
    end = close + 1;
    masks.push({ kind: 'call', start: open, end: open + 1 }, { kind: 'call', start: close, end });
  }
  return masks;
}

function closingParenthesis(text: string, open: number): number | undefined {
  PARENTHESIS_OR_STRING.lastIndex = open;
  let depth = 0;
  for (;;) {
    const found = PARENTHESIS_OR_STRING.exec(text);
    if (found === null) return undefined;
    if (found[0] === '(') depth++;
    else if (found[0] === ')' && --depth === 0) return found.index;
  }
}

/** Adds the masks that do not overlap the ones that are there; both lists are in order. */
function merge(known: readonly Mask[], found: readonly Mask[]): readonly Mask[] {
  const result: Mask[] = [];
  let next = 0;
  for (const mask of found) {
    while (next < known.length && known[next]!.end <= mask.start) result.push(known[next++]!);
    if (next === known.length || mask.end <= known[next]!.start) result.push(mask);
  }
  return [...result, ...known.slice(next)];
}

/** The text with each mask filled by a word of its length: the same for the same placeholder, so that two paths stay two. */
export function applyMasks(text: string, masks: readonly Mask[]): string {
  let result = '';
  let offset = 0;
  for (const mask of masks) {
    result += text.slice(offset, mask.start) + maskFor(text.slice(mask.start, mask.end));
    offset = mask.end;
  }
  return result + text.slice(offset);
}

/**
 * Letters and digits alone, so that what is masked stays one plain word, which begins with a letter in upper case: no word of
 * the shell's is spelt by accident.
 */
function maskFor(placeholder: string): string {
  return placeholder.replace(/[^A-Za-z0-9]/g, MASK_LETTER);
}

const MASK_LETTER = 'Q';

/** A text made from masked ones, such as a path in a message, with the placeholders as the author wrote them. */
export function withPlaceholders(document: Masked, text: string): string {
  if (!/Q\w*Q/.test(text)) return text;
  return placeholdersOf(document).reduce(
    (result, placeholder) => result.replaceAll(maskFor(placeholder), placeholder),
    text,
  );
}

/** The placeholders of a document, the longest first: `{{a}}` holds `{a}`. */
const placeholdersOf = kept(({ blocks }: Masked): readonly string[] => {
  const all = blocks.flatMap(({ text, masks }) =>
    masks.flatMap(({ kind, start, end }) => (kind === 'call' ? [] : [text.slice(start, end)])),
  );
  return [...new Set(all)].sort((a, b) => b.length - a.length);
});

interface Masked {
  readonly blocks: readonly { readonly text: string; readonly masks: readonly Mask[] }[];
}
