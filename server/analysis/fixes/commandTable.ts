import type { Call, Value } from '../shell/script';
import { literalText } from '../shell/words';
import { entryOf } from '../table';

/** Why a value may be another one when it is calculated again; undefined where it cannot be. */
export type Instability = string;

/**
 * Whether a value tells which files, which commits or which status there are at some moment: what the agent does between two blocks
 * makes it another one, and no block can ask for the first one again. What a file holds, on the other hand, is as good later.
 */
export function isOfMoment(instability: Instability): boolean {
  return /\breads directories\b|\blists? files\b|\ba list\b|\blooks at a file\b|^git reads\b|\bstatus of another\b/.test(
    instability,
  );
}

/** What running a command again means. */
export interface CallVerdict {
  readonly instability: Instability | undefined;
  /** True where the value is another one by its nature: the time of day, a dice, a new file. */
  readonly differs: boolean;
  /** True where it depends on the directory that it runs in. */
  readonly directory: boolean;
  /** True where it does something besides printing. */
  readonly hasEffects: boolean;
}

const STABLE: CallVerdict = { instability: undefined, differs: false, directory: false, hasEffects: false };

/** A command that only transforms text which is handed to it. Sources: POSIX utilities, coreutils manual. */
interface TextCommand {
  /** How many operands are text; a further one names a file to read. */
  readonly operands: number;
  /** The options, as words, that keep it so; with any other one nobody vouches for it. */
  readonly options: RegExp;
  /** Letters of the options that take the next word. */
  readonly valued?: string;
  /** Letters of the options that hold the program or pattern, which is then no operand. */
  readonly program?: string;
  /** Whether the text of a program or format is known to do nothing but transform text. */
  readonly isTextual?: (program: string) => boolean;
}

const ANY = Number.POSITIVE_INFINITY;
const NO_OPTION = /^$/;

