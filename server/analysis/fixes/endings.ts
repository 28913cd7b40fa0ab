import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { kept } from '../kept';
import { ERREXIT, NOUNSET, setsOption } from '../shell/calls';
import { allSteps, type Flow, type FlowStep, type Statement } from '../shell/script';
import type { Span } from '../text';
import { setsConstantAgain } from './attributes';
import { ownFunctions } from './functionBodies';
import { isSurelyGiven } from './ways';

/** The statements up to the one that ends the block in any case. */
export function aliveStatements(statements: readonly Statement[]): readonly Statement[] {
  const end = statements.findIndex(({ flow }) =>
    flow.some(step => step.kind === 'leave' && step.how === 'exit'),
  );
  return end < 0 ? statements : statements.slice(0, end + 1);
}

/** The steps up to the one that ends the block in any case. */
export function aliveSteps(statements: readonly Pick<Statement, 'flow'>[]): Flow {
  const steps = statements.flatMap(({ flow }) => flow);
  const end = steps.findIndex(step => step.kind === 'leave' && step.how === 'exit');
  return end < 0 ? steps : steps.slice(0, end);
}

/** Whether the shell may end in some steps. */
export function mayStop(flow: Flow): boolean {
  return flow.some(step => {
    if (step.kind === 'leave') return true;
    if (step.kind === 'read') return step.fallback === 'required';
    if (step.kind === 'choice') return step.branches.some(mayStop);
    if (step.kind === 'loop' || step.kind === 'function') return mayStop(step.body);
    return (step.kind === 'call' && step.name === 'exec') || setsOption(step, ERREXIT);
  });
}

function isGoodEnd(step: FlowStep): boolean {
  return step.kind === 'leave' && step.how === 'exit' && !step.fails;
}

/** Whether a block may end, and not because something failed, before it comes to an offset of its text. */
export function mayEndAbove(flow: DocumentFlow, block: AnalysedBlock, offset: number): boolean {
  const above = aliveStatements(block.script.statements).filter(({ span }) => span.start < offset);
  return mayEndIn(block, above) || mayMissValueAbove(flow, block, offset);
}

/**
 * Whether a block may end in some of its statements, and not because something failed: whoever runs the document goes on. So it is
 * where a constant is set again.
 */
export function mayEndIn(block: AnalysedBlock, statements: readonly Statement[]): boolean {
  const way = new Way(block);
  return statements.some(statement => way.mayEnd(statement.flow) || setsConstantAgain(block, statement));
}

/**
 * Whether `set -u` may end a block within a span of its text, at a name that may have no value. What an earlier step surely gives is
 * no such name: it is handed over, or the user is told that it is missing. What a function reads, it may read further down.
 * @param given names that are handed over to the block besides
 */
export function mayMissName(
  flow: DocumentFlow,
  block: AnalysedBlock,
  { start, end }: Span,
  given: ReadonlySet<string> = NO_NAMES,
): boolean {
  const nounset = nounsetFrom(block);
  const from = Math.max(start, nounset);
  if (from >= end) return false;
  // What no block gives, the agent fills in: whoever sources the option with a library would have seen each run end there.
  const isSourced = !setsIn(block.script.flow, NOUNSET);
  if (readsTakenAway(block, from, end)) return true;
  const isInFunction = ({ start: at }: Span) =>
    block.flow.functions.some(({ statement }) => statement.start <= at && at < statement.end);
  return block.flow.exposed.some(
    ({ read: { name, fallback, span } }) =>
      fallback === 'none' &&
      span.start < end &&
      (span.start > from || (start <= nounset && isInFunction(span))) &&
      !given.has(name) &&
      !isSurelyGiven(flow, name, block) &&
      !(isSourced && flow.originOfVariable(name, block) === undefined),
  );
}

/** Whether a block reads between two offsets what it has taken away itself, and not given a value again. */
function readsTakenAway({ script }: AnalysedBlock, from: number, end: number): boolean {
  const taken = new Set<string>();
  for (const step of allSteps(script.flow)) {
    if (step.kind === 'unset' && !step.ofFunction && !step.ofElement) taken.add(step.name);
    else if (step.kind === 'define') taken.delete(step.name);
    else if (step.kind === 'read' && step.fallback === 'none' && taken.has(step.name))
      if (step.span.start >= from && step.span.start < end) return true;
  }
  return false;
}

/** The same above an offset, also at an element of an array. */
export function mayMissValueAbove(flow: DocumentFlow, block: AnalysedBlock, offset: number): boolean {
  const from = nounsetFrom(block);
  return (
    mayMissName(flow, block, { start: 0, end: offset }) ||
    (from < offset && mayMissElement(block, { start: from, end: offset }))
  );
}

/** From where on `set -u` holds in a block, if a statement of its own or a file that it sources says so: an offset. */
export const nounsetFrom = kept(({ script, flow }: AnalysedBlock): number => {
  const own = script.statements.find(statement => setsIn(statement.flow, NOUNSET));
  const sourced = flow.loads.find(({ options }) => setsIn(options, NOUNSET));
  return Math.min(own?.span.start ?? Infinity, sourced?.load.span.start ?? Infinity);
});

/** One element of an array, which may be there without it. */
const ELEMENT = /\$\{\w+\[(?![@*]\])[^\]\n]*\]\}/;

/** Whether `set -u` may end a block within a span of its text, as far as that depends on arrays' elements. */
export function mayMissElement({ block }: AnalysedBlock, { start, end }: Span): boolean {
  return ELEMENT.test(block.text.slice(start, end));
}

