import path from 'node:path';
import { parseArgs } from 'node:util';
import { explainBlock, linesOf } from '../analysis/explain/blocks';
import { explainName } from '../analysis/explain/names';
import { blockAtLine, nameAt, nearestBlock } from '../analysis/explain/places';
import type { Finding } from '../analysis/finding';
import { HOST_NAMES } from '../analysis/hosts';
import { RULES } from '../analysis/rules';
import { escapeForDisplay } from '../inspector/display';
import { type CheckedFile, checkPaths } from '../workspace/checkPaths';
import { suggestion } from '../workspace/suggest';
import { type Command, UsageError } from './command';
import { shownPath } from './displayPath';
import { formatRulePage } from './formats/rulePage';
import { describeWords, hostOption, workingFolder } from './options';

/** `crossblock explain`: what Crossblock takes a block for, or the page of a rule. */
export const explain: Command = {
  name: 'explain',
  summary: 'says what a block was taken for and what it needs, or prints the page of a rule',
  help: `Usage: crossblock explain [OPTIONS] FILE:LINE[:COLUMN]
       crossblock explain RULE

Of a line in a block: what the block was taken for and why, which host runs it, which names it needs and where they come from,
what it provides, and the findings on that line. With a column: what the variable there is. Of a rule: its page.

Options:
  --host NAME  the host that runs the file, as for crossblock check
  -h, --help   this text

Exit codes: 0 explained, 2 it could not be.
`,
  options: { host: HOST_NAMES },
  words: RULES.map(({ name }) => name),
  takesFiles: true,
  async run(words) {
    const { output, problems } = await explainWords(words, workingFolder());
    process.stdout.write(output);
    for (const problem of problems) process.stderr.write(`crossblock: ${problem}\n`);
    return problems.length > 0 ? 2 : 0;
  },
};

/** What is printed, and what went wrong, one line each. */
interface Explained {
  readonly output: string;
  readonly problems: readonly string[];
}

/**
 * Explains what the words of a command name.
 * @param parserFolder where the shell parser lies; by default beside the running bundle
 * @throws UsageError where they name nothing
 */
export async function explainWords(
  words: readonly string[],
  folder: string,
  parserFolder?: string,
): Promise<Explained> {
  const { target, host } = parse(words);
  const rule = RULES.find(({ name }) => name === target);
  if (rule !== undefined) return { output: formatRulePage(rule), problems: [] };
  const place = readPlace(target);
  const { files, errors } = await checkPaths([place.file], folder, parserFolder, host);
  const [file] = files;
  return {
    output: file === undefined ? '' : explainPlace(file, place, folder),
    problems: errors.map(({ file: at, message }) => `${shownPath(at, folder)}: ${escapeForDisplay(message)}`),
  };
}

function parse(words: readonly string[]) {
  const { values, positionals } = readWords(words);
  const [target, ...others] = positionals;
  if (target === undefined || others.length > 0)
    throw new UsageError('crossblock explain takes one FILE:LINE or one RULE');
  return { target, host: hostOption(values.host) };
}

function readWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: { host: { type: 'string' } }, allowPositionals: true });
  } catch (error) {
    throw new UsageError(describeWords(error, words, { host: HOST_NAMES }));
  }
}

interface Place {
  readonly file: string;
  /** From 1, as `check` prints them. */
  readonly line: number;
  readonly column: number | undefined;
}

function readPlace(target: string): Place {
  const match = /^(.+?):(\d{1,9})(?::(\d{1,9}))?$/s.exec(target);
  const names = RULES.map(({ name }) => name);
  if (match === null)
    throw new UsageError(
      `"${escapeForDisplay(target)}" is neither FILE:LINE nor a rule${suggestion(target, names)}; the rules are ${names.join(', ')}`,
    );
  const [, file, line, column] = match as unknown as [string, string, string, string | undefined];
  return { file, line: Number(line), column: column === undefined ? undefined : Number(column) };
}

/** What is said of a line of a file, in lines for a terminal. */
function explainPlace(file: CheckedFile, { line, column }: Omit<Place, 'file'>, folder: string): string {
  const { analysis } = file;
  const { lines, lineIndex } = analysis.document;
  if (line < 1 || line > lines.length)
    throw new UsageError(
      `${shownPath(file.path, folder)} has lines 1 to ${lines.length}, and no line ${line}`,
    );
  const name = column === undefined ? undefined : nameAt(analysis, lineIndex.startOf(line - 1) + column - 1);
  const said = [
    ...(name === undefined ? [] : [explainName(analysis, name).join(' '), '']),
    ...explainLine(file, line),
  ];
  return `${said.map(text => (text === '' ? '' : escapeForDisplay(text))).join('\n')}\n`;
}

function explainLine(file: CheckedFile, line: number): readonly string[] {
  const { analysis, host } = file;
  const block = blockAtLine(analysis, line - 1);
  if (block === undefined) {
    const near = nearestBlock(analysis, line - 1);
    return near === undefined
      ? [`Line ${line} lies in no block: there is no shell block in ${path.basename(file.path)}`]
      : [`Line ${line} lies in no block; the nearest is block ${near.block.number}, ${linesOf(near.block)}`];
  }
  const { role, host: runner, needs, provides } = explainBlock(analysis, host, block);
  const findings = findingsOn(file, line);
  return [
    role,
    runner,
    ...list('Needs', needs),
    ...list('Provides', provides),
    ...list(
      `Findings on line ${line}`,
      findings.map(({ severity, message, rule }) => `${severity}: ${message} [${rule}]`),
    ),
    ...[...new Set(findings.map(({ rule }) => rule))].map(
      rule => `  crossblock explain ${rule} prints its page`,
    ),
  ];
}

function list(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : ['', `${title}:`, ...items.map(item => `  ${item}`)];
}

function findingsOn({ analysis, findings }: CheckedFile, line: number): readonly Finding[] {
  const { lineIndex } = analysis.document;
  return findings.filter(
    ({ span }) =>
      lineIndex.lineAt(span.start) < line && line <= lineIndex.lineAt(Math.max(span.start, span.end - 1)) + 1,
  );
}
