import type { WrittenKey } from '../shell/script';
import type { Knowledge } from './evaluate';
import type { StateKey } from './fileEffects';
import type { Binding, State } from './state';
import { unknown } from './symbolic';

/** The names that a write gives a state file; undefined where one of them is not known. */
export function stateKeys(
  keys: readonly WrittenKey[] | undefined,
  state: State,
  known: Knowledge,
): readonly StateKey[] | undefined {
  if (keys === undefined) return undefined;
  const result: StateKey[] = [];
  for (const { name, isParameter, isDeclared } of keys) {
    const names = isParameter ? namesIn(state.names.get(name)) : [{ name, isPrefix: false }];
    if (names === undefined) return undefined;
    for (const found of names)
      result.push({ ...found, value: known.value(found.name) ?? unknown(found.name), isDeclared });
  }
  return result;
}

/** The names that a binding may hold, or their beginning; undefined where nothing is known of them. */
function namesIn(binding: Binding | undefined): readonly Pick<StateKey, 'name' | 'isPrefix'>[] | undefined {
  if (binding?.oneOf !== undefined) return binding.oneOf.map(name => ({ name, isPrefix: false }));
  const [first, ...rest] = binding?.value ?? [];
  return first?.kind === 'text' ? [{ name: first.text, isPrefix: rest.length > 0 }] : undefined;
}
