import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { ERREXIT, NOUNSET, setsOption } from '../shell/calls';
import { allSteps, type Flow, type Statement } from '../shell/script';
import { aliveStatements, aliveSteps, mayMissValueAbove, mayStop, setsInBlock } from './endings';
import { type Functions, functionsFor } from './functionBodies';
import { isOwnLoad, ownState } from './stateFileText';

/** Where a block can save variables. */
export interface SavePlace {
  /** An offset in the block's text, at the start of a line. */
  readonly offset: number;
  /** True where the shell may end before it: what an earlier run has saved would still be there. */
  readonly mayNotBeReached: boolean;
  /** True where the block may end with the status of the statement above, or what comes next ask for it. */
  readonly keepsStatus: boolean;
}

/**
 * Where a block can save variables: behind the last statement at its top level that may change them, and never before one that
 * asks for the status of the one before.
 * @returns undefined where nothing can be put behind that statement
 */
export function savePlace(
  flow: DocumentFlow,
  writer: AnalysedBlock,
  names: ReadonlySet<string>,
): SavePlace | undefined {
  const { script, block } = writer;
  // What the shell does not understand, nothing can be put behind; a backslash at the end takes the next line.
  if (script.hasErrors || /\\\s*$/.test(block.text)) return undefined;
  const statements = aliveStatements(script.statements);
  if (statements.some(({ flow }) => interferes(flow))) return undefined;
  const last = lastChange(writer, names, functionsFor(flow, writer));
  if (last < 0) return undefined;
  const { loads, checks } = ownState(block);
  const isOwn = (offset: number) =>
    [...loads, ...checks].some(({ start, end }) => start <= offset && offset < end);
  const row = endOfRow(writer, statements, last);
  for (let index = last; index < statements.length; index++) {
    const statement = statements[index]!;
    const next = statements[index + 1];
    // Behind `exit`, nothing runs.
    if (statement.flow.some(({ kind }) => kind === 'leave')) return undefined;
    if (next !== undefined && readsStatus(next)) continue;
    // A row of assignments stays together.
    if (next !== undefined && index < row) continue;
    const offset = lineBehind(block.text, statement, next);
    if (offset === undefined) continue;
    const before = statements.slice(0, index + 1).filter(({ span }) => !isOwn(span.start));
    const isErrexitSourced = writer.flow.loads.some(
      ({ load, options: set }) => load.span.start < offset && set.some(step => setsOption(step, ERREXIT)),
    );
    return {
      offset,
      mayNotBeReached:
        before.some(statement => mayStop(statement.flow) || mayBeKilled(statement.flow)) ||
        isErrexitSourced ||
        writer.flow.endingCalls.some(({ span }) => span.start < offset) ||
        mayMissValueAbove(flow, writer, offset),
      keepsStatus: next === undefined ? mayFail(statement, block.text) : mayCallFunction(flow, writer, next),
    };
  }
  return undefined;
}

/** What often takes longer than a host lets a command take: a step that waits, or asks another model. */
const SLOW = /^(?:timeout|gtimeout|sleep|wait|claude|codex|gemini|llm|ollama|opencode|aider|cursor-agent)$/;

/** Whether some steps may take so long that the host ends the shell. */
function mayBeKilled(flow: Flow): boolean {
  return [...allSteps(flow, true)].some(step => step.kind === 'call' && SLOW.test(step.name ?? ''));
}

/** Where a block can save some names together with those that it has been made to save already. */
export function placeOfAll(
  flow: DocumentFlow,
  writer: AnalysedBlock,
  names: Iterable<string>,
): SavePlace | undefined {
  return savePlace(flow, writer, new Set([...names, ...(ownState(writer.block).save?.names ?? [])]));
}

/** Whether a block has been made to save something already, and some names have their last values above that. */
export function isSettledAtSave(flow: DocumentFlow, writer: AnalysedBlock, names: Iterable<string>): boolean {
  const { save } = ownState(writer.block);
  return (
    save !== undefined && [...names].every(name => isSettledBefore(flow, writer, new Set([name]), save.start))
  );
}

/** The last of the assignments that follow a statement line by line, that end nothing, and that something can be put behind. */
function endOfRow(writer: AnalysedBlock, statements: readonly Statement[], from: number): number {
  const { text } = writer.block;
  // Under `set -u`, what is saved sooner is surely saved.
  const needed = setsInBlock(writer, NOUNSET)
    ? writer.flow.exposed.filter(({ read }) => read.fallback === 'none')
    : [];
  let end = from;
  for (let next = statements[from + 1]; next !== undefined; next = statements[end + 1]) {
    const between = text.slice(statements[end]!.span.end, next.span.start);
    const isAssignment = next.flow.every(
      ({ kind }) => kind === 'define' || kind === 'read' || kind === 'subshell' || kind === 'export',
    );
    const isNeeded = needed.some(
      ({ read }) => read.span.start >= next.span.start && read.span.start < next.span.end,
    );
    if (/\n[ \t]*\n/.test(between) || !isAssignment || mayStop(next.flow) || isNeeded) break;
    end++;
  }
  while (end > from && lineBehind(text, statements[end]!, statements[end + 1]) === undefined) end--;
  return end;
}

