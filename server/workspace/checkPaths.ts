import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Analyser, type TracedAnalysis } from '../analysis/analyse';
import type { Finding } from '../analysis/finding';
import type { FixSettings } from '../analysis/fixes/settings';
import type { HostChoice, HostWish } from '../analysis/hosts';
import { Checker, withConfiguredSeverities } from './checker';
import { findCommandFiles, isConfigured, isExcluded, type Unreadable } from './commandFiles';
import { CONFIGURATION_FILE, loadConfiguration, type ProjectConfiguration } from './configuration';
import type { Checked } from './fixDocument';
import { hostWish } from './hostWish';
import { isBelow, projectRoots } from './project';
import { loadShellParser } from './shellParser';

export interface CheckedFile {
  /** Absolute. */
  readonly path: string;
  readonly analysis: TracedAnalysis;
  /** The host that it was checked for. */
  readonly host: HostChoice;
  /** True where the file itself was named, and not a folder above it. */
  readonly isNamed: boolean;
  /** In the order of their places, with the severities that the project configures. */
  readonly findings: readonly Finding[];
  readonly fixSettings: FixSettings;
  /** Checks another text as this file's. */
  readonly recheck: (text: string) => Promise<Checked>;
}

export interface CheckResult {
  readonly files: readonly CheckedFile[];
  /** What could not be checked; everything else was. */
  readonly errors: readonly Unreadable[];
}

/** Larger files are not read; bytes. Real command markdown ends well below 1 MB. */
const MAX_FILE_SIZE = 20_000_000;

/**
 * Checks files and folders. A path that is named as a file is always checked; of a folder, its command markdown.
 * Fails (rejects) only where the shell parser cannot be loaded.
 * @param paths absolute, or relative to the working directory
 * @param parserFolder where the shell parser lies; by default beside the running bundle
 * @param asked what the caller says of the files' host
 */
export async function checkPaths(
  paths: readonly string[],
  workingDirectory: string,
  parserFolder?: string,
  asked: HostWish = {},
): Promise<CheckResult> {
  const found = await findTargets(paths, workingDirectory);
  const { files, errors } = await checkTargets(found.targets, { parserFolder, asked });
  return { files, errors: [...found.errors, ...errors, ...found.configurationProblems] };
}

/**
 * Finds what `checkPaths` would check, in its order.
 * @returns what cannot be looked at, and what is wrong with the configurations of the files, beside the files
 */
export async function findTargets(paths: readonly string[], workingDirectory: string): Promise<FoundTargets> {
  const configurations = new Map<string, Promise<ProjectConfiguration>>();
  const configurationOf = cachedConfigurations(configurations);
  const errors: Unreadable[] = [];
  const targets = new Map<string, Target>();
  for (const given of paths) {
    const absolute = path.resolve(workingDirectory, given);
    try {
      const found = await expand(absolute, workingDirectory, configurationOf);
      for (const file of found.files)
        targets.set(file, {
          file,
          folder: found.folder,
          isNamed: found.isNamed || targets.get(file)?.isNamed === true,
        });
      errors.push(...found.unreadable);
    } catch (error) {
      errors.push({ file: absolute, message: describe(error) });
    }
  }
  for (const file of targets.keys()) await configurationOf(path.dirname(file));
  return {
    targets: [...targets.values()],
    errors,
    configurationProblems: await configurationProblems(configurations.values()),
  };
}

/**
 * Checks the files of `findTargets`, in their order; the order of the result is the same.
 * Fails (rejects) only where the shell parser cannot be loaded.
 */
export async function checkTargets(
  targets: readonly Target[],
  { parserFolder, asked = {}, onFile }: CheckOptions = {},
): Promise<CheckResult> {
  const parser = await loadShellParser(parserFolder);
  const checker = new Checker(parser, new Analyser(parser));
  const configurationOf = cachedConfigurations(new Map());
  const files: CheckedFile[] = [];
  const errors: Unreadable[] = [];
  for (const target of targets) {
    try {
      files.push(await checkTarget(checker, target, asked, await configurationOf(path.dirname(target.file))));
    } catch (error) {
      errors.push({ file: target.file, message: describe(error) });
    }
    onFile?.();
  }
  return { files, errors };
}

