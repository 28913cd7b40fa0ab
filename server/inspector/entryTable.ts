import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { type DirectoryPlace, placePath } from './openDirectory';
import type { StateClaim, StateFileView } from './types';
import type { EntryView } from './view';

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
}

/** The entries that were found, by their paths. It holds only what may be shown of them, not their contents. */
export class EntryTable {
  readonly #entries = new Map<string, Entry>();

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
    view: EntryView,
  ): boolean {
    const key = this.key(place, name);
    const before = this.#entries.get(key);
    const pathKey = createHash('sha256').update(key, 'latin1').digest('hex').slice(0, 32);
    const id = `${pathKey}.${dev}.${ino}`;
    this.#entries.set(key, { id, pathKey, place, name, dev, ino, globs, view });
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
    return this.#entries.delete(this.key(place, name));
  }

  /** Forgets all entries but these. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const key of this.#entries.keys()) if (!keys.has(key)) this.#entries.delete(key);
  }

  find(id: string): Entry | undefined {
    for (const entry of this.#entries.values()) if (entry.id === id) return entry;
    return undefined;
  }

  /** All entries as they may be shown, in the order of their paths. */
  views(claims: readonly StateClaim[]): readonly StateFileView[] {
    const byGlob = new Map<string, StateClaim[]>();
    for (const claim of claims) byGlob.set(claim.glob, [...(byGlob.get(claim.glob) ?? []), claim]);
    return [...this.#entries]
      .sort(([first], [second]) => (first < second ? -1 : 1))
      .map(([, { id, pathKey, view, globs }]) => ({
        id,
        pathKey,
        ...view,
        claims: [...globs].flatMap(glob => byGlob.get(glob) ?? []),
      }));
  }
}
