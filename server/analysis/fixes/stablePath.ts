import type { Analysis } from '../analyse';
import { documentSpan } from '../document/commandDocument';
import { runsInSubagent } from '../document/commandMarkdown';
import type { Finding } from '../finding';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { describePath, pathKeyOf, type Symbolic, type SymbolicPart, shapeKeyOf } from '../flow/symbolic';
import { isLog, isShared } from '../rules/stateFiles';
import { doubtfulValues } from '../rules/unquotedStateValue';
import { type UnstableUse, unstableUses } from '../rules/unstablePath';
import { allSteps } from '../shell/script';
import type { Span } from '../text';
import type { Fix, TextEdit } from './fix';
import { insertLines } from './insertion';
import { changesQuoting } from './quoteValue';
import {
  filesNamedIn,
  hasExitTrap,
  isBareWord,
  lastBlockNaming,
  mayComeAgain,
  trapOffset,
  trapRemoving,
} from './removal';
import { lineBelow, replaceInBlock, statementAt, wholeLines } from './replacing';

/** What stands for a run in a path: the session, where the host tells the shell of it. */
const SESSION = '${CLAUDE_CODE_SESSION_ID:-run}';

/**
 * *Use a stable path*: what is another value in each process becomes the session's id, in all blocks that name the file. Never
 * safe: a second run in the session finds the file of the first one.
 */
export function stablePath({ flow }: Analysis, finding: Finding): readonly Fix[] {
  if (finding.rule !== 'unstable-path' || !flow.profile.provides.has('CLAUDE_CODE_SESSION_ID')) return [];
  const unstable = unstableUses(flow).find(
    ({ block, use }) =>
      block.block.number === finding.block &&
      documentSpan(block.block, use.span).start === finding.span.start,
  );
  const uniques = unstable?.use.path.filter(part => part.kind === 'unique') ?? [];
  const [unique] = uniques;
  if (unstable === undefined || uniques.length !== 1 || unique?.kind !== 'unique') return [];
  const isFolder = unique.source === 'mktemp';
  const edits = isFolder ? fixedFolder(flow, unstable) : fixedName(flow, unstable, unique);
  if (edits === undefined) return [];
  const quoting = (isFolder ? [] : quotingFor(flow, unstable.use.path)).filter(
    edit => !edits.some(other => overlap(edit, other)),
  );
  const isTask = runsInSubagent(flow.kind, flow.document.frontmatter);
  const reason = isTask
    ? 'suggestion: agents that run at the same time share the file'
    : 'unsafe: a second run in the session finds the same file';
  return [
    {
      title: `Use a path with the session's id${also(quoting, edits)} (${reason})`,
      kind: 'stablePath',
      safety: isTask ? 'suggestion' : 'unsafe',
      edits: [...edits, ...quoting].sort((a, b) => a.span.start - b.span.start),
    },
  ];
}

