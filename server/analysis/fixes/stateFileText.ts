import type { Block } from '../document/commandDocument';
import { kept } from '../kept';
import { HAND_OVER as VARIABLE } from '../rules/stateFiles';
import type { Span } from '../text';

/** The shell text that saves variables into a state file and loads them. It runs in bash from 3.2 and in zsh. */

/** A variable of a state file. */
export interface SavedName {
  readonly name: string;
  /** True where each way through the block that comes to the save gives it a value. */
  readonly isCertain: boolean;
  /** True where only its value is handed over: a constant could not be given a value again. */
  readonly isConstant: boolean;
  readonly isExported: boolean;
  /** True where the file takes away what another one may have given, if the name has no value here. */
  readonly isForgotten: boolean;
}

/** The folder below the project's root that holds state files; it ignores itself in git. */
const STATE_FOLDER = '.crossblock';
const PROJECT_ROOT = '$(git rev-parse --show-toplevel 2>/dev/null || pwd)';
const DEFAULT_TEMPLATE = `${PROJECT_ROOT}/${STATE_FOLDER}/{document}-\${CLAUDE_CODE_SESSION_ID:-run}-{block}.sh`;

/** Where a document's state files lie. */
export class StatePlace {
  readonly #template: string;
  /** Before the block's number and what separates it from a folder or the start of a name. */
  readonly #split: number;
  /** True in the fix's own folder, which is to be told to git. */
  readonly ignoresItself: boolean;

  /** @param template of the user's, already known to be the same path in each block; undefined for the fix's own place */
  constructor(document: string, template: string | undefined) {
    this.ignoresItself = template === undefined;
    const name = document.replace(/[^\w.-]+/g, '-');
    this.#template = withOwnName(template ?? DEFAULT_TEMPLATE).replaceAll('{document}', name);
    const at = this.#template.lastIndexOf('{block}');
    this.#split = /[^/]\/$|\/[^/]+[-.]$/.test(this.#template.slice(0, at)) ? at - 1 : at;
  }

  /** Tells it from other places of the same document. */
  get key(): string {
    return `${this.ignoresItself} ${this.#template}`;
  }

