import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { pathKeyOf, type Symbolic } from '../flow/symbolic';
import { kept } from '../kept';
import type { Deferred, ShellScript } from '../shell/script';
import type { Span } from '../text';
import { placeIn, type Rule, steps } from './rule';
import { Earlier, placedStepsOf, stepsByShell } from './shells';

/** A trap of an earlier block that a later one counts on: it has run already, or never will. */
export const lostTrap: Rule = {
  name: 'lost-trap',
  summary: 'A block counts on a trap that only an earlier block sets.',
  page: {
    severity: 'Information.',
    why: 'A trap belongs to the shell that set it. An EXIT trap runs when its own block ends, an ERR trap catches nothing that fails in the next one. A later block that makes the temporary file again leaves it behind, and `trap - EXIT` there takes back what is not there any more. Only such visible places are reported.',
    example: steps(
      "trap 'rm -f build/report.txt' EXIT\ndate > build/report.txt",
      'uptime > build/report.txt\ncat build/report.txt',
    ),
    useInstead: steps(
      "trap 'rm -f build/report.txt' EXIT\ndate > build/report.txt",
      "trap 'rm -f build/report.txt' EXIT\nuptime > build/report.txt\ncat build/report.txt",
    ),
    fix: 'Set the trap in each block that needs it, or tidy up in the last block.',
    references: ['https://www.gnu.org/software/bash/manual/bash.html#index-trap'],
  },
  *check(flow) {
    if (!flow.blocks.some(setsTrap)) return;
    const traps = new Earlier<Trap>(flow);
    const deletions = new Earlier<Trap>(flow);
    const reported = new Set<Trap>();
    for (const shell of stepsByShell(flow)) {
      const own = new Map<string, Trap>();
      for (const block of shell) {
        const set = trapsIn(block);
        const reliance =
          takenBack(block, own, traps) ??
          spokenOf(block, own, set, traps) ??
          madeAgain(flow, block, deletions);
        for (const [signal, trap] of set) own.set(signal, trap);
        if (reliance === undefined || block.role.kind !== 'step' || reported.has(reliance.trap)) continue;
        reported.add(reliance.trap);
        yield report(flow, block, reliance);
      }
      for (const [signal, trap] of own) if (trap.body.length > 0) traps.add(signal, trap);
      for (const block of shell)
        for (const { path, span } of block.flow.deletedAtEnd)
          if (isKnown(path)) deletions.add(pathKeyOf(path), trapAt(block, span));
    }
  },
};

interface Trap {
  readonly block: AnalysedBlock;
  readonly span: Span;
  readonly signal: string;
  readonly body: Deferred['body'];
}

/** A place that shows that a block counts on a trap. */
interface Reliance {
  readonly trap: Trap;
  readonly span: Span;
  readonly consequence: string;
}

/** Signals that the shell raises by itself. */
const OF_SHELL = new Set(['EXIT', '0', 'ERR', 'DEBUG']);

function nameOf(signal: string): string {
  return signal === '0' ? 'EXIT' : signal;
}

/** The texts of traps that a block sets for its own shell. */
const deferredIn = kept((script: ShellScript): readonly Deferred[] =>
  placedStepsOf(script).flatMap(({ step, inSubshell, inFunction }) =>
    step.kind === 'deferred' && !inSubshell && !inFunction ? [step] : [],
  ),
);

function setsTrap({ script, flow }: AnalysedBlock): boolean {
  return deferredIn(script).length > 0 || flow.deletedAtEnd.length > 0;
}

/** The traps that a block sets for its own shell, by signal, the last ones; `trap - EXIT` has an empty body. */
function trapsIn(block: AnalysedBlock): ReadonlyMap<string, Trap> {
  const traps = new Map<string, Trap>();
  for (const step of deferredIn(block.script)) {
    for (const signal of step.signals)
      if (OF_SHELL.has(signal))
        traps.set(nameOf(signal), { block, span: step.span, signal: nameOf(signal), body: step.body });
  }
  return traps;
}