/** What else a fix does, for its title. */
function also(quoting: readonly TextEdit[], edits: readonly TextEdit[]): string {
  const parts = [
    ...(quoting.length === 0 ? [] : ['quote what is written there']),
    ...(edits.some(({ text }) => /^\s*trap '/m.test(text)) ? ['remove it at the end of the last block'] : []),
  ];
  return parts.map(part => `, and ${part}`).join('');
}

/**
 * Where the file is sourced, what is written there without quotes begins to be found, for only now it is one file: its values
 * are quoted along with it.
 */
function quotingFor(flow: DocumentFlow, path: Symbolic): readonly TextEdit[] {
  const shape = shapeKeyOf(path);
  const steps = isSourced(flow, shape) ? flow.blocks.filter(isStep) : [];
  return steps.flatMap(block => {
    const values = block.flow.fileEffects.flatMap(effect =>
      effect.kind === 'write' && shapeKeyOf(effect.path) === shape ? (effect.write?.values ?? []) : [],
    );
    const changes = changesQuoting(block, doubtfulValues(block, values)) ?? [];
    return changes.map(({ span, text }) => replaceInBlock(flow.document, block.block, span, text));
  });
}

function overlap({ span: a }: TextEdit, { span: b }: TextEdit): boolean {
  return a.start < b.end && b.start < a.end;
}

/** What a process makes anew, as authors write it. */
const SOURCE = String.raw`\$\$|\$\{\$\}|\$(?:RANDOM|SRANDOM|BASHPID|SECONDS|EPOCHSECONDS|EPOCHREALTIME)\b|\$\{(?:RANDOM|SRANDOM|BASHPID|SECONDS|EPOCHSECONDS|EPOCHREALTIME)\}|\$\((?:date|uuidgen)(?: [^()\n]{0,60})?\)`;

/** The source with the text of the path right before and behind it. */
const PLACE = new RegExp(String.raw`([\w./+@%~-]{0,200})(${SOURCE})([\w./+@%~-]{0,200})`, 'g');

interface Place {
  readonly before: string;
  readonly source: string;
  readonly after: string;
  readonly span: Span;
}

function placesIn({ block }: AnalysedBlock): readonly Place[] {
  return [...block.text.matchAll(PLACE)].map(({ 1: before = '', 2: source = '', 3: after = '', index }) => {
    const start = index + before.length;
    return { before, source, after, span: { start, end: start + source.length } };
  });
}

/** `/tmp/x_$$.txt`: the same words in each block, with the session's id in them. */
function fixedName(
  flow: DocumentFlow,
  { block, use, before }: UnstableUse,
  unique: Extract<SymbolicPart, { kind: 'unique' }>,
): readonly TextEdit[] | undefined {
  const at = use.path.indexOf(unique);
  const [left, right] = [textOf(use.path[at - 1]), textOf(use.path[at + 1])];
  const isMeant = (place: Place) =>
    place.before + place.after !== '' &&
    left.endsWith(place.before) &&
    right.startsWith(place.after.split('/')[0]!);
  const own = placesIn(block).filter(isMeant);
  const known = new Set(own.map(keyOf));
  // A time that a variable holds alone may be meant as a time elsewhere.
  if (known.size !== 1) return undefined;
  const changes = flow.blocks.filter(isStep).flatMap(other =>
    placesIn(other)
      .filter(place => known.has(keyOf(place)))
      .map(place => ({ block: other, place })),
  );
  if (!changes.some(change => change.block === before.block)) return undefined;
  const edits = changes.map(({ block: other, place: { before: head, after: tail, span } }) => {
    const word = { start: span.start - head.length, end: span.end + tail.length };
    return isBareWord(other, word)
      ? replaceInBlock(flow.document, other.block, word, `"${head}${SESSION}${tail}"`)
      : replaceInBlock(flow.document, other.block, span, SESSION);
  });
  return [...removal(flow, use.path, changes), ...edits].sort((a, b) => a.span.start - b.span.start);
}

function textOf(part: SymbolicPart | undefined): string {
  return part?.kind === 'text' ? part.text : '';
}

/** The same for a folder and for what lies in it. */
function keyOf({ before, source, after }: Place): string {
  return [before, source, after.split('/')[0]].join('\n');
}

interface PlaceOfBlock {
  readonly block: AnalysedBlock;
  readonly place: Place;
}

/** Whether a step sources a file of that shape. */
function isSourced(flow: DocumentFlow, shape: string): boolean {
  return flow.blocks.some(
    block =>
      isStep(block) &&
      block.flow.fileEffects.some(effect => effect.kind === 'load' && shapeKeyOf(effect.path) === shape),
  );
}

/** Whether a file is what the document is for: its name says so, or the block tells where it lies. */
function isForPeople({ script }: AnalysedBlock, word: string): boolean {
  if (/report|summary|result|output/i.test(word)) return true;
  const names = [...word.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name);
  return [...allSteps(script.flow)].some(
    step =>
      step.kind === 'call' &&
      /^(?:echo|printf)$/.test(step.name ?? '') &&
      step.isRedirected !== true &&
      step.arguments.some(({ text }) => names.some(name => new RegExp(`\\$\\{?${name}\\b`).test(text))),
  );
}

/** A file that all processes share is left behind, where nothing removes it: the last block that names it does. */
function removal(flow: DocumentFlow, path: Symbolic, changes: readonly PlaceOfBlock[]): readonly TextEdit[] {
  const shape = shapeKeyOf(path);
  const isIt = (other: Symbolic) => shapeKeyOf(other) === shape;
  const last = lastBlockNaming(flow, isIt);
  if (!isShared(path) || isLog(path) || last === undefined || isRemoved(flow, shape)) return [];
  if (hasExitTrap(last) || mayComeAgain(flow)) return [];
  const named = filesNamedIn(last).find(file => file.isWord && isIt(file.path));
  if (named === undefined) return [];
  const { start, end } = named.span;
  const change = changes.find(
    ({ block, place }) => block === last && start <= place.span.start && place.span.end <= end,
  );
  const text = last.block.text;
  const word =
    change === undefined
      ? text.slice(start, end)
      : text.slice(start, change.place.span.start) + SESSION + text.slice(change.place.span.end, end);
  if (isForPeople(last, `${word} ${describePath(path)}`)) return [];
  const line = trapRemoving(word);
  return line === undefined ? [] : [insertLines(flow.document, last.block, trapOffset(last, line), [line])];
}

/** Whether a step removes a file of that shape, a folder above it, or whatever fits a pattern. */
function isRemoved(flow: DocumentFlow, shape: string): boolean {
  return flow.blocks.some(({ flow: own }) =>
    [...own.removedPaths, ...own.deletedAtEnd].some(({ path }) => {
      const removed = shapeKeyOf(path).replace(/\/+$/, '');
      return removed === shape || shape.startsWith(`${removed}/`) || /[*?[]/.test(removed);
    }),
  );
}

/** `T=$(mktemp -d)` in each block: a folder of that name, made where there is none. */
function fixedFolder(
  flow: DocumentFlow,
  { use, before, block }: UnstableUse,
): readonly TextEdit[] | undefined {
  const folders = flow.blocks.filter(isStep).flatMap(other => foldersMadeIn(other));
  const names = new Set(folders.filter(folder => folder.block === block).map(({ name }) => name));
  const [name] = names;
  if (names.size !== 1 || name === undefined) return undefined;
  const own = folders.filter(folder => folder.name === name);
  const isOne = new Set(own.map(({ text }) => text)).size === 1;
  const head = own[0]?.head;
  if (!isOne || head === undefined || !own.some(folder => folder.block === before.block)) return undefined;
  if (!pathKeyOf(use.path.slice(0, 1)).startsWith('/tmp/')) return undefined;
  const stem = head === '' ? `/tmp/${flow.name.replace(/[^\w.-]+/g, '-')}-${name.toLowerCase()}-` : head;
  const last = own[own.length - 1]!;
  const isLeft = !isRemoved(flow, shapeKeyOf(use.path)) && !hasExitTrap(last.block) && !mayComeAgain(flow);
  return own.map(folder => {
    const lines = [
      `${name}="${stem}${SESSION}"`,
      `mkdir -p -m 700 "$${name}"`,
      ...(isLeft && folder === last ? [`trap 'rm -rf "$${name}"' EXIT`] : []),
    ];
    const text = lines.join(`\n${folder.indentation}`);
    return replaceInBlock(flow.document, folder.block.block, folder.span, text);
  });
}

interface Folder {
  readonly block: AnalysedBlock;
  readonly name: string;
  readonly text: string;
  /** The template's text before its letters X; empty where there is none. */
  readonly head: string;
  readonly span: Span;
  readonly indentation: string;
}

/** The statements of a block that consist of `NAME=$(mktemp -d …)`. */
function foldersMadeIn(block: AnalysedBlock): readonly Folder[] {
  const { text } = block.block;
  return [...allSteps(block.script.flow)].flatMap(step => {
    if (step.kind !== 'define') return [];
    const statement = statementAt(block, step.span.start);
    if (statement === undefined || wholeLines(text, statement) === undefined) return [];
    if (lineBelow(text, statement) === undefined) return [];
    const source = text.slice(statement.span.start, statement.span.end).trimEnd();
    const match = /^([A-Za-z_]\w*)="?\$\(mktemp -d(?: -t)?(?: "?(\/tmp\/[\w.-]+?)X{3,}"?)?\)"?$/.exec(source);
    if (match === null) return [];
    const { start } = statement.span;
    return [
      {
        block,
        name: match[1]!,
        text: source,
        head: match[2] ?? '',
        span: { start, end: start + source.length },
        indentation: /[ \t]*$/.exec(text.slice(0, start))![0],
      },
    ];
  });
}
