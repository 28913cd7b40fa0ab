/**
 * The same function with its results kept for as long as what they are about: many rules ask the same of one document, and
 * each keystroke asks again of the blocks that have not changed. Only for what follows from the argument alone and is not
 * changed by anybody.
 */
export function kept<K extends object, V>(compute: (about: K) => V): (about: K) => V {
  const results = new WeakMap<K, { readonly value: V }>();
  return about => {
    const known = results.get(about);
    if (known !== undefined) return known.value;
    const value = compute(about);
    results.set(about, { value });
    return value;
  };
}
