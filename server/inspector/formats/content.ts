/** How the text of a state file was understood. */
export type StateFormat =
  /** Nothing in it. */
  | 'empty'
  /** Shell assignments. */
  | 'shell'
  /** One JSON object or array. */
  | 'json'
  /** Lines of `KEY=value` that no shell would read so, e.g. with unquoted blanks. */
  | 'keyValue'
  /** One line, taken as one value. */
  | 'value'
  /** `NAME=value` texts that end in NUL, as `env -0` and `/proc/PID/environ` have them. */
  | 'environment'
  /** Text of several lines that is none of these. */
  | 'text'
  | 'binary';

/** A value of a state file, as it is: neither masked nor escaped. */
export interface RawValue {
  /** E.g. `PLAN`, `LIST[2]`, `user.name`; empty where the file is one plain value. */
  readonly name: string;
  readonly value: string;
  /** False where `value` is only what is written: a shell would expand it, or bytes in it are no UTF-8. */
  readonly literal: boolean;
}

/** What a state file holds. */
export interface StateContent {
  readonly format: StateFormat;
  readonly values: readonly RawValue[];
  /** What could not be read, in sentences for people; nothing of the file's content is in them. */
  readonly remarks: readonly string[];
}
