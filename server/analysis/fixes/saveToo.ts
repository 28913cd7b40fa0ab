import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import type { StateKey } from '../flow/fileEffects';
import { pathKeyOf } from '../flow/symbolic';
import { type LostRead, lostReads } from '../rules/lostReads';
import { changesDirectory } from '../shell/calls';
import { allSteps, type Call, type Load, type Statement, shellSteps } from '../shell/script';
import { IDENTIFIER, withoutQuotes } from '../shell/words';
import { isConstantIn } from './attributes';
import { endingBetween } from './endings';
import type { Fix, TextEdit } from './fix';
import { insertLines } from './insertion';
import { replacesLaterValue } from './laterValues';
import { lostSetter } from './lostSetters';
import { indentationAt, lineBelow, replaceInBlock, statementAt, textOf } from './replacing';
import { readsStatus } from './savePlace';
import { isOwnLoad } from './stateFileText';
import { mayGiveAnother, takesAway } from './stateWriters';

/**
 * *Save it too*: one name more in the author's own save, in the author's own way. A value goes through `%q`, since the reader
 * sources the file.
 */
export function saveToo({ flow }: Analysis, finding: Finding): readonly Fix[] {
  const { rule, name } = finding;
  if (rule !== 'unsaved-variable' || name === undefined || !IDENTIFIER.test(name)) return [];
  const lost = lostReads(flow).find(
    ({ block, read }) => block.block.number === finding.block && read.name === name,
  );
  if (lost?.origin.kind !== 'definition') return [];
  const writer = lost.origin.block;
  // Of two writers each would have to save, and only the run knows whose value is in the file.
  const writers = new Set(flow.blocksDefining(name, lost.block));
  if (writers.size !== 1 || writer.script.hasErrors || isConstantIn(writer, name)) return [];
  if (lostSetter(flow, new Set([name]), writer, lost.block) !== undefined) return [];
  if (mayGiveAnother(flow, writer, name)) return [];
  const saved: Saved = {
    name,
    isArray: lost.origin.define.array,
    isExported: lost.origin.exported,
    isCertain:
      // What a branch takes away is known at the end as well.
      (writer.flow.end.names.get(name)?.presence === 'set' && !takesAway(writer, name)) ||
      // A path that ended in `exit` counts at the block's end, and has not come to here.
      lastChange(writer, name)?.flow.some(step => step.kind === 'define' && step.name === name) === true,
  };
  for (const load of loadsBefore(lost)) {
    if (saved.isArray && !isAtTopLevel(lost.block, load.load)) continue;
    if (replacesLaterValue(flow, writer, load.key, name)) continue;
    const edit = savingEdit(flow, writer, lost.block, load.key, saved);
    if (edit === undefined) continue;
    const offset = writer.block.fromDocument(edit.span.start) ?? writer.block.text.length;
    const ending = endingBetween(flow, writer, new Set([name]), offset);
    const reason = ending === undefined ? whyUnsafe(flow, writer, saved) : `${ending} before that`;
    const safety = ending !== undefined ? 'suggestion' : reason !== undefined ? 'unsafe' : 'safe';
    return [
      {
        title: `Save ${name} too, in block ${writer.block.number}${reason === undefined ? '' : ` (${safety}: ${reason})`}`,
        kind: 'save',
        safety,
        edits: [edit],
      },
    ];
  }
  return [];
}

interface Saved {
  readonly name: string;
  readonly isArray: boolean;
  readonly isExported: boolean;
  /** True where each way through the block gives it a value. */
  readonly isCertain: boolean;
}

function whyUnsafe(
  flow: DocumentFlow,
  writer: AnalysedBlock,
  { name, isCertain }: Saved,
): string | undefined {
  if (!isCertain) return 'a branch may leave it without a value';
  const others = flow.blocks.some(
    block => block !== writer && isStep(block) && block.flow.definitions.some(define => define.name === name),
  );
  return others ? 'another block gives it another value' : undefined;
}

interface KnownLoad {
  readonly load: Load;
  readonly key: string;
}

/** The state files that a block has loaded before the read, the last one first. */
function loadsBefore({ block, read }: LostRead): readonly KnownLoad[] {
  return block.flow.loads
    .flatMap(({ isState, known, path, load }) =>
      isState &&
      known &&
      path !== undefined &&
      load.span.start < read.span.start &&
      // Into what `handOver` has inserted, it puts one name more itself.
      !isOwnLoad(load.path?.text)
        ? [{ load, key: pathKeyOf(path) }]
        : [],
    )
    .reverse();
}

/** What `declare -p` writes restores nothing outside of a function that loads it. */
function isAtTopLevel({ script }: AnalysedBlock, load: Load): boolean {
  return script.statements.some(({ flow }) =>
    [...shellSteps(flow)].some(step => step.kind === 'load' && step.span.start === load.span.start),
  );
}