function setsIn(flow: Flow, option: RegExp): boolean {
  return optionsOf(flow)(option);
}

/** Whether some steps set an option; many places of a block ask the same. */
const optionsOf = kept((flow: Flow) => {
  const known = new Map<RegExp, boolean>();
  return (option: RegExp): boolean => {
    const answer = known.get(option) ?? [...allSteps(flow)].some(step => setsOption(step, option));
    known.set(option, answer);
    return answer;
  };
});

/** Whether a block, or a file that it sources, sets an option of its shell. */
export function setsInBlock({ script, flow }: AnalysedBlock, option: RegExp): boolean {
  return setsIn(script.flow, option) || flow.loads.some(({ options }) => setsIn(options, option));
}

/**
 * What may end a block well between the first value that it gives some names and a place further down: part of a sentence.
 * @param offset of the place, in the block's text
 * @param given names that are handed over to the block
 */
export function endingBetween(
  flow: DocumentFlow,
  writer: AnalysedBlock,
  names: ReadonlySet<string>,
  offset: number,
  given: ReadonlySet<string> = NO_NAMES,
): string | undefined {
  const { block, script } = writer;
  const statements = aliveStatements(script.statements).filter(({ span }) => span.start < offset);
  const way = new Way(writer, names);
  const first = statements.find(statement => way.givesValue(statement.flow));
  if (first === undefined) return undefined;
  if (way.mayEndWithValue(statements.flatMap(statement => statement.flow)))
    return `exit may end block ${block.number}`;
  if (statements.some(statement => setsConstantAgain(writer, statement)))
    return `a constant that is set again may end block ${block.number}`;
  if (nounsetFrom(writer) >= offset) return undefined;
  const change = [...allSteps(first.flow)].find(step => changesOne(step, names));
  const between = { start: change?.kind === 'define' ? change.statement.end : first.span.start, end: offset };
  // An element may be one that an earlier block has set: then one shell would have come to the value.
  const withElements = { start: nounsetFrom(writer), end: offset };
  return mayMissName(flow, writer, between, given) || mayMissElement(writer, withElements)
    ? `set -u may end block ${block.number}`
    : undefined;
}

/** Whether a step gives one of some names a value, or takes it away. */
function changesOne(step: FlowStep, names: ReadonlySet<string>): boolean {
  if (step.kind === 'unset') return !step.ofFunction && !step.ofElement && names.has(step.name);
  return step.kind === 'define' && names.has(step.name);
}

/** Follows the ways through a block and the functions that it calls, as far as it gives some names values and ends. */
class Way {
  readonly #names: ReadonlySet<string>;
  readonly #functions: ReadonlyMap<string, readonly Flow[]>;
  /** Where functions of libraries end the shell well: offsets of their calls. */
  readonly #ends: ReadonlySet<number>;
  /** What calling a function leads to, each with and without a value before. */
  readonly #calls = new Map<string, readonly Followed[]>();

  constructor(block: AnalysedBlock, names: ReadonlySet<string> = NO_NAMES) {
    this.#names = names;
    this.#functions = ownFunctions(block);
    const { endingCalls } = block.flow;
    this.#ends = new Set(endingCalls.flatMap(({ fails, span }) => (fails ? [] : [span.start])));
  }

  /** Whether some steps may give one of the names a value. */
  givesValue(flow: Flow): boolean {
    return this.#follow(flow, false).hasValue;
  }

  /** Whether the shell may end well in some steps. */
  mayEnd(flow: Flow): boolean {
    return this.#follow(flow, true).endsWithValue;
  }

  /** Whether the shell may end well in some steps, behind the first value. */
  mayEndWithValue(flow: Flow): boolean {
    return this.#follow(flow, false).endsWithValue;
  }

  #follow(flow: Flow, before: boolean): Followed {
    let hasValue = before;
    let endsWithValue = false;
    for (const step of flow) {
      if (changesOne(step, this.#names)) hasValue = true;
      if (step.kind === 'leave')
        return { hasValue, endsWithValue: endsWithValue || (hasValue && isGoodEnd(step)) };
      for (const way of this.#waysOf(step, hasValue)) {
        endsWithValue ||= way.endsWithValue;
        hasValue ||= way.hasValue;
      }
    }
    return { hasValue, endsWithValue };
  }

  #waysOf(step: FlowStep, hasValue: boolean): readonly Followed[] {
    if (step.kind === 'choice') return step.branches.map(branch => this.#follow(branch, hasValue));
    if (step.kind === 'call') {
      const ended = { hasValue, endsWithValue: hasValue && this.#ends.has(step.span.start) };
      return [ended, ...this.#called(step.name ?? '', hasValue)];
    }
    if (step.kind !== 'loop') return [];
    const once = this.#follow(step.body, hasValue);
    // The second time, what the first one has set is there.
    return once.hasValue && !hasValue ? [once, this.#follow(step.body, true)] : [once];
  }

  #called(name: string, hasValue: boolean): readonly Followed[] {
    const key = `${name} ${hasValue}`;
    const known = this.#calls.get(key);
    if (known !== undefined) return known;
    // One that calls itself has done by then what it does.
    this.#calls.set(key, []);
    const followed = (this.#functions.get(name) ?? []).map(body => this.#follow(body, hasValue));
    this.#calls.set(key, followed);
    return followed;
  }
}

const NO_NAMES: ReadonlySet<string> = new Set();

interface Followed {
  /** Whether one of the names may have got a value by then. */
  readonly hasValue: boolean;
  /** Whether the shell may end well behind that. */
  readonly endsWithValue: boolean;
}
