import type { Finding } from '../analysis/finding';
import type { FixWish } from '../analysis/fixes/fixAll';
import { fixDocument } from './applyFixes';
import {
  type CheckedFile,
  type CheckOptions,
  describeFailure,
  readText,
  type Target,
  targetChecker,
} from './checkPaths';
import type { Unreadable } from './commandFiles';

/** A file with what its fixes make of it. */
export interface FixedFile {
  /** What the file holds, and its check. */
  readonly before: string;
  readonly original: CheckedFile;
  readonly after: string;
  /** The check of `after`. */
  readonly checked: CheckedFile;
  readonly fixed: readonly Finding[];
}

/**
 * Mends files, one after the other, in their order.
 * Fails (rejects) only where the shell parser cannot be loaded.
 * @param store called with each file that changes; where it rejects, the file counts as not changed
 */
export async function fixTargets(
  targets: readonly Target[],
  wish: FixWish,
  store: (file: FixedFile) => Promise<void>,
  { onFile, ...options }: CheckOptions = {},
): Promise<{ readonly files: readonly FixedFile[]; readonly errors: readonly Unreadable[] }> {
  const check = await targetChecker(options);
  const files: FixedFile[] = [];
  const errors: Unreadable[] = [];
  const fix = async (target: Target): Promise<void> => {
    const before = target.text ?? (await readText(target.file));
    const document = await fixDocument(before, text => check({ ...target, text }), wish);
    if (document === undefined) return;
    const { text: after, original, check: checked, fixed } = document;
    const file: FixedFile = { before, original, after, checked, fixed };
    if (after === before) {
      files.push(file);
      return;
    }
    try {
      await store(file);
      files.push(file);
    } catch (error) {
      files.push({ ...file, after: before, checked: original, fixed: [] });
      throw error;
    }
  };
  for (const target of targets) {
    try {
      await fix(target);
    } catch (error) {
      errors.push({ file: target.file, message: describeFailure(error) });
    }
    onFile?.();
  }
  return { files, errors };
}
