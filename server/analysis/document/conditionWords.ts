/*
 * The words with which authors say that a step is not for every run. What a word is worth depends on its place: a line that begins
 * with "If" says when its step is run, one that holds it somewhere may tell what the step does.
 */

/** What stands before the first word of a line: quotes, list signs, emphasis, numbers, "Step 3:", "Phase 2b —". */
const LEAD = String.raw`^(?:[\s>*_\x60"+-]*(?:step|phase|stage|part)\s*[\d.]+\w?\b)?[\s>*_\x60"\d.):—–+-]*`;

const BEGINNING = new RegExp(
  String.raw`${LEAD}(?:if|when|whenever|unless|otherwise|else|optional(?:ly)?|only (?:if|when|for)|alternative(?:ly)?|in case|(?:as a )?fallback|for (?:each|every)|repeat|skip)\b`,
  'i',
);
const END = /\((?:optional|if |when |only (?:if|when|for|in|on|with)\b)[^)]*\)\W*$/i;

/** Whether a paragraph begins by saying when what it speaks of is done. */
export function beginsWithCondition(paragraph: string): boolean {
  return BEGINNING.test(paragraph);
}

/** Whether a line says when what stands below it is run: "If the plan is there:", "3. **Otherwise**", "Publish (only when asked)". */
export function isConditionLine(line: string): boolean {
  return BEGINNING.test(line) || END.test(line);
}

/** Whether a heading, or a sentence about a block, speaks of a condition. "Check if the file exists" is done in any case, "Run the tests if asked" is not. */
export function mentionsCondition(text: string): boolean {
  return MENTIONED.test(text);
}

const MENTIONED =
  /(?<!(?:^[\W\d]*|[.:;,–—-]\s*|\b(?:to|and|then|first)\s+)(?:ask|check|confirm|decide|detect|determine|see|tell|test|validate|verify)\s+)\bif\b|\b(?:when|whenever|unless|optional(?:ly)?|only|otherwise|alternative(?:ly)?|instead|fallback|skip(?:ped)?|in case|for each|repeat(?:ed)?)\b/i;

/** Whether a text says of a step that it is optional: stronger than a word that may belong to anything. */
export function saysOptional(text: string): boolean {
  return /\b(?:optional(?:ly)?|only (?:if|when|for|where)|skip this)\b/i.test(text);
}

/** What makes a thing of the word before: "Mode detection", "Path allocation". */
const THING = String.raw`\w*(?:tion|sion|ing|ment|ysis)|checks?|names?|setup|variables?`;
const WAY = new RegExp(
  String.raw`${LEAD}(?:case|mode|path|scenario|variant|option|approach)\b(?!\s+(?:${THING})\b)`,
  'i',
);
const WAY_AT_END = /\b(?:mode|strategy|path|case|variant)\W*$/i;

/** Whether a heading or a line begins with the name of one way among several: "Option A: npm", "Path 2". "Mode detection" names none. */
export function beginsWithWay(text: string): boolean {
  return WAY.test(text);
}

/** Whether a heading ends with such a name: "Fast path". It may name a thing as well: "Output path". */
export function endsWithWay(text: string): boolean {
  return WAY_AT_END.test(text);
}

/** Whether a label says what its block is for: "For Node.js projects:", "With Docker:". */
export function tellsPurpose(line: string): boolean {
  return PURPOSE.test(line);
}

const PURPOSE = new RegExp(String.raw`${LEAD}(?:for|on|with|using)\b[^:,]{1,60}:\W*$`, 'i');
