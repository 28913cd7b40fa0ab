import type { TracedAnalysis } from '../analyse';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import type { Origin } from '../flow/origins';
import { shownPath } from '../flow/shownPath';
import type { Binding } from '../flow/state';
import { pathKeyOf, sameSymbolic } from '../flow/symbolic';
import { lostCalls } from '../rules/lostFunction';
import { exposedByName, losesValue, lostReads } from '../rules/lostReads';
import { originSpan, readingBlocks } from '../rules/rule';
import { isOfHandOver } from '../rules/stateFiles';
import { allSteps, type Define, type Read } from '../shell/script';
import type { Span } from '../text';
import type { EdgeKind, GraphItem } from './types';

/** One thing on its way from one block, or a library, to another block. */
export interface Travel {
  /** Undefined where a library gives it. */
  readonly from: AnalysedBlock | undefined;
  /** The path of the library that gives it. */
  readonly library: string | undefined;
  readonly to: AnalysedBlock;
  readonly kind: EdgeKind;
  readonly via: string | undefined;
  readonly name: string;
  readonly thing: GraphItem['kind'];
  /** Offsets in the document. */
  readonly given: number;
  readonly used: number;
}

/** Everything that travels between the steps of a document, or is lost on the way. */
export function* travels(analysis: TracedAnalysis): Generator<Travel> {
  const { flow } = analysis;
  yield* lostValues(flow);
  for (const block of readingBlocks(flow)) yield* lostThings(flow, block);
  for (const block of flow.blocks.filter(isStep)) {
    yield* receivedValues(analysis, block);
    yield* recalculatedValues(flow, block);
    yield* functionsOfLibraries(block);
    yield* filesReadWhole(flow, block);
    if (flow.profile.keepsShell) yield* keptByHost(flow, block);
  }
}

/** What a block reads although only an earlier one set it: exactly what the rules report. */
function* lostValues(flow: DocumentFlow): Generator<Travel> {
  for (const { block, read, origin } of lostReads(flow))
    yield between(flow, origin, block, read.name, read.span, 'lost', 'variable');
}

/** Lost functions, and what only a library gives. */
function* lostThings(flow: DocumentFlow, block: AnalysedBlock): Generator<Travel> {
  for (const { call, origin } of lostCalls(flow, block))
    yield between(flow, origin, block, call.name, call.span, 'lost', 'function');
  for (const [name, reads] of exposedByName(block)) {
    const first = reads.find(losesValue);
    const origin = first && flow.originOfVariable(name, block);
    if (origin?.kind === 'library')
      yield between(flow, origin, block, name, first!.read.span, 'lost', 'variable');
  }
}

/** What one shell for all blocks hands on. */
function* keptByHost(flow: DocumentFlow, block: AnalysedBlock): Generator<Travel> {
  const shell = 'the same shell';
  for (const [name, [first]] of exposedByName(block)) {
    const origin = flow.originOfVariable(name, block);
    if (origin !== undefined)
      yield { ...between(flow, origin, block, name, first!.read.span, 'kept', 'variable'), via: shell };
  }
  for (const { name, span } of block.flow.unknownCalls) {
    const origin = name === undefined ? undefined : flow.originOfFunction(name, block);
    if (origin !== undefined)
      yield { ...between(flow, origin, block, name!, span, 'kept', 'function'), via: shell };
  }
}

function between(
  flow: DocumentFlow,
  origin: Origin,
  to: AnalysedBlock,
  name: string,
  used: Span,
  kind: EdgeKind,
  thing: GraphItem['kind'],
): Travel {
  return {
    from: flow.blocks[origin.block.block.number - 1],
    library: undefined,
    to,
    kind,
    via: undefined,
    name,
    thing,
    given: originSpan(origin).start,
    used: to.block.toDocument(used.start),
  };
}

/** What a state file, a library or an earlier block of the same shell gives to the first read of each name. */
function* receivedValues(analysis: TracedAnalysis, block: AnalysedBlock): Generator<Travel> {
  const seen = new Set<string>();
  const reads = [...analysis.statesIn(block.block)].sort(([a], [b]) => a.span.start - b.span.start);
  const own = new Set(block.flow.definitions);
  for (const [read, state] of reads) {
    if (seen.has(read.name) || !/^[A-Za-z_]/.test(read.name) || isOfHandOver(read.name)) continue;
    seen.add(read.name);
    const binding = state.names.get(read.name);
    if (binding === undefined || binding.mark !== undefined) continue;
    const travel = received(analysis.flow, block, read, binding, own);
    if (travel !== undefined) yield travel;
  }
}

function received(
  flow: DocumentFlow,
  block: AnalysedBlock,
  { name, span }: Read,
  { definitions }: Binding,
  own: ReadonlySet<Define>,
): Travel | undefined {
  const used = block.block.toDocument(span.start);
  const common = { to: block, name, thing: 'variable', used } as const;
  const loads = block.flow.loads.filter(({ load }) => load.span.start <= span.start);
  const writerOf = ({ path }: (typeof loads)[number]) =>
    path && lastWriter(flow, block, name, pathKeyOf(path));
  const given = definitions.length > 0 ? [] : loads.filter(({ gives }) => gives(name));
  // What a block has saved itself, it has from somebody else.
  const file =
    given.findLast(load => load.library !== undefined || writerOf(load) !== undefined) ?? given.at(-1);
  if (file?.library !== undefined) {
    const given = block.block.toDocument(file.load.span.start);
    return { ...common, from: undefined, library: file.library, kind: 'library', via: undefined, given };
  }
  if (file?.path !== undefined) {
    const writer = writerOf(file);
    if (writer === undefined) return undefined;
    const given = writer.block.block.toDocument(writer.span.start);
    const via = shownPath(flow.document, file.path);
    return { ...common, from: writer.block, library: undefined, kind: 'kept', via, given };
  }
  const isCarriedOn = block.process !== block.block.number && !definitions.some(define => own.has(define));
  const origin = isCarriedOn ? flow.originOfVariable(name, block) : undefined;
  if (origin === undefined || origin.block.process !== block.process) return undefined;
  return { ...between(flow, origin, block, name, span, 'kept', 'variable'), via: 'the same shell' };
}

