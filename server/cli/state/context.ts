import type { StateOptions } from './options';

/** What a command of `crossblock state` has to do with the world. */
export interface StateContext {
  /** The working directory; absolute. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Asks the user; undefined where there is no terminal to ask on. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  /** Aborted when a command that goes on shall end. */
  readonly ended: AbortSignal;
  /** Where the shell parser lies; by default beside the running bundle. */
  readonly parserFolder?: string;
}

/** @returns the exit code */
export type StateCommand = (options: StateOptions, context: StateContext) => Promise<number>;
