import { parseArgs } from 'node:util';
import { entryOf } from '../analysis/table';
import { escapeForDisplay } from '../inspector/display';
import { type CheckedFile, type CheckResult, checkPaths } from '../workspace/checkPaths';
import { type Command, UsageError } from './command';
import { shownPath } from './displayPath';
import { formatJson } from './formats/json';
import { formatText } from './formats/text';

/** How a result is printed. */
export type Format = (result: CheckResult, workingDirectory: string) => string;

const FORMATS: Readonly<Record<string, Format>> = { text: formatText, json: formatJson };

/** `crossblock check`: finds command markdown and prints what is lost in it. */
export const check: Command = {
  name: 'check',
  summary: 'finds command markdown and prints what is lost between its blocks',
  help: `Usage: crossblock check [OPTIONS] [PATH …]

Checks files and folders; without PATH, the current folder. In a folder it takes the command markdown (commands, agents, skills
and what .crossblock.json names; not what .gitignore names). A file that is named is always checked.

Options:
  --format FORMAT  text (default) or json
  -h, --help       this text

Exit codes: 0 nothing found, 1 findings at warning or error, 2 something could not be checked.
`,
  async run(words) {
    const { paths, format } = parse(words);
    const folder = workingFolder();
    const result = await checkPaths(paths.length > 0 ? paths : ['.'], folder);
    process.stdout.write(format(result, folder));
    for (const { file, message } of result.errors)
      process.stderr.write(`crossblock: ${shownPath(file, folder)}: ${escapeForDisplay(message)}\n`);
    return exitCode(result);
  },
};

function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new Error('The current folder does not exist any more; change to one that does');
  }
}

function parse(words: readonly string[]): { readonly paths: readonly string[]; readonly format: Format } {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { format: { type: 'string', default: 'text' } },
      allowPositionals: true,
    });
    if (positionals.includes('')) throw new UsageError('An empty path names no file; is a variable empty?');
    const format = entryOf(FORMATS, values.format);
    if (format === undefined)
      throw new UsageError(
        `There is no format "${values.format}"; there are ${Object.keys(FORMATS).join(' and ')}`,
      );
    return { paths: positionals, format };
  } catch (error) {
    throw new UsageError(describe(error, words));
  }
}

/** What is wrong with the words, in one line; Node's own explanation of a path like `-x.md` has three sentences. */
function describe(error: unknown, words: readonly string[]): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const option = words.find(word => word.startsWith('-') && !/^--format(?:=|$)/.test(word));
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return `There is no option "${option ?? ''}"; a path that begins with - stands behind --`;
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE')
    return `--format needs ${Object.keys(FORMATS).join(' or ')}`;
  return error instanceof Error ? error.message : String(error);
}

/** What could not be checked weighs more than what was found. */
function exitCode({ files, errors }: CheckResult): number {
  if (errors.length > 0) return 2;
  const matters = ({ findings }: CheckedFile) =>
    findings.some(({ severity }) => severity === 'error' || severity === 'warning');
  return files.some(matters) ? 1 : 0;
}
