import { readShellScript } from '../shell/lowering';
import { isCommandEverywhere } from '../shell/programs';
import {
  type Call,
  type Define,
  type Flow,
  type FlowStep,
  type FunctionDefinition,
  type Load,
  shellSteps,
} from '../shell/script';
import type { ShellParser } from '../shell/syntax';
import { evaluate, knowledgeOf } from './evaluate';
import { concat, type Symbolic, text, unknown } from './symbolic';

/** What a sourced file gives and what its functions do, as far as the callers' blocks need to know. */
export interface LibrarySummary {
  /** The library's path, as the driver names it. */
  readonly path: string;
  /** Variables that sourcing it may set. */
  readonly names: ReadonlyMap<string, Symbolic>;
  /** Its functions, each body reduced to what a caller can notice, in terms of the parameters `$1`, `$2`, …. */
  readonly functions: ReadonlyMap<string, FunctionDefinition>;
  /** The options that sourcing it sets for the caller's shell: calls of `set`. */
  readonly options: readonly Call[];
  /** Files that sourcing it sources in turn. */
  readonly sources: readonly { readonly load: Load; readonly path: Symbolic | undefined }[];
  /** Variables of the caller that a call of one of its functions may set. */
  setsInCall(name: string): ReadonlySet<string>;
  /** What sourcing it may set a variable to, also in a function that it calls itself. */
  definitionsOf(name: string): readonly Define[];
}

/** Reads a library's text. Branches count as taken: what it may set, it sets. Never fails. */
export function summariseLibrary(parser: ShellParser, path: string, source: string): LibrarySummary {
  const { flow } = readShellScript(parser, source);
  const names = new Map<string, Symbolic>();
  const functions = new Map<string, FunctionDefinition>();
  const loads: Load[] = [];
  const options: Call[] = [];
  const known = knowledgeOf(name => (name === 'BASH_SOURCE' ? HERE : names.get(name)));
  for (const step of shellSteps(flow)) {
    if (step.kind === 'define') names.set(step.name, evaluate(step.value, known));
    if (step.kind === 'function') functions.set(step.name, { ...step, body: essence(step.body) });
    if (step.kind === 'load') loads.push(step);
    if (step.kind === 'call' && step.name === 'set') options.push(step);
    if (step.kind === 'export' && !names.has(step.name)) names.set(step.name, unknown(step.name));
  }
  const setsInCall = (name: string): ReadonlySet<string> => namesSetBy(name, functions);
  // What a function sets while the library is sourced is the library's own.
  for (const step of shellSteps(flow)) {
    if (step.kind !== 'call' || step.name === undefined) continue;
    for (const name of setsInCall(step.name)) if (!names.has(name)) names.set(name, unknown(name));
  }
  const sources = loads.map(load => ({ load, path: load.path && evaluate(load.path, known) }));
  const definitionsOf = (name: string): readonly Define[] =>
    [...stepsOfSourcing(flow, functions)].flatMap(step =>
      step.kind === 'define' && step.name === name ? [step] : [],
    );
  return { path, names, functions, options, sources, setsInCall, definitionsOf };
}

const HERE: Symbolic = concat([{ kind: 'here' }], text('/library'));

/** A function's body without what no caller can notice: reads, and commands that neither print, write, load nor define. */
function essence(flow: Flow): Flow {
  return flow.flatMap((step): Flow => {
    switch (step.kind) {
      case 'read':
      case 'input':
      case 'export':
        return [];
      case 'choice': {
        const branches = step.branches.map(essence);
        return branches.every(branch => branch.length === 0) ? [] : [{ ...step, branches, tests: [] }];
      }
      case 'loop': {
        const body = essence(step.body);
        return body.length === 0 ? [] : [{ ...step, body, tests: [] }];
      }
      case 'call':
        // What goes to standard error is for people.
        return step.isRedirected === true && isCommandEverywhere(step.name ?? '') ? [] : [step];
      default:
        return [step];
    }
  });
}

/** The steps that sourcing takes in the caller's shell: the file's own, and those of the functions that it calls, each once. */
function* stepsOfSourcing(
  flow: Flow,
  functions: ReadonlyMap<string, FunctionDefinition>,
): Generator<FlowStep, void> {
  const seen = new Set<string>();
  const waiting: Flow[] = [flow];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const step of shellSteps(next)) {
      yield step;
      const called = step.kind === 'call' ? functions.get(step.name ?? '') : undefined;
      if (called === undefined || seen.has(called.name)) continue;
      seen.add(called.name);
      waiting.push(called.body);
    }
}

/** What a call of a function may set, with what the functions set that it calls in turn. */
function namesSetBy(name: string, functions: ReadonlyMap<string, FunctionDefinition>): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<string>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const body = functions.get(next)?.body;
    if (body === undefined || seen.has(next)) continue;
    seen.add(next);
    const steps = [...shellSteps(body)];
    const locals = new Set(steps.flatMap(step => (step.kind === 'define' && step.local ? [step.name] : [])));
    for (const step of steps) {
      if (step.kind === 'define' && !locals.has(step.name)) names.add(step.name);
      if (step.kind === 'call' && step.name !== undefined) waiting.push(step.name);
    }
  }
  return names;
}
