import { isToRunAgain } from '../document/bridges';
import { callerArguments } from '../document/callerArguments';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { allSteps, type FlowStep, type Statement } from '../shell/script';
import { agentsPart, isMeantToChange } from './agentsPart';
import { changesSince, possibleChangesSince } from './changedSince';
import { isOfMoment } from './commandTable';
import { holdsPlaceholder } from './copying';
import { inputsOf } from './inputs';
import { givenToLater, otherWays } from './otherWays';
import { changesOfPlace, directorySteps } from './placeChanges';
import { doubtsAboutRecipe, type Recipe } from './recipes';
import { possibleShellDifferences, shellDifferences } from './shellDifferences';
import { definedIn, type Slice, type SliceStatement } from './slice';
import { readsValueFiles } from './valueFiles';

/** Why the value is another one for certain, so that whoever wants that has to say so. */
export function differencesOf(flow: DocumentFlow, reader: AnalysedBlock, slice: Slice): readonly string[] {
  const { block } = reader;
  const { inputs, libraryCalls, statements } = slice;
  const first = Math.min(...statements.map(({ block: source }) => source.block.number));
  // Where somebody has gone since, the place that is remembered is just the one that it is no more, and files are other ones.
  const isElsewhere =
    (inputs.instabilities.length > 0 || statements.some(isPlace)) &&
    directorySteps(flow).some(number => number >= first && number < block.number);
  return [
    ...inputs.differences,
    ...(isElsewhere ? ['a step changes the directory'] : []),
    ...(slice.skippedIn === undefined
      ? []
      : [`block ${slice.skippedIn} may have ended before it came to that`]),
    ...libraryCalls.map(name => `what ${name} does besides is done again`),
    ...comparedWithNow(reader, slice),
    ...pathOfDay(slice),
    ...definedBesides(reader, slice),
    ...(statements.some(isChangedThere) ? ['a comment says that the agent changes it'] : []),
    ...(inputs.argumentsOfHost && isLeftToAgent(flow)
      ? ['the host replaces arguments in commands and skills only']
      : []),
    ...otherWays(flow, reader, slice),
    ...givenToLater(flow, reader, slice),
    ...shellDifferences(flow, reader, slice),
    ...agentsPart(flow, reader, slice),
    ...changesSince(flow, reader, slice),
    ...(isToRepeat(slice) || readsValueFiles(slice) ? [] : inputs.instabilities.filter(isOfMoment)),
  ];
}

/** Functions that the slice defines by the way, and that the block calls in vain: defined, they would do there what nobody has looked at. */
function definedBesides({ flow }: AnalysedBlock, { statements }: Slice): readonly string[] {
  const steps = statements.flatMap(({ statement }) => [...allSteps(statement.flow, true)]);
  const called = new Set(
    steps.flatMap(step => (step.kind === 'call' && step.name !== undefined ? [step.name] : [])),
  );
  const lost = new Set(flow.unknownCalls.map(({ name }) => name));
  return steps.flatMap(step =>
    step.kind === 'function' && lost.has(step.name) && !called.has(step.name)
      ? [`it defines ${step.name} as well, which this block calls`]
      : [],
  );
}

/** Whether the agent changes a value where it finds it first; a placeholder says in each copy what it is. */
function isChangedThere(taken: SliceStatement): boolean {
  return isMeantToChange(taken) && !holdsPlaceholder(taken.block, taken.statement);
}

/** A path with a date in it is that of what was made then: past midnight, or where somebody goes on later, it is another one. */
function pathOfDay({ statements }: Slice): readonly string[] {
  const dated = new Set<string>();
  for (const { statement } of statements)
    for (const step of allSteps(statement.flow)) {
      if (step.kind !== 'define' || step.value === undefined) continue;
      const { flow, parts } = step.value;
      const isDated = [...allSteps(flow)].some(part =>
        part.kind === 'read' ? dated.has(part.name) : asksForDay(part),
      );
      if (!isDated) continue;
      const literals = parts.flatMap(part => (part.kind === 'literal' ? [part.text] : [])).join(' ');
      if (literals.includes('/') && !literals.includes('://'))
        return ['tomorrow it is the path of another day'];
      dated.add(step.name);
    }
  return [];
}

