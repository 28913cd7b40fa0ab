import type { StateFileView, StateValueView } from '../../server/protocol';

/** Knows which values are others than when the user looked last. */
export class SeenValues {
  /** By path and name, what a value was; undefined before the first list. */
  #seen: Map<string, string> | undefined;

  /** Takes a new list: the first one counts as seen. */
  update(files: readonly StateFileView[]): void {
    if (this.#seen === undefined) this.markAll(files);
  }

  isChanged(file: StateFileView, value: StateValueView): boolean {
    return this.#seen !== undefined && this.#seen.get(keyOf(file, value)) !== signatureOf(value);
  }

  hasChanges(file: StateFileView): boolean {
    return file.values.some(value => this.isChanged(file, value));
  }

  /** The user has looked at a file. @returns whether something was marked there */
  mark(file: StateFileView): boolean {
    const had = this.hasChanges(file);
    for (const value of file.values) this.#seen?.set(keyOf(file, value), signatureOf(value));
    return had;
  }

  /** The user has looked at everything; what is no longer there is forgotten. */
  markAll(files: readonly StateFileView[]): void {
    this.#seen = new Map();
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
