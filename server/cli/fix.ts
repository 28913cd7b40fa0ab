import { createTwoFilesPatch } from 'diff';
import type { Safety } from '../analysis/fixes/fix';
import type { CheckedFile, CheckResult } from '../workspace/checkPaths';
import { fixDocument } from '../workspace/fixDocument';
import { replaceFile } from '../workspace/replaceFile';
import { shownPath } from './displayPath';

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
}

/** Fixes the files of a result. A file that cannot be written is an error of the result, and keeps its findings. */
export async function fixFiles(result: CheckResult, request: FixRequest, folder: string): Promise<Fixed> {
  const files: CheckedFile[] = [];
  const errors = [...result.errors];
  const patches: string[] = [];
  for (const file of result.files) {
    const before = file.analysis.document.text;
    const { text, checked } = await fixDocument(file, request.safeties, file.recheck);
    if (text === before) {
      files.push(file);
      continue;
    }
    try {
      if (!request.dryRun) await replaceFile(file.path, before, text);
      const shown = shownPath(file.path, folder);
      patches.push(createTwoFilesPatch(`a/${shown}`, `b/${shown}`, before, text, '', ''));
      files.push(request.dryRun ? file : { ...file, ...checked });
    } catch (error) {
      errors.push({ file: file.path, message: error instanceof Error ? error.message : String(error) });
      files.push(file);
    }
  }
  return { result: { files, errors }, patch: patches.join('') };
}
