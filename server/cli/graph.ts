import { parseArgs } from 'node:util';
import { blockGraph } from '../analysis/graph/blockGraph';
import { GRAPH_FORMATS } from '../analysis/graph/formats';
import type { BlockGraph } from '../analysis/graph/types';
import { HOST_NAMES, type HostWish } from '../analysis/hosts';
import { entryOf } from '../analysis/table';
import { escapeForDisplay } from '../inspector/display';
import { checkPaths } from '../workspace/checkPaths';
import { suggestion } from '../workspace/suggest';
import { type Command, UsageError } from './command';
import { shownPath } from './displayPath';
import { describeWords, hostOption, workingFolder } from './options';

/** `crossblock graph`: the blocks of a document and what travels between them. */
export const graph: Command = {
  name: 'graph',
  summary: 'draws the blocks of a document and what travels between them or is lost',
  help: `Usage: crossblock graph [OPTIONS] FILE

Prints the file's blocks in order, and what goes from one to another: values that a state file or the shell keeps, values that
are recalculated, libraries, and what is lost.

Options:
  --format FORMAT  mermaid (default), dot, svg or json
  --host NAME      the host that runs the file, as for crossblock check
  -h, --help       this text

Exit codes: 0 printed, 2 it could not be.
`,
  options: { format: Object.keys(GRAPH_FORMATS), host: HOST_NAMES },
  async run(words) {
    const { output, problems } = await graphWords(words, workingFolder());
    process.stdout.write(output);
    for (const problem of problems) process.stderr.write(`crossblock: ${problem}\n`);
    return problems.length > 0 ? 2 : 0;
  },
};

/** What is printed, and what went wrong, one line each. */
interface Drawn {
  readonly output: string;
  readonly problems: readonly string[];
}

/**
 * Draws the document that the words of a command name.
 * @param parserFolder where the shell parser lies; by default beside the running bundle
 * @throws UsageError where they make no sense
 */
export async function graphWords(
  words: readonly string[],
  folder: string,
  parserFolder?: string,
): Promise<Drawn> {
  const { file, format, host } = parse(words);
  const { files, errors } = await checkPaths([file], folder, parserFolder, host);
  const problems = errors.map(
    ({ file: at, message }) => `${shownPath(at, folder)}: ${escapeForDisplay(message)}`,
  );
  const [checked, ...others] = files;
  if (others.length > 0 || (checked !== undefined && !checked.isNamed))
    throw new UsageError(`crossblock graph draws one file, and ${escapeForDisplay(file)} is a folder`);
  if (checked === undefined)
    return {
      output: '',
      problems: problems.length > 0 ? problems : [`${escapeForDisplay(file)} holds no command markdown`],
    };
  return { output: format(blockGraph(checked.analysis)), problems };
}

interface Request {
  readonly file: string;
  readonly format: (graph: BlockGraph) => string;
  readonly host: HostWish;
}

function parse(words: readonly string[]): Request {
  const { values, positionals } = readWords(words);
  const [file, ...others] = positionals;
  if (file === undefined || file === '' || others.length > 0)
    throw new UsageError('crossblock graph takes one FILE');
  const format = entryOf(GRAPH_FORMATS, values.format);
  if (format === undefined)
    throw new UsageError(
      `There is no format "${escapeForDisplay(values.format)}"${suggestion(values.format, Object.keys(GRAPH_FORMATS))}; there are ${Object.keys(GRAPH_FORMATS).join(', ')}`,
    );
  return { file, format, host: hostOption(values.host) };
}

function readWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: { format: { type: 'string', default: 'mermaid' }, host: { type: 'string' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(
      describeWords(error, words, { format: Object.keys(GRAPH_FORMATS), host: HOST_NAMES }),
    );
  }
}