function savingEdit(
  flow: DocumentFlow,
  writer: AnalysedBlock,
  reader: AnalysedBlock,
  key: string,
  saved: Saved,
): TextEdit | undefined {
  const defined = lastChange(writer, saved.name);
  if (defined === undefined || isWrittenAnewBetween(flow, key, writer, reader)) return undefined;
  const saves = savesOf(writer, key);
  const last = saves[saves.length - 1];
  if (last === undefined) {
    // A block that saves nothing appends behind its own statement.
    const word = wordFor(flow, writer, key, defined);
    return word === undefined ? undefined : below(flow, writer, defined, appending(saved, word));
  }
  const isBehind = last.statement.span.start > defined.span.start;
  const place = isBehind ? last.statement : defined;
  if (last.how !== undefined) {
    const call = anotherCall(writer, last.statement, last.how, saved);
    return call === undefined ? undefined : below(flow, writer, place, call);
  }
  const within = isBehind ? withinStatement(flow, writer, last.statement, saved) : undefined;
  return within ?? below(flow, writer, place, appending(saved, last.word));
}

/** The last statement at the top level that may change a name; undefined where a function does it. */
function lastChange({ script }: AnalysedBlock, name: string): Statement | undefined {
  const changes = ({ flow }: Statement, intoFunctions: boolean) =>
    [...allSteps(flow, intoFunctions)].some(
      step => (step.kind === 'define' || step.kind === 'unset') && step.name === name,
    );
  const isInFunction = script.statements.some(
    statement => changes(statement, true) && !changes(statement, false),
  );
  return isInFunction ? undefined : script.statements.findLast(statement => changes(statement, false));
}

/** Whether the file is begun anew, moved or removed behind the writer and before the reader loads it. */
function isWrittenAnewBetween(
  flow: DocumentFlow,
  key: string,
  writer: AnalysedBlock,
  reader: AnalysedBlock,
): boolean {
  return flow.blocks.some(
    ({ block, flow: own }) =>
      block.number > writer.block.number &&
      block.number <= reader.block.number &&
      !flow.areAlternatives(block, reader.block) &&
      own.fileEffects.some(
        effect =>
          effect.certain &&
          pathKeyOf(effect.path) === key &&
          (effect.kind === 'replace' || (effect.kind === 'write' && !effect.append)),
      ),
  );
}

interface Save {
  readonly statement: Statement;
  /** The word that names the file; empty where a function knows it. */
  readonly word: string;
  /** The name that is saved by calling a function with it and its value. */
  readonly how: StateKey | undefined;
}

/** The statements of a block that surely write names into a file, in order. */
function savesOf(writer: AnalysedBlock, key: string): readonly Save[] {
  const saves: Save[] = [];
  for (const effect of writer.flow.fileEffects) {
    if (effect.kind !== 'write' || pathKeyOf(effect.path) !== key) continue;
    const { write, keys = [], certain } = effect;
    const statement = statementAt(writer, (write?.path ?? effect).span.start);
    if (statement === undefined || keys.length === 0) continue;
    if (write !== undefined) {
      if (certain) saves.push({ statement, word: textAt(writer, write.path.span), how: undefined });
    } else if (!statement.flow.some(({ kind }) => kind === 'choice')) {
      // Where the function itself may leave it out, it may do so for the other name as well.
      const how = keys.find(({ name, isPrefix }) => !isPrefix && callSaving(statement, name) !== undefined);
      if (how !== undefined) saves.push({ statement, word: '', how });
    }
  }
  return saves.sort((a, b) => a.statement.span.start - b.statement.span.start);
}

function textAt({ block }: AnalysedBlock, { start, end }: { readonly start: number; readonly end: number }) {
  return block.text.slice(start, end);
}

/** `append_state PLAN "$PLAN"`: a call that stands alone, with the name and its value. */
function callSaving({ flow }: Statement, name: string): Call | undefined {
  const calls = flow.filter(step => step.kind === 'call');
  const [call] = calls;
  const [first, second, ...others] = call?.arguments ?? [];
  if (calls.length !== 1 || first === undefined || second === undefined || others.length > 0)
    return undefined;
  const isOfName = withoutQuotes(first.text) === name && /^"?\$(?:\w+|\{\w+(?::?-)?\})"?$/.test(second.text);
  return isOfName ? call : undefined;
}

/** The same call with another name. */
function anotherCall(
  writer: AnalysedBlock,
  statement: Statement,
  { name: known }: StateKey,
  { name, isArray }: Saved,
): string | undefined {
  const call = callSaving(statement, known);
  if (call === undefined || isArray) return undefined;
  const [first, second] = call.arguments;
  const { start } = statement.span;
  const text = textOf(writer, statement);
  const [from, to] = [first!.span.start - start, second!.span.end - start];
  const pair = text.slice(from, to).replace(new RegExp(`\\b${known}\\b`, 'g'), name);
  return text.slice(0, from) + pair + text.slice(to);
}

