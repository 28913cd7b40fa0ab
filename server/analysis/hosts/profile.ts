import type { DocumentKind } from '../document/commandMarkdown';
import type { Span } from '../text';

/** The names by which a host is chosen. */
export type HostName =
  | 'claude-code'
  | 'codex'
  | 'gemini'
  | 'opencode'
  | 'vscode'
  | 'anthropic-api'
  | 'generic'
  | 'cursor'
  | 'windsurf'
  | 'copilot-cli'
  | 'cline'
  | 'roo';

/** What a host keeps between two blocks and gives to each: data, for hosts change their minds faster than this is released. */
export interface HostProfile {
  readonly name: HostName;
  /** How the messages name it. */
  readonly title: string;
  /** What the profile rests on. */
  readonly facts: readonly HostFact[];
  /** True where all blocks run in one shell, so that nothing is lost. */
  readonly keepsShell: boolean;
  /** The shell that runs blocks which do not ask for one: bash, unless the user says otherwise. */
  readonly shell: 'bash' | 'zsh';
  /** A variable that holds the path of a file whose assignments are made before each block. */
  readonly environmentFile: string | undefined;
  /** Where a block starts that follows another one. */
  readonly directory: StartDirectory;
  /** The same in a subagent: an agent's own document, or a skill with `context: fork`. */
  readonly subagentDirectory: StartDirectory;
  /** True where a block's own `set -e` stops nothing. */
  readonly errexitIsInert: boolean;
  /** True where a block reads its standard input from /dev/null: there is nobody to answer. */
  readonly closesInput: boolean;
  /** Names that every block finds in its environment, and names that stand for the caller's arguments. */
  readonly provides: ReadonlySet<string>;
  /** Those of them that the project's own hooks write into the environment file, each with the hook's path in the project. */
  readonly fromHooks?: ReadonlyMap<string, string>;
  readonly textSubstitution: TextSubstitution;
  /** The host's own names that a block does not find in its environment, though authors expect them there. */
  readonly unavailable: ReadonlyMap<string, UnavailableName>;
}

export interface HostFact {
  /** One sentence without its full stop. */
  readonly says: string;
  readonly source: string;
  readonly confidence: 'high' | 'medium' | 'low';
}

/** What the host replaces in the text of a document before any shell sees it. */
export interface TextSubstitution {
  /** The kinds of documents that it goes through; the others stay as they are. */
  readonly kinds: ReadonlySet<DocumentKind>;
  /** Names that it replaces where they stand as `${NAME}`: neither `$NAME` nor `${NAME:-x}`. */
  readonly names: ReadonlySet<string>;
  /** The number of the first argument in `$1`; undefined where such numbers stay as they are. Neither `${1}` nor `\$1` is one. */
  readonly firstArgument: number | undefined;
  /** What becomes of such a number where the caller gives no argument for it. */
  readonly missingArgument: 'stays' | 'vanishes';
  /** True where the highest number of a document stands for all the arguments from there on. */
  readonly lastTakesRest?: boolean;
}

export const NO_SUBSTITUTION: TextSubstitution = {
  kinds: new Set(),
  names: new Set(),
  firstArgument: undefined,
  missingArgument: 'stays',
};

/** A name that a host sets elsewhere, or only replaces in a text; or one of another host. */
export interface UnavailableName {
  /** The title of the host that has it, where it is another one. */
  readonly of?: string;
  /** For what the host sets it, in the plural; undefined where it is no variable of any shell. */
  readonly setFor: string | undefined;
  /** What gives the value in a block of any document; undefined where nothing does. */
  readonly instead: string | undefined;
}

/** Whether the host puts a value in the place of an expansion, at its span of a text, before a shell sees it. */
export function isReplaced(
  { textSubstitution: { kinds, names } }: HostProfile,
  kind: DocumentKind,
  text: string,
  { start, end }: Span,
): boolean {
  if (!kinds.has(kind) || !text.startsWith('${', start)) return false;
  const name = /^\$\{(\w+)\}$/.exec(text.slice(start, end))?.[1];
  return name !== undefined && names.has(name);
}

/**
 * `kept`: where the block before it ended, unless that block has failed or left its shell. `keptInProject`: the same, but back
 * in the project's directory where the other one lies outside. `dropped`: always in the project's directory.
 */
export type StartDirectory = 'kept' | 'keptInProject' | 'dropped';

/** A host as its subagents see it: the same, where they find nothing else than its main conversation does. */
export function inSubagent(profile: HostProfile): HostProfile {
  if (profile.subagentDirectory === profile.directory) return profile;
  return {
    ...profile,
    title: `a subagent of ${profile.title}`,
    directory: profile.subagentDirectory,
  };
}

/** What a host keeps between two blocks, as a sentence without its full stop that begins with "it". */
export function whatIsKept({ keepsShell, directory }: HostProfile): string {
  if (keepsShell) return 'it runs all blocks in one shell, which keeps everything';
  return directory === 'dropped'
    ? "it runs each block in a new shell in the project's directory, and keeps nothing of it"
    : 'it runs each block in a new shell, and keeps the directory and nothing else of it';
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
