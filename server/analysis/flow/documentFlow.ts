import { type BlockStateFiles, StateFiles } from '../channels/stateFiles';
import { wellKnownFile } from '../channels/wellKnownFiles';
import { alternativesIn, type Numbered, standsOnWay } from '../document/alternatives';
import type { Block, CommandDocument } from '../document/commandDocument';
import type { DocumentKind } from '../document/commandMarkdown';
import type { InlineCommand } from '../document/inlineCommands';
import type { BlockRole } from '../document/roles';
import { type HostProfile, isReplaced } from '../hosts/profile';
import { kept } from '../kept';
import { allSteps, type Call, type Read, type ShellScript } from '../shell/script';
import type { BlockContext, BlockFlow, ExposedRead, Loaded } from './blockFlow';
import { interpretBlock } from './interpreter';
import { runBlock } from './keptRuns';
import type { LibrarySummary } from './library';
import { NOTHING, withLoaded } from './loading';
import { type Origin, Origins } from './origins';
import { CLOSED, EMPTY_STATE, type Openness, type State } from './state';
import { keyOf, pathKeyOf, type Symbolic } from './symbolic';

/** A block with all that is known of it. */
export interface AnalysedBlock {
  readonly block: Block;
  readonly role: BlockRole;
  readonly script: ShellScript;
  readonly flow: BlockFlow;
  /** The number of the block whose shell it runs in: its own, but where it carries an earlier one on. */
  readonly process: number;
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

/** A command in the prose, with what it reads without a value; spans are offsets in its text. */
export interface AnalysedInline {
  readonly command: InlineCommand;
  readonly exposed: readonly ExposedRead[];
}

export interface DocumentFlow {
  readonly document: CommandDocument;
  readonly kind: DocumentKind;
  /** What people call the document: its file's name, or its folder's where all files are called alike. */
  readonly name: string;
  readonly profile: HostProfile;
  readonly blocks: readonly AnalysedBlock[];
  /** The commands in the prose, each run from a new shell. */
  readonly inline: readonly AnalysedInline[];
  /** Names that a directive says come from outside. */
  readonly provided: ReadonlySet<string>;
  /** Libraries that the driver should look for before the next run. */
  readonly wanted: readonly LibraryRequest[];
  readonly stateFiles: StateFiles;
  /** Where an earlier step than `block` gives a variable its value, the nearest one first. */
  originOfVariable(name: string, block: AnalysedBlock): Origin | undefined;
  /** The same before a line of the document, from 0. */
  originBefore(name: string, line: number): Origin | undefined;
  originOfFunction(name: string, block: AnalysedBlock): Origin | undefined;
  /** The last blocks before another one that define a variable. */
  blocksDefining(name: string, block: AnalysedBlock): readonly Block[];
  /** The library of a path, as origins name it. */
  libraryAt(path: string): LibrarySummary | undefined;
  /** Whether only one of two blocks is run. */
  areAlternatives(a: Numbered, b: Numbered): boolean;
  /** Reads a text as the host's shell would: what is to be inserted is understood like what is there. */
  readShell(text: string): ShellScript;
  /** Whether a step between two blocks got the variable from a library or a state file. */
  isRestoredBetween(name: string, writer: AnalysedBlock | undefined, reader: AnalysedBlock): boolean;
}

/** Steps that the blocks of one document may take; one that needs more is made to be slow, and its rest is not followed. */
const MAX_STEPS = 250_000;

/** A document with all that is needed to run it. */
export interface DocumentInput {
  readonly document: CommandDocument;
  /** One for each block. */
  readonly scripts: readonly ShellScript[];
  /** One for each command in the prose. */
  readonly inlineScripts?: readonly ShellScript[];
  readonly roles: readonly BlockRole[];
  readonly profile: HostProfile;
  readonly libraries: LibraryTable;
  readonly kind?: DocumentKind;
  readonly name?: string;
  /** Reads shell text that is not the document's; without it, nothing is known of such a text. */
  readonly readShell?: (text: string) => ShellScript;
  /** Takes notice of what is true at each read, each time that the walk comes to it. */
  readonly observe?: (block: Block, read: Read, state: State) => void;
}

/** Runs all blocks of a document in order, each from a new shell, and remembers what crosses from one to the next. */
export function interpretDocument({
  document,
  scripts,
  inlineScripts = [],
  roles,
  profile,
  libraries,
  kind = 'reference',
  name = 'document',
  readShell = () => UNREAD,
  observe,
}: DocumentInput): DocumentFlow {
  const provided = new Set(
    document.directives.flatMap(directive => (directive.kind === 'provides' ? directive.arguments : [])),
  );
  const environment = provided.size === 0 ? profile.provides : new Set([...profile.provides, ...provided]);
  const areAlternatives = alternativesIn(document);
  const stateFiles = new StateFiles((a, b) =>
    areAlternatives(document.blocks[a - 1]!, document.blocks[b - 1]!),
  );
  const origins = new Origins(libraries, areAlternatives, block => standsOnWay(document, block));
  const intended = new Map<string, Symbolic>();
  const wanted = new Map<string, LibraryRequest>();
  const blocks: AnalysedBlock[] = [];
  const budget = { steps: MAX_STEPS };

  const libraryAt = (path: string) => libraries.byPath(path);
  const findLibrary = (request: LibraryRequest): LibrarySummary | undefined => {
    const found = libraries.find(request);
    if (found === undefined) wanted.set(`${request.from ?? ''}\n${keyOf(request.path)}`, request);
    return found === 'missing' ? undefined : found;
  };

  document.blocks.forEach((block, index) => {
    const previous = continuesShell(document, block) ? blocks.findLast(isStep) : undefined;
    const enter = (before: ReadonlyMap<string, Loaded>, isObserved: boolean) => {
      const files = stateFiles.asSeenBy(block.number);
      const context: BlockContext = {
        budget,
        process: previous?.process ?? block.number,
        ...(observe === undefined || !isObserved
          ? {}
          : { observe: (read, state) => observe(block, read, state) }),
        provided: environment,
        intended: name => intended.get(name),
        library: libraryAt,
        content: path => files.content(path),
        affect: effect => files.affect(effect),
        load: (path, load) => {
          const library = load.how === 'source' ? findLibrary({ from: undefined, path }) : undefined;
          if (library !== undefined) return loadLibrary(library, findLibrary);
          return files.load(path) ?? wellKnownFile(path) ?? before.get(pathKeyOf(path));
        },
      };
      return { files, context };
    };
    const start = previous?.flow.end ?? environmentOf(stateFiles.asSeenBy(block.number), profile);
    const { flow: run, surroundings } = runAgainOnOwnFiles(
      scripts[index]!,
      start,
      observe !== undefined,
      enter,
    );
    // What the host replaces in the text is no read of the shell's any more.
    const exposed = run.exposed.filter(({ read }) => !isReplaced(profile, kind, block.text, read.span));
    const own = exposed.length === run.exposed.length ? run : { ...run, exposed };
    const next = document.blocks[index + 1];
    // A trap runs at the end of the shell, which is not the end of this block where the next one carries it on.
    const flow = next !== undefined && continuesShell(document, next) ? { ...own, deletedAtEnd: [] } : own;
    const analysed: AnalysedBlock = {
      block,
      role: roles[index]!,
      script: scripts[index]!,
      flow,
      process: surroundings.context.process,
    };
    blocks.push(analysed);
    if (!isStep(analysed)) return;
    surroundings.files.keep();
    origins.add(analysed);
    for (const [name, value] of meanings(flow.end)) intended.set(name, value);
  });

  return {
    document,
    kind,
    name,
    profile,
    blocks,
    provided,
    wanted: [...wanted.values()],
    stateFiles,
    libraryAt,
    areAlternatives,
    readShell,
    inline: inlineScripts.map(({ flow }, index) => ({
      command: document.inlineCommands[index]!,
      exposed: interpretBlock(flow, { ...NOTHING_AROUND, provided: environment }).exposed,
    })),
    originOfVariable: (name, reader) => origins.ofVariable(name, reader),
    originBefore: (name, line) => {
      const next = blocks.find(({ block }) => block.openLine > line);
      return origins.ofVariable(name, next ?? { block: { number: blocks.length + 1 } });
    },
    blocksDefining: (name, reader) => origins.blocksDefining(name, reader),
    originOfFunction: (name, reader) => origins.ofFunction(name, reader),
    isRestoredBetween: (name, writer, reader) => origins.isRestoredBetween(name, writer, reader),
  };
}

const UNREAD: ShellScript = { flow: [], statements: [], hasErrors: true };

interface Surroundings {
  readonly context: BlockContext;
  readonly files: BlockStateFiles;
}

/**
 * Runs a block; where it loads a file that no block before it writes, but that it writes anew itself further down, runs it once
 * more as a step that is repeated: the file holds what the block left there.
 */
function runAgainOnOwnFiles<T extends Surroundings>(
  script: ShellScript,
  start: State,
  isObserved: boolean,
  enter: (before: ReadonlyMap<string, Loaded>, isObserved: boolean) => T,
): { readonly flow: BlockFlow; readonly surroundings: T } {
  if (!mayLoadWhatItWrites(script)) return runBlock(script, start, () => enter(new Map(), true));
  const first = runBlock(script, start, () => enter(new Map(), false));
  const left = new Map<string, Loaded>();
  for (const { path, known, load } of first.flow.loads) {
    const file = path === undefined || known || load.how !== 'source' ? undefined : path;
    const loaded = file && first.surroundings.files.load(file);
    if (loaded?.open.variables === false) left.set(pathKeyOf(file!), loaded);
  }
  if (left.size === 0 && !isObserved) return first;
  return runBlock(script, start, () => enter(left, true));
}

/** Whether a text sources a file and makes one. */
const mayLoadWhatItWrites = kept(({ flow }: ShellScript): boolean => {
  const steps = [...allSteps(flow)];
  return (
    steps.some(step => step.kind === 'load' && step.how === 'source') &&
    steps.some(step => step.kind === 'write' && step.keys !== undefined)
  );
});

/** The surroundings of a command that stands alone. */
export const NOTHING_AROUND: Omit<BlockContext, 'provided'> = {
  process: 0,
  intended: () => undefined,
  load: () => undefined,
  content: () => undefined,
  affect: () => {},
  library: () => undefined,
};

/** The file that a host sources before each block; one object for each host, so that its key is known. */
const environmentPath = kept(({ environmentFile }: HostProfile): Symbolic | undefined =>
  environmentFile === undefined ? undefined : [{ kind: 'argument', name: environmentFile }],
);

/** What the host sets in every new shell from the file that blocks may append to. */
function environmentOf(files: BlockStateFiles, profile: HostProfile): State {
  const path = environmentPath(profile);
  const loaded = path && files.load(path);
  return loaded === undefined ? EMPTY_STATE : withLoaded(EMPTY_STATE, loaded);
}

/** `<!-- crossblock: same-shell -->` above a block: the author knows that it runs in the previous one's shell. */
export function continuesShell(document: CommandDocument, block: Block): boolean {
  const previous = document.blocks[block.number - 2]?.openLine ?? block.openLine;
  const lines = sameShellLines(document);
  for (let line = block.openLine - 1; line > previous && lines.size > 0; line--)
    if (lines.has(line)) return true;
  return false;
}

/** The lines on which a block is said to carry on the shell of the one before it. */
const sameShellLines = kept(
  ({ directives }: CommandDocument): ReadonlySet<number> =>
    new Set(directives.flatMap(({ kind, line }) => (kind === 'same-shell' ? [line] : []))),
);

/** The values that names have at the end of a block, as far as they are known. */
const meanings = kept(({ names }: State): readonly (readonly [string, Symbolic])[] =>
  [...names].flatMap(([name, { value }]) => (value.length > 0 ? [[name, value] as const] : [])),
);

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
  const options: Call[] = [];
  const seen = new Set<string>();
  let open: Openness = CLOSED;
  const visit = (summary: LibrarySummary): void => {
    if (seen.has(summary.path)) return;
    seen.add(summary.path);
    for (const { path } of summary.sources) {
      const inner = path === undefined ? undefined : find({ from: summary.path, path });
      if (inner === undefined) open = { variables: false, functions: true };
      else visit(inner);
    }
    for (const [name, value] of summary.names) names.set(name, value);
    for (const name of summary.functions.keys()) functions.set(name, summary.path);
    options.push(...summary.options);
  };
  visit(library);
  return { ...NOTHING, names, functions, options, library: library.path, open };
}
