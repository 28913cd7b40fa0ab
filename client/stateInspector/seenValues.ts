import type { StateFileView, StateValueView } from '../../server/protocol';

/** Knows which values are others than when the user looked last. */
export class SeenValues {
  /** By path and name, what a value was. */
  #seen = new Map<string, string>();
  /** Milliseconds since 1970: a file that is listed first now may have been there long before. */
  #since: number;

  /** @param now when the user begins to look, milliseconds since 1970 */
  constructor(now: number) {
    this.#since = now;
  }

  isChanged(file: StateFileView, value: StateValueView): boolean {
    const seen = this.#seen.get(keyOf(file, value));
    return seen === undefined ? file.modified >= this.#since : seen !== signatureOf(value);
  }

  /** Takes what is listed: what was there before the user looked counts as seen. */
  update(files: readonly StateFileView[]): void {
    for (const file of files)
      if (file.modified < this.#since)
        for (const value of file.values) {
          const key = keyOf(file, value);
          if (!this.#seen.has(key)) this.#seen.set(key, signatureOf(value));
        }
  }

  hasChanges(file: StateFileView): boolean {
    return file.values.some(value => this.isChanged(file, value));
  }

  /** The user has looked at a file. @returns whether something was marked there */
  mark(file: StateFileView): boolean {
    const had = this.hasChanges(file);
    for (const value of file.values) this.#seen.set(keyOf(file, value), signatureOf(value));
    return had;
  }

  /** The user has looked at everything; what is no longer there is forgotten. @param now as above */
  markAll(files: readonly StateFileView[], now: number): void {
    this.#seen = new Map();
    this.#since = now;
    for (const file of files) this.mark(file);
  }
}

/** Two values may have one name: then the position tells them apart. */
function keyOf({ pathKey }: StateFileView, { name, index }: StateValueView): string {
  return name === '' ? `${pathKey}\n${index}` : `${pathKey}\n${name}`;
}

function signatureOf({ text, fingerprint, literal }: StateValueView): string {
  return `${literal} ${fingerprint ?? ''} ${text}`;
}