export interface CheckOptions {
  /** Where the shell parser lies; by default beside the running bundle. */
  readonly parserFolder?: string | undefined;
  /** What the caller says of the files' host. */
  readonly asked?: HostWish | undefined;
  /** Called after each file. */
  readonly onFile?: (() => void) | undefined;
}

async function checkTarget(
  checker: Checker,
  { file, folder, isNamed, text }: Target,
  asked: HostWish,
  configuration: ProjectConfiguration,
): Promise<CheckedFile> {
  const roots = projectRoots(file, [folder]);
  const listed = isConfigured(file, roots[0]!, configuration);
  const source = listed ? 'configured' : isNamed ? 'named' : 'found';
  const wish = hostWish(file, configuration, asked);
  const recheck = async (changed: string) => {
    const { analysis, host } = await checker.check(changed, file, roots, source, wish);
    const findings = withConfiguredSeverities(analysis.findings, configuration);
    return { analysis, host, findings, fixSettings: configuration.fixes };
  };
  return { path: file, isNamed, recheck, ...(await recheck(text ?? (await readText(file)))) };
}

function cachedConfigurations(known: Map<string, Promise<ProjectConfiguration>>) {
  return (folder: string): Promise<ProjectConfiguration> => {
    const configuration = known.get(folder) ?? loadConfiguration(folder);
    known.set(folder, configuration);
    return configuration;
  };
}

export interface FoundTargets {
  readonly targets: readonly Target[];
  readonly errors: readonly Unreadable[];
  readonly configurationProblems: readonly Unreadable[];
}

/** A file to check. */
export interface Target {
  /** Absolute. */
  readonly file: string;
  /** The folder that was named, or the one that holds the file. */
  readonly folder: string;
  readonly isNamed: boolean;
  /** What it holds, where that is not to be read from the disk. */
  readonly text?: string;
}

async function expand(
  absolute: string,
  workingDirectory: string,
  configurationOf: (folder: string) => Promise<ProjectConfiguration>,
): Promise<{
  readonly files: readonly string[];
  readonly folder: string;
  readonly isNamed: boolean;
  readonly unreadable: readonly Unreadable[];
}> {
  const status = await stat(absolute);
  // What lies below the working directory belongs to it, however it is named.
  const home = isBelow(absolute, workingDirectory) ? workingDirectory : path.dirname(absolute);
  if (!status.isDirectory()) return { files: [absolute], folder: home, isNamed: true, unreadable: [] };
  // Links on the way to the folder are resolved once, so that paths below it compare.
  const folder = await realpath(absolute);
  const base = folder === absolute ? home : path.dirname(folder);
  const found = await findCommandFiles(folder, base, await configurationOf(folder));
  const files: string[] = [];
  // A configuration further down speaks for the files below it.
  for (const file of found.files)
    if (!isExcluded(file, await configurationOf(path.dirname(file)))) files.push(file);
  return { files, unreadable: found.unreadable, folder: base, isNamed: false };
}

/** Reads a regular file that is UTF-8. Anything else is an error whose message says what is wrong. */
async function readText(file: string): Promise<string> {
  const status = await stat(file);
  if (!status.isFile()) throw new Error('This is no regular file');
  if (status.size > MAX_FILE_SIZE)
    throw new Error(
      `This file has ${Math.round(status.size / 1_000_000)} MB; files up to ${MAX_FILE_SIZE / 1_000_000} MB are checked`,
    );
  const bytes = await readFile(file);
  if (bytes.includes(0))
    throw new Error('This file is no text (it holds NUL bytes); save it as UTF-8 to have it checked');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error('This file is not UTF-8; save it as UTF-8 to have it checked');
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file or folder',
  EACCES: 'You may not read it',
  EPERM: 'You may not read it',
  ENOTDIR: 'There is no such file or folder',
  ELOOP: 'Its symbolic links go in a circle',
};

function describe(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return REASONS[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
}

async function configurationProblems(
  configurations: Iterable<Promise<ProjectConfiguration>>,
): Promise<readonly Unreadable[]> {
  const problems = new Map<string, Unreadable>();
  for (const configuration of configurations) {
    const { folder, problems: messages } = await configuration;
    if (folder === undefined) continue;
    const file = path.join(folder, CONFIGURATION_FILE);
    for (const message of messages) problems.set(`${file}\n${message}`, { file, message });
  }
  return [...problems.values()];
}
