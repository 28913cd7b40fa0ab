import type { Finding } from '../finding';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import type { FileEffect } from '../flow/fileEffects';
import { pathKeyOf } from '../flow/symbolic';
import { kept } from '../kept';
import { type LostRead, lostReads } from '../rules/lostReads';
import { allSteps, type Statement, shellSteps } from '../shell/script';
import { IDENTIFIER } from '../shell/words';
import { closeFence, holdsPlaceholder, linesOfStatement } from './copying';
import { endingBetween } from './endings';
import type { Fix, TextEdit } from './fix';
import { insertLines, startOfCode } from './insertion';
import { replacesLaterValue } from './laterValues';
import { statementAt, textOf } from './replacing';
import { isSettledBefore, savePlace } from './savePlace';
import { isOwnLoad } from './stateFileText';
import { isSecret, mayGiveAnother, surelyGives, takesAway, writersReaching } from './stateWriters';

/** A file that blocks write names into and load: the way in which the author hands values over. */
interface Channel {
  readonly key: string;
  readonly writes: readonly ChannelWrite[];
  readonly loads: readonly ChannelLoad[];
}

interface ChannelWrite {
  readonly block: AnalysedBlock;
  readonly effect: Extract<FileEffect, { kind: 'write' }>;
}

interface ChannelLoad {
  readonly block: AnalysedBlock;
  readonly statement: Statement;
}

/**
 * *Hand over through the document's own state file*: the block that misses a value loads the file as another block does, and where
 * the file does not hold the value yet, the block that sets it saves it as others are saved.
 * @returns undefined where the document has no such file, or its lines cannot stand in another block
 */
export function handOverInOwnWay(flow: DocumentFlow, { rule, block, name }: Finding): Fix | undefined {
  if (rule !== 'lost-variable' || name === undefined || !IDENTIFIER.test(name)) return undefined;
  const lost = lostReads(flow).find(
    other => other.block.block.number === block && other.read.name === name && other.loaded === undefined,
  );
  if (lost === undefined) return undefined;
  for (const channel of channelsOf(flow)) {
    const edits = editsFor(flow, lost, channel);
    if (edits !== undefined)
      return {
        title: `Hand over through the document's own state file: ${name} (unsafe: the file holds what was saved last)`,
        kind: 'handOver',
        safety: 'unsafe',
        edits,
      };
  }
  return undefined;
}

const channelsOf = kept((flow: DocumentFlow): readonly Channel[] => {
  const channels = new Map<string, { key: string; writes: ChannelWrite[]; loads: ChannelLoad[] }>();
  const channel = (key: string) => {
    const known = channels.get(key) ?? { key, writes: [], loads: [] };
    channels.set(key, known);
    return known;
  };
  for (const block of flow.blocks.filter(isStep))
    for (const effect of block.flow.fileEffects) {
      if (!isNamed(effect)) continue;
      if (effect.kind === 'write') channel(pathKeyOf(effect.path)).writes.push({ block, effect });
      if (effect.kind !== 'load' || effect.isLibrary) continue;
      const statement = statementAt(block, effect.span.start);
      const isOwn = statement?.flow.some(step => step.kind === 'load' && isOwnLoad(step.path?.text));
      if (statement !== undefined && isOwn !== true)
        channel(pathKeyOf(effect.path)).loads.push({ block, statement });
    }
  return [...channels.values()].filter(({ writes, loads }) => writes.length > 0 && loads.length > 0);
});

/** What a person's shells run when they start: what else it does, a block is not to repeat. */
const START_UP = /(?:^|\/)\.(?:bashrc|bash_profile|bash_login|zshrc|zprofile|zshenv|zlogin|profile)$/;

