import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Finding } from '../analysis/finding';
import { escapeForDisplay } from '../inspector/display';
import type { Target } from '../workspace/checkPaths';
import { type FixedFile, fixTargets } from '../workspace/fixFiles';
import { replaceFile } from '../workspace/replaceFile';
import type { CheckRequest, FixRequest } from './checkOptions';
import { displayPath } from './displayPath';
import { type Report, reportOf } from './report';
import { isSelected } from './selection';

type MendingRequest = CheckRequest & { readonly fix: FixRequest };

/**
 * Mends files, or prints what would change, and says on standard error what that is.
 * @returns the report of what remains: in the files as they are afterwards
 */
export async function fixWith(
  request: MendingRequest,
  targets: readonly Target[],
  folder: string,
  onFile: () => void,
): Promise<Report> {
  const wish = { safety: request.fix.safety, wants: (finding: Finding) => isSelected(finding, request) };
  const store = async (file: FixedFile): Promise<void> => {
    if (request.fix.diff) process.stdout.write(shownDiff(file, folder));
    else if (request.stdin === undefined) await replaceFile(file.original.path, file.before, file.after);
  };
  const { files, errors } = await fixTargets(targets, wish, store, { asked: request.host, onFile });
  // An editor takes the text from there, mended or not.
  if (request.stdin !== undefined && !request.fix.diff)
    for (const { after } of files) process.stdout.write(after);
  process.stderr.write(describe(files, request.fix, folder));
  const remaining = files.map(({ original, checked }) => (request.fix.diff ? original : checked));
  return reportOf({ files: remaining, errors }, folder);
}

/** Where the report goes: standard output may be taken by the mended text; beside a diff there is none. */
export function outputOfReport(fix: FixRequest, stdin: string | undefined): NodeJS.WriteStream | undefined {
  if (fix.diff) return undefined;
  return stdin === undefined ? process.stdout : process.stderr;
}

/** For a terminal without what would move its cursor; for a file or pipe as `patch` needs it. */
function shownDiff({ before, after, original }: FixedFile, folder: string): string {
  const name = displayPath(original.path, folder);
  const isBelow = name !== original.path;
  const patch = createTwoFilesPatch(
    isBelow ? `a/${name}` : name,
    isBelow ? `b/${name}` : name,
    before,
    after,
    undefined,
    undefined,
    { headerOptions: FILE_HEADERS_ONLY },
  );
  return process.stdout.isTTY ? patch.split('\n').map(escapeForDisplay).join('\n') : patch;
}

/** One line a file that changes, and one for all. */
function describe(files: readonly FixedFile[], { diff }: FixRequest, folder: string): string {
  const changed = files.filter(({ fixed }) => fixed.length > 0);
  const word = diff ? 'Would fix' : 'Fixed';
  const lines = changed.map(({ original, fixed }) => {
    const what = fixed.slice(0, MAX_NAMED).map(({ rule, name, block }) => {
      const about = name === undefined ? '' : ` ${name}`;
      return `${rule}${about} in block ${block}`;
    });
    if (fixed.length > MAX_NAMED) what.push(`${fixed.length - MAX_NAMED} more`);
    return `${word} ${escapeForDisplay(`${displayPath(original.path, folder)}: ${what.join(', ')}`)}\n`;
  });
  const count = changed.reduce((sum, { fixed }) => sum + fixed.length, 0);
  const total =
    count === 0
      ? `Nothing ${diff ? 'would be' : 'was'} fixed\n`
      : `${word} ${plural(count, 'finding')} in ${plural(changed.length, 'file')}\n`;
  return lines.join('') + total;
}

/** Findings of a file that are told one by one. */
const MAX_NAMED = 8;

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
