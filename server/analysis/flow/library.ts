import { readShellScript } from '../shell/lowering';
import type { allSteps, Call, Flow, FunctionDefinition, Load, ShellScript } from '../shell/script';
import type { ShellParser } from '../shell/syntax';
import { evaluate, type Lookup } from './evaluate';
import { concat, type Symbolic, text, unknown } from './symbolic';

/** What a sourced file gives and what its functions do, as far as the callers' blocks need to know. */
export interface LibrarySummary {
  /** The library's path, as the driver names it. */
  readonly path: string;
  /** Variables that sourcing it may set. */
  readonly names: ReadonlyMap<string, Symbolic>;
  readonly functions: ReadonlyMap<string, FunctionDefinition>;
  /** Files that sourcing it sources in turn. */
  readonly sources: readonly { readonly load: Load; readonly path: Symbolic | undefined }[];
  /** What a call of one of its functions may do to the caller; undefined for a name that is no function of it. */
  effectsOf(name: string): FunctionEffects | undefined;
}

export interface FunctionEffects {
  readonly names: ReadonlySet<string>;
  /** Files that it sources, whose paths consist of its arguments and of what is known: `source "$1"`. */
  readonly sources: readonly { readonly load: Load; readonly path: Symbolic }[];
  /** True where the function writes a file. */
  readonly writes: boolean;
  /** True where the function loads a file that nobody knows, so that any name may be set behind it. */
  readonly open: boolean;
}

/** Reads a library's text. Branches count as taken: what it may set, it sets. Never fails. */
export function summariseLibrary(parser: ShellParser, path: string, source: string): LibrarySummary {
  const script: ShellScript = readShellScript(parser, source);
  const names = new Map<string, Symbolic>();
  const functions = new Map<string, FunctionDefinition>();
  const loads: Load[] = [];
  const lookup = (name: string) => (name === 'BASH_SOURCE' ? HERE : names.get(name));
  for (const step of shellSteps(script.flow)) {
    if (step.kind === 'define') names.set(step.name, evaluate(step.value, lookup));
    if (step.kind === 'function') functions.set(step.name, step);
    if (step.kind === 'load') loads.push(step);
    if (step.kind === 'export' && !names.has(step.name)) names.set(step.name, unknown(step.name));
  }
  // What a function sets while the library is sourced is the library's own.
  const effects = new Map<string, FunctionEffects>();
  const effectsOf = (name: string): FunctionEffects | undefined => {
    const known = effects.get(name);
    if (known !== undefined) return known;
    const definition = functions.get(name);
    if (definition === undefined) return undefined;
    effects.set(name, NO_EFFECTS);
    const found = collectEffects(definition.body, lookup, effectsOf);
    effects.set(name, found);
    return found;
  };
  for (const step of shellSteps(script.flow)) {
    if (step.kind !== 'call' || step.name === undefined) continue;
    for (const name of effectsOf(step.name)?.names ?? [])
      if (!names.has(name)) names.set(name, unknown(name));
  }
  return {
    path,
    names,
    functions,
    sources: loads.map(load => ({ load, path: load.path && evaluate(load.path, lookup) })),
    effectsOf,
  };
}

const HERE: Symbolic = concat([{ kind: 'here' }], text('/library'));
const NO_EFFECTS: FunctionEffects = { names: new Set(), sources: [], writes: false, open: false };

/** The steps that act on the sourcing shell itself: none in subshells, none in functions. */
function* shellSteps(flow: Flow): ReturnType<typeof allSteps> {
  for (const step of flow) {
    if (step.kind === 'subshell' || step.kind === 'deferred') continue;
    yield step;
    if (step.kind === 'choice') for (const branch of step.branches) yield* shellSteps(branch);
    if (step.kind === 'loop') yield* shellSteps(step.body);
  }
}

function collectEffects(
  body: Flow,
  outer: Lookup,
  effectsOf: (name: string) => FunctionEffects | undefined,
): FunctionEffects {
  const names = new Set<string>();
  const locals = new Set<string>();
  const values = new Map<string, Symbolic>();
  const lookup: Lookup = name => values.get(name) ?? outer(name);
  const sources: { readonly load: Load; readonly path: Symbolic }[] = [];
  let open = false;
  let writes = false;
  for (const step of shellSteps(body)) {
    if (step.kind === 'write') writes ||= !step.path.text.startsWith('/dev/');
    if (step.kind === 'define') {
      (step.local ? locals : names).add(step.name);
      values.set(step.name, evaluate(step.value, lookup));
    }
    if (step.kind === 'load') {
      const path = step.how === 'source' ? evaluate(step.path, lookup) : unknown('');
      if (path.some(({ kind }) => kind === 'unknown' || kind === 'unique')) open = true;
      else sources.push({ load: step, path });
    }
    if (step.kind !== 'call' || step.name === undefined) continue;
    const inner = effectsOf(step.name);
    for (const name of inner?.names ?? []) names.add(name);
    writes ||= inner?.writes === true;
    // What an inner function sources depends on arguments that only it sees.
    open ||= inner?.open === true || (inner?.sources.length ?? 0) > 0;
  }
  for (const name of locals) names.delete(name);
  return { names, sources, writes, open };
}

/** The path that a function makes of its arguments, in one call of it. */
export function withArguments(path: Symbolic, { arguments: words }: Call, lookup: Lookup): Symbolic {
  return concat(
    ...path.map(part => {
      if (part.kind !== 'argument') return [part];
      const word = words[Number(part.name) - 1];
      return word === undefined ? unknown(part.name) : evaluate(word, lookup);
    }),
  );
}
