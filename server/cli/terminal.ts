import picocolors from 'picocolors';
import type { Severity } from '../analysis/finding';

/** What a stream can show beside plain text. */
export interface Style {
  readonly severity: (severity: Severity) => string;
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
  /** The text as a link to a URL. */
  readonly link: (text: string, url: string) => string;
}

/** What is known of a stream's terminal. */
interface Stream {
  readonly isTTY?: boolean | undefined;
}

const PLAIN: Style = { severity: name => name, dim: same, strong: same, link: same };

function same(text: string): string {
  return text;
}

/** Whether something that moves or comes and goes may be written: never into a pipe or the log of a CI job. */
export function isInteractive({ isTTY }: Stream, environment: NodeJS.ProcessEnv): boolean {
  return isTTY === true && !isSet(environment.CI) && environment.TERM !== 'dumb';
}

/** Colours and links are for terminals alone; `NO_COLOR` switches the colours off, and the links stay. */
export function styleFor(stream: Stream, environment: NodeJS.ProcessEnv): Style {
  if (!isInteractive(stream, environment)) return PLAIN;
  const { red, yellow, cyan, dim, bold } = picocolors.createColors(!isSet(environment.NO_COLOR));
  return {
    severity: name => (name === 'error' ? red : name === 'warning' ? yellow : cyan)(name),
    dim,
    strong: bold,
    link: (text, url) => `\x1b]8;;${url}\x1b\\${text}\x1b]8;;\x1b\\`,
  };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

/** One line that is written over again and again, on a terminal; nothing elsewhere. */
export class Progress {
  readonly #write: (text: string) => void;
  #isShown = false;
  #last = 0;
  /** Milliseconds between two lines. */
  static readonly #INTERVAL = 100;

  constructor(stream: Stream & { write(text: string): unknown }, environment: NodeJS.ProcessEnv) {
    this.#write = isInteractive(stream, environment) ? text => void stream.write(text) : () => {};
  }

  show(what: string): void {
    const now = Date.now();
    if (now - this.#last < Progress.#INTERVAL) return;
    this.#last = now;
    this.#isShown = true;
    this.#write(`\r\x1b[K${what}`);
  }

  clear(): void {
    if (this.#isShown) this.#write('\r\x1b[K');
    this.#isShown = false;
  }
}
