import { parseArgs } from 'node:util';
import { HOST_NAMES, type HostWish } from '../analysis/hosts';
import { entryOf } from '../analysis/table';
import { escapeForDisplay } from '../inspector/display';
import { type CheckedFile, type CheckResult, checkPaths } from '../workspace/checkPaths';
import { type Command, UsageError } from './command';
import { shownPath } from './displayPath';
import { type FixRequest, fixFiles, fixRequest } from './fix';
import { formatJson } from './formats/json';
import { formatText } from './formats/text';
import { describeWords, hostOption, workingFolder } from './options';

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
  --host NAME      the host that runs the files, whatever .crossblock.json and their places say:
                   ${HOST_NAMES.slice(0, 7).join(', ')},
                   ${HOST_NAMES.slice(7).join(', ')}
  --fix            apply the fixes that are safe, whatever the agent does between two blocks
  --fix-unsafe     apply also those whose result is worth a look: recalculations of what may have changed, state files
  --diff           print the changes as a patch and write nothing
  -h, --help       this text

Exit codes: 0 nothing found, 1 findings at warning or error, 2 something could not be checked.
`,
  async run(words) {
    const { paths, format, host, fix } = parse(words);
    const folder = workingFolder();
    const found = await checkPaths(paths.length > 0 ? paths : ['.'], folder, undefined, host);
    const { result, patch } =
      fix === undefined ? { result: found, patch: '' } : await fixFiles(found, fix, folder);
    process.stdout.write(fix?.dryRun === true ? patch : format(result, folder));
    for (const { file, message } of result.errors)
      process.stderr.write(`crossblock: ${shownPath(file, folder)}: ${escapeForDisplay(message)}\n`);
    return exitCode(result);
  },
};

interface Request {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly host: HostWish;
  readonly fix: FixRequest | undefined;
}

function parse(words: readonly string[]): Request {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: {
        format: { type: 'string', default: 'text' },
        host: { type: 'string' },
        fix: { type: 'boolean' },
        'fix-unsafe': { type: 'boolean' },
        diff: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    if (positionals.includes('')) throw new UsageError('An empty path names no file; is a variable empty?');
    const format = entryOf(FORMATS, values.format);
    if (format === undefined)
      throw new UsageError(
        `There is no format "${values.format}"; there are ${Object.keys(FORMATS).join(' and ')}`,
      );
    return { paths: positionals, format, host: hostOption(values.host), fix: fixRequest(values) };
  } catch (error) {
    throw new UsageError(describeWords(error, words, { format: Object.keys(FORMATS), host: HOST_NAMES }));
  }
}

/** What could not be checked weighs more than what was found. */
function exitCode({ files, errors }: CheckResult): number {
  if (errors.length > 0) return 2;
  const matters = ({ findings }: CheckedFile) =>
    findings.some(({ severity }) => severity === 'error' || severity === 'warning');
  return files.some(matters) ? 1 : 0;
}