  /** True where the directory that a block runs in has a say in the path. */
  get dependsOnDirectory(): boolean {
    return (
      !/^(?:\/|\$HOME\b|\$\{HOME\})/.test(this.#template) || /\$\((?:git|pwd)|\$PWD/.test(this.#template)
    );
  }

  /** True where the session keeps two runs apart. */
  get namesSession(): boolean {
    return this.#template.includes('CLAUDE_CODE_SESSION_ID');
  }

  /** True where everybody can know the name of a file in a folder of everyone's. */
  get isForetold(): boolean {
    return /^\/(?:tmp|var\/tmp|dev\/shm)\/[^$]*$/.test(this.#template);
  }

  /** The path of a block's state file, as it stands between double quotes. */
  path(block: number): string {
    return this.base(block) + this.#name(block);
  }

  /** The paths of some blocks' files as words for a command. */
  words(blocks: readonly number[]): string {
    const bases = new Set(blocks.map(block => this.base(block)));
    const names = blocks.map(block => this.#name(block));
    return blocks.length > 1 && bases.size === 1 && names.every(name => /^[\w./-]+$/.test(name))
      ? `"${this.base(blocks[0]!)}"{${names.join(',')}}`
      : blocks.map(block => `"${this.path(block)}"`).join(' ');
  }

  /** What the files of several blocks have in common at the start of their paths. */
  base(block: number): string {
    return this.#template.slice(0, this.#split).replaceAll('{block}', String(block));
  }

  /** The path where the variable holds what the files have in common. */
  file(block: number): string {
    const name = this.#name(block);
    return (/^[-./]/.test(name) ? `$${VARIABLE}` : `\${${VARIABLE}}`) + name;
  }

  /** The folder of that file. */
  folder(block: number): string {
    const file = this.file(block);
    return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : `\${${VARIABLE}%/*}`;
  }

  #name(block: number): string {
    return this.#template.slice(this.#split).replaceAll('{block}', String(block));
  }
}

/** A template that gives each block of each document a file of its own, in a folder. */
function withOwnName(template: string): string {
  let own = template.replace(/^~\//, '$HOME/');
  if (!/^[/$]/.test(own) && !own.startsWith('./')) own = `./${own}`;
  for (const part of ['{document}', '{block}'])
    if (!own.includes(part)) own = own.replace(/(\.\w+)?$/, extension => `-${part}${extension}`);
  return own;
}

/** What surrounds the lines that save. */
export interface SavePoint {
  /** True where somebody sees the status that the block has here. */
  readonly keepsStatus: boolean;
  /** True where the block ends or does something where a command fails: a status that is given back is no failure. */
  readonly minds: boolean;
  /** True where the block has loaded a file from the same folder, or ended. */
  readonly hasLoaded: boolean;
}

const SAVE_COMMENT = '# Each block runs in a shell of its own: save ';
const SAVE_COMMENT_END = ' for the later ones';
const LOAD_COMMENT = '# Saved by earlier blocks: ';

/**
 * Saves names into a file of the block's own, which is written whole and moved. All happens in a subshell, so that the block keeps
 * its umask and its names.
 */
export function saveLines(
  place: StatePlace,
  block: number,
  names: readonly SavedName[],
  { keepsStatus, minds, hasLoaded }: SavePoint,
): readonly string[] {
  const file = place.file(block);
  const folder = place.folder(block);
  const begin = [
    ...(keepsStatus ? [`${VARIABLE}_status=$?`] : []),
    'umask 077',
    ...(hasLoaded ? [] : [`${VARIABLE}="${place.base(block)}"`]),
  ];
  const ignore = place.ignoresItself ? ` && echo '*' >| "${folder}/.gitignore"` : '';
  const target = place.ignoresItself ? `${file}.new` : `$${VARIABLE}_new`;
  const write = `${savedText(names)} >| "${target}"${doneText(names)} mv -f "${target}" "${file}"`;
  return [
    `${SAVE_COMMENT}${listed(names)}${SAVE_COMMENT_END}`,
    `( ${begin.join('; ')}`,
    ...(hasLoaded ? [] : [`  mkdir -p "${folder}"${ignore}`]),
    // In a folder of everyone's, somebody could have made a file of a name that can be foretold.
    ...(place.ignoresItself ? [] : [`  ${VARIABLE}_new=$(mktemp "${file}.XXXXXX")`]),
    `  ${write}${keepsStatus ? '' : ' )'}`,
    ...(keepsStatus ? [`  exit "$${VARIABLE}_status" )${minds ? ' && :' : ''}`] : []),
  ];
}

function listed(names: readonly { readonly name: string }[]): string {
  return names.map(({ name }) => name).join(', ');
}

/** The commands that print what the file holds. */
function savedText(names: readonly SavedName[]): string {
  const declared = names.filter(({ isConstant }) => !isConstant);
  const isCertain = declared.every(name => name.isCertain);
  const commands = [
    ...names.flatMap(({ name, isForgotten }) => (isForgotten ? [`echo 'unset ${name}'`] : [])),
    ...(declared.length === 0
      ? []
      : [`declare -p ${declared.map(({ name }) => name).join(' ')}${isCertain ? '' : ' 2>/dev/null'}`]),
    ...names.filter(({ isConstant }) => isConstant).map(printedText),
  ];
  return commands.length === 1 ? commands[0]! : `{ ${commands.join('; ')}; }`;
}

function printedText({ name, isCertain, isExported }: SavedName): string {
  const print = `printf '${isExported ? 'export ' : ''}${name}=%q\\n' "$${name}"`;
  return isCertain ? print : `[ -z "\${${name}+set}" ] || ${print}`;
}

/** A file that could not be written is not moved; where a name has no value, that is no failure. */
function doneText(names: readonly SavedName[]): string {
  return names.every(({ isCertain }) => isCertain) ? ' &&' : ';';
}

/** How a block loads the file of another one. */
export interface StateLoad {
  readonly writer: number;
  /** The names that the block takes from it. */
  readonly names: readonly string[];
  /** True where the block cannot go on without the file. */
  readonly isRequired: boolean;
  /** Blocks whose files this one must not be older than: they give the same names, and the last word counts. */
  readonly notOlderThan: readonly number[];
}

/** What stands above some loads. */
export interface LoadPoint {
  /** What the variable holds. */
  readonly base: string | undefined;
  /** True where a comment tells of other loads already. */
  readonly isTold: boolean;
}

/** Loads files where they are one's own and no links; where one is required, the block ends with a line on what is missing. */
export function loadLines(
  place: StatePlace,
  loads: readonly StateLoad[],
  { base: known, isTold }: LoadPoint,
): readonly string[] {
  if (loads.length === 0) return [];
  const names = [...new Set(loads.flatMap(load => load.names))];
  const lines = isTold ? [] : [`${LOAD_COMMENT}${names.join(', ')}`];
  let base = known;
  for (const load of loads) {
    const own = place.base(load.writer);
    if (own !== base) lines.push(`${VARIABLE}="${own}"`);
    base = own;
    lines.push(...loadText(place, load));
  }
  return lines;
}

function loadText(
  place: StatePlace,
  { writer, names, isRequired, notOlderThan }: StateLoad,
): readonly string[] {
  const word = (block: number) => {
    const file = place.file(block);
    return /^[\w$-.{}]*$/.test(file) ? file : `"${file}"`;
  };
  const file = word(writer);
  const age = notOlderThan.map(other => {
    const isNear = place.base(other) === place.base(writer);
    return ` && ! ${file} -ot ${isNear ? word(other) : `"${place.path(other)}"`}`;
  });
  const isOwn = `[[ -O ${file} && ! -L ${file}${age.join('')} ]]`;
  const load = `. "${place.file(writer)}"`;
  // Where there is none, a question for the status behind it hears of no failure.
  if (!isRequired) return [`if ${isOwn}; then ${load}; fi`];
  return [`${isOwn} && ${load} ||`, endText(names)];
}

/** Behind the loads: the block ends where none of several files has given a name a value. */
export function checkLines(name: string): readonly string[] {
  return [`[[ -n \${${name}+set} ]] ||`, endText([name])];
}

function endText(names: readonly string[]): string {
  const missing =
    names.length === 1
      ? `${names[0]} is missing: run the block that saves it first`
      : `${names.join(', ')} are missing: run the block that saves them first`;
  return `  { echo '${missing}' >&2; exit 1; }`;
}

/** Removes what an earlier run has saved, where this one may not come to save anything. */
export function forgetLine(place: StatePlace, blocks: readonly number[]): string {
  return `rm -f ${place.words(blocks)}${FORGET_COMMENT}`;
}

const FORGET_COMMENT = ' # of an earlier run';

/** What this fix has inserted into a block before. All offsets are UTF-16 offsets into the block's text. */
export interface OwnState {
  readonly save: OwnSave | undefined;
  readonly loads: readonly OwnLoad[];
  /** What ends the block where none of the loads has given a name a value. */
  readonly checks: readonly OwnCheck[];
  /** Behind all that; 0 without any. */
  readonly end: number;
  /** What removes files of an earlier run. */
  readonly forget: OwnForget | undefined;
}

export interface OwnCheck {
  readonly name: string;
  readonly start: number;
  /** The start of the line below. */
  readonly end: number;
}

export interface OwnForget {
  /** Its line, without the end. */
  readonly span: Span;
  /** As they stand between double quotes. */
  readonly paths: ReadonlySet<string>;
}

export interface OwnSave {
  /** The start of its first line. */
  readonly start: number;
  /** Behind all of it. */
  readonly stop: number;
  readonly names: ReadonlySet<string>;
  /** What prints the names, up to what asks whether that was done. */
  readonly text: Span;
  /** What stands between the two, and stays. */
  readonly target: string;
  /** The names in its comment. */
  readonly comment: Span | undefined;
}

export interface OwnLoad {
  /** The path of its file, as it stands between double quotes. */
  readonly path: string;
  readonly base: string;
  /** The starts of its first line, of the one that loads, and of the one below. */
  readonly start: number;
  readonly line: number;
  readonly end: number;
  /** True where the block ends without it. */
  readonly isRequired: boolean;
  readonly comment: OwnComment | undefined;
}

/** The comment above some loads. */
export interface OwnComment {
  readonly names: ReadonlySet<string>;
  readonly end: number;
}

/** Whether the word that a block sources is what this fix calls its file. */
export function isOwnLoad(path: string | undefined): boolean {
  return path !== undefined && OWN_FILE.test(path);
}

const OWN_FILE = new RegExp(`^"\\$(?:${VARIABLE}|\\{${VARIABLE}\\})[^"]*"$`);
const BASE = `${VARIABLE}="(.*)"`;
const OWN_LOAD = new RegExp(
  `^((?:(${LOAD_COMMENT})(.*)\\n)?(?:${BASE}\\n)?)` +
    `(?:if )?\\[\\[ -O .* \\]\\](?: &&|; then) \\. "\\$(?:${VARIABLE}|\\{${VARIABLE}\\})(.*)"` +
    `(?:; fi| \\|\\|\\n {2}\\{ echo '.*' >&2; exit 1; \\})?(?:\\n|$)`,
  'gm',
);
const OWN_CHECK =
  /^\[\[ -n \$\{(\w+)\+set\} \]\] \|\|\n {2}\{ echo '\1 is missing: .*' >&2; exit 1; \}(?:\n|$)/gm;
const OWN_SAVE = new RegExp(
  `^(?:(${SAVE_COMMENT})(.*)${SAVE_COMMENT_END}\\n)?` +
    `(\\( (?:${VARIABLE}_status=\\$\\?; )?umask 077(?:; ${BASE})?\\n(?: {2}mkdir -p .*\\n)?(?: {2}${VARIABLE}_new=.*\\n)? {2})` +
    `(.*)( >\\| ".*")(?: &&|;) mv -f `,
  'm',
);
const OWN_SAVE_END = new RegExp(`^.*(?: \\)|\\n {2}exit "\\$${VARIABLE}_status" \\)(?: && :)?)(?:\\n|$)`);
const OWN_FORGET = new RegExp(`^rm -f "(.*)"(?:\\{(.*)\\})?${FORGET_COMMENT}$`, 'm');
const SAVED_NAMES = /\bdeclare -p ([\w ]+?)(?= 2>|;|$)|\bprintf '(?:export )?(\w+)=%q/g;

/** Finds in a block's text what this fix has inserted, as it has inserted it. */
export const ownState = kept(({ text }: Block): OwnState => {
  const forget = ownForget(text);
  if (!text.includes(VARIABLE)) return { save: undefined, loads: [], checks: [], end: 0, forget };
  const loads: OwnLoad[] = [];
  for (const match of text.matchAll(OWN_LOAD)) {
    const [all, begin, comment, told = '', base, file] = match;
    const above = loads.at(-1);
    const known = base ?? above?.base ?? '';
    const start = match.index;
    const names = new Set(told.split(', '));
    loads.push({
      path: known + file!,
      base: known,
      start,
      line: start + begin!.length,
      end: start + all.length,
      isRequired: all.includes('; exit 1; }'),
      comment: comment === undefined ? above?.comment : { names, end: start + comment.length + told.length },
    });
  }
  const checks = [...text.matchAll(OWN_CHECK)].map(({ 0: all, 1: name, index }) => ({
    name: name!,
    start: index,
    end: index + all.length,
  }));
  const end = Math.max(0, ...[...loads, ...checks].map(own => own.end));
  return { save: ownSave(text), loads, checks, end, forget };
});

function ownForget(text: string): OwnForget | undefined {
  const match = OWN_FORGET.exec(text);
  if (match === null) return undefined;
  const [line, first, names] = match;
  const paths = names === undefined ? first!.split('" "') : names.split(',').map(name => first! + name);
  return { span: spanAt(match.index, line.length), paths: new Set(paths) };
}

function ownSave(text: string): OwnSave | undefined {
  const match = OWN_SAVE.exec(text);
  if (match === null) return undefined;
  const [, comment, listed = '', begin, , printed, target] = match;
  const head = comment === undefined ? 0 : comment.length + listed.length + SAVE_COMMENT_END.length + 1;
  const from = match.index + head + begin!.length;
  const names = [...printed!.matchAll(SAVED_NAMES)].flatMap(
    ([, declared, constant]) => declared?.split(' ') ?? constant!,
  );
  const end = match.index + match[0].length;
  const rest = OWN_SAVE_END.exec(text.slice(end))?.[0] ?? '';
  return {
    start: match.index,
    stop: end + rest.length,
    names: new Set(names),
    text: { start: from, end: end - ' mv -f '.length },
    target: target!,
    comment: comment === undefined ? undefined : spanAt(match.index + comment.length, listed.length),
  };
}

function spanAt(start: number, length: number): Span {
  return { start, end: start + length };
}

/** The edits, in the block's text, after which a save holds some names, those of before among them. */
export function savingMore(
  { text, target, comment }: OwnSave,
  names: readonly SavedName[],
): readonly { readonly span: Span; readonly text: string }[] {
  return [
    ...(comment === undefined ? [] : [{ span: comment, text: listed(names) }]),
    { span: text, text: savedText(names) + target + doneText(names) },
  ];
}
