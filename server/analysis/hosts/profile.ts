/** What a host keeps between two blocks and gives to each: data, for hosts change their minds faster than this is released. */
export interface HostProfile {
  readonly name: string;
  /** How the messages name it. */
  readonly title: string;
  /** True where all blocks run in one shell, so that nothing is lost. */
  readonly keepsShell: boolean;
  /** True where the next block starts in the directory that the previous one changed to. */
  readonly keepsDirectory: boolean;
  /** Names that every block finds in its environment, or that the host puts into the text before a shell sees it. */
  readonly provides: ReadonlySet<string>;
}

/** Names that bash and zsh give a value by themselves. Source: bash(1), Shell Variables; zshparam(1). */
const SHELL_NAMES =
  'BASH BASHOPTS BASHPID BASH_ALIASES BASH_ARGC BASH_ARGV BASH_ARGV0 BASH_CMDS BASH_COMMAND BASH_ENV BASH_EXECUTION_STRING ' +
  'BASH_LINENO BASH_REMATCH BASH_SOURCE BASH_SUBSHELL BASH_VERSINFO BASH_VERSION COLUMNS COMP_CWORD COMP_LINE COMP_WORDS ' +
  'COMPREPLY COPROC DIRSTACK EPOCHREALTIME EPOCHSECONDS EUID FUNCNAME GROUPS HISTFILE HISTSIZE HOSTNAME HOSTTYPE IFS LINENO ' +
  'LINES MACHTYPE MAPFILE OLDPWD OPTARG OPTERR OPTIND OSTYPE PIPESTATUS POSIXLY_CORRECT PPID PS1 PS2 PS3 PS4 PWD RANDOM ' +
  'REPLY SECONDS SHELLOPTS SHLVL SRANDOM TIMEFORMAT UID ' +
  'ZSH_VERSION argv cdpath fpath path pipestatus status';

/** Names that a login session has. Never reported, whatever a block does to them. */
const SESSION_NAMES =
  'HOME PATH USER LOGNAME SHELL TMPDIR TMP TEMP LANG LANGUAGE TERM EDITOR VISUAL PAGER DISPLAY TZ MAIL COLORTERM NO_COLOR CI ' +
  'DEBIAN_FRONTEND SSH_AUTH_SOCK SSH_CONNECTION SSH_TTY SUDO_USER XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME ' +
  'XDG_RUNTIME_DIR XDG_STATE_HOME';

export function names(list: string): readonly string[] {
  return list.split(/\s+/);
}

export const STANDING_NAMES: readonly string[] = [...names(SHELL_NAMES), ...names(SESSION_NAMES)];
