import { DEFAULT_FIX_SETTINGS, type FixSettings, parseFixSettings } from '../analysis/fixes/settings';
import { hostNamed } from '../analysis/hosts';
import type { HostProfile } from '../analysis/hosts/profile';
import { DEFAULT_STALE_AFTER } from '../inspector/staleness';

/** The client's settings below `crossblock`, for one resource. */
export interface Settings {
  readonly enable: boolean;
  /** Globs of further Markdown files to treat as command markdown. */
  readonly files: readonly string[];
  /** Globs of further state files, absolute or starting with `~`. */
  readonly stateGlobs: readonly string[];
  /** Whether files that no editor shows are checked too. */
  readonly workspaceDiagnostics: boolean;
  /** Directories beside the known ones in which documents' state files are looked for. */
  readonly stateDirectories: readonly string[];
  /** Milliseconds without a change after which a state file counts as a leftover. */
  readonly staleAfter: number;
  /** Whether an editor shows the values that variables have in live state files. */
  readonly liveValueHints: boolean;
  /** Whether the editor shows behind a name where its value comes from. */
  readonly inlayHints: boolean;
  /** The host that runs the documents; undefined where that is told by the project or by their places. */
  readonly host: HostProfile | undefined;
  readonly fixes: FixSettings;
}

export const DEFAULT_SETTINGS: Settings = {
  enable: true,
  files: [],
  stateGlobs: [],
  workspaceDiagnostics: true,
  stateDirectories: [],
  staleAfter: DEFAULT_STALE_AFTER,
  liveValueHints: false,
  inlayHints: false,
  host: undefined,
  fixes: DEFAULT_FIX_SETTINGS,
};

/** Takes what has the right type and leaves the defaults for the rest: settings come from files that people edit. */
export function parseSettings(value: unknown): Settings {
  const settings = asObject(value);
  return {
    enable: settings.enable !== false,
    files: strings(settings.files),
    stateGlobs: strings(asObject(settings.state).globs),
    workspaceDiagnostics: settings.workspaceDiagnostics !== false,
    stateDirectories: strings(asObject(settings.state).directories),
    staleAfter: staleAfter(asObject(settings.state).staleAfterHours),
    liveValueHints: asObject(settings.inlayHints).liveValues === true,
    inlayHints: asObject(settings.inlayHints).enable === true,
    host: hostNamed(settings.host),
    fixes: parseFixSettings(settings.stateFile, settings.recipes).settings,
  };
}

/** @param hours the setting */
function staleAfter(hours: unknown): number {
  return typeof hours === 'number' && hours > 0 ? hours * 3_600_000 : DEFAULT_STALE_AFTER;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}
