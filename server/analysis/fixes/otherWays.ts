import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { textOf } from './replacing';
import { definedIn, type Slice, type SliceStatement, textOfTaken } from './slice';
import { mayKeep, replaces } from './stateWriters';
import { isOnWayTo } from './ways';

/**
 * Blocks further down that ask for a name, and get its value from a way beside the reader's, or from a file that the reader loads: with the
 * recalculation, the reader gives them another one as well.
 */
export function givenToLater(flow: DocumentFlow, reader: AnalysedBlock, slice: Slice): readonly string[] {
  const own = new Set(slice.statements.map(({ block }) => block));
  const names = new Set(slice.statements.flatMap(({ statement }) => definedIn(statement)));
  const texts = new Set(slice.statements.map(textOfTaken));
  const isRepeated = (block: AnalysedBlock, name: string) =>
    block.script.statements.every(
      statement => !definedIn(statement).includes(name) || texts.has(textOf(block, statement)),
    );
  const later = flow.blocks
    .slice(reader.block.number)
    .filter(block => isStep(block) && !flow.areAlternatives(block.block, reader.block));
  return [...names].flatMap(name => {
    const asking = later.find(block => {
      if (!mayKeep(block, name)) return false;
      const origin = flow.originOfVariable(name, block);
      // What the reader loads from a file is not what it calculates either.
      if (origin?.block === reader) return origin.kind === 'stateFile';
      const isEarlier = origin !== undefined && origin.block.block.number < reader.block.number;
      return isEarlier && !own.has(origin.block) && !isRepeated(origin.block, name);
    });
    return asking === undefined
      ? []
      : [`block ${asking.block.number} asks for ${name}, which something else sets`];
  });
}

/** Values that only one of several ways gives, or a step that is not for every run: whether it was gone, nobody knows. */
export function otherWays(flow: DocumentFlow, reader: AnalysedBlock, slice: Slice): readonly string[] {
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