/** Whether a step asks for the date of now: `-d` and `-r` ask for another one. */
function asksForDay(step: FlowStep): boolean {
  return (
    step.kind === 'call' &&
    step.name === 'date' &&
    !step.arguments.some(({ text }) => /^(?:-[dr]|--(?:date|reference))/.test(text))
  );
}

/** Whether the author asks for each line in every shell. */
function isToRepeat({ statements }: Slice): boolean {
  return statements.every(({ block, statement }) =>
    definedIn(statement).every(name => isToRunAgain(block.block, name)),
  );
}

/** What the block asks for itself, under another name: it compares the value of now with the one of then. */
function comparedWithNow({ script }: AnalysedBlock, { statements }: Slice): readonly string[] {
  const here = new Map(askedIn(script.statements));
  const taken = new Map(askedIn(statements.map(({ statement }) => statement)));
  const isCompared = [...here].some(([name, text]) => !taken.has(name) && [...taken.values()].includes(text));
  return isCompared ? ['this block asks for the value of now, to compare it'] : [];
}

/** Names with the texts of the values that a command gives them. */
function askedIn(statements: readonly Statement[]): readonly (readonly [name: string, text: string])[] {
  return statements.flatMap(({ flow }) =>
    [...allSteps(flow)].flatMap(step =>
      step.kind === 'define' && /\$\(|`/.test(step.value?.text ?? '')
        ? [[step.name, step.value!.text] as const]
        : [],
    ),
  );
}

/** Why the recalculated value may be another one than the author's, most telling first. */
export function doubtsAbout(flow: DocumentFlow, block: AnalysedBlock, slice: Slice): readonly string[] {
  const { instabilities, directory, argumentsOfHost, prints } = slice.inputs;
  const doubts = [...instabilities];
  const [unknownName] = slice.unknownNames;
  if (unknownName !== undefined) doubts.push(`nothing here sets ${unknownName}`);
  if (slice.statements.some(({ block: source, statement }) => holdsPlaceholder(source, statement)))
    doubts.push('the agent fills in a placeholder');
  if (argumentsOfHost && callerArguments(flow.document) === undefined)
    doubts.push('nothing says that the host replaces the arguments');
  if (directory) doubts.push(...changesOfPlace(flow, block));
  if (slice.statements.some(isPlace)) doubts.push(...whereItMayBe(flow));
  if (prints) doubts.push('it prints again what was printed');
  doubts.push(...possibleShellDifferences(flow, block, slice), ...possibleChangesSince(flow, block, slice));
  return doubts;
}

/** Whether the host goes through the text of other documents only: in one that these include, the agent puts the arguments in. */
function isLeftToAgent({ kind, profile }: DocumentFlow): boolean {
  const { kinds } = profile.textSubstitution;
  return kinds.size > 0 && !kinds.has(kind);
}

/** Whether a statement's value is the directory that it runs in, and not what git says of it. */
function isPlace({ statement }: SliceStatement): boolean {
  return inputsOf(statement.flow).isPlace;
}

/** Where the host keeps the directory, the agent may be in another one by then. */
function whereItMayBe({ profile }: DocumentFlow): readonly string[] {
  return profile.directory === 'dropped' ? [] : ['the agent may have changed the directory'];
}

/** Why what some recipes calculate may be another value. */
export function doubtsAboutRecipes(
  flow: DocumentFlow,
  block: AnalysedBlock,
  recipes: readonly Recipe[],
): readonly string[] {
  return recipes.flatMap(recipe => {
    const { doubts, directory, isPlace: isHere } = doubtsAboutRecipe(recipe);
    return [
      ...doubts,
      ...(directory ? changesOfPlace(flow, block) : []),
      ...(isHere ? whereItMayBe(flow) : []),
    ];
  });
}
