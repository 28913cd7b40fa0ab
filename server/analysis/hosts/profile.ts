/** What a host keeps between two blocks and gives to each: data, for hosts change their minds faster than this is released. */
export interface HostProfile {
  readonly name: string;
  /** How the messages name it. */
  readonly title: string;
  /** True where all blocks run in one shell, so that nothing is lost. */
  readonly keepsShell: boolean;
  /** Names that every block finds in its environment, or that the host puts into the text before a shell sees it. */
  readonly provides: ReadonlySet<string>;
}

/**
 * Names that the shell gives a value by itself, in every block. Source: bash(1), Shell Variables. Names that a command leaves
 * behind (REPLY, MAPFILE, OPTARG) are not among them: they are lost like any other.
 */
const SHELL_NAMES =
  'BASH BASHOPTS BASHPID BASH_ALIASES BASH_ARGC BASH_ARGV BASH_ARGV0 BASH_CMDS BASH_COMMAND BASH_ENV BASH_EXECUTION_STRING ' +
  'BASH_LINENO BASH_SOURCE BASH_SUBSHELL BASH_VERSINFO BASH_VERSION DIRSTACK EPOCHREALTIME EPOCHSECONDS EUID FUNCNAME GROUPS ' +
  'HOSTNAME HOSTTYPE IFS LINENO MACHTYPE OLDPWD OPTERR OPTIND OSTYPE PIPESTATUS PPID PS1 PS2 PS4 PWD RANDOM SECONDS ' +
  'SHELLOPTS SHLVL SRANDOM UID';

/** Names that every login session has. Never reported, whatever a block does to them; DISPLAY and TZ are not among them. */
const SESSION_NAMES = 'HOME PATH USER LOGNAME SHELL TMPDIR LANG TERM EDITOR';

export function names(list: string): readonly string[] {
  return list.split(/\s+/);
}

export const STANDING_NAMES: readonly string[] = [...names(SHELL_NAMES), ...names(SESSION_NAMES)];