/** One more line of a here-document or of a group that is written as a whole, or one more name of `declare -p`. */
function withinStatement(
  { document }: DocumentFlow,
  writer: AnalysedBlock,
  statement: Statement,
  saved: Saved,
): TextEdit | undefined {
  const text = textOf(writer, statement);
  const { start } = statement.span;
  const at = (offset: number, inserted: string) =>
    replaceInBlock(document, writer.block, { start: start + offset, end: start + offset }, inserted);
  const declared = /^(?:declare|typeset)\s+-p\b[^\n|;&<>]*?(?=\s*(?:\d?>>?|>\|))/.exec(text)?.[0];
  if (declared !== undefined) return saved.isCertain ? at(declared.length, ` ${saved.name}`) : undefined;
  const body = /^[^\n]*<<-?[ \t]*([A-Za-z_]\w*)[^\n]*\n(?:[\s\S]*\n)?[ \t]*\1$/.exec(text);
  // A here-document has no way to leave a line out.
  if (body !== null && !saved.isArray && saved.isCertain)
    return at(text.lastIndexOf('\n') + 1, `${documentLine(text, saved)}\n`);
  const end = /^\{[ \t]*\n[\s\S]*\n(?=[ \t]*\}[^\n}]*$)/.exec(text)?.[0].length;
  if (end === undefined) return undefined;
  const indentation = indentationAt(text, end - 1);
  return at(end, `${indentation}${printing(saved)}\n`);
}

/** `export ` where the file exports its other names, or where the value was exported. */
function documentLine(text: string, { name, isExported }: Saved): string {
  const last = text.split('\n').at(-2)!;
  const indentation = /^[ \t]*/.exec(last)![0];
  const keyword = isExported || /^[ \t]*export[ \t]/.test(last) ? 'export ' : '';
  return `${indentation}${keyword}${name}=$(printf '%q' "$${name}")`;
}

function printing({ name, isArray, isCertain, isExported }: Saved): string {
  if (isArray) return `declare -p ${name}`;
  const line = `printf '${isExported ? 'export ' : ''}${name}=%q\\n' "$${name}"`;
  return isCertain ? line : `[ -z "\${${name}+set}" ] || ${line}`;
}

/** A line that appends to the file. */
function appending(saved: Saved, word: string): string {
  return `${printing(saved)} >> ${word}`;
}

/** A line of its own below a statement, where neither the block's status nor one that is asked for changes. */
function below(
  flow: DocumentFlow,
  writer: AnalysedBlock,
  statement: Statement,
  line: string,
): TextEdit | undefined {
  const { text } = writer.block;
  const offset = lineBelow(text, statement);
  const next = writer.script.statements.find(({ span }) => span.start >= statement.span.end);
  if (offset === undefined || (next !== undefined && next.span.start < offset)) return undefined;
  const isAskedFor = next !== undefined && readsStatus(next);
  // The line would become what the block ends with.
  const isResult = next === undefined && statement.flow.some(tellsResult);
  if (isAskedFor || isResult) return undefined;
  return insertLines(flow.document, writer.block, offset, [indentationAt(text, statement.span.start) + line]);
}

/** Whether a step of a statement makes its status something that a block may end with on purpose. */
function tellsResult(step: Statement['flow'][number]): boolean {
  if (step.kind === 'define') return /^(?:arithmetic|read|command)$/.test(step.form);
  return step.kind === 'subshell' || step.kind === 'choice' || step.kind === 'loop';
}

/** How a block that saves nothing can name the file: as it loads it itself, or as a path without variables. */
function wordFor(
  flow: DocumentFlow,
  writer: AnalysedBlock,
  key: string,
  behind: Statement,
): string | undefined {
  const own = writer.flow.loads.find(
    ({ path, load }) =>
      path !== undefined &&
      pathKeyOf(path) === key &&
      load.span.start < behind.span.start &&
      // What a function of a library loads, no word of the block names.
      isAtTopLevel(writer, load),
  )?.load.path;
  if (own !== undefined) return textAt(writer, own.span);
  for (const block of flow.blocks) {
    if (!isStep(block)) continue;
    for (const effect of block.flow.fileEffects) {
      const path = effect.kind === 'write' ? effect.write?.path : undefined;
      if (path === undefined || pathKeyOf(effect.path) !== key) continue;
      const word = textAt(block, path.span);
      // A relative path is another file in another directory.
      if (!/[$`]/.test(word) && !movesBefore(writer, behind)) return word;
    }
  }
  return undefined;
}

function movesBefore({ script }: AnalysedBlock, { span }: Statement): boolean {
  return script.statements.some(
    statement => statement.span.start < span.start && [...shellSteps(statement.flow)].some(changesDirectory),
  );
}