/** The last block before another one that writes a name into a file. */
function lastWriter(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  name: string | undefined,
  pathKey: string,
): { readonly block: AnalysedBlock; readonly span: Span } | undefined {
  const files = flow.stateFiles.all.filter(
    ({ path, keys }) =>
      pathKeyOf(path) === pathKey && (name === undefined || keys.some(key => key.name === name)),
  );
  const uses = files
    .flatMap(file => file.uses)
    .filter(({ access, block }) => access === 'write' && block < reader.block.number);
  // A file that several blocks append to: the one that sets the name has written it.
  const sets = (number: number) =>
    flow.blocks[number - 1]!.flow.definitions.some(define => define.name === name);
  const last = uses.findLast(({ block }) => sets(block)) ?? uses[uses.length - 1];
  return last && { block: flow.blocks[last.block - 1]!, span: last.span };
}

/** What the block computes again, by the same statement or to the same value as an earlier block. */
function* recalculatedValues(flow: DocumentFlow, block: AnalysedBlock): Generator<Travel> {
  if (block.process !== block.block.number) return;
  const seen = new Set<string>();
  for (const define of block.flow.definitions) {
    const { name, span } = define;
    if (seen.has(name) || isOfHandOver(name)) continue;
    seen.add(name);
    const origin = flow.originOfVariable(name, block);
    if (origin?.kind === 'definition' && isSame(block, define, origin.block, origin.define))
      yield between(flow, origin, block, name, span, 'recalculated', 'variable');
  }
  for (const definition of block.flow.functions) {
    const origin = flow.originOfFunction(definition.name, block);
    if (origin?.kind !== 'function') continue;
    const text = textAt(block, definition.statement);
    if (text === textAt(origin.block, origin.definition.statement))
      yield between(flow, origin, block, definition.name, definition.span, 'recalculated', 'function');
  }
}

function isSame(block: AnalysedBlock, define: Define, other: AnalysedBlock, first: Define): boolean {
  if (define.form !== 'assignment' && define.form !== 'declaration') return false;
  if (textAt(block, define.statement) === textAt(other, first.statement)) return true;
  const value = block.flow.end.names.get(define.name)?.value ?? [];
  const before = other.flow.end.names.get(define.name)?.value ?? [];
  const isKnown = value.length > 0 && value.every(({ kind }) => kind !== 'unknown' && kind !== 'unique');
  return isKnown && sameSymbolic(value, before);
}

function textAt({ block }: AnalysedBlock, { start, end }: Span): string {
  return block.text.slice(start, end);
}

/** Functions that a block calls and a library defines, which it sources itself. */
function* functionsOfLibraries(block: AnalysedBlock): Generator<Travel> {
  const seen = new Set<string>();
  for (const step of allSteps(block.script.flow)) {
    if (step.kind !== 'call') continue;
    const { name, span } = step;
    const binding = name === undefined || seen.has(name) ? undefined : block.flow.end.functions.get(name);
    if (binding?.kind !== 'library') continue;
    seen.add(name!);
    const load = block.flow.loads.find(({ library }) => library === binding.path) ?? block.flow.loads[0];
    if (load === undefined || load.load.span.start > span.start) continue;
    yield {
      from: undefined,
      library: binding.path,
      to: block,
      kind: 'library',
      via: undefined,
      name: name!,
      thing: 'function',
      given: block.block.toDocument(load.load.span.start),
      used: block.block.toDocument(span.start),
    };
  }
}

/** A file that an earlier block writes and this one reads without sourcing it: `ID=$(cat id.txt)`. */
function* filesReadWhole(flow: DocumentFlow, block: AnalysedBlock): Generator<Travel> {
  const loaded = new Set(block.flow.loads.map(({ path }) => (path === undefined ? '' : pathKeyOf(path))));
  const seen = new Set<string>();
  for (const { path, span, reads } of block.flow.usedPaths) {
    const key = pathKeyOf(path);
    if (!reads || seen.has(key) || loaded.has(key) || path.every(({ kind }) => kind === 'unknown')) continue;
    // A word whose variable is lost names the file only as the author means it.
    const isLost = block.flow.exposed.some(
      ({ read }) => span.start <= read.span.start && read.span.end <= span.end,
    );
    if (isLost) continue;
    seen.add(key);
    const writer = lastWriter(flow, block, undefined, key);
    if (writer === undefined || writer.block === block) continue;
    yield {
      from: writer.block,
      library: undefined,
      to: block,
      kind: 'kept',
      via: undefined,
      name: shownPath(flow.document, path),
      thing: 'file',
      given: writer.block.block.toDocument(writer.span.start),
      used: block.block.toDocument(span.start),
    };
  }
}
