/** Entries that a change copies at most before they are merged into the map below. */
const MAX_RECENT = 64;

/**
 * A map that never changes: a change makes a new one and leaves the old one to the branches that still hold it. The recent
 * changes lie in a small map of their own, so that a block with thousands of names does not copy them all at each statement.
 */
export class NameMap<V> implements Iterable<readonly [string, V]> {
  readonly #below: ReadonlyMap<string, V>;
  readonly #recent: ReadonlyMap<string, V | undefined>;

  private constructor(below: ReadonlyMap<string, V>, recent: ReadonlyMap<string, V | undefined>) {
    this.#below = below;
    this.#recent = recent;
  }

  static of<V>(entries: Iterable<readonly [string, V]> = []): NameMap<V> {
    return new NameMap(new Map(entries), new Map());
  }

  get(name: string): V | undefined {
    return this.#recent.has(name) ? this.#recent.get(name) : this.#below.get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The two maps as one; `both` makes the value of a name from those of either map, of which one may be missing. */
  static merge<V>(a: NameMap<V>, b: NameMap<V>, both: (a: V | undefined, b: V | undefined) => V): NameMap<V> {
    if (a === b) return a;
    const common = a.#below === b.#below;
    const names = common ? [...a.#recent.keys(), ...b.#recent.keys()] : [...a, ...b].map(([name]) => name);
    const changed = new Map<string, V | undefined>();
    for (const name of names) {
      const [left, right] = [a.get(name), b.get(name)];
      if (left !== undefined || right !== undefined) changed.set(name, both(left, right));
      else changed.set(name, undefined);
    }
    return new NameMap(common ? a.#below : new Map(), changed).#compacted();
  }

  with(name: string, value: V): NameMap<V> {
    return this.#change(name, value);
  }

  /** With many entries at once. */
  withAll(entries: Iterable<readonly [string, V]>): NameMap<V> {
    const recent = new Map(this.#recent);
    for (const [name, value] of entries) recent.set(name, value);
    return new NameMap(this.#below, recent).#compacted();
  }

  without(name: string): NameMap<V> {
    return this.has(name) ? this.#change(name, undefined) : this;
  }

  *[Symbol.iterator](): Iterator<readonly [string, V]> {
    for (const [name, value] of this.#below) if (!this.#recent.has(name)) yield [name, value];
    for (const [name, value] of this.#recent) if (value !== undefined) yield [name, value];
  }

  #change(name: string, value: V | undefined): NameMap<V> {
    return new NameMap(this.#below, new Map(this.#recent).set(name, value)).#compacted();
  }

  #compacted(): NameMap<V> {
    return this.#recent.size <= MAX_RECENT ? this : NameMap.of(this);
  }
}
