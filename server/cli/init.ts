import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { HOST_NAMES } from '../analysis/hosts';
import { RULES } from '../analysis/rules';
import { escapeForDisplay } from '../inspector/display';
import { CONFIGURATION_FILE } from '../workspace/configuration';
import { type RulesWritten, writeShellStateRules } from '../workspace/shellStateRules';
import { type Command, UsageError } from './command';
import { shownPath } from './displayPath';
import { describeWords, workingFolder } from './options';

/** `crossblock init`: puts into a project what Crossblock and the agents read there. */
export const init: Command = {
  name: 'init',
  summary: `writes a commented ${CONFIGURATION_FILE}, or with --rules what agents should know`,
  help: `Usage: crossblock init [--force]
       crossblock init --rules

Writes ${CONFIGURATION_FILE} into the current folder: every setting is there, commented out, with what it means.

With --rules, writes a short, marked section on what survives between blocks, and which patterns work, into CLAUDE.md and AGENTS.md
of the current folder, as far as they are there; else into a new CLAUDE.md. Run again, it brings the section up to date and changes
nothing else.

Options:
  --force     over a ${CONFIGURATION_FILE} that is already there
  --rules     write the section for agents, and no ${CONFIGURATION_FILE}
  -h, --help  this text

Exit codes: 0 written, 2 it could not be.
`,
  options: { force: [], rules: [] },
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
 * @throws UsageError where they make no sense; Error where a file cannot be read or written
 */
export async function initWords(words: readonly string[], folder: string): Promise<string> {
  const { force, rules } = readWords(words);
  if (force && rules)
    throw new UsageError(`--force is for ${CONFIGURATION_FILE}, which --rules does not write`);
  return rules ? writeRules(folder) : writeConfiguration(folder, force);
}

async function writeRules(folder: string): Promise<string> {
  const written = await writeShellStateRules(folder);
  return written
    .map(({ file, outcome }) => `${escapeForDisplay(shownPath(file, folder))}: ${OUTCOMES[outcome]}\n`)
    .join('');
}

async function writeConfiguration(folder: string, isForced: boolean): Promise<string> {
  try {
    await writeFile(path.join(folder, CONFIGURATION_FILE), configurationTemplate(), {
      flag: isForced ? 'w' : 'wx',
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Error(`There is a ${CONFIGURATION_FILE} here already, and it is kept; --force writes over it`);
  }
  return `${CONFIGURATION_FILE} is written; all settings in it are commented out\n`;
}

function readWords(words: readonly string[]): { readonly force: boolean; readonly rules: boolean } {
  const options = {
    force: { type: 'boolean', default: false },
    rules: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args: [...words], options }).values;
  } catch (error) {
    throw new UsageError(describeWords(error, words, { force: [], rules: [] }));
  }
}

/** All settings, commented out: as it is written, it changes nothing. */
export function configurationTemplate(): string {
  return `{
  // What editor and command line share about this project's command markdown. Globs are relative to this folder.

  // Further Markdown files that agents run, wherever they lie.
  // "files": ["runbooks/**/*.md"],

  // Files that are not checked.
  // "exclude": ["commands/archive/**"],

  // The agent that runs them; without it, each file's place tells: ${HOST_NAMES.join(', ')}.
  // "host": "claude-code",

  // The agents of some files; the first glob that matches counts.
  // "hosts": { "shared/skills/**": "codex" },

  // The shell of blocks that do not ask for one: bash or zsh.
  // "shell": "bash",

  // Where a hand-over between two blocks keeps its values, as a path for the shell.
  // "stateFile": "/tmp/{document}-\${CLAUDE_CODE_SESSION_ID:-run}-{block}.sh",

  // How the fixes calculate some variables.
  // "recipes": { "ROOT": "ROOT=$(git rev-parse --show-toplevel)" },

  // Further state files for the State Inspector, absolute or starting with ~.
  // "state": { "globs": ["/tmp/my-workflow-*"] },

  // off, hint, information, warning or error; a rule that is not named keeps its own severity.
  "rules": {
${RULES.map(({ name, summary }) => `    // ${summary}\n    // "${name}": "off",`).join('\n')}
  }
}
`;
}
