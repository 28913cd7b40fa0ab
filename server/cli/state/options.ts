import { parseArgs } from 'node:util';
import { DEFAULT_STALE_AFTER } from '../../inspector/staleness';
import { UsageError } from '../command';
import { describeWords } from '../options';

/** The words behind `crossblock state COMMAND`. */
export interface StateOptions {
  readonly paths: readonly string[];
  readonly json: boolean;
  readonly globs: readonly string[];
  /** Milliseconds. */
  readonly staleAfter: number;
  readonly reveal: boolean;
  readonly yes: boolean;
}

const NAMES = { json: [], glob: [], 'stale-after': [], reveal: [], yes: [] } as const;

/** @throws UsageError where an option is not known or has no sense */
export function parseStateWords(words: readonly string[]): StateOptions {
  const { values, positionals } = readWords(words);
  if (positionals.includes('')) throw new UsageError('An empty path names no file; is a variable empty?');
  return {
    paths: positionals,
    json: values.json === true,
    globs: values.glob ?? [],
    staleAfter: staleAfter(values['stale-after']),
    reveal: values.reveal === true,
    yes: values.yes === true,
  };
}

function readWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        json: { type: 'boolean' },
        glob: { type: 'string', multiple: true },
        'stale-after': { type: 'string' },
        reveal: { type: 'boolean' },
        yes: { type: 'boolean' },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(describeWords(error, words, NAMES));
  }
}

function staleAfter(hours: string | undefined): number {
  if (hours === undefined) return DEFAULT_STALE_AFTER;
  const number = /^\d+(\.\d+)?$/.test(hours) ? Number(hours) : 0;
  if (number <= 0) throw new UsageError('--stale-after needs a number of hours above 0, for example 1.5');
  return number * 3_600_000;
}
