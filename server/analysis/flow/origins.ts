import type { Numbered } from '../document/alternatives';
import type { Block } from '../document/commandDocument';
import { kept, keptBy } from '../kept';
import type { Define, FunctionDefinition, Load } from '../shell/script';
import type { BlockFlow } from './blockFlow';
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
      /** True where not sourcing it gives the value, but the call of one of its functions. */
      readonly throughCall: boolean;
    }
  /** A state file that the block loads, with a name that some block wrote into it. */
  | { readonly kind: 'stateFile'; readonly block: AnalysedBlock; readonly load: Load };

/** What a block does to a variable that crosses its end. */
interface Giving {
  readonly block: AnalysedBlock;
  readonly given: GivingInFlow;
}

/** The same, wherever in a document the block stands. */
interface GivingInFlow {
  readonly name: string;
  /** The last definition; undefined where a library or a state file gives the value, or where it is taken away. */
  readonly define: Define | undefined;
  readonly exported: boolean;
  readonly takenAway: boolean;
}

/** Blocks that define a name and are asked about; beyond, one more tells nobody anything. */
const MAX_WRITERS = 16;

/** Where a name is read: only its place counts. */
interface Reader {
  readonly block: Numbered;
}

/** Which blocks give which names, so that a look-up does not walk the document. */
export class Origins {
  readonly #libraries: LibraryTable;
  readonly #areAlternatives: (a: Numbered, b: Numbered) => boolean;
  readonly #standsOnWay: (block: Block) => boolean;
  readonly #variables = new Map<string, Giving[]>();
  readonly #functions = new Map<string, AnalysedBlock[]>();

  /**
   * @param areAlternatives whether only one of two blocks is run
   * @param standsOnWay whether a block is run on some ways only
   */
  constructor(
    libraries: LibraryTable,
    areAlternatives: (a: Numbered, b: Numbered) => boolean,
    standsOnWay: (block: Block) => boolean,
  ) {
    this.#libraries = libraries;
    this.#areAlternatives = areAlternatives;
    this.#standsOnWay = standsOnWay;
  }

  /** Remembers what a step gives; blocks are added in the order of the document. */
  add(block: AnalysedBlock): void {
    for (const giving of givingsIn(block)) append(this.#variables, giving.name, { block, given: giving });
    for (const name of callableIn(block.flow)) append(this.#functions, name, block);
  }

  /** What gives a variable its value before a block, the nearest block first. */
  ofVariable(name: string, reader: Reader): Origin | undefined {
    const givings = this.#variables.get(name);
    // What surely gives the value tells the author more than what a function may do.
    return (
      this.#nearest(givings, blockOf, reader, giving => this.#variableIn(giving, name, true)) ??
      this.#nearest(givings, blockOf, reader, giving => this.#variableIn(giving, name)) ??
      this.#nearest(givings, blockOf, reader, giving => this.#calledIn(giving, name))
    );
  }

  /** The last blocks before another one that define a variable. */
  blocksDefining(name: string, reader: AnalysedBlock): readonly Block[] {
    const givings = this.#variables.get(name) ?? [];
    const before = countBefore(givings, blockOf, reader.block.number);
    return givings
      .slice(Math.max(0, before - MAX_WRITERS), before)
      .filter(({ given }) => given.define !== undefined)
      .map(({ block }) => block.block);
  }

  /** Whether a block between two others got the variable from a library or a state file. */
  isRestoredBetween(name: string, writer: AnalysedBlock | undefined, reader: AnalysedBlock): boolean {
    const givings = this.#variables.get(name) ?? [];
    const start = writer === undefined ? 0 : countBefore(givings, blockOf, writer.block.number + 1);
    return givings
      .slice(start, countBefore(givings, blockOf, reader.block.number))
      .some(({ block }) => block.flow.end.names.get(name)?.definitions.length === 0);
  }

  ofFunction(name: string, reader: AnalysedBlock): Origin | undefined {
    return this.#nearest(this.#functions.get(name), itself, reader, block => this.#functionIn(block, name));
  }

  /** The last item that stands before the reader, on the same way through the document, and has an origin. */
  #nearest<T>(
    items: readonly T[] | undefined,
    block: (item: T) => AnalysedBlock,
    reader: Reader,
    find: (item: T) => Origin | 'gone' | undefined,
  ): Origin | undefined {
    if (items === undefined) return undefined;
    for (let index = countBefore(items, block, reader.block.number) - 1; index >= 0; index--) {
      const origin = find(items[index]!);
      if (origin === undefined || this.#areAlternatives(block(items[index]!).block, reader.block)) continue;
      return origin === 'gone' ? undefined : origin;
    }
    return undefined;
  }

  /** @param elsewhere true where a copy of the own value is no origin */
  #variableIn(
    { block, given: { define, exported, takenAway } }: Giving,
    name: string,
    elsewhere = false,
  ): Origin | 'gone' | undefined {
    if (takenAway) return this.#withoutValue(block);
    if (elsewhere && define !== undefined && copiesItself(block, define)) return undefined;
    if (define !== undefined) return { kind: 'definition', block, define, exported };
    const sourced = this.#libraryIn(block, library => library.names.has(name));
    if (sourced !== undefined) return sourced;
    const loaded = block.flow.loads.findLast(({ library: file, gives }) => file === undefined && gives(name));
    return loaded && { kind: 'stateFile', block, load: loaded.load };
  }

  /** The library in a block whose functions may give the variable its value. */
  #calledIn({ block, given: { define, takenAway } }: Giving, name: string): Origin | 'gone' | undefined {
    if (takenAway) return this.#withoutValue(block);
    if (define !== undefined) return undefined;
    const called = this.#libraryIn(block, library => anyFunctionSets(library, name));
    return called?.kind === 'library' ? { ...called, throughCall: true } : undefined;
  }

