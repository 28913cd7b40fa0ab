import { parseArgs } from 'node:util';
import { escapeForDisplay } from '../inspector/display';
import { type RulesWritten, writeShellStateRules } from '../workspace/shellStateRules';
import { type Command, UsageError } from './command';
import { shownPath } from './displayPath';
import { describeWords, workingFolder } from './options';

/** `crossblock init`: puts into a project what Crossblock and the agents read there. */
export const init: Command = {
  name: 'init',
  summary: 'adds rules on shell state to CLAUDE.md and AGENTS.md (--rules)',
  help: `Usage: crossblock init --rules

Writes a short, marked section on what survives between blocks, and which patterns work, into CLAUDE.md and AGENTS.md of the
current folder, as far as they are there; else into a new CLAUDE.md. Run again, it brings the section up to date and changes
nothing else.

Options:
  --rules     write the section
  -h, --help  this text

Exit codes: 0 done, 2 something could not be done.
`,
  async run(words) {
    process.stdout.write(await initWords(words, workingFolder()));
    return 0;
  },
};

const OUTCOMES: Readonly<Record<RulesWritten['outcome'], string>> = {
  created: 'created, with the rules on shell state',
  added: 'the rules on shell state were added',
  updated: 'the rules on shell state were brought up to date',
  unchanged: 'the rules on shell state are up to date',
};

/**
 * Does what the words of a command ask for in a folder.
 * @returns what is printed, a line for each file
 * @throws UsageError where they ask for nothing; Error where a file cannot be read or written
 */
export async function initWords(words: readonly string[], folder: string): Promise<string> {
  if (!readRules(words)) throw new UsageError('crossblock init needs --rules');
  const written = await writeShellStateRules(folder);
  return written
    .map(({ file, outcome }) => `${escapeForDisplay(shownPath(file, folder))}: ${OUTCOMES[outcome]}\n`)
    .join('');
}

function readRules(words: readonly string[]): boolean {
  try {
    return parseArgs({ args: [...words], options: { rules: { type: 'boolean' } } }).values.rules === true;
  } catch (error) {
    throw new UsageError(describeWords(error, words, { rules: [] }));
  }
}
