import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { namesFromHook } from '../analysis/flow/hookNames';
import type { HostProfile } from '../analysis/hosts/profile';
import type { ShellParser } from '../analysis/shell/syntax';
import { slashes } from './project';

/** Where a project and a plugin keep their hooks. Source: code.claude.com/docs/en/hooks, /plugins-reference. */
const HOOK_FOLDERS = ['.claude/hooks', 'hooks'];

/** A folder with more entries holds more than hooks. */
const MAX_ENTRIES = 200;
/** Larger files are no hooks that a person writes; bytes. */
const MAX_HOOK_SIZE = 200_000;

interface Hook {
  readonly stamp: string;
  readonly names: ReadonlySet<string>;
}

/**
 * What a project's own hooks set for every block: a `SessionStart` hook that writes into the host's environment file. Whether
 * a hook is registered may stand in settings that are the user's own: a script in the place of hooks counts as registered.
 */
export class HookEnvironment {
  readonly #parser: ShellParser;
  readonly #hooks = new Map<string, Hook>();

  constructor(parser: ShellParser) {
    this.#parser = parser;
  }

  /**
   * The profile with what the hooks below a project's directory set.
   * @param root absolute path
   * @returns the profile, and the absolute paths of the hooks whose change changes it
   */
  async extend(profile: HostProfile, root: string): Promise<ExtendedProfile> {
    const { environmentFile } = profile;
    if (environmentFile === undefined) return { profile, hooks: [] };
    const fromHooks = new Map<string, string>();
    const hooks: string[] = [];
    for (const file of await hookFiles(root)) {
      const names = await this.#namesIn(file, environmentFile);
      if (names.size > 0) hooks.push(file);
      for (const name of names) fromHooks.set(name, slashes(path.relative(root, file)));
    }
    if (fromHooks.size === 0) return { profile, hooks };
    const provides = new Set([...profile.provides, ...fromHooks.keys()]);
    return { profile: { ...profile, provides, fromHooks }, hooks };
  }

  async #namesIn(file: string, environmentFile: string): Promise<ReadonlySet<string>> {
    try {
      const status = await stat(file);
      if (!status.isFile() || status.size > MAX_HOOK_SIZE) return NO_NAMES;
      const stamp = `${environmentFile}:${status.mtimeMs}:${status.size}`;
      const known = this.#hooks.get(file);
      if (known?.stamp === stamp) return known.names;
      const text = await readFile(file, 'utf8');
      const names = text.includes(environmentFile)
        ? namesFromHook(this.#parser, text, environmentFile)
        : NO_NAMES;
      this.#hooks.set(file, { stamp, names });
      return names;
    } catch {
      return NO_NAMES;
    }
  }
}

export interface ExtendedProfile {
  readonly profile: HostProfile;
  readonly hooks: readonly string[];
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** The shell scripts in the places of hooks: absolute paths in a stable order. What is no folder holds none. */
async function hookFiles(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of HOOK_FOLDERS.map(name => path.join(root, name))) {
    const entries = await readdir(folder).catch(() => []);
    if (entries.length > MAX_ENTRIES) continue;
    found.push(...entries.filter(name => /\.(?:sh|bash)$/.test(name)).map(name => path.join(folder, name)));
  }
  return found.sort();
}
