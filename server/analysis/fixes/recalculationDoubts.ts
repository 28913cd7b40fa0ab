import { isToRunAgain } from '../document/bridges';
import { callerArguments } from '../document/callerArguments';
import { proseBelow } from '../document/optionalSteps';
import { type AnalysedBlock, type DocumentFlow, isStep, NOTHING_AROUND } from '../flow/documentFlow';
import { interpretBlock } from '../flow/interpreter';
import { describePath } from '../flow/symbolic';
import { kept } from '../kept';
import { ERREXIT, NOUNSET, setsOption } from '../shell/calls';
import { isCommandOfShell } from '../shell/programs';
import { allSteps, type Statement } from '../shell/script';
import { isReadInSeveral } from './agentsValue';
import { attributeAbove } from './attributes';
import { isOfMoment } from './commandTable';
import { commentBehind, holdsPlaceholder } from './copying';
import { inputsOf } from './inputs';
import { startOfCode } from './insertion';
import { isLoopValue } from './loopValues';
import { lostSetter } from './lostSetters';
import { isSetInPipeline, lostInPipeline } from './pipelineValues';
import { changesOfPlace, directorySteps, someStep } from './placeChanges';
import { doubtsAboutRecipe, type Recipe } from './recipes';
import { textOf } from './replacing';
import { definedIn, type Slice, type SliceStatement, statementsBefore, textOfTaken } from './slice';
import { ownState } from './stateFileText';
import { readsItself } from './stateWriters';
import { isNoShell } from './toolCalls';
import { introductionOf, isOnWayTo } from './ways';

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
    ...otherWays(flow, reader, slice),
    ...missedUnderNounset(flow, reader, slice),
    ...setByExamples(flow, slice),
    ...oneOfEach(flow, reader, slice),
    ...setInPipelines(slice),
    ...(isNoShell(reader) ? [`block ${block.number} is no valid shell`] : []),
    ...changedFiles(reader, flow, slice),
    ...setInProse(flow, slice),
    ...knownThereOnly(flow, slice),
    ...emptyArguments(statements),
    ...filledInThere(flow, statements),
    ...askedStatus(reader),
    ...settersOf(flow, reader, slice),
    ...attributesOf(flow, slice),
    ...(isToRepeat(slice) ? [] : inputs.instabilities.filter(isOfMoment)),
  ];
}

/** Whether the author asks for each line in every shell. */
function isToRepeat({ statements }: Slice): boolean {
  return statements.every(({ block, statement }) =>
    definedIn(statement).every(name => isToRunAgain(block.block, name)),
  );
}

/** Values that the slice may miss below a `set -u` of the block that none of its own blocks has. */
function missedUnderNounset(
  { profile, provided }: DocumentFlow,
  reader: AnalysedBlock,
  { statements, unknownNames }: Slice,
): readonly string[] {
  const head = reader.script.statements.filter(({ span }) => span.start < startOfCode(reader.block));
  if (!haveOption(head, NOUNSET)) return [];
  // Where the block that they come from would have ended as well, they had a value.
  const isAsked = statements.every(taken => haveOption(statementsBefore(taken), NOUNSET));
  const { exposed } = interpretBlock(
    statements.flatMap(({ statement }) => statement.flow),
    {
      ...NOTHING_AROUND,
      provided: new Set([...profile.provides, ...provided, ...(isAsked ? unknownNames : [])]),
    },
  );
  const missed = exposed.find(({ read }) => read.fallback === 'none');
  return missed === undefined ? [] : [`set -u ends the block where ${missed.read.name} has no value`];
}

/** Values that the agent gives the reading block itself, one after the other. */
function oneOfEach(flow: DocumentFlow, reader: AnalysedBlock, { statements }: Slice): readonly string[] {
  const name = statements
    .flatMap(taken => definedIn(taken.statement).map(defined => ({ defined, writer: taken.block })))
    .find(({ defined, writer }) => isLoopValue(flow, writer, reader, defined))?.defined;
  return name === undefined ? [] : [`block ${reader.block.number} is run for each ${name}`];
}

