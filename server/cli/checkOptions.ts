import { parseArgs } from 'node:util';
import type { RuleName, Severity } from '../analysis/finding';
import { HOST_NAMES, type HostWish } from '../analysis/hosts';
import { RULES } from '../analysis/rules';
import { entryOf } from '../analysis/table';
import { suggestion } from '../workspace/suggest';
import { UsageError } from './command';
import { type FixRequest, fixRequest } from './fix';
import { FORMATS, type Format } from './formats';
import { describeWords, hostOption } from './options';
import { SEVERITIES } from './selection';

export const CHECK_HELP = `Usage: crossblock check [OPTIONS] [PATH …]
       crossblock check --stdin [--stdin-filename FILE] [OPTIONS]

Checks files and folders; without PATH, the current folder. In a folder it takes the command markdown (commands, agents, skills
and what .crossblock.json names; not what .gitignore names). A file that is named is always checked.

What is reported:
  --rule NAME          only findings of this rule; may be given more than once
  --min-severity NAME  only findings of at least hint (default), information, warning or error
  --baseline FILE      not the findings that FILE knows; they stay known when their lines move
  --update-baseline    with --baseline: writes what is found now into FILE and reports nothing
  --host NAME          the host that runs the files, whatever .crossblock.json and their places say:
                       ${HOST_NAMES.slice(0, 7).join(', ')},
                       ${HOST_NAMES.slice(7).join(', ')}

How it is reported:
  --format FORMAT      text (default), line (one line each, for problem matchers), json, sarif (2.1.0),
                       github (annotations), junit
  --stats              what was checked and how long it took, on standard error

What is mended, of what is reported by the options above:
  --fix                the fixes that are safe, whatever the agent does between two blocks
  --fix-unsafe         also those whose result is worth a look: recalculations of what may have changed, state files
  --diff               with either: prints the changes as a patch (git apply, patch -p1) and writes nothing; for files
                       outside the current folder, the patch is to be applied at the root

How it is checked:
  --stdin                 the text on standard input
  --stdin-filename FILE   where that text belongs: its place tells host, configuration and libraries
  --watch                 again whenever a file changes, until Ctrl+C
  --workers NUMBER        threads beside this one; by default none: on two cores they made nothing faster, at any size
  -h, --help              this text

Colours, links and progress are for terminals alone; NO_COLOR and CI switch them off.
Exit codes: 0 nothing found, 1 findings at warning or error (that are left, with --fix) or changes to be made (with --diff),
2 something could not be checked.
`;

/** What a command line of `crossblock check` asks for. */
export interface CheckRequest {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly host: HostWish;
  /** Undefined for all. */
  readonly rules: ReadonlySet<RuleName> | undefined;
  readonly minSeverity: Severity;
  readonly baseline: string | undefined;
  readonly updateBaseline: boolean;
  /** The file that standard input stands for; undefined where files are checked. */
  readonly stdin: string | undefined;
  readonly watch: boolean;
  readonly stats: boolean;
  /** Undefined where nothing is to be mended. */
  readonly fix: FixRequest | undefined;
  readonly workers: number;
}

const OPTIONS = {
  format: { type: 'string', default: 'text' },
  host: { type: 'string' },
  rule: { type: 'string', multiple: true },
  'min-severity': { type: 'string', default: 'hint' },
  baseline: { type: 'string' },
  'update-baseline': { type: 'boolean', default: false },
  stdin: { type: 'boolean', default: false },
  'stdin-filename': { type: 'string' },
  watch: { type: 'boolean', default: false },
  stats: { type: 'boolean', default: false },
  fix: { type: 'boolean', default: false },
  'fix-unsafe': { type: 'boolean', default: false },
  diff: { type: 'boolean', default: false },
  workers: { type: 'string' },
} as const;

const RULE_NAMES = RULES.map(({ name }) => name);

/** What options may be. */
const CHECK_VALUES: Readonly<Record<string, readonly string[]>> = {
  format: Object.keys(FORMATS),
  host: HOST_NAMES,
  rule: RULE_NAMES,
  'min-severity': SEVERITIES,
};

/** All options with what they may be: for completions. */
export const CHECK_OPTIONS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.keys(OPTIONS).map(name => [name, CHECK_VALUES[name] ?? []]),
);

/** @throws UsageError where the words make no sense */
export function parseCheckWords(words: readonly string[]): CheckRequest {
  const { values, positionals } = readWords(words);
  if (positionals.includes('')) throw new UsageError('An empty path names no file; is a variable empty?');
  const isStdin = values.stdin || values['stdin-filename'] !== undefined;
  if (isStdin && positionals.length > 0)
    throw new UsageError('--stdin checks standard input alone; leave the paths out');
  if (isStdin && values.watch) throw new UsageError('--watch needs files; standard input is read once');
  const fix = fixRequest(values);
  if (fix !== undefined && isStdin)
    throw new UsageError('--fix and --diff mend files; standard input is none');
  if (fix !== undefined && values.watch)
    throw new UsageError('--watch checks, and --fix and --diff mend once');
  if (fix !== undefined && values.baseline !== undefined)
    throw new UsageError('--fix and --diff mend what a baseline knows as well; leave --baseline out');
  const isPartial = values.rule !== undefined || values['min-severity'] !== 'hint';
  if (values['update-baseline'] && isPartial)
    throw new UsageError('--update-baseline writes all findings; leave --rule and --min-severity out');
  if (values['update-baseline'] && values.baseline === undefined)
    throw new UsageError('--update-baseline needs --baseline FILE, the file to write');
  return {
    paths: positionals.length > 0 ? positionals : ['.'],
    format: oneOf('format', values.format, Object.keys(FORMATS), name => entryOf(FORMATS, name)),
    host: hostOption(values.host),
    rules: values.rule && new Set(values.rule.map(ruleNamed)),
    minSeverity: oneOf('severity', values['min-severity'], SEVERITIES, name =>
      SEVERITIES.find(severity => severity === name),
    ),
    baseline: values.baseline,
    updateBaseline: values['update-baseline'],
    stdin: isStdin ? (values['stdin-filename'] ?? 'commands/stdin.md') : undefined,
    watch: values.watch,
    stats: values.stats,
    fix,
    workers: workersOption(values.workers),
  };
}

function readWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(describeWords(error, words, CHECK_VALUES, Object.keys(OPTIONS)));
  }
}

function ruleNamed(name: string): RuleName {
  return oneOf('rule', name, RULE_NAMES, wanted => RULE_NAMES.find(known => known === wanted));
}

/** @throws UsageError where there is nothing of that name */
function oneOf<T>(
  what: string,
  name: string,
  names: readonly string[],
  find: (name: string) => T | undefined,
): T {
  const found = find(name);
  if (found !== undefined) return found;
  throw new UsageError(
    `There is no ${what} "${name}"${suggestion(name, names)}; there are ${names.join(', ')}`,
  );
}

function workersOption(number: string | undefined): number {
  if (number === undefined) return 0;
  if (/^\d{1,2}$/.test(number)) return Number(number);
  throw new UsageError(`--workers needs a number from 0 to 99, not "${number}"`);
}