/** A pattern may mean another file each time, and none that can be written. */
function isNamed({ path }: FileEffect): boolean {
  const texts = path.flatMap(part => (part.kind === 'text' ? [part.text] : []));
  return (
    texts.length > 0 &&
    !START_UP.test(texts.at(-1)!) &&
    !path.some(({ kind }) => kind === 'wildcard') &&
    !texts.some(text => /[*?[]/.test(text))
  );
}

function editsFor(
  flow: DocumentFlow,
  { block: reader, origin, read }: LostRead,
  channel: Channel,
): readonly TextEdit[] | undefined {
  const before = channel.writes.filter(({ block }) => block.block.number < reader.block.number);
  if (before.length === 0 || !isCurrentFor(flow, reader, before)) return undefined;
  const saving = savingEdits(flow, reader, origin, read, { key: channel.key, writes: before });
  if (saving === undefined) return undefined;
  const lines = channel.loads
    .filter(({ block }) => block !== reader)
    .map(load => loadingLines(flow, load))
    .find(found => found !== undefined);
  if (lines === undefined || closeFence(lines)) return undefined;
  return [...saving, insertLines(flow.document, reader.block, startOfCode(reader.block), lines)];
}

/** Whether of what a file holds, a block and those behind it look only at values that nobody has changed since they were saved. */
function isCurrentFor(flow: DocumentFlow, reader: AnalysedBlock, writes: readonly ChannelWrite[]): boolean {
  const saved = writes.flatMap(({ effect }) => (effect.keys ?? []).map(({ name }) => name));
  return [...new Set(saved)].every(name => {
    if (!isLookedAtFrom(flow, reader, name)) return true;
    const reaching = writersReaching(flow, name, reader);
    const defines = (block: AnalysedBlock) => block.flow.definitions.some(define => define.name === name);
    // Somebody has taken it away since.
    if (reaching?.length === 0) return false;
    if (reaching?.some(({ block }) => !defines(block) && takesAway(block, name))) return false;
    const writers = (reaching ?? []).filter(({ block }) => defines(block));
    return writers.every(({ block }) =>
      writes.some(
        ({ block: saver, effect }) =>
          saver === block &&
          effect.keys?.some(key => key.name === name) === true &&
          isSettledBefore(flow, block, new Set([name]), endOfLine({ block: saver, effect })),
      ),
    );
  });
}

/** Whether what a name has in a block is looked at there, or further down: another fix would hand on what the file gives. */
function isLookedAtFrom(flow: DocumentFlow, reader: AnalysedBlock, name: string): boolean {
  const { number } = reader.block;
  return flow.blocks.slice(number - 1).some(later => {
    if (!isStep(later) || !looksAt(later, name)) return false;
    const reaching = later === reader ? undefined : writersReaching(flow, name, later);
    return reaching === undefined || reaching.some(({ block }) => block.block.number < number);
  });
}

function looksAt({ script, flow }: AnalysedBlock, name: string): boolean {
  return (
    flow.exposed.some(({ read }) => read.name === name) ||
    [...allSteps(script.flow, true)].some(step => step.kind === 'define' && step.append && step.name === name)
  );
}

/** More than these lines are no way to load a file any more. */
const MAX_STATEMENTS = 8;
/** What may run twice where it gives a value that leads to the file. */
const LOOKS = /^(?:cat|head|tail|cut|printf|echo|basename|dirname|pwd|git|tr|sed)$/;

/** The statement that loads the file, below those of its block that give what it needs: variables and its library. */
function loadingLines(flow: DocumentFlow, { block, statement }: ChannelLoad): readonly string[] | undefined {
  const { statements } = block.script;
  const taken = new Set([statement]);
  const isGiven = (name: string) => flow.profile.provides.has(name) || flow.provided.has(name);
  for (const current of taken) {
    if (taken.size > MAX_STATEMENTS || holdsPlaceholder(block, current)) return undefined;
    const before = statements.slice(0, statements.indexOf(current));
    const isSourcing = [...shellSteps(current.flow)].some(({ kind }) => kind === 'load');
    if (current !== statement && !isSourcing && !onlyLooks(current)) return undefined;
    for (const step of allSteps(current.flow)) {
      const source =
        step.kind === 'read' && step.fallback === 'none' && !/^\W$/.test(step.name)
          ? definitionOf(step.name, before)
          : step.kind === 'call'
            ? libraryOf(block, step.name)
            : 'given';
      if (source === 'given') continue;
      if (source !== undefined) taken.add(source);
      else if (step.kind === 'read' && !isGiven(step.name) && !defines(current, step.name)) return undefined;
    }
  }
  return statements
    .filter(candidate => taken.has(candidate))
    .flatMap(found => linesOfStatement(block, found));
}

function definitionOf(name: string, before: readonly Statement[]): Statement | undefined {
  return before.findLast(statement => defines(statement, name));
}

function defines({ flow }: Statement, name: string): boolean {
  return [...allSteps(flow)].some(step => step.kind === 'define' && step.name === name);
}

/** The statement that sources the library of a function; `given` for what is no function of one. */
function libraryOf(block: AnalysedBlock, name: string | undefined): Statement | undefined | 'given' {
  const binding = block.flow.end.functions.get(name ?? '');
  if (binding?.kind !== 'library') return 'given';
  const load = block.flow.loads.find(({ library }) => library === binding.path)?.load;
  return load && statementAt(block, load.span.start);
}

function onlyLooks({ flow }: Statement): boolean {
  return [...allSteps(flow)].every(step => {
    if (step.kind === 'call') return LOOKS.test(step.name ?? '');
    if (step.kind === 'write') return step.path.text === '/dev/null';
    return /^(?:define|read|subshell|export|choice|loop|input)$/.test(step.kind);
  });
}

/** What saves a name in each block whose value reaches the reader, where the block does not do so itself. */
function savingEdits(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  origin: LostRead['origin'],
  { name, reader: process }: LostRead['read'],
  { key, writes }: Pick<Channel, 'key' | 'writes'>,
): readonly TextEdit[] | undefined {
  const isSaved = ({ effect }: ChannelWrite) =>
    effect.keys?.some(key => !key.isPrefix && key.name === name) === true;
  // The block has loaded it itself.
  if (origin.kind === 'stateFile') return writes.some(isSaved) ? [] : undefined;
  const writers = writersReaching(flow, name, reader);
  if (writers === undefined || writers.length === 0) return undefined;
  // The author's line would save an empty value where there is none.
  if (!writers.every(({ block }) => surelyGives(block, name))) return undefined;
  const edits: TextEdit[] = [];
  for (const { block } of writers) {
    if (mayGiveAnother(flow, block, name)) return undefined;
    if (writes.some(write => write.block === block && isSaved(write))) continue;
    // A child process would not see what the author's lines save, most of which export nothing.
    if (isSecret(name) || process === 'child' || replacesLaterValue(flow, block, key, name)) return undefined;
    const edit = savingEdit(flow, block, name, writes);
    if (edit === undefined) return undefined;
    edits.push(edit);
  }
  return edits;
}

function endsInArithmetic({ script }: AnalysedBlock): boolean {
  const last = script.statements.at(-1);
  return last?.flow.some(step => step.kind === 'define' && step.form === 'arithmetic') === true;
}

/** One line more in the author's way, behind the value's last change. */
function savingEdit(
  flow: DocumentFlow,
  writer: AnalysedBlock,
  name: string,
  writes: readonly ChannelWrite[],
): TextEdit | undefined {
  const nearest = [...writes].sort((a, b) => Number(b.block === writer) - Number(a.block === writer));
  for (const write of nearest) {
    const line = lineLike(write, writer, name);
    const place = line === undefined ? undefined : savePlace(flow, writer, new Set([name]));
    if (line === undefined || place === undefined) continue;
    // `((N++))` often ends a block with 1, and the author's line gives no status back.
    if (place.keepsStatus && endsInArithmetic(writer)) return undefined;
    // The author's own saves come first: before them, the file may not be there yet.
    const behind = writes.filter(({ block }) => block === writer).map(own => endOfLine(own));
    const offset = Math.max(place.offset, ...behind);
    // A value that the block has, and does not come to save, would be missed where the file is loaded.
    if (endingBetween(flow, writer, new Set([name]), offset) !== undefined) return undefined;
    if (isStatementStart(writer, offset)) return insertLines(flow.document, writer.block, offset, [line]);
  }
  return undefined;
}

/** A save of another name, with this one instead; undefined where nothing says how. */
function lineLike({ block, effect }: ChannelWrite, writer: AnalysedBlock, name: string): string | undefined {
  const statement = statementAt(block, effect.span.start);
  if (statement === undefined) return undefined;
  const text = textOf(block, statement);
  const isArray = writer.flow.definitions.some(define => define.name === name && define.array);
  const [, caller, quote, key] = /^(\w+) +(["']?)(\w+)\2 +"\$\{?\3\}?"$/.exec(text) ?? [];
  if (caller !== undefined && !isArray && writer.flow.end.functions.get(caller) !== undefined)
    return `${caller} ${quote}${name}${quote} ${text.includes('{') ? `"\${${name}}"` : `"$${name}"`}`;
  const { write } = effect;
  if (key !== undefined || write === undefined || !effect.append) return undefined;
  const word = block.block.text.slice(write.path.span.start, write.path.span.end);
  // Another block's word for the file may mean nothing here.
  if (block !== writer && /[$\x60]/.test(word)) return undefined;
  return isArray ? `declare -p ${name} >> ${word}` : `printf '${name}=%q\\n' "$${name}" >> ${word}`;
}

/** The start of the line below the statement that writes. */
function endOfLine({ block, effect }: ChannelWrite): number {
  const statement = statementAt(block, effect.span.start);
  const { text } = block.block;
  const end = text.indexOf('\n', statement?.span.end ?? effect.span.end);
  return end < 0 ? text.length : end + 1;
}

/** Whether a line begins between two statements. */
function isStatementStart({ script }: AnalysedBlock, offset: number): boolean {
  return !script.statements.some(({ span }) => span.start < offset && offset < span.end);
}
