import { allSteps, type Deferred, type Flow, type FlowStep, type Value } from '../shell/script';
import type { DeletedPath, UsedPath } from './blockFlow';
import { evaluate, type Knowledge } from './evaluate';
import type { State } from './state';

/** A word as the path of a file. */
export function pathOf(word: Value, known: Knowledge): UsedPath {
  const [part] = word.parts;
  const name = word.parts.length === 1 && part?.kind === 'parameter' ? part.name : undefined;
  return { path: evaluate(word, known), span: word.span, name, creates: false, reads: false };
}

/** What a trap deletes when its shell ends. */
export function* deletionsOf(trap: Deferred, state: State, known: Knowledge): Generator<DeletedPath> {
  for (const step of withCalledFunctions(trap.body, state)) {
    if (step.kind !== 'call' || step.name !== 'rm') continue;
    const isTree = step.arguments.some(({ text }) => /^-\w*[rR]|^--recursive$/.test(text));
    for (const word of step.arguments)
      if (!word.text.startsWith('-')) yield { ...pathOf(word, known), span: trap.span, isTree };
  }
}

/** The steps of a trap and of the functions that it calls by name. */
function* withCalledFunctions(flow: Flow, state: State): Generator<FlowStep> {
  for (const step of allSteps(flow)) {
    yield step;
    const named = step.kind === 'call' && !step.passesFunctions ? step.name : undefined;
    const target = named === undefined ? undefined : state.functions.get(named);
    if (target?.kind === 'block') for (const { body } of target.definitions) yield* allSteps(body);
  }
}

/** Whether a trap runs when its shell ends. */
export function isExit({ signals }: Deferred): boolean {
  return signals.some(signal => signal === 'EXIT' || signal === '0');
}
