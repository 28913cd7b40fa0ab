import { StateFiles } from '../channels/stateFiles';
import { wellKnownFile } from '../channels/wellKnownFiles';
import { alternativesIn } from '../document/alternatives';
import type { Block, CommandDocument } from '../document/commandDocument';
import type { BlockRole } from '../document/roles';
import type { HostProfile } from '../hosts/profile';
import type { ShellScript } from '../shell/script';
import type { BlockContext, BlockFlow, Loaded } from './blockFlow';
import { interpretBlock } from './interpreter';
import type { LibrarySummary } from './library';
import { type Origin, Origins } from './origins';
import type { Openness } from './state';
import { keyOf, type Symbolic } from './symbolic';

/** A block with all that is known of it. */
export interface AnalysedBlock {
  readonly block: Block;
  readonly role: BlockRole;
  readonly script: ShellScript;
  readonly flow: BlockFlow;
}

/** A library as one of the document's blocks or another library names it. */
export interface LibraryRequest {
  /** The library that sources it; undefined for a block of the document. */
  readonly from: string | undefined;
  readonly path: Symbolic;
}

/** The libraries that the driver has looked for so far. */
export interface LibraryTable {
  /** The library, `missing` where none lies there, or undefined where nobody has looked yet. */
  find(request: LibraryRequest): LibrarySummary | 'missing' | undefined;
  byPath(path: string): LibrarySummary | undefined;
}

export interface DocumentFlow {
  readonly document: CommandDocument;
  readonly profile: HostProfile;
  readonly blocks: readonly AnalysedBlock[];
  /** Names that a directive says come from outside. */
  readonly provided: ReadonlySet<string>;
  /** Libraries that the driver should look for before the next run. */
  readonly wanted: readonly LibraryRequest[];
  readonly stateFiles: StateFiles;
  /** Where an earlier step than `block` gives a variable its value, the nearest one first. */
  originOfVariable(name: string, block: AnalysedBlock): Origin | undefined;
  originOfFunction(name: string, block: AnalysedBlock): Origin | undefined;
  /** The last blocks before another one that define a variable. */
  blocksDefining(name: string, block: AnalysedBlock): readonly Block[];
  /** Whether only one of two blocks is run. */
  areAlternatives(a: Block, b: Block): boolean;
  /** Whether a step between two blocks got the variable from a library or a state file. */
  isRestoredBetween(name: string, writer: AnalysedBlock | undefined, reader: AnalysedBlock): boolean;
}

/** Runs all blocks of a document in order, each from a new shell, and remembers what crosses from one to the next. */
export function interpretDocument(
  document: CommandDocument,
  scripts: readonly ShellScript[],
  roles: readonly BlockRole[],
  profile: HostProfile,
  libraries: LibraryTable,
): DocumentFlow {
  const provided = new Set(
    document.directives.flatMap(directive => (directive.kind === 'provides' ? directive.arguments : [])),
  );
  const environment = new Set([...profile.provides, ...provided]);
  const areAlternatives = alternativesIn(document);
  const stateFiles = new StateFiles((a, b) =>
    areAlternatives(document.blocks[a - 1]!, document.blocks[b - 1]!),
  );
  const origins = new Origins(libraries, areAlternatives);
  const intended = new Map<string, Symbolic>();
  const wanted = new Map<string, LibraryRequest>();
  const blocks: AnalysedBlock[] = [];

  const findLibrary = (request: LibraryRequest): LibrarySummary | undefined => {
    const found = libraries.find(request);
    if (found === undefined) wanted.set(`${request.from ?? ''}\n${keyOf(request.path)}`, request);
    return found === 'missing' ? undefined : found;
  };

  document.blocks.forEach((block, index) => {
    const previous = continuesShell(document, block) ? blocks.findLast(isStep)?.flow.end : undefined;
    const context: BlockContext = {
      provided: environment,
      intended: name => intended.get(name),
      library: path => libraries.byPath(path),
      load: (path, load, isRebuilt) => {
        const library = load.how === 'source' ? findLibrary({ from: undefined, path }) : undefined;
        if (library !== undefined) return loadLibrary(library, findLibrary);
        return stateFiles.load(path, isRebuilt) ?? wellKnownFile(path);
      },
    };
    const own = interpretBlock(scripts[index]!.flow, context, previous);
    const next = document.blocks[index + 1];
    // A trap runs at the end of the shell, which is not the end of this block where the next one carries it on.
    const flow = next !== undefined && continuesShell(document, next) ? { ...own, deletedAtEnd: [] } : own;
    const analysed: AnalysedBlock = { block, role: roles[index]!, script: scripts[index]!, flow };
    blocks.push(analysed);
    if (!isStep(analysed)) return;
    stateFiles.add(analysed);
    origins.add(analysed);
    for (const [name, binding] of flow.end.names)
      if (binding.value.length > 0) intended.set(name, binding.value);
  });

  return {
    document,
    profile,
    blocks,
    provided,
    wanted: [...wanted.values()],
    stateFiles,
    areAlternatives,
    originOfVariable: (name, reader) => origins.ofVariable(name, reader),
    blocksDefining: (name, reader) => origins.blocksDefining(name, reader),
    originOfFunction: (name, reader) => origins.ofFunction(name, reader),
    isRestoredBetween: (name, writer, reader) => origins.isRestoredBetween(name, writer, reader),
  };
}

/** `<!-- crossblock: same-shell -->` above a block: the author knows that it runs in the previous one's shell. */
function continuesShell(document: CommandDocument, block: Block): boolean {
  const previous = document.blocks[block.number - 2]?.openLine ?? block.openLine;
  return document.directives.some(
    ({ kind, line }) => kind === 'same-shell' && line > previous && line < block.openLine,
  );
}

/** Only what is executed hands anything on. */
export function isStep(block: AnalysedBlock): boolean {
  return block.role.kind === 'step' || block.role.kind === 'configuration';
}

/**
 * Where a comment about the statement at an offset of the block's text can stand above: at the start of the first statement
 * that shares a line with it, for a line may begin within another statement's string.
 */
export function statementStart({ block, script }: AnalysedBlock, offset: number): number {
  const holding = (at: number) => script.statements.find(({ span }) => span.start <= at && at < span.end);
  let start = holding(offset)?.span.start ?? offset;
  for (;;) {
    const line = block.text.lastIndexOf('\n', start - 1) + 1;
    const first = script.statements.find(({ span }) => span.end > line && span.start < start);
    if (first === undefined) return start;
    start = first.span.start;
  }
}

/** A library with all that it sources in turn. */
function loadLibrary(
  library: LibrarySummary,
  find: (request: LibraryRequest) => LibrarySummary | undefined,
): Loaded {
  const names = new Map<string, Symbolic>();
  const functions = new Map<string, string>();
  const seen = new Set<string>();
  let open: Openness = 'closed';
  const visit = (summary: LibrarySummary): void => {
    if (seen.has(summary.path)) return;
    seen.add(summary.path);
    for (const { path } of summary.sources) {
      const inner = path === undefined ? undefined : find({ from: summary.path, path });
      if (inner === undefined) open = 'functions';
      else visit(inner);
    }
    for (const [name, value] of summary.names) names.set(name, value);
    for (const name of summary.functions.keys()) functions.set(name, summary.path);
  };
  visit(library);
  return { names, functions, library: library.path, open };
}
