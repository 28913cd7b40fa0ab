/** The shell text that saves variables into a state file and loads them. It runs in bash from 3.2 and in zsh. */

/** A variable of a state file. */
export interface SavedName {
  readonly name: string;
  readonly isArray: boolean;
  readonly isExported: boolean;
}

/** The folder below the project's root that holds state files; it ignores itself in git. */
export const STATE_FOLDER = '.crossblock/';

/** A shell word for the state file of a block. The session keeps two runs apart. */
export function stateFilePath(document: string, block: number): string {
  const name = document.replace(/[^\w.-]+/g, '-');
  return `"$(git rev-parse --show-toplevel 2>/dev/null || pwd)/${STATE_FOLDER}${name}-\${CLAUDE_CODE_SESSION_ID:-run}-${block}.sh"`;
}

/**
 * Saves names, each with its value or with `unset`. All happens in a subshell that starts by taking `$?` and ends by giving it
 * back, so that the block keeps its umask, its names and its status; the file is written whole and moved.
 */
export function saveLines(path: string, names: readonly SavedName[]): readonly string[] {
  return [
    '(',
    '  crossblock_status=$?',
    '  umask 077',
    `  crossblock_state=${path}`,
    '  mkdir -p "${crossblock_state%/*}"',
    '  printf \'*\\n\' >| "${crossblock_state%/*}/.gitignore"',
    '  {',
    ...names.map(saveLine),
    '  } >| "$crossblock_state.new" && mv -f "$crossblock_state.new" "$crossblock_state"',
    '  exit "$crossblock_status"',
    ')',
  ];
}

function saveLine({ name, isArray, isExported }: SavedName): string {
  if (isArray) return `    typeset -p ${name} 2>/dev/null || echo 'unset ${name}'`;
  const value = `printf '${isExported ? 'export ' : ''}${name}=%q\\n' "$${name}"`;
  return `    if [ -n "\${${name}+set}" ]; then ${value}; else echo 'unset ${name}'; fi`;
}

/** Loads the file where it is one's own and no link; else the block ends with a line on what is missing. */
export function loadLines(path: string, writer: number): readonly string[] {
  return [
    `crossblock_state=${path}`,
    'if [ -O "$crossblock_state" ] && [ ! -L "$crossblock_state" ]; then',
    '  . "$crossblock_state"',
    'else',
    `  echo "Block ${writer} has saved no state in $crossblock_state; run it first" >&2`,
    '  exit 1',
    'fi',
  ];
}
