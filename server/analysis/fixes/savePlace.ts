import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { allSteps, type Flow, type Statement } from '../shell/script';

/**
 * Where a block can save variables: behind the last statement at its top level that may change them.
 * @returns an offset in the block's text, at the start of a line; undefined where the shell may end before it, so that the file
 * would hold what an earlier run left there
 */
export function savePlace(
  flow: DocumentFlow,
  { script, block, flow: own }: AnalysedBlock,
  names: ReadonlySet<string>,
): number | undefined {
  // What the shell does not understand, nothing can be put behind; a backslash at the end takes the next line.
  if (script.hasErrors || /\\\s*$/.test(block.text)) return undefined;
  // A read-only name could not be loaded a second time.
  if (/\breadonly\b|\b(?:declare|typeset)\s+-\w*r/.test(block.text)) return undefined;
  const { statements } = script;
  const functions = new Set(own.functions.map(({ name }) => name));
  const last = statements.findLastIndex(statement => mayChange(statement.flow, names, functions));
  if (last < 0) return undefined;
  for (let index = last; index < statements.length; index++) {
    const before = statements.slice(0, index + 1);
    if (before.some(statement => mayStop(statement.flow, flow.profile.errexitIsInert))) return undefined;
    const next = statements[index + 1];
    if (next !== undefined && readsPipeStatus(next)) continue;
    const offset = lineBehind(block.text, statements[index]!, next);
    if (offset !== undefined) return offset;
  }
  return undefined;
}

function mayChange(flow: Flow, names: ReadonlySet<string>, functions: ReadonlySet<string>): boolean {
  return [...allSteps(flow)].some(
    step =>
      step.kind === 'load' ||
      ((step.kind === 'define' || step.kind === 'unset' || step.kind === 'export') && names.has(step.name)) ||
      (step.kind === 'call' && functions.has(step.name ?? '')),
  );
}

/** Whether the shell may end here, or run something of its own between two statements. */
function mayStop(flow: Flow, errexitIsInert: boolean): boolean {
  return flow.some(step => {
    if (step.kind === 'leave' || step.kind === 'deferred') return true;
    if (step.kind === 'read') return step.fallback === 'required';
    if (step.kind === 'choice') return step.branches.some(branch => mayStop(branch, errexitIsInert));
    if (step.kind === 'loop' || step.kind === 'function') return mayStop(step.body, errexitIsInert);
    if (step.kind !== 'call') return false;
    if (step.name === 'exec' || step.name === 'readonly') return true;
    return (
      step.name === 'set' &&
      !errexitIsInert &&
      step.arguments.some(({ text }) => /^-\w*e|^errexit$/.test(text))
    );
  });
}

function readsPipeStatus({ flow }: Statement): boolean {
  return [...allSteps(flow)].some(step => step.kind === 'read' && /^pipestatus$/i.test(step.name));
}

/** The line below a statement, where nothing else stands on its last line; a here-document may reach further than its statement. */
function lineBehind(text: string, { span }: Statement, next: Statement | undefined): number | undefined {
  const end = text.slice(span.start, span.end).trimEnd().length + span.start;
  const lineEnd = text.indexOf('\n', end);
  const stop = lineEnd < 0 ? text.length : lineEnd;
  if (!/^\s*(?:;\s*)?(?:#.*)?$/.test(text.slice(end, stop))) return undefined;
  if (next !== undefined && next.span.start < stop) return undefined;
  if (/<<(?!<)/.test(text.slice(span.start, end))) return undefined;
  return lineEnd < 0 ? text.length : lineEnd + 1;
}
