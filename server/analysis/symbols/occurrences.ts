import {
  allSteps,
  type Call,
  type Define,
  type Flow,
  type FunctionDefinition,
  type Read,
  type ShellScript,
} from '../shell/script';
import type { Span } from '../text';
import { keysIn, type Savers } from './stateKeyPlaces';

/** A place where a shell text names a variable or a function. */
export interface Occurrence {
  readonly kind: 'variable' | 'function';
  readonly name: string;
  /** `key` is the name in a state file's text, `mention` a place that neither gives nor takes a value: `export X`, `unset X`. */
  readonly use: 'definition' | 'read' | 'call' | 'key' | 'mention';
  /** Where the name itself stands, as offsets in the text. */
  readonly span: Span;
  /** The function that has a local variable of that name, where the place means that one. */
  readonly owner: FunctionDefinition | undefined;
  readonly step: Read | Define | Call | FunctionDefinition | undefined;
}

const NAME = /^[A-Za-z_]\w*$/;

/**
 * All places of a text that name a variable or a function, in the order of the text.
 * @param text the text as it is written, of the same length as what was parsed
 * @param savers which parameters of a function are names of state
 */
export function occurrencesIn(script: ShellScript, text: string, savers: Savers): readonly Occurrence[] {
  const found: Occurrence[] = [];
  const owners = localOwners(script.flow);
  const add = (
    what: Pick<Occurrence, 'kind' | 'name' | 'use'> & { readonly step?: Occurrence['step'] },
    where: Span,
  ): void => {
    const span = nameWithin(text, where, what.name);
    if (span === undefined) return;
    const owner = what.kind === 'variable' && what.use !== 'key' ? owners(what.name, span.start) : undefined;
    found.push({ step: undefined, ...what, span, owner });
  };
  for (const step of allSteps(script.flow, true)) {
    if (step.kind === 'read' && NAME.test(step.name))
      add({ kind: 'variable', name: step.name, use: 'read', step }, step.span);
    else if (step.kind === 'define' && NAME.test(step.name))
      add({ kind: 'variable', name: step.name, use: 'definition', step }, step.span);
    else if (step.kind === 'export') add({ kind: 'variable', name: step.name, use: 'mention' }, step.span);
    else if (step.kind === 'unset')
      add({ kind: step.ofFunction ? 'function' : 'variable', name: step.name, use: 'mention' }, step.span);
    else if (step.kind === 'function')
      add({ kind: 'function', name: step.name, use: 'definition', step }, step.span);
    else if (step.kind === 'call') addCall(step, add);
  }
  for (const { name, span } of keysIn(script, text, savers))
    add({ kind: 'variable', name, use: 'key' }, span);
  return inOrder(found);
}

function addCall(
  step: Call,
  add: (what: Pick<Occurrence, 'kind' | 'name' | 'use' | 'step'>, where: Span) => void,
): void {
  const { name, passesFunctions, span, arguments: words } = step;
  if (name === undefined) return;
  if (!passesFunctions) add({ kind: 'function', name, use: 'call', step }, span);
  if (!mentionsFunctions(step)) return;
  for (const word of words)
    if (/^[A-Za-z_][\w-]*$/.test(word.text))
      add({ kind: 'function', name: word.text, use: 'mention', step }, word.span);
}

/** `export -f f`, `declare -F f`, `type f` and `command -v f` name functions. */
function mentionsFunctions({ name, arguments: words }: Call): boolean {
  if (name === 'type') return true;
  if (name === 'command') return words[0]?.text === '-v';
  const takesFunctions = name === 'export' || name === 'declare' || name === 'typeset';
  return takesFunctions && words.some(({ text }) => /^-\w*[fF]/.test(text));
}

/** The function whose local variable a name means at an offset: the innermost one that makes it local. */
function localOwners(flow: Flow): (name: string, offset: number) => FunctionDefinition | undefined {
  const byName = new Map<string, FunctionDefinition[]>();
  for (const step of allSteps(flow, true)) {
    if (step.kind !== 'function') continue;
    const names = new Set<string>();
    for (const inner of allSteps(step.body))
      if (inner.kind === 'define' && inner.local) names.add(inner.name);
    for (const name of names) byName.set(name, [...(byName.get(name) ?? []), step]);
  }
  return (name, offset) =>
    byName.get(name)?.findLast(({ statement }) => statement.start <= offset && offset < statement.end);
}

/** Where a name stands in a range: an expansion's braces, a command's quotes and the like are not part of it. */
function nameWithin(text: string, { start, end }: Span, name: string): Span | undefined {
  const piece = text.slice(start, end);
  for (let at = piece.indexOf(name); at >= 0; at = piece.indexOf(name, at + 1)) {
    const before = piece[at - 1] ?? '';
    const after = piece[at + name.length] ?? '';
    if (/\w/.test(before) || /\w/.test(after)) continue;
    return { start: start + at, end: start + at + name.length };
  }
  return undefined;
}

/** Without repetition: `${X:=1}` reads and defines in one place, and stays two. */
function inOrder(found: readonly Occurrence[]): readonly Occurrence[] {
  const byPlace = new Map(found.map(item => [`${item.span.start}:${item.kind}:${item.use}`, item]));
  return [...byPlace.values()].sort((a, b) => a.span.start - b.span.start || a.use.localeCompare(b.use));
}
