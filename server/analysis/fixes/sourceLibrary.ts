import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { allSteps, type Statement } from '../shell/script';
import { isCopiable, linesOfStatement } from './copying';
import type { Fix } from './fix';
import { inputsOf } from './inputs';
import { insertLines, startOfCode } from './insertion';
import { definedIn, type SliceStatement, sliceBefore, sourcingStatement, textOfTaken } from './slice';
import { excludeEachOther } from './ways';

/**
 * *Source the library here*: the author's own line, after what gives its path. It is never safe: the file is read again, and
 * may be another one by then.
 */
export function sourceLibrary({ flow, findings }: Analysis, finding: Finding): readonly Fix[] {
  const block = flow.blocks[finding.block - 1];
  if (finding.rule !== 'lost-library' || finding.name === undefined || block === undefined) return [];
  const origin = flow.originOfFunction(finding.name, block) ?? flow.originOfVariable(finding.name, block);
  if (origin?.kind !== 'library' || origin.throughCall) return [];
  const statement = sourcingStatement(origin.block, origin.load);
  if (statement === undefined || !isCopiable(findings, origin.block, statement)) return [];
  const path = linesForPath(flow, block, statement);
  if (path === undefined) return [];
  const lines = [...path, ...linesOfStatement(origin.block, statement)];
  const file = origin.library.split(/[\\/]/).pop();
  const doubts = [
    ...(excludeEachOther(flow, origin.block.block, block.block)
      ? [`block ${origin.block.block.number} belongs to another procedure`]
      : []),
    ...differencesIn(flow, origin.library, block),
  ];
  const safety = doubts.length > 0 ? 'suggestion' : 'unsafe';
  return [
    {
      title: `Source the library here: ${file} (${safety}: ${doubts[0] ?? 'it is read again, as it is then'})`,
      kind: 'source',
      safety,
      edits: [insertLines(flow.document, block.block, startOfCode(block.block), lines)],
    },
  ];
}

/** Why sourcing a library again gives what a block reads another value by its nature. */
function differencesIn(flow: DocumentFlow, path: string, reader: AnalysedBlock): readonly string[] {
  const library = flow.libraryAt(path);
  const names = new Set(reader.flow.exposed.map(({ read }) => read.name));
  const definitions = [...names].flatMap(name => library?.definitionsOf(name) ?? []);
  return definitions.flatMap(({ value }) => inputsOf(value?.flow ?? []).differences);
}

/** The lines that give the names in the path their values; undefined where they cannot be cut out, or mean something else. */
function linesForPath(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  statement: Statement,
): readonly string[] | undefined {
  const names = [
    ...new Set([...allSteps(statement.flow)].flatMap(step => (step.kind === 'read' ? [step.name] : []))),
  ].filter(name => flow.originOfVariable(name, reader) !== undefined);
  if (names.length === 0) return [];
  const slice = sliceBefore(flow, reader, names);
  if (slice === undefined || slice.unknownNames.length > 0) return undefined;
  // A name that gets several values may have had another one when the library was sourced.
  const earlier = flow.blocks
    .filter(block => isStep(block) && block.block.number < reader.block.number)
    .flatMap(block => block.script.statements.map(other => ({ block, statement: other })));
  const isAmbiguous = slice.statements
    .flatMap(({ statement: taken }) => definedIn(taken))
    .some(
      name =>
        new Set(earlier.filter(other => definedIn(other.statement).includes(name)).map(textOfTaken)).size > 1,
    );
  return isAmbiguous
    ? undefined
    : withoutRepeated(slice.statements).flatMap(taken => linesOfStatement(taken.block, taken.statement));
}

/**
 * The statements without the earlier ones of the same text, where none in between needs what they set: one that may leave its
 * name as it was keeps those of all blocks that repeat it.
 */
function withoutRepeated(statements: readonly SliceStatement[]): readonly SliceStatement[] {
  return statements.filter((taken, index) => {
    const again = statements.findIndex(
      (other, at) => at > index && textOfTaken(other) === textOfTaken(taken),
    );
    if (again < 0) return true;
    const names = definedIn(taken.statement);
    return statements.slice(index + 1, again).some(({ statement }) => reads(statement, names));
  });
}

function reads(statement: Statement, names: readonly string[]): boolean {
  return [...allSteps(statement.flow)].some(step => step.kind === 'read' && names.includes(step.name));
}
