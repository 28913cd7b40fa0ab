import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { allSteps, type Read } from '../shell/script';
import { isReadInSeveral } from './agentsValue';
import { commentBehind, holdsPlaceholder } from './copying';
import { isLoopValue } from './loopValues';
import { definedIn, type Slice, type SliceStatement } from './slice';
import { readsValueFiles } from './valueFiles';
import { introductionOf } from './ways';

/** What the agent gives a slice in its own block, and would not give it in the reader. */
export function agentsPart(flow: DocumentFlow, reader: AnalysedBlock, slice: Slice): readonly string[] {
  return [
    ...setByExamples(flow, slice),
    ...oneOfEach(flow, reader, slice),
    ...knownThereOnly(flow, slice),
    ...emptyArguments(slice),
    ...filledInThere(flow, slice),
  ];
}

/** Values that the agent gives the reading block itself, one after the other. */
function oneOfEach(flow: DocumentFlow, reader: AnalysedBlock, { statements }: Slice): readonly string[] {
  const name = statements
    .flatMap(taken => definedIn(taken.statement).map(defined => ({ defined, writer: taken.block })))
    .find(({ defined, writer }) => isLoopValue(flow, writer, reader, defined))?.defined;
  return name === undefined ? [] : [`block ${reader.block.number} is run for each ${name}`];
}

/** Names that nothing sets and one block alone reads: the agent gives them their values there, and nobody tells it to do so here. */
function knownThereOnly(flow: DocumentFlow, slice: Slice): readonly string[] {
  if (readsValueFiles(slice)) return [];
  return slice.unknownNames.flatMap(name =>
    isReadInSeveral(flow, name) ? [] : [`nothing sets ${name}, and no other block reads it`],
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

/** Arguments that the agent puts in where it finds them first. */
function emptyArguments({ statements }: Slice): readonly string[] {
  const source = statements.find(({ block, statement }) =>
    [...allSteps(statement.flow)].some(step => step.kind === 'read' && isAbsentArgument(block, step)),
  );
  return source === undefined
    ? []
    : [`a block has no arguments: the agent fills them in in block ${source.block.block.number}`];
}

/**
 * `$@`, `$*`, `$#`, `${1:-.}` and `${ARGUMENTS:-all}`: no host replaces them, and each block's shell has no arguments. So the agent puts in what
 * the user has said.
 */
export function isAbsentArgument({ block, flow }: AnalysedBlock, { name, span }: Read): boolean {
  if (flow.definitions.some(define => define.name === name)) return false;
  const written = block.text.slice(span.start, span.end);
  return /^[@*#]$/.test(name) || /^\$\{(?:\d+|ARGUMENTS)\W[^}]/.test(written);
}

/** Constants in the place of which the agent is asked to put the project's own, in the text above their block. */
function filledInThere(flow: DocumentFlow, { statements }: Slice): readonly string[] {
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
export function isMeantToChange({ block, statement }: SliceStatement): boolean {
  const above = block.block.text.slice(0, statement.span.start).split('\n').at(-2) ?? '';
  return (
    MEANT_TO_CHANGE.test(commentBehind(block, statement)) ||
    (statement.flow.some(({ kind }) => kind === 'define') && MEANT_TO_CHANGE.test(above))
  );
}

const MEANT_TO_CHANGE =
  /^\s*#.{0,60}\b(?:replace|change|adjust|customi[sz]e|edit|example|e\.g|fill in|from (?:the )?[\w -]{0,30}(?:argument|caller|context|conversation|parameter|prompt|user)s?|sample|set (?:this|to)|substitute|todo|your)\b/i;
