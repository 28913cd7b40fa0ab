import type { AnalysedBlock } from '../flow/documentFlow';
import type { Symbolic } from '../flow/symbolic';
import { kept } from '../kept';
import { allSteps, type FlowStep, type ShellScript, type Value } from '../shell/script';
import { withoutQuotes } from '../shell/words';
import type { Span } from '../text';
import { type PlacedStep, placedSteps } from './shells';

/** A change of the directory that outlives its subshell. */
export interface Move {
  readonly block: AnalysedBlock;
  readonly span: Span;
  /** The target as it is written. */
  readonly word: string;
  /**
   * `into`: a folder below, by a relative path. `outside`: a place that is no part of a project. `root`: the project's own
   * directory. `back`: the directory before the last change. `elsewhere`: any other, or one that a branch may leave out.
   */
  readonly kind: 'into' | 'outside' | 'root' | 'back' | 'elsewhere';
  /** Where it stands among the block's steps. */
  readonly index: number;
}

/** The changes of directory that a block makes in its own shell, in order. */
export function movesIn(block: AnalysedBlock): readonly Move[] {
  if (!Number.isFinite(firstMoveIn(block.script))) return NO_MOVES;
  let paths: ReadonlyMap<Span, Symbolic> | undefined;
  const pathAt = (span: Span): Symbolic => {
    paths ??= new Map(block.flow.usedPaths.map(used => [used.span, used.path]));
    return paths.get(span) ?? [];
  };
  return placedSteps(block).flatMap((placed, index): Move[] => {
    const { step, inSubshell, inFunction } = placed;
    if (step.kind !== 'call' || inSubshell || inFunction || !MOVES.has(step.name ?? '')) return [];
    const target = step.arguments.find(({ text }) => !/^(?:--|-[LPe@]+)$/.test(text));
    const span = { start: step.span.start, end: target?.span.end ?? step.span.end };
    const word = target === undefined ? '' : withoutQuotes(target.text);
    return [
      {
        block,
        span,
        word,
        index,
        kind: isSure(block, placed) ? kindOf(block, step.name, target, pathAt) : 'elsewhere',
      },
    ];
  });
}

const NO_MOVES: readonly Move[] = [];

const MOVES = new Set(['cd', 'pushd', 'popd']);

/** Behind a `cd`, wherever that stands, a relative path begins somewhere else. */
export function startsElsewhere(
  { script }: AnalysedBlock,
  { path: [first], span }: { readonly path: Symbolic; readonly span: Span },
): boolean {
  if (first?.kind !== 'text' || first.text.startsWith('/')) return false;
  return firstMoveIn(script) < span.start;
}

/** Where a text changes the directory for the first time. */
const firstMoveIn = kept(({ flow }: ShellScript): number => {
  let first = Number.POSITIVE_INFINITY;
  for (const step of allSteps(flow))
    if (step.kind === 'call' && MOVES.has(step.name ?? '')) first = Math.min(first, step.span.start);
  return first;
});

/** `mkdir x && cd x` changes the directory unless something fails; what stands in a branch may be left out. */
function isSure({ block }: AnalysedBlock, { step, inBranch }: PlacedStep): boolean {
  if (!inBranch) return true;
  const before =
    step.kind === 'call' ? block.masked.slice(Math.max(0, step.span.start - 80), step.span.start) : '';
  return /&&[\s\\]*$/.test(before) && !/^[ \t]*(?:if|while|until|\[|test)\b/m.test(lastLine(before));
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}

function kindOf(
  { block }: AnalysedBlock,
  name: string | undefined,
  target: Value | undefined,
  pathAt: (span: Span) => Symbolic,
): Move['kind'] {
  const word = withoutQuotes(target?.text ?? '');
  if (word === '-' || name === 'popd') return 'back';
  if (target === undefined || word === '' || word === '~') return 'elsewhere';
  // A placeholder may stand for any directory.
  if (block.text.slice(target.span.start, target.span.end) !== target.text) return 'elsewhere';
  if (/^(?:\.\/)?[\w@+][\w./@+-]*$/.test(word) && !/(?:^|\/)\.\.(?:\/|$)/.test(word)) return 'into';
  const path = pathAt(target.span);
  if (path.length === 1 && path[0]?.kind === 'project') return 'root';
  return isOutside(path, word) ? 'outside' : 'elsewhere';
}

/** Places in which nobody keeps a project, and what is another one in each process. */
function isOutside(path: Symbolic, word: string): boolean {
  const [first] = path;
  if (first?.kind === 'text') return /^\/(?:tmp|var\/tmp|dev\/shm)(?:\/|$)/.test(first.text);
  return first?.kind === 'unique' && /mktemp|TE?MP/i.test(`${first.source} ${word}`);
}

/** A file or a tool that shows where a block believes to be. */
export interface Whereabouts {
  readonly key: string;
  readonly span: Span;
}

/** Tools that work on the project in the current directory. */
const PROJECT_TOOLS = new Set(
  'bun bundle cargo composer dotnet gradle lake make mix mvn npm npx nx pnpm poetry rake sbt swift tox turbo yarn'.split(
    ' ',
  ),
);

/** Commands whose words look like files and are none. */
const NO_FILES = new Set('curl dig docker echo gh git host kubectl ping printf scp ssh wget'.split(' '));

/** What tells in which directory some steps of a block believe to run: relative files and the project's tools. */
export function whereaboutsIn(
  block: AnalysedBlock,
  from: number,
  to = Number.POSITIVE_INFINITY,
): readonly Whereabouts[] {
  return placedSteps(block)
    .slice(from, to)
    .flatMap(({ step, inFunction }) => (inFunction ? [] : whereabouts(step)));
}

function whereabouts(step: FlowStep): readonly Whereabouts[] {
  if (step.kind === 'write') return relative(step.path.text, step.path.span);
  if (step.kind === 'input') return step.path === undefined ? [] : relative(step.path.text, step.path.span);
  if (step.kind !== 'call' || step.name === undefined) return [];
  const { name, span } = step;
  if (MOVES.has(name)) return [];
  // With `-C dir` and the like, it says itself where it works.
  const saysWhere = step.arguments.some(({ text }) =>
    /^(?:-C|--(?:prefix|cwd|dir|project|manifest-path|filter)\b)/.test(text),
  );
  const tool = PROJECT_TOOLS.has(name) && !saysWhere ? [{ key: `tool ${name}`, span }] : [];
  const script = /^\.\/[\w.-]+/.test(name) ? [{ key: `file ${name.slice(2)}`, span }] : [];
  const files = NO_FILES.has(name) ? [] : step.arguments.flatMap(word => relative(word.text, word.span));
  return [...tool, ...script, ...files];
}

/** A word that names a file below the current directory. */
function relative(text: string, span: Span): readonly Whereabouts[] {
  const word = withoutQuotes(text).replace(/^\.\//, '');
  const isFile = /^[\w@+-][\w.@+-]*(?:\/[\w.@+-]+)*$/.test(word) && /\.[A-Za-z]\w{0,5}$/.test(word);
  return isFile && !word.startsWith('-') ? [{ key: `file ${word}`, span }] : [];
}