const TEXT_COMMANDS: Readonly<Record<string, TextCommand>> = {
  basename: { operands: ANY, options: /^-[asz]+$/ },
  dirname: { operands: ANY, options: /^-z$/ },
  echo: { operands: ANY, options: /^-/ },
  expr: { operands: ANY, options: /^-/ },
  // `%(%s)T` prints the time; `-v` sets a variable.
  printf: { operands: ANY, options: /^-/, valued: 'v', isTextual: format => !/%[-+ #\d.*]*\(/.test(format) },
  seq: { operands: ANY, options: /^-/ },
  tr: { operands: 2, options: /^-[cCdst]+$/ },
  sed: {
    operands: 1,
    options: /^(?:-[nErsuz]+|--quiet|--regexp-extended)$/,
    program: 'e',
    isTextual: isTextualSed,
  },
  awk: { operands: 1, options: /^-[Fv]./, valued: 'Fv', isTextual: isTextualAwk },
  grep: { operands: 1, options: /^-[oEPivwxFqcn]+$|^-[mABC]\d+$/, valued: 'mABC', program: 'e' },
  jq: { operands: 1, options: /^-[rcejMSn]+$|^--raw-output$/, isTextual: isTextualJq },
  cut: { operands: 0, options: /^-[dfcb].+$|^-s$/, valued: 'dfcb' },
  head: { operands: 0, options: /^-\d+$|^-[nc][-+]?\d+$/, valued: 'nc' },
  tail: { operands: 0, options: /^-\d+$|^-[nc][-+]?\d+$/, valued: 'nc' },
  sort: { operands: 0, options: /^-[nruVhfbz]+$|^-[kt].+$/, valued: 'kt' },
  uniq: { operands: 0, options: /^-[cdui]+$/ },
  wc: { operands: 0, options: /^-[lwcmL]+$/ },
  rev: { operands: 0, options: NO_OPTION },
  cat: { operands: 0, options: NO_OPTION },
  // The shell's own, which change nothing but the exit status.
  test: { operands: ANY, options: /^-/ },
  ':': { operands: ANY, options: /^-/ },
  true: { operands: ANY, options: /^-/ },
  false: { operands: ANY, options: /^-/ },
  break: { operands: ANY, options: NO_OPTION },
  continue: { operands: ANY, options: NO_OPTION },
  // The flow has them as steps of their own; what they do to a shell is judged there.
  exit: { operands: ANY, options: NO_OPTION },
  return: { operands: ANY, options: NO_OPTION },
  // The value that they take is judged where it comes from.
  export: { operands: ANY, options: /^-/ },
  declare: { operands: ANY, options: /^-/ },
  read: { operands: ANY, options: /^-/ },
  mapfile: { operands: ANY, options: /^-/ },
  readarray: { operands: ANY, options: /^-/ },
};

/** sed's commands that touch nothing but the text; `r`, `w` and `e` read, write and run. Source: POSIX, sed; GNU sed manual. */
const SED_COMMAND = new RegExp(
  [
    String.raw`(?:(?:\d+|\$|/(?:[^/\\\n]|\\.)*/)(?:,(?:\d+|\$|/(?:[^/\\\n]|\\.)*/))?[ \t]*!?)?`,
    String.raw`(?:[dDgGhHnNpPqx=](?=[\s;}]|$)|[{}]|s([/|#,:@!~%_])(?:\\.|(?!\1)[^\\\n])*\1(?:\\.|(?!\1)[^\\\n])*\1[gpiI\d]*(?=[\s;}]|$)|y/[^/\n]*/[^/\n]*/)`,
  ].join(''),
  'y',
);

/** The offset behind white space and semicolons. */
function behindBlanks(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && /[\s;]/.test(text[at]!)) at++;
  return at;
}

const SED_EFFECT = /[^\w-][gpiI\d]*[weW](?:\s|['"]|$)/;

function isTextualSed(program: string): boolean {
  for (let at = behindBlanks(program, 0); at < program.length; at = behindBlanks(program, at)) {
    SED_COMMAND.lastIndex = at;
    if (!SED_COMMAND.test(program)) return false;
    at = SED_COMMAND.lastIndex;
  }
  return true;
}

/** Nothing that reads or writes files, runs commands, throws dice or looks at the clock. Source: POSIX, awk; gawk manual. */
function isTextualAwk(program: string): boolean {
  const code = program.replace(/\|\||>=/g, '');
  return !/[>|]|\b(?:rand|srand|systime|strftime|mktime|system|getline|close|fflush|ENVIRON|ARGV|ARGC|PROCINFO)\b|@/.test(
    code,
  );
}

/** Nothing that reads other files, the environment or the clock. Source: jq manual. */
function isTextualJq(program: string): boolean {
  return !/\b(?:now|env|ENV|inputs?|input_filename|import|include|localtime|strflocaltime|mktime|debug|halt\w*)\b/.test(
    program,
  );
}

/** Commands whose output depends on more than their words, by what it depends on. */
const DEPENDS_ON: Readonly<Record<string, Instability>> = {
  date: 'date depends on the clock',
  mktemp: 'mktemp makes another file each time',
  uuidgen: 'uuidgen gives another value each time',
  git: 'git reads what a step may have changed',
  gh: 'gh reads the network',
  curl: 'curl reads the network',
  wget: 'wget reads the network',
  yq: 'yq reads a file that a step may have changed',
  find: 'find reads directories that a step may have changed',
  ls: 'ls reads directories that a step may have changed',
  stat: 'stat reads a file that a step may have changed',
  command: 'a step may install or remove the command',
  type: 'a step may install or remove the command',
  which: 'a step may install or remove the command',
};

/** Commands that print and otherwise change nothing, so that they may run twice. */
const WITHOUT_EFFECT = new Set([
  ...Object.keys(TEXT_COMMANDS),
  ...Object.keys(DEPENDS_ON),
  ...(
    'pwd hostname whoami id uname nproc tty ps df du readlink realpath md5sum sha1sum sha256sum cksum printenv ' +
    'column comm diff cmp file tac nl fold paste'
  ).split(' '),
]);

/** Words with which a command does more than print; attached and long forms too. */
const EFFECTS: Readonly<Record<string, RegExp>> = {
  curl: /^-(?!-)\w*[XdFToO]|^--(?:request|data|form|upload|output|json|remote-name)/,
  wget: /^(?!-q?O-$)-\w*[OP]|^--(?:post|output|method|body)/,
  gh: /^(?:create|edit|delete|close|reopen|merge|comment|review|run|set|upload|download|clone|fork|sync|enable|disable|cancel|rerun|lock|ready|checkout)$|^-[XfF]|^--(?:method|field|raw-field|input)/,
  sed: /^-[a-zA-Z]*i|^--in-place/,
  sort: /^-\w*o|^--output/,
  find: /^-(?:delete|exec|execdir|ok|okdir|fprint\w*|fls)$/,
  yq: /^-\w*i|^--inplace/,
  printf: /^-v/,
  // What `print` is redirected to, and what is run.
  awk: /\bsystem\s*\(|>(?!=)|(?<!\|)\|(?!\|)/,
};

/** Tells what running a command again means. */
export function judgeCall(call: Call): CallVerdict {
  const { name } = call;
  if (name === undefined)
    return { ...STABLE, instability: 'a computed command may do anything', hasEffects: true };
  if (isTopLevelQuery(call) || name === 'pwd') return { ...STABLE, directory: true };
  if (isAskingForGit(call)) return STABLE;
  const hasEffects = !WITHOUT_EFFECT.has(name) || hasRiskyWord(call) || changesRepository(call);
  const text = entryOf(TEXT_COMMANDS, name);
  if (call.arguments.some(word => isChance(word.text)))
    return { instability: CHANCE, differs: true, directory: false, hasEffects };
  if (text === undefined) {
    const instability = entryOf(DEPENDS_ON, name) ?? `${name} may give another value`;
    return { instability, differs: givesAnother(call), directory: name === 'git', hasEffects };
  }
  const instability = doubtAbout(text, call);
  const throwsDice = name === 'awk' && call.arguments.some(word => /\brand\s*\(/.test(word.text));
  const differs = instability !== undefined && throwsDice;
  // `printf -v NAME` sets what is judged as a definition.
  return { instability, differs, directory: false, hasEffects: name !== 'printf' && hasEffects };
}

export const CHANCE: Instability = 'chance gives another value each time';

/** Whether a word names a file that the kernel fills by chance. Source: random(4). */
export function isChance(word: string): boolean {
  return /\/dev\/u?random\b|\/proc\/sys\/kernel\/random\//.test(word);
}

/** Letters of `date` that stay the same all day long. Source: date(1). */
const FORMAT_OF_DAY = /^["']?\+(?:[^%"'`$\\]|%[-_0^#]?[YyGgCmbBhdejaAuwUVWFDx%])*["']?$/;

/** Whether a command that is run again gives another value by its nature; a day's date is the same one for most of the time. */
function givesAnother({ name, arguments: words }: Call): boolean {
  if (name === 'mktemp' || name === 'uuidgen') return true;
  if (name !== 'date') return false;
  const format = words.find(({ text }) => /^["']?\+/.test(text));
  const isOfDay =
    format === undefined
      ? words.some(({ text }) => /^(?:-I|--iso-8601)$/.test(text))
      : FORMAT_OF_DAY.test(format.text);
  return !isOfDay;
}

function doubtAbout(command: TextCommand, { name, arguments: words }: Call): Instability | undefined {
  if (words.some(({ text }) => hasGlob(text))) return 'a glob lists files that a step may have changed';
  // `${X@P}` expands the value as a prompt, with its clock and its commands.
  if (words.some(({ text }) => /@P[:}]/.test(text))) return 'a prompt depends on the clock and the directory';
  const { operands, inOptions, hasUnknownOption } = readWords(command, words);
  const { isTextual } = command;
  const programs = inOptions.length > 0 ? inOptions : operands.slice(0, 1);
  const isKnown = (word: Value | undefined) => {
    const program = literalText(word);
    return program !== undefined && isTextual?.(program) === true;
  };
  if (isTextual !== undefined && !programs.every(isKnown)) return `${name} may read more than its words`;
  const allowed = inOptions.length > 0 ? command.operands - 1 : command.operands;
  return hasUnknownOption || operands.length > allowed
    ? `${name} reads a file that a step may have changed`
    : undefined;
}

/** A command's words, told apart by what its row in the table says of its options. */
interface CommandWords {
  readonly operands: readonly Value[];
  /** The programs and patterns that options hold. */
  readonly inOptions: readonly (Value | undefined)[];
  /** True where nobody vouches for an option. */
  readonly hasUnknownOption: boolean;
}

function readWords(command: TextCommand, words: readonly Value[]): CommandWords {
  const operands: Value[] = [];
  const inOptions: (Value | undefined)[] = [];
  let hasUnknownOption = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const { text } = word;
    if (!text.startsWith('-') || text === '-') operands.push(word);
    else if (command.program !== undefined && new RegExp(`^-[a-zA-Z]*[${command.program}]$`).test(text)) {
      // The letters in front of it are options of their own.
      hasUnknownOption ||= text.length > 2 && !command.options.test(text.slice(0, -1));
      inOptions.push(words[++index]);
    } else if (command.valued !== undefined && new RegExp(`^-[${command.valued}]$`).test(text)) index++;
    else hasUnknownOption ||= !command.options.test(text);
  }
  return { operands, inOptions, hasUnknownOption };
}

/** An unquoted `*`, `?` or `[` in a word stands for names of files. */
export function hasGlob(word: string): boolean {
  const bare = withoutClosed(
    word,
    /\\[\s\S]|"(?:[^"\\]|\\[\s\S])*("|$)|'[^']*('|$)|\$\{[^}]*(\}|$)|\$\([^)]*(\)|$)/g,
  );
  return /[*?[]/.test(bare.replace(/\$[*?]/g, ''));
}

/** A text without its quoted parts. */
export function outsideQuotes(text: string): string {
  return withoutClosed(text, /"(?:[^"\\]|\\[\s\S])*("|$)|'[^']*('|$)/g);
}

/**
 * A text without what an expression finds. What nothing closes stays: it is found up to the text's end, so that nobody looks for
 * that end again from each sign behind it.
 * @param parts its groups are what closes a part, or empty at the text's end
 */
function withoutClosed(text: string, parts: RegExp): string {
  return text.replace(parts, (part, ...groups: readonly unknown[]) => (groups.includes('') ? part : ''));
}

/** `git rev-parse --show-toplevel` and `--is-inside-work-tree`: they depend on the directory and on nothing that steps change. */
function isTopLevelQuery(call: Call): boolean {
  const words = call.arguments.map(argument => argument.text);
  return (
    call.name === 'git' &&
    words[0] === 'rev-parse' &&
    words.length > 1 &&
    words
      .slice(1)
      .every(word => /^--(?:show-toplevel|is-inside-work-tree|git-dir|git-common-dir)$/.test(word))
  );
}

/** `command -v git`, the beginning of the field's own recipe: git does not come or go while a document runs. */
function isAskingForGit({ name, arguments: words }: Call): boolean {
  return name === 'command' && words[0]?.text === '-v' && words[1]?.text === 'git';
}

function hasRiskyWord({ name, arguments: words }: Call): boolean {
  const risky = entryOf(EFFECTS, name);
  if (risky !== undefined && words.some(({ text }) => risky.test(text))) return true;
  // `w` writes a file, `e` runs a command.
  return (
    name === 'sed' && words.some(word => SED_EFFECT.test(word.text) && !isTextualSed(literalText(word) ?? ''))
  );
}

/** Queries of git with the number of operands from which on they change something. */
const GIT_QUERIES: Readonly<Record<string, number>> = {
  'rev-parse': ANY,
  log: ANY,
  show: ANY,
  diff: ANY,
  'diff-tree': ANY,
  status: ANY,
  describe: ANY,
  'ls-files': ANY,
  'ls-remote': ANY,
  'ls-tree': ANY,
  'merge-base': ANY,
  'rev-list': ANY,
  'cat-file': ANY,
  'for-each-ref': ANY,
  'show-ref': ANY,
  'name-rev': ANY,
  blame: ANY,
  shortlog: ANY,
  grep: ANY,
  config: 1,
  'symbolic-ref': 1,
  branch: 0,
  tag: 0,
};

const GIT_LISTS =
  /^(?:-l|--list|--points-at|--contains|--merged|--no-merged|--show-current|--get|--get-all|get-url|list|-v)$/;

function changesRepository({ name, arguments: words }: Call): boolean {
  if (name !== 'git') return false;
  const texts = words.map(({ text }) => text);
  const at = texts.findIndex(
    (text, index) => !text.startsWith('-') && !/^-[Cc]$/.test(texts[index - 1] ?? ''),
  );
  const rest = texts.slice(at + 1);
  if (rest.some(text => GIT_LISTS.test(text))) return false;
  const operands = entryOf(GIT_QUERIES, texts[at]);
  return operands === undefined || rest.filter(text => !text.startsWith('-')).length > operands;
}
