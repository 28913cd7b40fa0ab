import { entryOf } from '../analysis/table';
import { suggestion } from '../workspace/suggest';
import { type Command, UsageError } from './command';

/** A command as completions need it: its options with the values that each may have. */
type Completed = Pick<Command, 'name' | 'summary' | 'options' | 'words' | 'takesFiles'>;

const SHELLS: Readonly<Record<string, (commands: readonly Completed[]) => string>> = {
  bash: bashCompletions,
  zsh: zshCompletions,
  fish: fishCompletions,
};

/** `crossblock completions`: a script for a shell that knows all commands, options and values. */
export function completionsOf(others: readonly Command[]): Command {
  const names = Object.keys(SHELLS);
  const completions: Command = {
    name: 'completions',
    summary: 'prints shell completions for bash, zsh or fish',
    help: `Usage: crossblock completions bash|zsh|fish

Prints a script that completes commands, options and their values:

  bash  source <(crossblock completions bash)                                 in ~/.bashrc
  zsh   source <(crossblock completions zsh)                                  in ~/.zshrc, behind compinit
  fish  crossblock completions fish > ~/.config/fish/completions/crossblock.fish
`,
    words: names,
    options: {},
    async run([shell, ...rest]) {
      if (shell === undefined || rest.length > 0)
        throw new UsageError(`crossblock completions takes one shell: ${names.join(', ')}`);
      const script = entryOf(SHELLS, shell);
      if (script === undefined)
        throw new UsageError(
          `There are no completions for "${shell}"${suggestion(shell, names)}; there are ${names.join(', ')}`,
        );
      process.stdout.write(script([...others, completions]));
      return 0;
    },
  };
  return completions;
}

/** A text between single quotes; our own words hold none that end them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}

function optionNames({ options = {} }: Completed): readonly string[] {
  return [...Object.keys(options), 'help'].map(name => `--${name}`);
}

function bashCompletions(commands: readonly Completed[]): string {
  const cases = commands.flatMap(({ name, options = {} }) =>
    Object.entries(options)
      .filter(([, values]) => values.length > 0)
      .map(
        ([option, values]) =>
          `    ${name}:--${option}) COMPREPLY=($(compgen -W ${quoted(values.join(' '))} -- "$word")); return ;;`,
      ),
  );
  const lists = commands.map(
    command =>
      `    ${command.name}) options=${quoted(optionNames(command).join(' '))} words=${quoted((command.words ?? []).join(' '))} ;;`,
  );
  return `# Completions of crossblock for bash.
_crossblock() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" options= words=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quoted(commands.map(({ name }) => name).join(' '))} -- "$word"))
    return
  fi
  case "$command:$previous" in
${cases.join('\n')}
  esac
  case "$command" in
${lists.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
    *)
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -W "$words" -- "$word") $(compgen -f -- "$word"))
      ;;
  esac
}
complete -F _crossblock crossblock
`;
}

function zshCompletions(commands: readonly Completed[]): string {
  const described = commands.map(
    ({ name, summary }) => `    ${quoted(`${name}:${summary.replaceAll(':', ' ')}`)}`,
  );
  const cases = commands.map(({ name, options = {}, words = [], takesFiles }) => {
    const specifications = [
      ...Object.entries(options).map(([option, values]) =>
        values.length > 0 ? quoted(`*--${option}=:${option}:(${values.join(' ')})`) : quoted(`--${option}`),
      ),
      quoted('--help'),
      quoted(
        words.length === 0
          ? '*:file:_files'
          : takesFiles
            ? `*:word or file:{ compadd ${words.join(' ')}; _files }`
            : `1:word:(${words.join(' ')})`,
      ),
    ];
    return `    ${name}) _arguments ${specifications.join(' ')} ;;`;
  });
  return `#compdef crossblock
# Completions of crossblock for zsh.
_crossblock() {
  local -a commands
  commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
compdef _crossblock crossblock
`;
}

function fishCompletions(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, summary, options = {}, words = [], takesFiles }) => [
    `complete -c crossblock -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    `complete -c crossblock -n '__fish_seen_subcommand_from ${name}' -l help`,
    ...Object.entries(options).map(([option, values]) =>
      values.length > 0
        ? `complete -c crossblock -n '__fish_seen_subcommand_from ${name}' -l ${option} -x -a ${quoted(values.join(' '))}`
        : `complete -c crossblock -n '__fish_seen_subcommand_from ${name}' -l ${option}`,
    ),
    ...(words.length > 0
      ? [
          `complete -c crossblock -n '__fish_seen_subcommand_from ${name}' ${takesFiles ? '' : '-f '}-a ${quoted(words.join(' '))}`,
        ]
      : []),
  ]);
  return `# Completions of crossblock for fish.\n${lines.join('\n')}\n`;
}
