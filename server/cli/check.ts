import { parseArgs } from 'node:util';
import { entryOf } from '../analysis/table';
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
    const result = await checkPaths(paths.length > 0 ? paths : ['.'], process.cwd());
    process.stdout.write(format(result, process.cwd()));
    for (const { file, message } of result.errors)
      process.stderr.write(`crossblock: ${shownPath(file, process.cwd())}: ${message}\n`);
    return exitCode(result);
  },
};

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
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** What could not be checked weighs more than what was found. */
function exitCode({ files, errors }: CheckResult): number {
  if (errors.length > 0) return 2;
  const matters = ({ findings }: CheckedFile) =>
    findings.some(({ severity }) => severity === 'error' || severity === 'warning');
  return files.some(matters) ? 1 : 0;
}
