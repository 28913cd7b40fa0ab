import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { describePath, pathKeyOf, type Symbolic } from '../flow/symbolic';
import { allSteps, type Flow } from '../shell/script';
import type { Span } from '../text';
import { placeIn, type Rule, runBlocks, steps } from './rule';

/** A FIFO whose two ends are opened in two blocks, of which the first one never ends. */
export const fifoBetweenBlocks: Rule = {
  name: 'fifo-between-blocks',
  summary: 'A FIFO is opened here whose other end only another block opens: the shell waits for ever.',
  page: {
    severity: 'Error.',
    why: 'A FIFO stores nothing: to open it for writing waits until somebody opens it for reading, and the other way round. Blocks run one after the other, so the block that opens its end first never comes to its own end, and the block that would open the other is never run.',
    example: steps('mkfifo plan.fifo\necho plan.md > plan.fifo', 'read -r PLAN < plan.fifo\necho "$PLAN"'),
    useInstead: steps(
      'echo plan.md > plan.txt',
      '[ -f plan.txt ] || exit 1\nread -r PLAN < plan.txt\necho "$PLAN"',
    ),
    fix: 'Hand the value over in a plain file. Within one block, open one end in the background.',
    noQuickFix:
      'What stands for a FIFO depends on whether its two ends were to run at the same time: a file where one follows the other, one block where they do not.',
    references: ['https://man7.org/linux/man-pages/man7/fifo.7.html'],
  },
  *check(flow) {
    if (!flow.document.text.includes('mkfifo')) return;
    const fifos = new Map<string, Fifo>();
    for (const block of runBlocks(flow)) {
      const words = wordsIn(block);
      for (const { path, span } of block.flow.usedPaths)
        if (words.made.has(span) && !fifos.has(pathKeyOf(path)))
          fifos.set(pathKeyOf(path), { path, openings: [] });
      if (fifos.size === 0) continue;
      // What is removed, or is another file now, is a FIFO no more.
      for (const effect of block.flow.fileEffects)
        if (effect.kind === 'remove' || effect.kind === 'replace') fifos.delete(pathKeyOf(effect.path));
      for (const { path, span, end } of openedIn(block, words))
        fifos.get(pathKeyOf(path))?.openings.push({ block, span, end, waits: !words.inBackground.has(span) });
    }
    for (const fifo of fifos.values()) {
      const found = waitingForEver(flow, fifo.openings);
      if (found !== undefined) yield report(flow, fifo.path, found.opening, found.other);
    }
  },
};

interface Fifo {
  readonly path: Symbolic;
  readonly openings: Opening[];
}

interface Opening {
  readonly block: AnalysedBlock;
  readonly span: Span;
  readonly end: 'read' | 'write';
  /** False in the background, where nobody waits for it. */
  readonly waits: boolean;
}

/** The words of a block that matter here, by their spans as the block's script has them. */
interface Words {
  readonly made: ReadonlySet<Span>;
  /** Words of commands that read the files that they name. */
  readonly read: ReadonlySet<Span>;
  readonly inBackground: ReadonlySet<Span>;
}

const READERS = /^(?:awk|cat|cut|grep|head|jq|sed|sort|tail|wc)$/;

function wordsIn({ script }: AnalysedBlock): Words {
  const made = new Set<Span>();
  const read = new Set<Span>();
  const inBackground = new Set<Span>();
  const bodies = new Map<string, Flow>();
  for (const step of allSteps(script.flow, true)) {
    if (step.kind === 'function') bodies.set(step.name, step.body);
    if (step.kind === 'input' && !step.isTest && step.path !== undefined) read.add(step.path.span);
    if (step.kind === 'call')
      for (const { span } of step.arguments) {
        if (step.name === 'mkfifo') made.add(span);
        else if (READERS.test(step.name ?? '')) read.add(span);
      }
    if (step.kind === 'subshell' && step.place === 'background') addSpans(step.body, bodies, inBackground);
  }
  return { made, read, inBackground };
}

/** The words of some steps and of the functions that they call; a function is taken out of `bodies` once it has been gone through. */
function addSpans(flow: Flow, bodies: Map<string, Flow>, spans: Set<Span>): void {
  const waiting = [flow];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const step of allSteps(next, true)) {
      if ((step.kind === 'write' || step.kind === 'input') && step.path !== undefined)
        spans.add(step.path.span);
      if (step.kind !== 'call') continue;
      for (const { span } of step.arguments) spans.add(span);
      const body = bodies.get(step.name ?? '');
      bodies.delete(step.name ?? '');
      if (body !== undefined) waiting.push(body);
    }
  }
}

type Opened = Pick<Opening, 'span' | 'end'> & { readonly path: Symbolic };

function openedIn({ flow }: AnalysedBlock, { read }: Words): readonly Opened[] {
  const written = flow.fileEffects.flatMap((effect): readonly Opened[] =>
    effect.kind === 'write'
      ? [{ path: effect.path, span: effect.write?.path.span ?? effect.span, end: 'write' }]
      : [],
  );
  const taken = flow.usedPaths.flatMap(({ path, span }): readonly Opened[] =>
    read.has(span) ? [{ path, span, end: 'read' }] : [],
  );
  return [...written, ...taken];
}

/** The first block that opens one end, with nobody at the other, and a place in another block that would open that. */
function waitingForEver(
  flow: DocumentFlow,
  openings: readonly Opening[],
): { readonly opening: Opening; readonly other: Opening } | undefined {
  const waiting = new Set<Opening['end']>();
  const endsOf = new Map<AnalysedBlock, Set<Opening['end']>>();
  for (const { block, end } of openings) endsOf.set(block, (endsOf.get(block) ?? new Set()).add(end));
  for (const opening of openings) {
    const { block, end, waits } = opening;
    if (!waits) waiting.add(end);
    // Who opens both ends meets himself, and who finds one waiting is not alone.
    if (!waits || endsOf.get(block)!.size > 1 || waiting.has(end === 'read' ? 'write' : 'read')) continue;
    const other = openings.find(
      candidate => candidate.end !== end && !flow.areAlternatives(candidate.block.block, block.block),
    );
    return other && { opening, other };
  }
  return undefined;
}

function report(flow: DocumentFlow, path: Symbolic, { block, span, end }: Opening, other: Opening): Finding {
  const action = end === 'write' ? 'reads' : 'writes';
  return {
    rule: 'fifo-between-blocks',
    severity: 'error',
    name: undefined,
    message: `The block waits here for ever: ${describePath(path)} is a FIFO, and only ${placeIn(flow, other.block, other.span)}, which runs at another time, ${action} it; use a plain file`,
    block: block.block.number,
    span: documentSpan(block.block, span),
    definition: {
      block: other.block.block.number,
      span: documentSpan(other.block.block, other.span),
      message: `the other end is opened here, in block ${other.block.block.number}`,
    },
  };
}