  /** On another way than that of a block that takes a value away, an earlier one is still there. */
  #withoutValue({ block }: AnalysedBlock): 'gone' | undefined {
    return this.#standsOnWay(block) ? undefined : 'gone';
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
        return { kind: 'library', block, load, library: summary.path, throughCall: false };
    }
    return undefined;
  }
}

function anyFunctionSets(library: LibrarySummary, name: string): boolean {
  return [...library.functions.keys()].some(key => library.setsInCall(key).has(name));
}

/** The functions that can be called at a block's end. */
const callableIn = kept(
  ({ functions, end }: BlockFlow): ReadonlySet<string> =>
    new Set([...functions.map(({ name }) => name), ...[...end.functions].map(([name]) => name)]),
);

/** What a block does to each variable that crosses its end. */
const givingsIn = keptBy(blockFlowOf, (block: AnalysedBlock): readonly GivingInFlow[] => {
  const { definitions, exports, takenAway, end } = block.flow;
  const result = new Map<string, GivingInFlow>();
  // Without a definition in the block, a library or a state file gave the value.
  for (const [name, binding] of end.names)
    if (binding.definitions.length === 0)
      result.set(name, { name, define: undefined, exported: false, takenAway: false });
  const exported = new Set(exports.map(({ name }) => name));
  for (const define of definitions) if (define.exported) exported.add(define.name);
  const byName = new Map<string, Define[]>();
  for (const define of definitions) append(byName, define.name, define);
  for (const [name, own] of byName)
    result.set(name, { name, define: telling(block, own), exported: exported.has(name), takenAway: false });
  for (const name of takenAway)
    result.set(name, { name, define: undefined, exported: false, takenAway: true });
  return [...result.values()];
});

function blockFlowOf({ flow }: AnalysedBlock): BlockFlow {
  return flow;
}

/** Of a block's definitions of a name, the one that tells most: one that always runs before an override, and no empty start. */
function telling({ block, script }: AnalysedBlock, definitions: readonly Define[]): Define {
  const withValue = definitions.filter(define => !/^(?:""|'')?$/.test(valueText(block, define)));
  return (
    withValue.findLast(define => script.flow.includes(define)) ?? withValue.at(-1) ?? definitions.at(-1)!
  );
}

/** `X="$X"` and `X="${X}"`: whoever gave the value, it was not this one. */
function copiesItself({ block }: AnalysedBlock, define: Define): boolean {
  const { start, end } = define.value?.span ?? { start: 0, end: 0 };
  if (end - start > define.name.length + LONGEST_QUOTES) return false;
  const text = valueText(block, define).replace(/^"(.*)"$/, '$1');
  return text === `$${define.name}` || text === `\${${define.name}}`;
}

/** UTF-16 units of `"${}"`. */
const LONGEST_QUOTES = 5;

function valueText({ text }: Block, { value }: Define): string {
  return value === undefined ? '$' : text.slice(value.span.start, value.span.end);
}

const blockOf = ({ block }: Giving): AnalysedBlock => block;
const itself = (block: AnalysedBlock): AnalysedBlock => block;

function append<T>(map: Map<string, T[]>, name: string, item: T): void {
  const known = map.get(name);
  if (known === undefined) map.set(name, [item]);
  else known.push(item);
}

/** How many of some items, in the order of their blocks, stand in a block with a number below the given one. */
export function countBefore<T>(
  items: readonly T[],
  block: (item: T) => AnalysedBlock,
  number: number,
): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (block(items[middle]!).block.number < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
