import type { Finding } from '../analysis/finding';
import { type FixSettings, mergeFixSettings } from '../analysis/fixes/settings';
import type { HostProfile } from '../analysis/hosts/profile';
import { type CheckedDocument, type Checker, withConfiguredSeverities } from '../workspace/checker';
import { isCommandDocument, isConfigured } from '../workspace/commandFiles';
import type { ProjectConfiguration } from '../workspace/configuration';
import { hostWish } from '../workspace/hostWish';

/** A document's analysis with the findings that its configuration leaves. */
export interface DocumentCheck extends CheckedDocument {
  readonly findings: readonly Finding[];
  readonly fixSettings: FixSettings;
}

/** UTF-16 units of a document that is checked while somebody types. Real command markdown ends well below. */
export const MAX_TEXT_LENGTH = 1_000_000;

/** A text with what the editor and the project say of it. */
export interface AskedText {
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  /** Absolute paths of the project's own folder and the others that the file may rest on, as `projectRoots` finds them. */
  readonly roots: readonly string[];
  /** The setting's globs of further command markdown. */
  readonly globs: readonly string[];
  /** The host that the setting names. */
  readonly host: HostProfile | undefined;
  /** What the settings want of the fixes. */
  readonly fixes: FixSettings;
  readonly configuration: ProjectConfiguration;
}

/** Whether a text is command markdown. */
export function isCommandText({ file, text, roots, globs, configuration }: AskedText): boolean {
  return isCommandDocument(file, text, roots[0]!, configuration, globs);
}

/** Checks a text as a command file of its project. */
export async function checkDocument(
  checker: Checker,
  { file, text, roots, globs, host, fixes, configuration }: AskedText,
): Promise<DocumentCheck> {
  const isListed = isConfigured(file, roots[0]!, configuration, globs);
  const asked = host === undefined ? {} : { host, reason: 'the setting crossblock.host says so' };
  const wish = hostWish(file, configuration, asked);
  const checked = await checker.check(text, file, roots, isListed ? 'configured' : 'found', wish);
  return {
    ...checked,
    findings: withConfiguredSeverities(checked.analysis.findings, configuration),
    fixSettings: mergeFixSettings(fixes, configuration.fixes),
  };
}
