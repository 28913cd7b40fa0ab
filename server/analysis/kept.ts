/**
 * The same function with its results kept for as long as what they are about: many rules ask the same of one document, and
 * each keystroke asks again of the blocks that have not changed. Only for what follows from the argument alone and is not
 * changed by anybody.
 */
export function kept<K extends object, V>(compute: (about: K) => V): (about: K) => V {
  return keptBy(about => about, compute);
}

/** The same for what follows from a part of what it is asked about alone: that part decides whether it is known. */
export function keptBy<A, K extends object, V>(
  part: (about: A) => K,
  compute: (about: A) => V,
): (about: A) => V {
  const results = new WeakMap<K, { readonly value: V }>();
  return about => {
    const key = part(about);
    const known = results.get(key);
    if (known !== undefined) return known.value;
    const value = compute(about);
    results.set(key, { value });
    return value;
  };
}
