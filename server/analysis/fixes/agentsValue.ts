import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { kept } from '../kept';
import { allSteps, type Read } from '../shell/script';
import { holdsPlaceholder } from './copying';
import { textOf } from './replacing';
import { definedIn, type SliceStatement, sliceBefore } from './slice';

/**
 * Whether the agent writes a value down in each block that has its lines: it is made of placeholders, and of names that nothing
 * in the document sets although several blocks read them. Whoever writes so repeats the lines; a file would hold what the agent
 * knows by heart.
 */
export function isFilledInByAgent(flow: DocumentFlow, block: AnalysedBlock, name: string): boolean {
  const slice = sliceBefore(flow, block, [name]);
  if (slice === undefined || slice.statements.length > MAX_STATEMENTS) return false;
  const { instabilities, directory, argumentsOfHost, prints } = slice.inputs;
  const isFixed = instabilities.length === 0 && !directory && !argumentsOfHost && !prints;
  if (
    !isFixed ||
    slice.statements.some(decides) ||
    slice.libraryCalls.length > 0 ||
    slice.skippedIn !== undefined
  )
    return false;
  const { texts } = namesOf(flow);
  const isOneText = slice.statements
    .flatMap(({ statement }) => definedIn(statement))
    .every(defined => texts.get(defined)?.size === 1);
  const isKnownElsewhere = slice.unknownNames.every(unknown => isReadInSeveral(flow, unknown));
  const isFilledIn =
    slice.unknownNames.length > 0 ||
    slice.statements.some(({ block: source, statement }) => holdsPlaceholder(source, statement));
  return isOneText && isKnownElsewhere && isFilledIn;
}

/** Whether a statement decides between values: that may be there for one case alone. */
function decides({ statement }: SliceStatement): boolean {
  return statement.flow.some(({ kind }) => kind === 'choice');
}

/**
 * Whether a value follows from what a block has itself of the agent: `jq … "$task"` of a task that nothing sets and the block reads as well.
 * A file would hold what was calculated for the last task of several.
 */
export function followsFromOwnInput(flow: DocumentFlow, block: AnalysedBlock, name: string): boolean {
  const slice = sliceBefore(flow, block, [name]);
  if (slice === undefined || slice.unknownNames.length === 0) return false;
  if (slice.statements.some(decides)) return false;
  const own = new Set(block.flow.exposed.map(({ read }) => read.name));
  return slice.unknownNames.every(unknown => own.has(unknown));
}

/** Whether several steps read a name: where nothing sets it, the agent knows it in all of them. */
export function isReadInSeveral(flow: DocumentFlow, name: string): boolean {
  return (namesOf(flow).readers.get(name)?.size ?? 0) > 1;
}

/**
 * The first step that needs a name's value before a block sets it: the agent puts in what it knows, or the environment has it, and what
 * the block sets may mean another thing. Undefined where there is none.
 */
export function firstNeedingBefore(
  flow: DocumentFlow,
  name: string,
  setter: AnalysedBlock,
): number | undefined {
  const number = namesOf(flow).needed.get(name);
  return number !== undefined && number < setter.block.number ? number : undefined;
}

/** More than that nobody wants to see again in each block. */
const MAX_STATEMENTS = 3;

/** By name: the steps that read it, the first one that needs it where nothing has set it, and the different statements that set it. */
const namesOf = kept((flow: DocumentFlow) => {
  const readers = new Map<string, Set<number>>();
  const texts = new Map<string, Set<string>>();
  const needed = new Map<string, number>();
  for (const block of flow.blocks.filter(isStep)) {
    for (const step of allSteps(block.script.flow, true))
      if (step.kind === 'read') add(readers, step.name, block.block.number);
    for (const { read, maybeSet } of block.flow.exposed)
      if (!maybeSet && isNeeded(read) && !needed.has(read.name) && comesFromOutside(flow, block, read.name))
        needed.set(read.name, block.block.number);
    for (const statement of block.script.statements)
      for (const name of definedIn(statement)) add(texts, name, textOf(block, statement));
  }
  return { readers, needed, texts };
});

/** Whether neither a block nor an earlier one sets a name: a counter begins with nothing. */
function comesFromOutside(flow: DocumentFlow, block: AnalysedBlock, name: string): boolean {
  return (
    !block.flow.definitions.some(define => define.name === name) &&
    flow.originOfVariable(name, block) === undefined
  );
}

function isNeeded({ fallback, asksFor }: Read): boolean {
  return fallback === 'none' && asksFor === undefined;
}

function add<T>(sets: Map<string, Set<T>>, key: string, value: T): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([value]));
  else known.add(value);
}
