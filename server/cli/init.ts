import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { HOST_NAMES } from '../analysis/hosts';
import { RULES } from '../analysis/rules';
import { CONFIGURATION_FILE } from '../workspace/configuration';
import { type Command, UsageError } from './command';
import { describeWords, workingFolder } from './options';

/** `crossblock init`: a configuration to begin with. */
export const init: Command = {
  name: 'init',
  summary: `writes a commented ${CONFIGURATION_FILE} into the current folder`,
  help: `Usage: crossblock init [--force]

Writes ${CONFIGURATION_FILE} into the current folder: every setting is there, commented out, with what it means.

Options:
  --force     over one that is already there
  -h, --help  this text

Exit codes: 0 written, 2 it could not be.
`,
  options: { force: [] },
  async run(words) {
    const isForced = parse(words);
    const file = path.join(workingFolder(), CONFIGURATION_FILE);
    try {
      await writeFile(file, configurationTemplate(), { flag: isForced ? 'w' : 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new Error(
        `There is a ${CONFIGURATION_FILE} here already, and it is kept; --force writes over it`,
      );
    }
    process.stdout.write(`${CONFIGURATION_FILE} is written; all settings in it are commented out\n`);
    return 0;
  },
};

function parse(words: readonly string[]): boolean {
  try {
    const options = { force: { type: 'boolean', default: false } } as const;
    return parseArgs({ args: [...words], options }).values.force;
  } catch (error) {
    throw new UsageError(describeWords(error, words, { force: [] }));
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

  // Further state files for the State Inspector, absolute or starting with ~.
  // "state": { "globs": ["/tmp/my-workflow-*"] },

  // off, hint, information, warning or error; a rule that is not named keeps its own severity.
  "rules": {
${RULES.map(({ name, summary }) => `    // ${summary}\n    // "${name}": "off",`).join('\n')}
  }
}
`;
}
