import { type AnalysedBlock, type DocumentFlow, NOTHING_AROUND } from '../flow/documentFlow';
import { interpretBlock } from '../flow/interpreter';
import { ERREXIT, NOUNSET, setsOption } from '../shell/calls';
import { isCommandOfShell } from '../shell/programs';
import { allSteps, type Statement } from '../shell/script';
import { attributeAbove } from './attributes';
import { startOfCode } from './insertion';
import { someStep } from './placeChanges';
import { definedIn, type Slice, statementsBefore } from './slice';
import { ownState } from './stateFileText';
import { isNoShell } from './toolCalls';

/** Why the reading block's shell makes of a slice, or of itself behind one, something else for certain. */
export function shellDifferences(flow: DocumentFlow, reader: AnalysedBlock, slice: Slice): readonly string[] {
  return [
    ...(isNoShell(reader) ? [`block ${reader.block.number} is no valid shell`] : []),
    ...missedUnderNounset(flow, reader, slice),
    ...askedStatus(reader),
    ...attributesOf(flow, slice),
  ];
}

/** What the shell of a source block has and the reading block's has not. */
export function possibleShellDifferences(
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
