import { createInterface } from 'node:readline/promises';
import { suggestion } from '../workspace/suggest';
import { type Command, UsageError } from './command';
import { workingFolder } from './options';
import { clean } from './state/clean';
import type { StateCommand, StateContext } from './state/context';
import { list } from './state/list';
import { parseStateWords } from './state/options';
import { show } from './state/show';
import { watch } from './state/watch';

const COMMANDS: Readonly<Record<string, StateCommand>> = { list, show, watch, clean };

/** `crossblock state`: the State Inspector on the command line. */
export const state: Command = {
  name: 'state',
  summary: 'lists, shows, watches and cleans the live state files of command markdown',
  help: `Usage: crossblock state list  [OPTIONS] [PATH …]
       crossblock state show  [OPTIONS] FILE …
       crossblock state watch [OPTIONS] [PATH …]
       crossblock state clean [OPTIONS] [PATH …]

list prints the state files that the command markdown at PATH (by default the current folder) writes or loads, with their values;
show prints files whole; watch prints each change until it is interrupted; clean deletes the stale ones that are yours, after a
question. Nothing in the files is executed, links are not followed, and what could move a terminal's cursor is escaped.

Options:
  --json               machine-readable; of watch, one object a line
  --glob GLOB          further state files, absolute or beneath ~; may be repeated
  --stale-after HOURS  hours without a change after which a file is stale (24)
  --reveal             of show: print what looks like a secret, too
  --yes                of clean: delete without a question; without a terminal, clean needs it
  -h, --help           this text

clean leaves alone what only .crossblock.json names. Exit codes: 0 done, 1 something was not deleted, 2 something could not be done.
`,
  options: { json: [], glob: [], 'stale-after': [], reveal: [], yes: [] },
  words: Object.keys(COMMANDS),
  takesFiles: true,
  run(words) {
    const ended = new AbortController();
    const end = (): void => ended.abort();
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
    // Who reads what is watched may have seen enough.
    process.stdout.once('error', end);
    return runState(words, {
      folder: workingFolder(),
      environment: process.env,
      write: text => process.stdout.write(text),
      complain: text => process.stderr.write(text),
      ask: process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal : undefined,
      ended: ended.signal,
    });
  },
};

/** Runs one of its commands. @throws UsageError where the words make no sense */
export async function runState(words: readonly string[], context: StateContext): Promise<number> {
  const [name, ...rest] = words;
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    throw new UsageError(
      `crossblock state takes one of ${Object.keys(COMMANDS).join(', ')}${name === undefined ? '' : suggestion(name, Object.keys(COMMANDS))}`,
    );
  return command(parseStateWords(rest), context);
}

/** Asks on standard error, so that the output can still be piped. */
async function askOnTerminal(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