/** Whether each of some names has its last value before an offset of the block's text. */
export function isSettledBefore(
  flow: DocumentFlow,
  block: AnalysedBlock,
  names: ReadonlySet<string>,
  offset: number,
): boolean {
  const last = lastChange(block, names, functionsFor(flow, block));
  return last >= 0 && block.script.statements[last]!.span.end <= offset;
}

/** Whether a block ends, or does something, where a command fails. */
export function mindsFailure(block: AnalysedBlock): boolean {
  return (
    setsInBlock(block, ERREXIT) ||
    [...allSteps(block.script.flow)].some(
      step => step.kind === 'deferred' && step.signals.some(signal => /^Z?ERR$/.test(signal)),
    )
  );
}

function lastChange(
  { block, script }: AnalysedBlock,
  names: ReadonlySet<string>,
  functions: Functions,
): number {
  const all = withReferences(block.text, names);
  return aliveStatements(script.statements).findLastIndex(statement =>
    mayChange(aliveSteps([statement]), all, functions, new Set()),
  );
}

/** Some names, with those that lead to them: `declare -n ref=NAME`. */
function withReferences(text: string, names: ReadonlySet<string>): ReadonlySet<string> {
  const references = text.matchAll(/\b(?:declare|typeset|local)\s+-\w*n\w*\s+(\w+)=["']?(\w+)/g);
  const leading = [...references].flatMap(([, reference, name]) => (names.has(name!) ? [reference!] : []));
  return leading.length === 0 ? names : new Set([...names, ...leading]);
}

/** @param called functions whose bodies are looked at already */
function mayChange(
  flow: Flow,
  names: ReadonlySet<string>,
  functions: Functions,
  called: Set<string>,
): boolean {
  return [...allSteps(flow, called.size > 0)].some(step => {
    // What this fix itself loads stands above all that the block does.
    if (step.kind === 'load') return !isOwnLoad(step.path?.text);
    if (step.kind === 'define' || step.kind === 'unset' || step.kind === 'export')
      return names.has(step.name);
    if (step.kind !== 'call' || step.name === undefined || called.has(step.name)) return false;
    const bodies = functions(step.name);
    if (bodies.length > 0) called.add(step.name);
    return bodies.some(body => mayChange(body, names, functions, called));
  });
}

/** Whether something of the block's own runs between two of its statements. */
function interferes(flow: Flow): boolean {
  return [...allSteps(flow)].some(
    step => step.kind === 'deferred' && step.signals.some(signal => /^(?:DEBUG|RETURN)$/.test(signal)),
  );
}

/**
 * Whether a statement may end with another status than 0: plain assignments of what is known do not. A declaration fails for a
 * name that is a constant already.
 */
function mayFail({ flow, span }: Statement, text: string): boolean {
  if (/^(?:declare|typeset|readonly)\b/.test(text.slice(span.start, span.end))) return true;
  return !flow.every(step => (step.kind === 'define' ? step.form === 'assignment' : step.kind === 'read'));
}

/** Whether a statement may run code that asks for the status of the one before. */
function mayCallFunction(flow: DocumentFlow, block: AnalysedBlock, statement: Statement): boolean {
  const functions = functionsFor(flow, block);
  return [...allSteps(statement.flow)].some(
    step =>
      step.kind === 'load' ||
      (step.kind === 'call' && (block.flow.loads.length > 0 || functions(step.name ?? '').length > 0)),
  );
}

/** Whether a statement asks for the status of the one before. */
export function readsStatus({ flow }: Statement): boolean {
  return [...allSteps(flow)].some(step => step.kind === 'read' && /^(?:\?|pipestatus)$/i.test(step.name));
}

/** The line below a statement, where nothing else stands on its last line; a here-document may reach further than its statement. */
function lineBehind(text: string, { span }: Statement, next: Statement | undefined): number | undefined {
  const end = text.slice(span.start, span.end).trimEnd().length + span.start;
  const bodies = endOfHereDocuments(text, span.start, end);
  if (bodies === undefined) return undefined;
  const lineEnd = bodies > end ? bodies : text.indexOf('\n', end);
  const stop = lineEnd < 0 ? text.length : lineEnd;
  if (!/^\s*(?:;\s*)?(?:#.*)?$/.test(text.slice(end, stop)) && bodies <= end) return undefined;
  if (next !== undefined && next.span.start < stop) return undefined;
  return lineEnd < 0 ? text.length : lineEnd + 1;
}

/** Where a here-document begins; `<<<` is none. */
const HERE_DOCUMENT = /(?<!<)<<(?!<)-?[ \t]*(["']?)\\?(\w+)\1/g;

/**
 * Where the last of the here-documents of some text ends: an offset, 0 without any.
 * @returns undefined where one does not end, or is none
 */
function endOfHereDocuments(text: string, start: number, end: number): number | undefined {
  let last = 0;
  for (const match of text.slice(start, end).matchAll(HERE_DOCUMENT)) {
    const line = text.indexOf('\n', start + match.index);
    const from = Math.max(line, last);
    const body = line < 0 ? null : new RegExp(`\\n\\t*${match[2]}(?=\\n|$)`).exec(text.slice(from));
    if (body === null) return undefined;
    last = from + body.index + body[0].length;
  }
  return last;
}
