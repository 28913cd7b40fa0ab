/**
 * Names that find a command in every shell, so that a call of a lost function of that name runs something else instead of
 * failing. Sources: bash(1), SHELL BUILTIN COMMANDS; POSIX utilities; what authors' machines have beside them.
 */
const OF_SHELL =
  ': . [ alias bg bind break builtin caller cd command continue declare dirs disown echo enable eval exec exit export false fc ' +
  'fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly return set ' +
  'shift shopt source suspend test time times trap true type typeset ulimit umask unalias unset wait';
const BUILTINS = new Set(OF_SHELL.split(' '));
const COMMANDS = new Set(
  (
    `${OF_SHELL} ` +
    'awk basename bash cat chmod chown cmp comm cp curl cut date dd df diff dirname du env expr find fold git grep groups gzip ' +
    'head hostname id install join less ln ls make man mkdir mkfifo mktemp more mv nice nl node nohup npm npx od paste patch ' +
    'perl ps python3 readlink realpath rm rmdir sed seq sh sleep sort split ssh stat stty tail tar tee timeout touch tr tty ' +
    'uname uniq wc which who whoami xargs yes'
  ).split(' '),
);

/** Whether the shell itself is the command, whatever PATH says. */
export function isCommandOfShell(name: string): boolean {
  return BUILTINS.has(name);
}

export function isCommandEverywhere(name: string): boolean {
  return COMMANDS.has(name);
}
