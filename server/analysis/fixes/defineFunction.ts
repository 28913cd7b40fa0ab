import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { allSteps, type FunctionDefinition, type Statement } from '../shell/script';
import { isCopiable, linesOfStatement } from './copying';
import type { Fix } from './fix';
import { insertLines, startOfCode } from './insertion';
import { lineBelow, textOf } from './replacing';
import { mayEndBefore } from './slice';
import { isOnWayTo } from './ways';

/** A function with more of them that it calls is a library. */
const MAX_FUNCTIONS = 12;

/** The statement of an earlier block that defines a function and does nothing else. */
interface Definition {
  readonly block: AnalysedBlock;
  readonly statement: Statement;
  readonly body: FunctionDefinition['body'];
}

/** *Define the function here*: the author's own text, with the functions that it calls. */
export function defineFunction({ flow, findings }: Analysis, finding: Finding): readonly Fix[] {
  const block = flow.blocks[finding.block - 1];
  if (finding.rule !== 'lost-function' || finding.name === undefined || block === undefined) return [];
  const { name } = finding;
  const call = block.flow.unknownCalls.find(other => other.name === name);
  const definitions = definitionsFor(flow, block, name, call?.span.start ?? 0);
  if (definitions === undefined) return [];
  if (!definitions.every(({ block: source, statement }) => isCopiable(findings, source, statement)))
    return [];
  const lines = definitions.flatMap(({ block: source, statement }) => linesOfStatement(source, statement));
  const differs = definitions.flatMap(({ body }) => namesThatDiffer(flow, block, body));
  const [first] = differs;
  // A value that is lost as well would only be found next.
  if (first !== undefined && !isSetHere(block, differs)) return [];
  const reason =
    first === undefined ? absence(flow, block, definitions) : `it reads ${first}, which is another one here`;
  return [
    {
      title: `Define the function here: ${name}${reason === undefined ? '' : ` (unsafe: ${reason})`}`,
      kind: 'define',
      safety: reason === undefined ? 'safe' : 'unsafe',
      edits: [insertLines(flow.document, block.block, placeFor(flow, block, definitions[0]!), lines)],
    },
  ];
}

/** At the start of a block's code, behind the functions that stand there already and that the document defines earlier. */
function placeFor(flow: DocumentFlow, reader: AnalysedBlock, first: Definition): number {
  const { block, script } = reader;
  let place = startOfCode(block);
  for (const statement of script.statements.filter(({ span }) => span.start >= place)) {
    const [step] = statement.flow;
    const text = textOf(reader, statement);
    const isKnown =
      step?.kind === 'function' &&
      flow.blocks.some(source => {
        const isAbove = (other: Statement) =>
          isBefore({ block: source, statement: other }, first) && textOf(source, other) === text;
        return source.block.number < block.number && source.script.statements.some(isAbove);
      });
    const below = isKnown ? lineBelow(block.text, statement) : undefined;
    if (below === undefined) break;
    place = below;
  }
  return place;
}

function isBefore(a: Pick<Definition, 'block' | 'statement'>, b: Definition): boolean {
  const [one, other] = [a.block.block.number, b.block.block.number];
  return one < other || (one === other && a.statement.span.start < b.statement.span.start);
}

/** Why a shell for all blocks may not have one of some functions, or another one. */
function absence(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  definitions: readonly Definition[],
): string | undefined {
  const skipped = definitions.find(({ block }) => !isOnWayTo(flow, block, reader));
  if (skipped !== undefined) return `block ${skipped.block.block.number} may not have been run`;
  const changing = definitions.find(({ body }) =>
    [...allSteps(body, true)].some(step => step.kind === 'function'),
  );
  if (changing !== undefined) return 'it defines functions itself';
  const ended = definitions.find(definition => mayEndBefore(flow, definition));
  return ended && `block ${ended.block.block.number} may have ended before it came to that`;
}

/**
 * In the order of the document; undefined where one cannot be told, or stands within another statement.
 * @param call where the reader calls the function: what it defines itself further down is not there yet
 */
function definitionsFor(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  name: string,
  call: number,
): readonly Definition[] | undefined {
  const own = new Set(
    reader.script.flow.flatMap(step =>
      step.kind === 'function' && step.span.start < call ? [step.name] : [],
    ),
  );
  const found = new Map<string, Definition>();
  const pending = [name];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (found.has(next) || own.has(next)) continue;
    const definition = definitionOf(flow, reader, next);
    if (definition === undefined || found.size >= MAX_FUNCTIONS) return undefined;
    found.set(next, definition);
    for (const step of allSteps(definition.body, true))
      if (step.kind === 'call' && step.name !== undefined && flow.originOfFunction(step.name, reader))
        pending.push(step.name);
  }
  return [...found.values()].sort(
    (a, b) => a.block.block.number - b.block.block.number || a.statement.span.start - b.statement.span.start,
  );
}

function definitionOf(flow: DocumentFlow, reader: AnalysedBlock, name: string): Definition | undefined {
  const origin = flow.originOfFunction(name, reader);
  if (origin?.kind !== 'function') return undefined;
  const { block } = origin;
  // Of two ways, which one was gone nobody knows.
  const isOnOneWay = flow.blocks.some(
    other =>
      other.flow.functions.some(defined => defined.name === name) &&
      flow.areAlternatives(other.block, block.block),
  );
  if (isOnOneWay) return undefined;
  const defining = block.script.statements.filter(statement =>
    [...allSteps(statement.flow)].some(step => step.kind === 'function' && step.name === name),
  );
  const [statement] = defining;
  const [step] = statement?.flow ?? [];
  // Defined twice, or on one branch: which one the author means, only the run knows.
  if (statement === undefined || defining.length > 1 || statement.flow.length > 1) return undefined;
  return step?.kind === 'function' ? { block, statement, body: step.body } : undefined;
}

/** The variables of the document that a body reads: they have another value, or none, in another block. */
function namesThatDiffer(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  body: FunctionDefinition['body'],
): readonly string[] {
  const local = new Set<string>();
  const names: string[] = [];
  for (const step of allSteps(body, true)) {
    if (step.kind === 'define' && step.local) local.add(step.name);
    // What is added to is read too.
    const isRead =
      step.kind === 'read' || (step.kind === 'define' && (step.append || step.form === 'default'));
    const isOutside = isRead && !local.has(step.name) && /^[A-Za-z_]/.test(step.name);
    if (isOutside && (flow.originOfVariable(step.name, reader) !== undefined || isSet(reader, step.name)))
      names.push(step.name);
  }
  return names;
}

function isSet({ flow }: AnalysedBlock, name: string): boolean {
  return flow.definitions.some(define => define.name === name);
}

function isSetHere(block: AnalysedBlock, names: readonly string[]): boolean {
  return names.every(name => isSet(block, name));
}
