import type { Inspector } from './inspector';
import type { StateClaim } from './types';

/** What the inspector's thread has to know, as plain data. */
export interface SourcesSnapshot {
  readonly claims: readonly StateClaim[];
  readonly globs: readonly string[];
  readonly directories: readonly string[];
  readonly workspaceFolders: readonly string[];
  /** Milliseconds. */
  readonly staleAfter: number;
}

/** A call of one of the inspector's methods. */
export interface ThreadCall {
  readonly kind: 'call';
  readonly call: number;
  readonly method: keyof Inspector;
  readonly words: readonly unknown[];
}

/** To the thread. What it has to know comes before whatever is asked about it. */
export type ToThread =
  | {
      readonly kind: 'sources';
      readonly sources: SourcesSnapshot;
      /** Whether the list has to be brought up to date by them, as far as somebody looks. */
      readonly changed: boolean;
      readonly live: boolean;
    }
  | { readonly kind: 'live'; readonly live: boolean }
  | ThreadCall;

/** From the thread. */
export type FromThread =
  | { readonly kind: 'answer'; readonly call: number; readonly result: unknown }
  | { readonly kind: 'failure'; readonly call: number; readonly reason: string }
  | { readonly kind: 'changed' };
