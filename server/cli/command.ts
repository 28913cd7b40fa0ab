/** A subcommand of the command line. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly help: string;
  /** Its options, without hyphens, each with the values that it may have (none where any will do): for completions. */
  readonly options?: Readonly<Record<string, readonly string[]>>;
  /** The words that it takes; undefined where it takes files alone. */
  readonly words?: readonly string[];
  /** True where it takes files beside its words. */
  readonly takesFiles?: boolean;
  /** @returns the exit code; undefined for a command that runs until its input ends */
  run(words: readonly string[]): Promise<number>;
}

/** The command line makes no sense: the message says what is meant. */
export class UsageError extends Error {}
