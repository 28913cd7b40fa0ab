import type { Call, Value } from '../shell/script';
import { evaluate, type Knowledge } from './evaluate';
import { type Binding, bind, type State } from './state';
import { type Symbolic, unknown } from './symbolic';

/** Positional parameters beyond these are not followed. */
const MAX_PARAMETERS = 9;

/** Words of one list that are followed. */
const MAX_STRINGS = 200;

const NAMES = ['@', ...Array.from({ length: MAX_PARAMETERS }, (_, index) => String(index + 1))];

/** What the positional parameters held before a call: to be put back behind it. */
export function parametersOf(state: State): Map<string, Binding | undefined> {
  return new Map(NAMES.map(name => [name, state.names.get(name)]));
}

/** A function's state at its start: `$1` … are the words of the call, and those that are not there are empty. */
export function withParameters(state: State, { arguments: words }: Call, known: Knowledge): State {
  const values = NAMES.slice(1).map((_, index) => {
    const word = words[index];
    return word === undefined ? [] : evaluate(word, known);
  });
  const all: Binding = {
    ...parameter(unknown(words.map(({ text }) => text).join(' '))),
    oneOf: literals(words, known, state.names.get('@')),
  };
  return values.reduce(
    (bound, value, index) => bind(bound, String(index + 1), parameter(value)),
    bind(state, '@', all),
  );
}

/** Behind `shift`, which parameter holds what is not followed. */
export function shiftParameters(state: State): State {
  return NAMES.reduce((bound, name) => bind(bound, name, parameter(unknown(`shifted ${name}`))), state);
}

function parameter(value: Symbolic): Binding {
  return { presence: 'set', definitions: [], value };
}

/** The strings that some words become, where all of them are known; `"$@"` stands for what it holds. */
export function literals(
  words: readonly Value[],
  known: Knowledge,
  all?: Binding,
): readonly string[] | undefined {
  const result: string[] = [];
  for (const word of words) {
    const [part] = word.parts;
    if (part?.kind === 'parameter' && part.name === '@' && all?.oneOf !== undefined) {
      for (const text of all.oneOf.slice(0, MAX_STRINGS - result.length)) result.push(text);
      continue;
    }
    const value = evaluate(word, known);
    const [only] = value;
    if (value.length !== 1 || only?.kind !== 'text') return undefined;
    if (result.length >= MAX_STRINGS) return undefined;
    result.push(only.text);
  }
  return result;
}
