import type { Span } from './text';

/** The rules' names, which are also the codes of their findings. */
export type RuleName =
  | 'lost-variable'
  | 'lost-function'
  | 'lost-library'
  | 'lost-in-prose'
  | 'unsaved-variable'
  | 'unstable-path'
  | 'state-path-mismatch'
  | 'trap-deletes-state'
  | 'unresolved-library'
  | 'substituted-argument'
  | 'unavailable-host-variable'
  | 'reset-to-default'
  | 'unguarded-load'
  | 'fifo-between-blocks'
  | 'predictable-temporary-file'
  | 'unquoted-state-value'
  | 'state-left-behind'
  | 'missing-environment'
  | 'lost-alias'
  | 'lost-option'
  | 'lost-trap'
  | 'lost-job'
  | 'lost-status'
  | 'lost-directory'
  | 'inert-errexit'
  | 'closed-input';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** Something that goes wrong between blocks. */
export interface Finding {
  readonly rule: RuleName;
  readonly severity: Severity;
  /** The variable or function that it is about. */
  readonly name: string | undefined;
  /** One line that stands alone: what is lost, where it was set, what to do. */
  readonly message: string;
  /** Number of the block, from 1. */
  readonly block: number;
  /** UTF-16 offsets in the document. */
  readonly span: Span;
  /** Where the lost thing was set. */
  readonly definition: FindingDefinition | undefined;
}

export interface FindingDefinition {
  readonly block: number;
  /** UTF-16 offsets in the document. */
  readonly span: Span;
  /** What is said at that place, as related information. */
  readonly message: string;
}
