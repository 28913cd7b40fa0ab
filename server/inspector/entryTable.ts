import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { StateHistory } from './history';
import { isLiteralGlob } from './nameGlob';
import { type DirectoryPlace, placePath } from './openDirectory';
import { stalenessOf } from './staleness';
import type { StateClaim, StateFileView } from './types';
import type { Described, EntryView } from './view';

/** An entry that the globs match. */
export interface Entry {
  readonly id: string;
  readonly pathKey: string;
  readonly place: DirectoryPlace;
  readonly name: Buffer;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly globs: ReadonlySet<string>;
  readonly view: EntryView;
  /** Whether everyone may make files in its directory. */
  readonly shared: boolean;
}

/** The entries that were found, by their paths. It holds only what may be shown of them, not their contents. */
export class EntryTable {
  readonly #entries = new Map<string, Entry>();
  readonly history = new StateHistory();

  /** The path as a string that keeps every byte. */
  key(place: DirectoryPlace, name: Buffer): string {
    return `${placePath(place).toString('latin1')}/${name.toString('latin1')}`;
  }

  /** @returns whether that changes what is shown */
  set(
    place: DirectoryPlace,
    name: Buffer,
    { dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>,
    globs: ReadonlySet<string>,
    { view, state }: Described,
    shared: boolean,
  ): boolean {
    const key = this.key(place, name);
    const before = this.#entries.get(key);
    const pathKey = createHash('sha256').update(key, 'latin1').digest('hex').slice(0, 32);
    const id = `${pathKey}.${dev}.${ino}`;
    this.#entries.set(key, { id, pathKey, place, name, dev, ino, globs, view, shared });
    this.history.record(pathKey, view, state, Date.now());
    return before?.id !== id || JSON.stringify(before.view) !== JSON.stringify(view);
  }

  /** Notes that further globs match an entry. */
  addGlobs(place: DirectoryPlace, name: Buffer, globs: ReadonlySet<string>): void {
    const key = this.key(place, name);
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#entries.set(key, { ...entry, globs: new Set([...entry.globs, ...globs]) });
  }

  /** @returns whether it was there */
  remove(place: DirectoryPlace, name: Buffer): boolean {
    const key = this.key(place, name);
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.recordEnd(entry);
    return this.#entries.delete(key);
  }

  /** Forgets all entries but these. @returns the others: they have gone, or nothing looks for them any more */
  keepOnly(keys: ReadonlySet<string>): readonly Entry[] {
    const others: Entry[] = [];
    for (const [key, entry] of this.#entries) {
      if (keys.has(key)) continue;
      others.push(entry);
      this.#entries.delete(key);
    }
    return others;
  }

  /** Remembers that a file is no longer there. */
  recordEnd({ pathKey, view }: Entry): void {
    this.history.record(pathKey, view, undefined, Date.now());
  }

  find(id: string): Entry | undefined {
    for (const entry of this.#entries.values()) if (entry.id === id) return entry;
    return undefined;
  }

  /**
   * All entries as they may be shown, in the order of their paths.
   * @param staleAfter milliseconds without a change after which a file counts as a leftover
   */
  views(claims: readonly StateClaim[], staleAfter: number): readonly StateFileView[] {
    const now = Date.now();
    const byGlob = new Map<string, StateClaim[]>();
    for (const claim of claims) {
      const known = byGlob.get(claim.glob);
      if (known === undefined) byGlob.set(claim.glob, [claim]);
      else known.push(claim);
    }
    let left = MAX_VALUES;
    return [...this.#entries]
      .sort(([first], [second]) => (first < second ? -1 : 1))
      .map(([, entry]) => {
        const values = entry.view.values.slice(0, left);
        left -= values.length;
        const own = [...entry.globs].flatMap(glob => byGlob.get(glob) ?? []);
        return this.#view(entry, values, own, stalenessOf(staleFacts(entry), own, now, staleAfter));
      });
  }

  #view(
    { id, pathKey, view, shared }: Entry,
    values: StateFileView['values'],
    claims: readonly StateClaim[],
    stale: StateFileView['stale'],
  ): StateFileView {
    const predictable = shared && claims.some(({ glob }) => isLiteralGlob(glob));
    return {
      id,
      pathKey,
      ...view,
      values,
      moreValues: view.moreValues + view.values.length - values.length,
      warnings: predictable ? [...view.warnings, 'predictableName'] : view.warnings,
      claims,
      stale,
      states: this.history.count(pathKey),
    };
  }
}

/** Values in one list: more would keep whoever sends, receives and shows it busy. */
const MAX_VALUES = 5_000;

function staleFacts({ name, view }: Entry): { readonly name: string; readonly modified: number } {
  return { name: name.toString('utf8'), modified: view.modified };
}