/** Files that a statement names, and that a step behind it writes before the value is read. */
function changedFiles(
  reader: AnalysedBlock,
  { blocks }: DocumentFlow,
  { statements }: Slice,
): readonly string[] {
  return statements.flatMap(taken => {
    const text = textOf(taken.block, taken.statement);
    const files = text.match(DATA_FILE) ?? [];
    const between = blocks.slice(taken.block.block.number, reader.block.number - 1).filter(isStep);
    return files.flatMap(file =>
      between
        .filter(
          ({ block, flow }) =>
            mayChangeKey(block.text, text) &&
            flow.fileEffects.some(
              ({ kind, path }) => kind !== 'load' && path.length > 0 && describePath(path).endsWith(file),
            ),
        )
        .map(({ block }) => `block ${block.number} writes ${file}, which it reads`),
    );
  });
}

/** Whether a block may change what a statement reads: of a key that `jq` or `yq` asks for, one that assigns it. */
function mayChangeKey(writing: string, reading: string): boolean {
  if (!/\b[jy]q\b/.test(reading)) return true;
  const keys = new Set([...reading.matchAll(/\.([A-Za-z_]\w*)/g)].map(([, key]) => key));
  return [...writing.matchAll(/\.([A-Za-z_]\w*)"?\]?\s*(?:[|+]=|=(?!=))/g)].some(([, key]) => keys.has(key));
}

const DATA_FILE = /[\w./-]{1,200}\.(?:json|ya?ml|toml|txt|md|csv|env)\b/g;

/** Names to which the text below their block gives another value: "If it is empty, set VERSION to the latest tag". */
function setInProse({ document }: DocumentFlow, { statements }: Slice): readonly string[] {
  return statements.flatMap(({ block, statement }) => {
    const prose = proseBelow(document, block.block.closeLine ?? block.block.openLine);
    return definedIn(statement)
      .filter(name => prose.some(line => setsInProse(line, name)))
      .map(name => `the text below block ${block.block.number} sets ${name} as well`);
  });
}

function setsInProse(line: string, name: string): boolean {
  const set = /\b(?:set|resolve|assign|override|update)\s+[`*$"{]*(\w+)/gi;
  return [...line.matchAll(set)].some(match => match[1] === name);
}

/** Values that are set again in a part of a pipeline, of which bash keeps nothing. */
function setInPipelines({ statements }: Slice): readonly string[] {
  return statements.flatMap(({ block, statement }) =>
    definedIn(statement)
      .filter(name => isSetInPipeline(block, name))
      .map(name => lostInPipeline(block, name)),
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

/** Names that the slice reads, and that only a block sets which is no step. */
function setByExamples({ blocks }: DocumentFlow, { unknownNames }: Slice): readonly string[] {
  return unknownNames.flatMap(name => {
    const example = blocks.find(
      block => !isStep(block) && block.flow.definitions.some(define => define.name === name),
    );
    return example === undefined ? [] : [`only block ${example.block.number} sets ${name}, and is no step`];
  });
}

/** Names that nothing sets and one block alone reads: the agent gives them their values there, and nobody tells it to do so here. */
function knownThereOnly(flow: DocumentFlow, { unknownNames }: Slice): readonly string[] {
  return unknownNames.flatMap(name =>
    isReadInSeveral(flow, name) ? [] : [`nothing sets ${name}, and no other block reads it`],
  );
}

/**
 * `$@`, `$*`, `$#` and `${1:-.}`: no host replaces them, and each block's shell has no arguments. So the agent puts in what the user
 * has said, and it does so where it finds them first.
 */
function emptyArguments(statements: readonly SliceStatement[]): readonly string[] {
  const source = statements.find(({ block: { block }, statement }) =>
    [...allSteps(statement.flow)].some(
      step =>
        step.kind === 'read' &&
        (/^[@*#]$/.test(step.name) ||
          /^\$\{\d+\W[^}]/.test(block.text.slice(step.span.start, step.span.end))),
    ),
  );
  return source === undefined
    ? []
    : [`a block has no arguments: the agent fills them in in block ${source.block.block.number}`];
}

/** Constants in the place of which the agent is asked to put the project's own, in the text above their block. */
function filledInThere(flow: DocumentFlow, statements: readonly SliceStatement[]): readonly string[] {
  const source = statements.find(
    ({ block, statement }) =>
      statement.flow.every(step => step.kind === 'define') &&
      // A placeholder says by itself what it is, in each copy.
      !holdsPlaceholder(block, statement) &&
      FILL_IN.test(introductionOf(flow, block)),
  );
  return source === undefined
    ? []
    : [`the agent is asked to change it in block ${source.block.block.number}`];
}

/** "Substitute them into the variables below", "Adjust these values for the project:" */
const FILL_IN =
  /\b(?:substitute|replace|fill in|adjust|customi[sz]e|adapt)\b.{0,80}\b(?:below|following|these|them|values?|variables?|placeholders?)\b/i;

/** Whether the comment behind a statement, or the one above it, tells that the value is the agent's to choose. */
function isMeantToChange({ block, statement }: SliceStatement): boolean {
  const above = block.block.text.slice(0, statement.span.start).split('\n').at(-2) ?? '';
  return (
    MEANT_TO_CHANGE.test(commentBehind(block, statement)) ||
    (statement.flow.some(({ kind }) => kind === 'define') && MEANT_TO_CHANGE.test(above))
  );
}

const MEANT_TO_CHANGE =
  /^\s*#.{0,60}\b(?:replace|change|adjust|customi[sz]e|edit|example|e\.g|fill in|sample|set (?:this|to)|substitute|todo|your)\b/i;

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
  if (slice.statements.some(isMeantToChange)) doubts.push('a comment says that the agent changes it');
  doubts.push(
    ...otherShell(flow, block, slice),
    ...laterValues(flow, block, slice),
    ...counted(flow, block, slice),
  );
  return doubts;
}

/** What the shell of a source block has and the reading block's has not. */
function otherShell(
  { profile }: DocumentFlow,
  reader: AnalysedBlock,
  { statements }: Slice,
): readonly string[] {
  const head = reader.script.statements.filter(({ span }) => span.start < startOfCode(reader.block));
  const readerFails = haveOption(reader.script.statements, /^pipefail$/);
  const readerEnds = !profile.errexitIsInert && haveOption(head, ERREXIT);
  return statements.flatMap(taken => {
    const { block, statement } = taken;
    const { number } = block.block;
    const before = statementsBefore(taken);
    const steps = before.flatMap(({ flow }) => [...allSteps(flow)]);
    const differs = haveOption(before, /^pipefail$/) !== readerFails;
    const text = block.block.text.slice(statement.span.start, statement.span.end);
    const decides = statement.flow.some(({ kind }) => kind === 'choice') && /[^|]\|[^|]/.test(text);
    const path = steps.some(step => step.kind === 'define' && step.name === 'PATH');
    const calls = [...allSteps(statement.flow)].some(
      step => step.kind === 'call' && !isCommandOfShell(step.name ?? ''),
    );
    const ends = readerEnds && !haveOption(before, ERREXIT) && mayFail(statement);
    return [
      ...(differs && decides ? ['pipefail is not set in both blocks'] : []),
      ...(path && calls ? [`PATH is another one in block ${number}`] : []),
      ...(ends ? [`set -e would end the block where block ${number} went on`] : []),
    ];
  });
}

function haveOption(statements: readonly Statement[], option: RegExp): boolean {
  return statements.some(({ flow }) => someStep(flow, step => setsOption(step, option)));
}

/** Whether a statement may end as failed although its calculation is over: its last word is a query of git or a search. */
function mayFail({ flow }: Statement): boolean {
  if (flow.some(({ kind }) => kind === 'choice' || kind === 'loop')) return false;
  return [...allSteps(flow)].some(
    step => step.kind === 'call' && /^(?:git|grep|expr|test|\[|command|which|jq)$/.test(step.name ?? ''),
  );
}

/** Values that only one of several ways gives, or a step that is not for every run: whether it was gone, nobody knows. */
function otherWays(flow: DocumentFlow, reader: AnalysedBlock, slice: Slice): readonly string[] {
  return slice.statements.flatMap(taken => {
    if (isOnWayTo(flow, taken.block, reader) || isSameOnAllWays(flow, reader, taken, slice)) return [];
    return [`block ${taken.block.block.number} may not have been run`];
  });
}

/**
 * Whether what a statement sets has been set before in the same words, by a step that is always run, and by no step in other words:
 * then it makes no difference which way was gone.
 */
function isSameOnAllWays(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  { statement }: SliceStatement,
  { statements }: Slice,
): boolean {
  const names = definedIn(statement);
  const isSettled = (name: string) => {
    const texts = statements.filter(other => definedIn(other.statement).includes(name)).map(textOfTaken);
    const before = flow.blocks.filter(
      block =>
        isStep(block) &&
        block.block.number < reader.block.number &&
        block.flow.definitions.some(define => define.name === name),
    );
    const setting = before.map(block => ({
      block,
      own: block.script.statements.filter(other => definedIn(other).includes(name)),
    }));
    return (
      setting.some(({ block }) => isOnWayTo(flow, block, reader)) &&
      setting.every(({ block, own }) => {
        const last = own.at(-1);
        const isLast = own.length === 1 || (last !== undefined && replaces(last, name));
        return isLast && last !== undefined && textOf(block, last) === texts[0];
      })
    );
  };
  return names.length > 0 && statements.flatMap(other => definedIn(other.statement)).every(isSettled);
}

/** Whether a statement gives a name another value in any case, whatever it had before. */
function replaces({ flow }: Statement, name: string): boolean {
  const isPlain = flow.some(step => step.kind === 'define' && step.name === name && !readsItself(step));
  return isPlain && !flow.some(({ kind }) => kind === 'choice');
}

/** A block that begins with a look at `$?` finds there what has been inserted above it, and nobody sees any more that it is lost. */
function askedStatus({ block, script }: AnalysedBlock): readonly string[] {
  const start = Math.max(startOfCode(block), ownState(block).end);
  // What is loaded and defined leaves no status that somebody could have failed with.
  const first = script.statements.find(
    ({ span, flow }) => span.start >= start && !flow.every(({ kind }) => kind === 'function'),
  );
  const asks = [...allSteps(first?.flow ?? [])].some(step => step.kind === 'read' && step.name === '?');
  return asks ? ['the block asks for the status of what is above it'] : [];
}

/** What an earlier block declares names of the slice as: `declare -i N` there makes another value of `N=1+1` here. */
function attributesOf(flow: DocumentFlow, { statements }: Slice): readonly string[] {
  return statements.flatMap(({ block, statement }) =>
    definedIn(statement).flatMap(name => attributeAbove(flow, block, name) ?? []),
  );
}

/** Functions that are called where they are lost, since the slice's first block, and that set what is recalculated. */
function settersOf(flow: DocumentFlow, reader: AnalysedBlock, { statements }: Slice): readonly string[] {
  const names = new Set(statements.flatMap(({ statement }) => definedIn(statement)));
  const [first] = statements.map(({ block }) => block).sort((a, b) => a.block.number - b.block.number);
  const setter = first && lostSetter(flow, names, first, reader);
  return setter === undefined ? [] : [setter];
}

/** Counters: a block that counts on may be run any number of times, and its value is the last one's. */
function counted(flow: DocumentFlow, reader: AnalysedBlock, { statements }: Slice): readonly string[] {
  const names = new Set(statements.flatMap(({ statement }) => definedIn(statement)));
  const counting = flow.blocks.find(
    block =>
      isStep(block) &&
      block.block.number <= reader.block.number &&
      [...names].some(name => countsOn(block, name)),
  );
  return counting === undefined ? [] : [`block ${counting.block.number} counts, as often as it is run`];
}

/** Whether a block begins with a number that it got from before: `N=$((N + 1))`, `((N++))`. */
function countsOn({ flow }: AnalysedBlock, name: string): boolean {
  const first = flow.definitions.find(define => define.name === name);
  if (first === undefined) return false;
  const isMadeOfItself = [...allSteps(first.value?.flow ?? [])].some(
    step => step.kind === 'read' && step.name === name,
  );
  return first.form === 'arithmetic'
    ? flow.exposed.some(({ read }) => read.name === name)
    : isMadeOfItself && /^["']?(?:\$\(\(|\$\(expr\s)/.test(first.value?.text ?? '');
}

/** Blocks in between that set names which only the run knows. */
function laterValues(flow: DocumentFlow, reader: AnalysedBlock, { statements }: Slice): readonly string[] {
  const first = Math.min(...statements.map(({ block }) => block.block.number));
  const open = openSteps(flow).find(number => number >= first && number < reader.block.number);
  return open === undefined ? [] : [`block ${open} may set more than its text shows`];
}

/** The numbers of the steps that may set any name. */
const openSteps = kept((flow: DocumentFlow): readonly number[] =>
  flow.blocks.flatMap(block => (isStep(block) && block.flow.end.open.variables ? [block.block.number] : [])),
);

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
