import type { Define, FunctionDefinition, Load } from '../shell/script';
import type { AnalysedBlock, LibraryTable } from './documentFlow';
import type { LibrarySummary } from './library';

/** Where a name that a block reads comes from, when an earlier block had it. */
export type Origin =
  | {
      readonly kind: 'definition';
      readonly block: AnalysedBlock;
      readonly define: Define;
      readonly exported: boolean;
    }
  | { readonly kind: 'function'; readonly block: AnalysedBlock; readonly definition: FunctionDefinition }
  | {
      readonly kind: 'library';
      readonly block: AnalysedBlock;
      readonly load: Load;
      readonly library: string;
    };

/** Which blocks give which names, so that a look-up does not walk the document. */
export class Origins {
  readonly #libraries: LibraryTable;
  readonly #variables = new Map<string, AnalysedBlock[]>();
  readonly #functions = new Map<string, AnalysedBlock[]>();

  constructor(libraries: LibraryTable) {
    this.#libraries = libraries;
  }

  /** Remembers what a step gives; blocks are added in the order of the document. */
  add(block: AnalysedBlock): void {
    const { definitions, functions, takenAway, end } = block.flow;
    const variables = new Set([...definitions.map(({ name }) => name), ...takenAway]);
    // Without a definition in the block, a library or a state file gave the value.
    for (const [name, binding] of end.names) if (binding.definitions.length === 0) variables.add(name);
    for (const name of variables) append(this.#variables, name, block);
    const callable = new Set([
      ...functions.map(({ name }) => name),
      ...[...end.functions].map(([name]) => name),
    ]);
    for (const name of callable) append(this.#functions, name, block);
  }

  /** What gives a variable its value before a block, the nearest block first. */
  ofVariable(name: string, reader: AnalysedBlock): Origin | undefined {
    return nearest(this.#variables.get(name), reader, block => this.#variableIn(block, name));
  }

  /** Whether a block between two others got the variable from a library or a state file. */
  isRestoredBetween(name: string, writer: AnalysedBlock | undefined, reader: AnalysedBlock): boolean {
    const blocks = this.#variables.get(name) ?? [];
    const start = writer === undefined ? 0 : countBefore(blocks, writer.block.number + 1);
    return blocks
      .slice(start, countBefore(blocks, reader.block.number))
      .some(({ flow }) => flow.end.names.get(name)?.definitions.length === 0);
  }

  ofFunction(name: string, reader: AnalysedBlock): Origin | undefined {
    return nearest(this.#functions.get(name), reader, block => this.#functionIn(block, name));
  }

  #variableIn(block: AnalysedBlock, name: string): Origin | 'gone' | undefined {
    const { definitions, exports, takenAway } = block.flow;
    if (takenAway.includes(name)) return 'gone';
    const define = definitions.findLast(definition => definition.name === name);
    if (define === undefined)
      return this.#libraryIn(block, library => library.names.has(name) || anyFunctionSets(library, name));
    const exported =
      definitions.some(other => other.name === name && other.exported) ||
      exports.some(other => other.name === name);
    return { kind: 'definition', block, define, exported };
  }

  #functionIn(block: AnalysedBlock, name: string): Origin | undefined {
    const definition = block.flow.functions.find(candidate => candidate.name === name);
    if (definition !== undefined) return { kind: 'function', block, definition };
    const binding = block.flow.end.functions.get(name);
    if (binding?.kind !== 'library') return undefined;
    const own = this.#libraryIn(block, library => library.path === binding.path);
    return own ?? this.#libraryIn(block, () => true);
  }

  #libraryIn(block: AnalysedBlock, gives: (library: LibrarySummary) => boolean): Origin | undefined {
    for (const { load, library } of block.flow.loads) {
      const summary = library === undefined ? undefined : this.#libraries.byPath(library);
      if (summary !== undefined && gives(summary))
        return { kind: 'library', block, load, library: summary.path };
    }
    return undefined;
  }
}

function anyFunctionSets(library: LibrarySummary, name: string): boolean {
  return [...library.functions.keys()].some(key => library.effectsOf(key)?.names.has(name));
}

function append(map: Map<string, AnalysedBlock[]>, name: string, block: AnalysedBlock): void {
  const known = map.get(name);
  if (known === undefined) map.set(name, [block]);
  else known.push(block);
}

/** The last block before the reader for which there is an origin. */
function nearest(
  blocks: readonly AnalysedBlock[] | undefined,
  reader: AnalysedBlock,
  find: (block: AnalysedBlock) => Origin | 'gone' | undefined,
): Origin | undefined {
  if (blocks === undefined) return undefined;
  for (let index = countBefore(blocks, reader.block.number) - 1; index >= 0; index--) {
    const origin = find(blocks[index]!);
    if (origin === 'gone') return undefined;
    if (origin !== undefined) return origin;
  }
  return undefined;
}

/** How many of some blocks, in order, have a number below the given one. */
function countBefore(blocks: readonly AnalysedBlock[], number: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (blocks[middle]!.block.number < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
