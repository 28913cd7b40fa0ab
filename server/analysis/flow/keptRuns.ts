import type { Load, ShellScript } from '../shell/script';
import type { BlockContext, BlockFlow } from './blockFlow';
import type { FileEffect } from './fileEffects';
import { interpretBlock } from './interpreter';
import type { State } from './state';
import { type Symbolic, sameSymbolic } from './symbolic';

/** What a run asked its surroundings, and what it told them, in order. */
type Exchange =
  | { readonly kind: 'intended'; readonly name: string; readonly answer: Symbolic | undefined }
  | { readonly kind: 'content'; readonly path: Symbolic; readonly answer: Symbolic | undefined }
  /** A load of which nothing was known: what a known file gives is taken anew each time. */
  | { readonly kind: 'load'; readonly path: Symbolic; readonly load: Load }
  | { readonly kind: 'affect'; readonly effect: FileEffect };

interface KeptRun {
  readonly process: number;
  readonly provided: ReadonlySet<string>;
  readonly start: State;
  readonly exchanges: readonly Exchange[];
  readonly steps: number;
  readonly flow: BlockFlow;
}

/** Blocks of one text, in several places, of which the runs are kept. */
const MAX_RUNS = 4;

/** A text that was run once has an empty list: what never comes again is not worth the book-keeping. */
const runs = new WeakMap<ShellScript, readonly KeptRun[]>();

/**
 * Runs a block abstractly, or takes its last run where its surroundings answer as they did then: after a keystroke, that is
 * so for nearly all blocks of a document.
 * @param enter makes the surroundings as they are before the block: they take notice of what it does
 */
export function runBlock<T extends { readonly context: BlockContext }>(
  script: ShellScript,
  start: State,
  enter: () => T,
): { readonly flow: BlockFlow; readonly surroundings: T } {
  const known = runs.get(script);
  const again = enter();
  if (known === undefined || again.context.observe !== undefined) {
    if (known === undefined) runs.set(script, []);
    return { flow: interpretBlock(script.flow, again.context, start), surroundings: again };
  }
  if (known.length === 0) return { flow: runAndKeep(script, start, again.context), surroundings: again };
  const kept = keptRun(known, start, again.context);
  if (kept !== undefined) {
    if (again.context.budget !== undefined) again.context.budget.steps -= kept.steps;
    return { flow: kept.flow, surroundings: again };
  }
  // The attempt has told its surroundings a part of what the block does.
  const surroundings = enter();
  return { flow: runAndKeep(script, start, surroundings.context), surroundings };
}

function keptRun(ofScript: readonly KeptRun[], start: State, context: BlockContext): KeptRun | undefined {
  const known = ofScript.find(
    run => run.process === context.process && run.start === start && run.provided === context.provided,
  );
  if (known === undefined || known.steps > (context.budget?.steps ?? Number.POSITIVE_INFINITY))
    return undefined;
  return known.exchanges.every(exchange => isSame(exchange, context)) ? known : undefined;
}

function isSame(exchange: Exchange, context: BlockContext): boolean {
  switch (exchange.kind) {
    case 'intended':
      return sameAnswer(exchange.answer, context.intended(exchange.name));
    case 'content':
      return sameAnswer(exchange.answer, context.content(exchange.path));
    case 'load':
      return context.load(exchange.path, exchange.load) === undefined;
    case 'affect':
      context.affect(exchange.effect);
      return true;
  }
}

function sameAnswer(a: Symbolic | undefined, b: Symbolic | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a === b || sameSymbolic(a, b);
}

function runAndKeep(script: ShellScript, start: State, context: BlockContext): BlockFlow {
  const exchanges: Exchange[] = [];
  const intended = new Set<string>();
  let isKept = true;
  const before = context.budget?.steps ?? 0;
  const flow = interpretBlock(
    script.flow,
    {
      ...context,
      intended: name => {
        const answer = context.intended(name);
        if (!intended.has(name)) exchanges.push({ kind: 'intended', name, answer });
        intended.add(name);
        return answer;
      },
      content: path => {
        const answer = context.content(path);
        exchanges.push({ kind: 'content', path, answer });
        return answer;
      },
      load: (path, load) => {
        const answer = context.load(path, load);
        if (answer !== undefined) isKept = false;
        exchanges.push({ kind: 'load', path, load });
        return answer;
      },
      affect: effect => {
        exchanges.push({ kind: 'affect', effect });
        context.affect(effect);
      },
    },
    start,
  );
  const after = context.budget?.steps ?? 0;
  // A run that was cut short says nothing of one that is not.
  if (!isKept || after < 0) return flow;
  const run: KeptRun = {
    process: context.process,
    provided: context.provided,
    start,
    exchanges,
    steps: before - after,
    flow,
  };
  const others = (runs.get(script) ?? []).filter(
    ({ process, provided }) => process !== run.process || provided !== run.provided,
  );
  runs.set(script, [run, ...others].slice(0, MAX_RUNS));
  return flow;
}
