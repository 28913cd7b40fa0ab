import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import stripJsonComments from 'strip-json-comments';
import type { RuleName, Severity } from '../analysis/finding';
import { DEFAULT_FIX_SETTINGS, type FixSettings, parseFixSettings } from '../analysis/fixes/settings';
import { HOST_NAMES, hostNamed } from '../analysis/hosts';
import type { HostProfile } from '../analysis/hosts/profile';
import { RULES } from '../analysis/rules';
import { isObject } from '../analysis/table';
import { markedFolder } from './project';
import { suggestion } from './suggest';

export const CONFIGURATION_FILE = '.crossblock.json';

/** What a project's `.crossblock.json` says. Globs are relative to `folder`. */
export interface ProjectConfiguration {
  /** Absolute path of the folder that holds the file; undefined where there is none. */
  readonly folder: string | undefined;
  /** Globs of further Markdown files to treat as command markdown. */
  readonly files: readonly string[];
  /** Globs of files that are not checked. */
  readonly exclude: readonly string[];
  readonly rules: ReadonlyMap<RuleName, Severity | 'off'>;
  readonly stateGlobs: readonly string[];
  /** The host that runs the project's documents; undefined where their places tell. */
  readonly host: HostProfile | undefined;
  /** The hosts of some documents, by globs, of which the first one that matches counts. */
  readonly hosts: ReadonlyMap<string, HostProfile>;
  /** The shell that runs blocks which do not ask for one. */
  readonly shell: HostProfile['shell'] | undefined;
  readonly fixes: FixSettings;
  /** What is wrong with the file, one line each; what is right in it counts all the same. */
  readonly problems: readonly string[];
}

export const DEFAULT_CONFIGURATION: ProjectConfiguration = {
  folder: undefined,
  files: [],
  exclude: [],
  rules: new Map(),
  stateGlobs: [],
  host: undefined,
  hosts: new Map(),
  shell: undefined,
  fixes: DEFAULT_FIX_SETTINGS,
  problems: [],
};

const SETTINGS: readonly string[] = [
  'files',
  'exclude',
  'rules',
  'host',
  'hosts',
  'shell',
  'state',
  'stateFile',
  'recipes',
];

const RULE_NAMES: readonly string[] = RULES.map(({ name }) => name);

const SEVERITIES: readonly string[] = ['off', 'hint', 'information', 'warning', 'error'];

/** Reads the configuration that is nearest above a folder. Fails never: what is wrong lies in `problems`. */
export async function loadConfiguration(start: string): Promise<ProjectConfiguration> {
  const folder = markedFolder(start, [CONFIGURATION_FILE]);
  if (folder === undefined) return DEFAULT_CONFIGURATION;
  try {
    const file = path.join(folder, CONFIGURATION_FILE);
    // A FIFO of that name would never end.
    if (!(await stat(file)).isFile()) throw new Error('it is no regular file');
    return parseConfiguration(folder, await readFile(file, 'utf8'));
  } catch (error) {
    return {
      ...DEFAULT_CONFIGURATION,
      folder,
      problems: [`it counts for nothing, for it cannot be read: ${reason(error)}`],
    };
  }
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s+/g, ' ');
}

export function parseConfiguration(folder: string, text: string): ProjectConfiguration {
  let value: unknown;
  try {
    // Editors on Windows write a byte order mark. Comments and commas at the end become spaces, so that places stay.
    value = JSON.parse(stripJsonComments(text.replace(/^\uFEFF/, ''), { trailingCommas: true }));
  } catch (error) {
    return {
      ...DEFAULT_CONFIGURATION,
      folder,
      problems: [`it counts for nothing, for it is no JSON: ${reason(error)}`],
    };
  }
  if (!isObject(value))
    return {
      ...DEFAULT_CONFIGURATION,
      folder,
      problems: ['it counts for nothing, for it must hold one object: { … }'],
    };
  const problems: string[] = [];
  for (const key of Object.keys(value))
    if (key !== '$schema' && !SETTINGS.includes(key))
      problems.push(
        `"${key}" is not a setting${suggestion(key, SETTINGS)}; there are ${SETTINGS.join(', ')}`,
      );
  const state = value.state ?? {};
  if (!isObject(state)) problems.push('"state" must be an object');
  const fixes = parseFixSettings(value.stateFile, value.recipes);
  problems.push(...fixes.problems);
  return {
    folder,
    files: strings(value.files, 'files', problems),
    exclude: strings(value.exclude, 'exclude', problems),
    rules: severities(value.rules, problems),
    stateGlobs: strings(isObject(state) ? state.globs : undefined, 'state.globs', problems),
    host: oneHost(value.host, 'host', problems),
    hosts: hostsByGlob(value.hosts, problems),
    shell: shellKind(value.shell, problems),
    fixes: fixes.settings,
    problems: problems.map(problem => `${problem}; the rest of it counts`),
  };
}

function strings(value: unknown, key: string, problems: string[]): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every(item => typeof item === 'string')) {
    const denied = value.find(item => item.startsWith('!'));
    if (denied === undefined) return value;
    problems.push(
      `"${denied}" in "${key}": a glob that begins with ! would match everything else; write what is meant`,
    );
    return value.filter(item => !item.startsWith('!'));
  }
  problems.push(`"${key}" must be a list of strings`);
  return [];
}

function severities(value: unknown, problems: string[]): ReadonlyMap<RuleName, Severity | 'off'> {
  const result = new Map<RuleName, Severity | 'off'>();
  if (value === undefined) return result;
  if (!isObject(value)) {
    problems.push('"rules" must be an object of rule names and severities');
    return result;
  }
  for (const [name, severity] of Object.entries(value)) {
    const rule = RULES.find(candidate => candidate.name === name);
    if (rule === undefined)
      problems.push(
        `"${name}" is not a rule${suggestion(name, RULE_NAMES)}; there are ${RULE_NAMES.join(', ')}`,
      );
    else if (typeof severity !== 'string' || !SEVERITIES.includes(severity))
      problems.push(`"rules.${name}" must be one of ${SEVERITIES.join(', ')}`);
    else result.set(rule.name, severity as Severity | 'off');
  }
  return result;
}

function oneHost(value: unknown, key: string, problems: string[]): HostProfile | undefined {
  if (value === undefined) return undefined;
  const host = hostNamed(value);
  if (host === undefined) problems.push(`"${key}" must be one of ${HOST_NAMES.join(', ')}`);
  return host;
}

function hostsByGlob(value: unknown, problems: string[]): ReadonlyMap<string, HostProfile> {
  const result = new Map<string, HostProfile>();
  if (value === undefined) return result;
  if (!isObject(value)) {
    problems.push('"hosts" must be an object of globs and names of hosts');
    return result;
  }
  for (const [glob, name] of Object.entries(value)) {
    const [allowed] = strings([glob], 'hosts', problems);
    const host = oneHost(name, `hosts.${glob}`, problems);
    if (allowed !== undefined && host !== undefined) result.set(allowed, host);
  }
  return result;
}

function shellKind(value: unknown, problems: string[]): HostProfile['shell'] | undefined {
  if (value === undefined || value === 'bash' || value === 'zsh') return value;
  problems.push('"shell" must be bash or zsh');
  return undefined;
}
