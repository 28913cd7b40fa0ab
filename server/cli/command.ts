/** A subcommand of the command line. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly help: string;
  /** @returns the exit code; undefined for a command that runs until its input ends */
  run(words: readonly string[]): Promise<number>;
}

/** The command line makes no sense: the message says what is meant. */
export class UsageError extends Error {}
