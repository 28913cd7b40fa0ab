import type { GoneFileView, PastStateView } from './types';

/** States of one file that are remembered. */
const MAX_STATES = 20;
/** Characters of all states together; beyond, the oldest ones of all files are forgotten. */
const MAX_CHARACTERS = 4_000_000;
/** Characters of one state. */
export const MAX_STATE_CHARACTERS = 65_536;
/** Files that are gone and still named. */
const MAX_GONE = 20;

interface PastState extends PastStateView {
  readonly text: string;
}

interface FileHistory {
  readonly name: string;
  readonly directory: string;
  readonly states: PastState[];
}

/** What files held at earlier moments, as it may be shown. It is kept in memory only, and bounded. */
export class StateHistory {
  /** By the path's key; what changed last comes last. */
  readonly #files = new Map<string, FileHistory>();
  #characters = 0;
  #version = 0;

  /**
   * Remembers a state; one that says the same as the one before is none of its own.
   * @param text undefined where the file has gone
   * @param at milliseconds since 1970
   */
  record(
    pathKey: string,
    file: { readonly name: string; readonly directory: string },
    text: string | undefined,
    at: number,
  ): void {
    const known = this.#files.get(pathKey) ?? { name: file.name, directory: file.directory, states: [] };
    const last = known.states.at(-1);
    const gone = text === undefined;
    if (last === undefined ? gone : last.gone === gone && (gone || last.text === text)) return;
    this.#files.delete(pathKey);
    this.#files.set(pathKey, known);
    known.states.push({ version: ++this.#version, at, gone, text: text ?? '' });
    this.#characters += text?.length ?? 0;
    if (known.states.length > MAX_STATES) this.#forgetOldest(known);
    this.#shrink();
  }

  states(pathKey: string): readonly PastStateView[] {
    const known = this.#files.get(pathKey)?.states ?? [];
    return known.map(({ version, at, gone }) => ({ version, at, gone }));
  }

  /** The number of states, without building a list: it is asked for every file of every list. */
  count(pathKey: string): number {
    return this.#files.get(pathKey)?.states.length ?? 0;
  }

  /** A state as text; undefined where it is forgotten. */
  text(pathKey: string, version: number): string | undefined {
    return this.#files.get(pathKey)?.states.find(state => state.version === version)?.text;
  }

  /** Files whose last state is that they had gone, the last one first. */
  gone(): readonly GoneFileView[] {
    const found: GoneFileView[] = [];
    for (const [pathKey, { name, directory, states }] of this.#files) {
      const last = states.at(-1);
      if (last?.gone === true) found.push({ pathKey, name, directory, at: last.at, states: states.length });
    }
    return found.slice(-MAX_GONE).reverse();
  }

  #forgetOldest(file: FileHistory): void {
    this.#characters -= file.states.shift()?.text.length ?? 0;
  }

  /** The files that changed longest ago lose their oldest states first. */
  #shrink(): void {
    for (const [pathKey, file] of this.#files) {
      while (this.#characters > MAX_CHARACTERS && file.states.length > 0) this.#forgetOldest(file);
      if (file.states.length === 0) this.#files.delete(pathKey);
      if (this.#characters <= MAX_CHARACTERS) return;
    }
  }
}
