import type { Finding } from '../analysis/finding';
import type { Safety } from '../analysis/fixes/fix';
import { escapeForDisplay } from '../inspector/display';
import type { CheckedFile, CheckResult } from '../workspace/checkPaths';
import { fixDocument } from '../workspace/fixDocument';
import { replaceFile } from '../workspace/replaceFile';
import { amount } from './amount';
import { displayPath, shownPath } from './displayPath';
import { patchOf } from './patch';

/** What `crossblock check` is asked to mend. */
export interface FixRequest {
  readonly safeties: ReadonlySet<Safety>;
  /** True where the changes are only shown. */
  readonly dryRun: boolean;
}

/** What `--fix`, `--fix-unsafe` and `--diff` ask for together; undefined where nothing is asked. */
export function fixRequest(options: {
  readonly fix?: boolean | undefined;
  readonly 'fix-unsafe'?: boolean | undefined;
  readonly diff?: boolean | undefined;
}): FixRequest | undefined {
  const { fix, 'fix-unsafe': unsafe, diff } = options;
  if (fix !== true && unsafe !== true && diff !== true) return undefined;
  return { safeties: new Set(unsafe ? ['safe', 'unsafe'] : ['safe']), dryRun: diff === true };
}

/** The result behind the fixes. */
export interface Fixed {
  readonly result: CheckResult;
  /** The changes of all files as one patch. */
  readonly patch: string;
  /** What was fixed, a line for each file, and one for all; for people. */
  readonly summary: string;
}

interface FixFilesOptions {
  /** Which findings are to be fixed; by default all. */
  readonly wants?: ((finding: Finding) => boolean) | undefined;
  /** Told what is going on, for whoever waits. */
  readonly onProgress?: ((what: string) => void) | undefined;
}

/** Fixes the files of a result. A file that cannot be written is an error of the result, and keeps its findings. */
export async function fixFiles(
  result: CheckResult,
  request: FixRequest,
  folder: string,
  { wants, onProgress }: FixFilesOptions = {},
): Promise<Fixed> {
  const files: CheckedFile[] = [];
  const errors = [...result.errors];
  const patches: string[] = [];
  const changes: Change[] = [];
  let failed = 0;
  for (const [index, file] of result.files.entries()) {
    const before = file.analysis.document.text;
    const place = `${index} of ${result.files.length} files fixed`;
    const onRound = (left: number) => onProgress?.(`${place}, ${left} findings in the next one`);
    const { text, checked, titles, ended } = await fixDocument(file, request.safeties, file.recheck, {
      wants,
      onRound,
    });
    if (text === before) {
      files.push(file);
      continue;
    }
    try {
      if (!request.dryRun) await replaceFile(file.path, before, text);
      patches.push(patchOf(displayPath(file.path, folder), before, text));
      changes.push({ file: shownPath(file.path, folder), titles, ended });
      files.push(request.dryRun ? file : { ...file, ...checked });
    } catch (error) {
      failed++;
      errors.push({ file: file.path, message: whyNotWritten(error) });
      files.push(file);
    }
  }
  return { result: { files, errors }, patch: patches.join(''), summary: summaryOf(changes, failed) };
}

/** Node's own message would name a file that is none of the user's. */
function whyNotWritten(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'You may not write it, or its folder';
  if (code === 'ENOSPC') return 'There is no room to write it';
  return error instanceof Error ? error.message : String(error);
}

interface Change {
  readonly file: string;
  readonly titles: readonly string[];
  readonly ended: number;
}

/** Titles of one file that are worth reading; the diff shows the others. */
const MAX_TITLES = 8;

/** @param failed how many files could not be written */
function summaryOf(changes: readonly Change[], failed: number): string {
  const lines = changes.map(({ file, titles, ended }) => {
    const counts = new Map<string, number>();
    for (const title of titles) counts.set(title, (counts.get(title) ?? 0) + 1);
    const kinds = [...counts].map(
      ([title, count]) => `  ${escapeForDisplay(title)}${count > 1 ? `, ${count} times` : ''}`,
    );
    const more = kinds.length - MAX_TITLES;
    return [
      `${file}: ${amount(ended, 'finding')} fixed`,
      ...kinds.slice(0, MAX_TITLES),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ];
  });
  const all = changes.reduce((sum, { ended }) => sum + ended, 0);
  const total =
    changes.length === 0
      ? failed > 0
        ? `Nothing was fixed: ${amount(failed, 'file')} could not be written`
        : 'Nothing was fixed: no fix that was asked for applies'
      : `${amount(changes.length, 'file')} changed, ${amount(all, 'finding')} fixed`;
  return [...lines.flat(), total, ''].join('\n');
}