function trapAt(block: AnalysedBlock, span: Span): Trap {
  return { block, span, signal: 'EXIT', body: [] };
}

/** `trap - EXIT` before any trap of its own. */
function takenBack(
  block: AnalysedBlock,
  own: ReadonlyMap<string, Trap>,
  traps: Earlier<Trap>,
): Reliance | undefined {
  const set = new Set(own.keys());
  for (const step of deferredIn(block.script)) {
    for (const signal of step.signals.map(nameOf)) {
      const isReset = block.block.text.slice(step.span.start, step.span.end) === '-';
      const trap = isReset && !set.has(signal) ? traps.nearest(signal, block) : undefined;
      if (trap !== undefined)
        return { trap, span: step.span, consequence: 'There is no trap to take back here' };
      set.add(signal);
    }
  }
  return undefined;
}

/** "# The EXIT trap cleans up": a comment in a block that sets no trap. */
function spokenOf(
  block: AnalysedBlock,
  own: ReadonlyMap<string, Trap>,
  set: ReadonlyMap<string, Trap>,
  traps: Earlier<Trap>,
): Reliance | undefined {
  if (own.size > 0 || set.size > 0 || !block.block.text.includes('trap')) return undefined;
  const match =
    /^[ \t]*#[^\n\r]*\b(EXIT|ERR|DEBUG)?[ \t]?trap (?:will|still|also|then|(?:clean|remov|delet|catch|handl|run|restor|stop|kill)\w*)\b/m.exec(
      block.block.text,
    );
  if (match === null) return undefined;
  const [, signal] = match;
  const trap = traps.nearest(signal ?? 'EXIT', block) ?? (signal ? undefined : traps.nearest('ERR', block));
  const start = match.index + match[0].indexOf('#');
  return (
    trap && {
      trap,
      span: { start, end: match.index + match[0].length },
      consequence: `The ${trap.signal} trap does nothing here`,
    }
  );
}

/** A file that the trap has deleted at the end of its block, made again here, and removed by nobody from here on. */
function madeAgain(flow: DocumentFlow, block: AnalysedBlock, deletions: Earlier<Trap>): Reliance | undefined {
  const made = block.flow.fileEffects.flatMap(effect =>
    effect.kind === 'write' ? [{ path: effect.path, span: effect.write?.path.span ?? effect.span }] : [],
  );
  for (const { path, span } of [...made, ...block.flow.usedPaths.filter(({ creates }) => creates)]) {
    const key = pathKeyOf(path);
    const trap = deletions.nearest(key, block);
    if (trap === undefined || (lastRemovals(flow).get(key) ?? 0) >= block.block.number) continue;
    return { trap, span, consequence: 'Nothing removes this file' };
  }
  return undefined;
}

/** The number of the last block that removes a path, by the path. */
const lastRemovals = kept((flow: DocumentFlow): ReadonlyMap<string, number> => {
  const removals = new Map<string, number>();
  for (const { block, flow: own } of flow.blocks) {
    for (const effect of own.fileEffects)
      if (effect.kind === 'remove') removals.set(pathKeyOf(effect.path), block.number);
    for (const { path } of own.deletedAtEnd) removals.set(pathKeyOf(path), block.number);
  }
  return removals;
});

function isKnown(path: Symbolic): boolean {
  return path.length > 0 && !path.some(({ kind }) => kind === 'unknown' || kind === 'unique');
}

function report(flow: DocumentFlow, block: AnalysedBlock, { trap, span, consequence }: Reliance): Finding {
  return {
    rule: 'lost-trap',
    severity: 'information',
    name: trap.signal,
    message: `${consequence}: the ${trap.signal} trap of ${placeIn(flow, trap.block, trap.span)} is gone with its shell, and each block runs in a shell of its own; set it in the block that needs it`,
    block: block.block.number,
    span: documentSpan(block.block, span),
    definition: {
      block: trap.block.block.number,
      span: documentSpan(trap.block.block, trap.span),
      message: `this trap is gone at the end of block ${trap.block.block.number}`,
    },
  };
}
