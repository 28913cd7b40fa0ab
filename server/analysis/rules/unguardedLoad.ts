import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { type FileTraffic, type FileWrite, trafficOf } from '../flow/fileTraffic';
import { describePath, pathKeyOf } from '../flow/symbolic';
import { kept } from '../kept';
import { allSteps, type Define, type ShellScript, type Statement } from '../shell/script';
import type { Span } from '../text';
import { placeIn, type Rule, steps } from './rule';

/** A state file that a step takes for granted. */
export const unguardedLoad: Rule = {
  name: 'unguarded-load',
  summary: 'A state file is loaded here without a check that it is there.',
  page: {
    severity: 'Hint.',
    why: 'The step that writes a state file may have failed, have been skipped, or have run in another session. Then `source` prints one line about a missing file and the block goes on with empty values; `set -e` is inert and does not stop it.',
    example: steps("printf 'PLAN=%q\\n' plan.md > plan.env", 'source plan.env\necho "$PLAN"'),
    useInstead: steps(
      "printf 'PLAN=%q\\n' plan.md > plan.env",
      '[ -f plan.env ] || { echo "run step 1 first" >&2; exit 1; }\nsource plan.env\necho "$PLAN"',
    ),
    fix: 'Ask for the file before (`[ -f F ] || exit 1`), let the load fail loudly (`source F || exit 1`), or ask for the value behind it (`: "${PLAN:?}"`).',
    references: ['https://www.gnu.org/software/bash/manual/bash.html#index-source'],
  },
  *check(flow) {
    // The first place tells; the others load the file the same way.
    for (const [first] of unguardedLoads(flow)) if (first !== undefined) yield report(flow, first);
  },
};

/** A place that takes a file for granted. */
export interface UnguardedLoad {
  readonly file: FileTraffic;
  readonly block: AnalysedBlock;
  /** The word that names the file: UTF-16 offsets in the block's text. */
  readonly span: Span;
  readonly writer: FileWrite;
}

/** The places that take files for granted, those of one file and kind together. */
export const unguardedLoads = kept((flow: DocumentFlow): readonly (readonly UnguardedLoad[])[] => [
  ...findUnguardedLoads(flow),
]);

function* findUnguardedLoads(flow: DocumentFlow): Generator<readonly UnguardedLoad[]> {
  if (flow.profile.keepsShell) return;
  const { files } = trafficOf(flow);
  if (files.size === 0) return;
  const asked = new Asked();
  for (const file of files.values())
    yield file.loads.flatMap(({ block, span, certain }) => {
      const writer = certain ? writerBefore(flow, file, block, span) : undefined;
      if (writer === undefined || isAsked(file, block) || isCondition(block, span)) return [];
      return asked.anyOf(block, keysOfFiles(flow).get(pathKeyOf(file.path)) ?? [])
        ? []
        : [{ file, block, span, writer }];
    });
  yield* unguardedReads(flow, files, asked);
}

/** The names in each file, by its path's key. */
const keysOfFiles = kept(
  ({ stateFiles }: DocumentFlow) =>
    new Map(stateFiles.all.map(file => [pathKeyOf(file.path), file.keys.map(({ name }) => name)])),
);

/** The step before a block that writes a file, where the block itself has not written it. */
function writerBefore(
  flow: DocumentFlow,
  { writes }: FileTraffic,
  reader: AnalysedBlock,
  span: Span,
): FileWrite | undefined {
  if (writes.some(({ block, span: own }) => block === reader && own.start < span.start)) return undefined;
  return writes.find(
    ({ block }) =>
      block.block.number < reader.block.number && !flow.areAlternatives(block.block, reader.block),
  );
}

function isAsked({ tests }: FileTraffic, block: AnalysedBlock): boolean {
  return tests.some(test => test.block === block);
}

/** `if . state.env; then`: whether it can be loaded is the question. */
function isCondition({ block }: AnalysedBlock, { start }: Span): boolean {
  return /\b(?:if|elif|while|until)\s+(?:!\s*)?(?:source|\.)\s+$/.test(
    block.text.slice(Math.max(0, start - 40), start),
  );
}

/** The names for whose emptiness blocks make provision; each block is gone through once. */
class Asked {
  readonly #names = new Map<AnalysedBlock, ReadonlySet<string>>();

  anyOf(block: AnalysedBlock, names: Iterable<string>): boolean {
    const known = this.#names.get(block) ?? askedNames(block);
    this.#names.set(block, known);
    for (const name of names) if (known.has(name)) return true;
    return false;
  }
}

function askedNames({ script }: AnalysedBlock): ReadonlySet<string> {
  return new Set(
    [...allSteps(script.flow, true)].flatMap(step =>
      step.kind === 'read' && (step.asksFor !== undefined || step.fallback !== 'none') ? [step.name] : [],
    ),
  );
}

/** `X=$(cat F)`, on its own. */
function unguardedReads(
  flow: DocumentFlow,
  files: ReadonlyMap<string, FileTraffic>,
  asked: Asked,
): Iterable<readonly UnguardedLoad[]> {
  const reads = new Map<FileTraffic, UnguardedLoad[]>();
  for (const block of flow.blocks) {
    if (block.role.kind !== 'step') continue;
    for (const read of fileReadsIn(block.script)) {
      const path = block.flow.usedPaths.findLast(use => use.span.start === read.span.start)?.path;
      const file = path && files.get(pathKeyOf(path));
      if (file === undefined) continue;
      const writer = writerBefore(flow, file, block, read.span);
      if (writer === undefined || isAsked(file, block) || asked.anyOf(block, [read.define.name])) continue;
      const known = reads.get(file) ?? [];
      reads.set(file, known);
      known.push({ file, block, span: read.span, writer });
    }
  }
  return reads.values();
}

/** The files whose whole contents a text takes as values. */
const fileReadsIn = kept(({ statements }: ShellScript): readonly FileRead[] =>
  statements.flatMap(statement => fileReadInto(statement) ?? []),
);

interface FileRead {
  readonly define: Define;
  readonly span: Span;
}

/** The file whose whole content a statement takes as a value; none where the statement goes on with `||`. */
function fileReadInto({ flow }: Statement): FileRead | undefined {
  if (flow.some(({ kind }) => kind === 'choice')) return undefined;
  const define = flow.find(step => step.kind === 'define');
  const [part, ...others] = define?.value?.parts ?? [];
  if (define === undefined || part?.kind !== 'command' || others.length > 0) return undefined;
  const steps = part.body.filter(({ kind }) => kind !== 'read');
  const [only] = steps;
  if (steps.length !== 1 || only === undefined) return undefined;
  if (only.kind === 'input' && !only.isTest && only.path !== undefined)
    return { define, span: only.path.span };
  const isCat = only.kind === 'call' && only.name === 'cat' && only.arguments.length === 1;
  return isCat ? { define, span: only.arguments[0]!.span } : undefined;
}

function report(
  flow: DocumentFlow,
  { file: { path }, block: { block }, span, writer }: UnguardedLoad,
): Finding {
  return {
    rule: 'unguarded-load',
    severity: 'hint',
    name: undefined,
    message: `${describePath(path)} may be missing here, and the block goes on with empty values: only ${placeIn(flow, writer.block, writer.span)} writes it; ask for it first, e.g. [ -f … ] || exit 1`,
    block: block.number,
    span: documentSpan(block, span),
    definition: {
      block: writer.block.block.number,
      span: documentSpan(writer.block.block, writer.span),
      message: `the file is written here, in block ${writer.block.block.number}, where that block runs`,
    },
  };
}
