import { kept } from '../kept';
import { type Block, type CommandDocument, frameOf, type Heading } from './commandDocument';
import { headingsOf, isNumbered } from './headings';
import { boldAbove } from './labels';

/**
 * Words with which authors begin the headings of ways of which only one is gone: "If `--create-worktree`", "Mode: Scan". An
 * option or an approach is often tried after the other one failed.
 */
const ALTERNATIVE = /^[\s\d.)*_`]*(if|when|case|mode|path|scenario|variant)\b/i;

/** A block, as far as its place among the others goes. */
export type Numbered = Pick<Block, 'number'>;

/** Answers whether two blocks belong to ways through the document of which only one is gone. */
export function alternativesIn(document: CommandDocument): (a: Numbered, b: Numbered) => boolean {
  return (a, b) => {
    const places = placesIn(frameOf(document));
    const left = places.get(a.number);
    const right = left === undefined ? undefined : places.get(b.number);
    return (
      left !== undefined && right !== undefined && (areSiblings(left, right) || areOtherWays(left, right))
    );
  };
}

/** Whether a block stands on a way through the document that need not be gone. */
export function standsOnWay(document: CommandDocument, block: Block): boolean {
  return placesIn(frameOf(document)).has(block.number);
}

/** Where a block stands. */
interface Place {
  /** The headings above it, the outermost first. */
  readonly headings: readonly Heading[];
  /** The ways that its headings and the label above it name. */
  readonly ways: readonly Way[];
}

/** A way through the document, or several: "`update` or `amend` workflow" are two workflows. */
interface Way {
  readonly noun: string;
  readonly names: readonly string[];
}

/** Whether two blocks stand under sibling headings that begin with the same word of alternatives. */
function areSiblings({ headings: left }: Place, { headings: right }: Place): boolean {
  const at = left.findIndex((heading, index) => heading !== right[index]);
  const [mine, other] = [left[at], right[at]];
  if (mine === undefined || other === undefined || mine.level !== other.level) return false;
  const word = ALTERNATIVE.exec(mine.text)?.[1]?.toLowerCase();
  return word !== undefined && word === ALTERNATIVE.exec(other.text)?.[1]?.toLowerCase();
}

/** Whether two blocks belong to other modes, or to other workflows, wherever in the document they stand. */
function areOtherWays({ ways: left }: Place, { ways: right }: Place): boolean {
  // Below "Workflow: Release", "Workflow: Build" is a part of it.
  const own = left.filter(way => !isShared(way, right));
  const others = right.filter(way => !isShared(way, left));
  return own.some(mine => others.some(other => mine.noun === other.noun));
}

function isShared({ noun, names }: Way, ways: readonly Way[]): boolean {
  return ways.some(other => other.noun === noun && names.some(name => other.names.includes(name)));
}

/** Whether a block stands on a way that another one does not stand on: "**Worktree mode** (…)", and a step of all modes. */
export function isOnWayApart(document: CommandDocument, block: Numbered, other: Numbered): boolean {
  const places = placesIn(frameOf(document));
  const shared = places.get(other.number)?.ways ?? [];
  return (places.get(block.number)?.ways ?? []).some(way => !isShared(way, shared));
}

/** The places of the blocks that stand on some way at all, by their numbers: most documents have one way. */
const placesIn = kept((document: CommandDocument): ReadonlyMap<number, Place> => {
  // "**`new` workflow** (the default):" heads what follows; the next bold beginning, or a heading, ends it.
  const labels = boldAbove(document, NO_LABEL, (known, line) => {
    const [, number, bold, behind = ''] = BOLD.exec(line) ?? [];
    if (bold === undefined) return known;
    // The steps of a list belong to what heads the list.
    return number === undefined ? { head: bold + behind, step: '' } : { ...known, step: bold + behind };
  });
  return new Map(
    document.blocks.flatMap(block => {
      const headings = [...headingsOf(document, block)].reverse();
      const { head, step } = labels.get(block) ?? NO_LABEL;
      const texts = [...headings.map(({ text }) => text), head];
      const own = wayBehind(step);
      const ways = [
        ...texts.flatMap(text => wayIn(text) ?? []),
        ...(own === undefined ? [] : [own]),
        ...recipesIn(headings),
      ];
      const isOnWay = ways.length > 0 || headings.some(({ text }) => ALTERNATIVE.test(text));
      return isOnWay ? [[block.number, { headings, ways }] as const] : [];
    }),
  );
});

/** A heading of what is done now and then, one at a time: "Common workflows", "Typical tasks". */
const COLLECTION =
  /^[\W\d]*(?:common|typical|frequent|useful)\s+(?:\w+\s+)?(?:workflows|tasks|operations|use cases|scenarios|queries|flows|recipes)\b/i;

/** The heading below a collection, which nothing numbers: nobody goes through all of them. */
function recipesIn(headings: readonly Heading[]): readonly Way[] {
  return headings.flatMap(({ text }, index) => {
    const above = headings[index - 1];
    // The title says what the document is about, and its sections may be steps.
    if (above === undefined || above.level === 1 || isNumbered(text)) return [];
    if (!COLLECTION.test(above.text) || /\bset-?up\b/i.test(above.text)) return [];
    return [{ noun: `one of line ${above.line}`, names: [text] }];
  });
}

const NO_LABEL = { head: '', step: '' };

const BOLD = /^[\s>]*(?:(?:[-*+]|(\d+)[.)])[ \t]+)?\*\*([^*]+)\*\*([ \t]*\([^()]{1,80}\))?/;

/** A way with its name: "Task mode", "EXPANSION WORKFLOW - all steps", "For `update` or `amend` workflow:". */
const WAY = /^(.{1,60}?)[ \t](workflow|mode)(?:$|[ \t]*[:(—–-])/i;

/** What stands before a name: "Stage 2a:", "8.4.1", "If", "For the". */
const BEFORE_NAME = /^(?:[^:]{0,30}:[ \t]*|[\d.]+[ \t]+|(?:if|in|for|when|the)[ \t]+)+/i;

/** "Determine mode" and "Execute workflow" are steps of all ways; "common workflow" and "each mode" are no way of their own. */
const NO_NAME =
  /^(?:all|any|both|check|choose|common|complete|current|detect|determine|each|every|example|execut\w*|finish|full|initiali[sz]e|invocation|load|main|new|other|overall|parse|recommended|related|run|same|select|set|start|supported|switch|this|typical|use|validate|verify|your)$/i;

/** "Use the given topics (Mode 2 - pre-decomposed only)": the ways that stand behind what is done on them. */
const BEHIND = /\(((?:(?:only )?in )?(mode|workflow)[ \t][^()]*)\)\W*$/i;

function wayBehind(heading: string): Way | undefined {
  const [, behind, kind] = BEHIND.exec(heading) ?? [];
  if (behind !== undefined && kind !== undefined) {
    const named = [...behind.matchAll(new RegExp(`\\b${kind}s?[ \\t]+([\\w-]+)`, 'gi'))];
    const names = named.map(([, name]) => name!.toLowerCase()).filter(name => !NO_NAME.test(name));
    if (names.length > 0) return { noun: kind.toLowerCase(), names };
  }
  return undefined;
}

/** "Workflow: Create a document" beside "Workflow: Review one". */
const TITLED = /^workflow:[ \t]*(.+)$/i;

function wayIn(heading: string): Way | undefined {
  const way = wayBehind(heading);
  if (way !== undefined) return way;
  const title = TITLED.exec(heading.replace(/[*_]/g, '').trim())?.[1];
  if (title !== undefined) return { noun: 'workflow', names: [title.toLowerCase()] };
  const [, before = '', noun = ''] = WAY.exec(heading.replace(/[*_]/g, '').trim()) ?? [];
  if (noun === '') return undefined;
  const names = before
    .replace(BEFORE_NAME, '')
    .split(/[ \t]*(?:,|\/|\bor\b|\band\b)[ \t]*/i)
    .filter(name => name !== '')
    .map(name => ({ name: name.replaceAll('`', '').toLowerCase(), isCode: /^`[^`]+`$/.test(name) }));
  const areNames = names.every(
    ({ name, isCode }) =>
      isCode || (/^[\w-]+(?:[ \t][\w-]+)?$/.test(name) && !NO_NAME.test(/^[\w-]+/.exec(name)?.[0] ?? '')),
  );
  return names.length > 0 && areNames
    ? { noun: noun.toLowerCase(), names: names.map(({ name }) => name) }
    : undefined;
}
