/** Decides whether a crashed server may be started again: a few times in a row, but not for ever. */
export class RestartPolicy {
  /** How many restarts are granted within the window. */
  readonly limit: number;
  readonly windowMilliseconds: number;
  #crashes: readonly number[] = [];

  constructor(limit = 4, windowMilliseconds = 3 * 60_000) {
    this.limit = limit;
    this.windowMilliseconds = windowMilliseconds;
  }

  /**
   * Counts one crash.
   * @param now milliseconds since the epoch
   * @returns whether the server may be started again
   */
  mayRestart(now: number): boolean {
    this.#crashes = [...this.#crashes.filter(crash => now - crash < this.windowMilliseconds), now];
    return this.#crashes.length <= this.limit;
  }
}
