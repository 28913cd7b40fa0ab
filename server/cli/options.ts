import { HOST_NAMES, type HostWish, hostNamed } from '../analysis/hosts';
import { suggestion } from '../workspace/suggest';
import { UsageError } from './command';

/** What subcommands that check files have in common. */

export function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new Error('The current folder does not exist any more; change to one that does');
  }
}

/** What `--host` says of the host of all files. */
export function hostOption(name: string | undefined): HostWish {
  if (name === undefined) return {};
  const host = hostNamed(name);
  if (host === undefined)
    throw new UsageError(
      `There is no host "${name}"${suggestion(name, HOST_NAMES)}; there are ${HOST_NAMES.join(', ')}`,
    );
  return { host, reason: '--host says so' };
}

/**
 * What is wrong with the words of a command, in one line; Node's own explanation of a path like `-x.md` has three sentences.
 * @param values what the options may be, by their names
 * @param options the names of all options, without their hyphens
 */
export function describeWords(
  error: unknown,
  words: readonly string[],
  values: Readonly<Record<string, readonly string[]>>,
  options: readonly string[] = Object.keys(values),
): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const isKnown = (word: string) => options.includes(word.replace(/^--|=.*$/gs, ''));
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const option = words.find(word => word.startsWith('-') && !isKnown(word));
    const known = [...options, 'help'].map(name => `--${name}`);
    return `There is no option "${option ?? ''}"${suggestion((option ?? '').replace(/=.*$/s, ''), known)}; a path that begins with - stands behind --`;
  }
  const named = /--([\w-]+)/.exec(message)?.[1] ?? '';
  // `--workers -1`: Node takes what begins with a hyphen for the next option.
  const value = words[words.indexOf(`--${named}`) + 1];
  if (/ambiguous/.test(message) && value !== undefined)
    return `--${named} does not take "${value}"; a value that begins with - is written --${named}=${value}`;
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' && Object.hasOwn(values, named))
    return `--${named} needs one of ${values[named]!.join(', ')}`;
  return message;
}
