import type { Block } from '../document/commandDocument';
import { kept } from '../kept';

/** The shell text that saves variables into a state file and loads them. It runs in bash from 3.2 and in zsh. */

/** A variable of a state file. */
export interface SavedName {
  readonly name: string;
  /** True where the value is not all: an array, a name with attributes. */
  readonly isArray: boolean;
  readonly isExported: boolean;
  /** True where each way through the block that comes to the save gives it a value. */
  readonly isCertain: boolean;
  /** What the file says of it where it has no value: nothing where an earlier block's file may give it one. */
  readonly otherwise: 'unset' | 'nothing';
}

/** The folder below the project's root that holds state files; it ignores itself in git. */
const STATE_FOLDER = '.crossblock';
const PROJECT_ROOT = '$(git rev-parse --show-toplevel 2>/dev/null || pwd)';
const DEFAULT_TEMPLATE = `${PROJECT_ROOT}/${STATE_FOLDER}/{document}-\${CLAUDE_CODE_SESSION_ID:-run}-{block}.sh`;

/** Where a document's state files lie. */
export class StatePlace {
  readonly #template: string;
  /** True in the fix's own folder, which is to be told to git. */
  readonly ignoresItself: boolean;

  /** @param template of the user's, already known to be the same path in each block; undefined for the fix's own place */
  constructor(document: string, template: string | undefined) {
    this.ignoresItself = template === undefined;
    const name = document.replace(/[^\w.-]+/g, '-');
    this.#template = withOwnName(template ?? DEFAULT_TEMPLATE).replaceAll('{document}', name);
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

  /** A shell word for the state file of a block. */
  path(block: number): string {
    return `"${this.#template.replaceAll('{block}', String(block))}"`;
  }

  /** The same for another block's file where `crossblock_state` holds that of `block`, as short as the template allows. */
  siblingOf(block: number, other: number): string {
    const [head, tail, ...more] = this.#template.split('{block}');
    const isSimple = more.length === 0 && /[-_/.]$/.test(head!) && /^[\w.-]*$/.test(tail!);
    return isSimple ? `"\${crossblock_state%${block}${tail}}${other}${tail}"` : this.path(other);
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

/**
 * Saves names, each with its value or with `unset`, as `saveLine` does. All happens in a subshell that starts by taking `$?` and ends by giving it
 * back, so that the block keeps its umask, its names and its status; the file is written whole and moved.
 * @param minds true where the block ends or does something where a command fails: a status that is given back is no failure
 */
export function saveLines(
  place: StatePlace,
  block: number,
  names: readonly string[],
  minds: boolean,
): readonly string[] {
  // In a folder of everyone's, somebody could have made a file of a name that can be foretold.
  const [prepare, target] = place.ignoresItself
    ? ['printf \'*\\n\' >| "${crossblock_state%/*}/.gitignore"', '"$crossblock_state.new"']
    : ['crossblock_new=$(mktemp "$crossblock_state.XXXXXX")', '"$crossblock_new"'];
  return [
    '(',
    '  crossblock_status=$?',
    '  umask 077',
    `  crossblock_state=${place.path(block)}`,
    '  mkdir -p "${crossblock_state%/*}"',
    `  ${prepare}`,
    '  {',
    ...names,
    `  } >| ${target} && mv -f ${target} "$crossblock_state"`,
    '  exit "$crossblock_status"',
    minds ? ') && :' : ')',
  ];
}

/** The line that saves one name. */
export function saveLine({ name, isArray, isExported, isCertain, otherwise }: SavedName): string {
  const save = isArray
    ? `typeset -p ${name}`
    : `printf '${isExported ? 'export ' : ''}${name}=%q\\n' "$${name}"`;
  if (isCertain) return `    ${save}`;
  if (isArray) return `    ${save} 2>/dev/null || ${otherwise === 'unset' ? `echo 'unset ${name}'` : ':'}`;
  const otherwiseSays = otherwise === 'unset' ? ` else echo 'unset ${name}';` : '';
  return `    if [ -n "\${${name}+set}" ]; then ${save};${otherwiseSays} fi`;
}

/** How a block loads the file of another one. */
export interface StateLoad {
  readonly writer: number;
  /** True where the block cannot go on without the file. */
  readonly isRequired: boolean;
  /** Blocks whose files this one must not be older than: they give the same names, and the last word counts. */
  readonly notOlderThan: readonly number[];
}

/** Loads the file where it is one's own and no link; where it is required, the block ends with a line on what is missing. */
export function loadLines(place: StatePlace, load: StateLoad): readonly string[] {
  const { writer, isRequired, notOlderThan } = load;
  const conditions = [
    '[ -O "$crossblock_state" ]',
    '[ ! -L "$crossblock_state" ]',
    ...notOlderThan.map(other => `[ ! "$crossblock_state" -ot ${place.siblingOf(writer, other)} ]`),
  ].join(' && ');
  const path = `crossblock_state=${place.path(writer)}`;
  if (!isRequired) return [path, `if ${conditions}; then . "$crossblock_state"; fi`];
  return [
    path,
    `if ${conditions}; then`,
    '  . "$crossblock_state"',
    'else',
    `  echo "Block ${writer} has saved no state in $crossblock_state; run it first" >&2`,
    '  exit 1',
    'fi',
  ];
}

/** Removes what an earlier run has saved, where this one may not come to save anything. */
export function forgetLine(place: StatePlace, block: number): string {
  return `rm -f ${place.path(block)}`;
}

/** What this fix has inserted into a block before. All offsets are UTF-16 offsets into the block's text, at starts of lines. */
export interface OwnState {
  readonly save: OwnSave | undefined;
  readonly loads: readonly OwnLoad[];
}

export interface OwnSave {
  readonly start: number;
  /** Where one more name is saved. */
  readonly end: number;
  /** Behind all of it. */
  readonly stop: number;
  /** The lines that save its names. */
  readonly lines: readonly string[];
  readonly names: ReadonlySet<string>;
}

export interface OwnLoad {
  /** The shell word of its file. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Whether the word that a block sources is what this fix calls its file. */
export function isOwnLoad(path: string | undefined): boolean {
  return path === '"$crossblock_state"';
}

const SAVED_NAME = /^\s+(?:typeset -p (\w+)|(?:if .*; then )?printf '(?:export )?(\w+)=%q)/gm;

/** Finds in a block's text what this fix has inserted, as it has inserted it. */
export const ownState = kept(({ text }: Block): OwnState => {
  const loads: OwnLoad[] = [];
  if (!text.includes('crossblock_state=')) return { save: undefined, loads };
  const load =
    /^crossblock_state=(".*")\nif \[ -O "\$crossblock_state" \].*; then(?: \. "\$crossblock_state"; fi|\n(?: {2}.*\n|else\n)*fi)(?:\n|$)/gm;
  for (const match of text.matchAll(load))
    loads.push({ path: match[1]!, start: match.index, end: match.index + match[0].length });
  const save =
    /^\(\n {2}crossblock_status=\$\?\n(?: {2}\w.*\n)* {2}\{\n((?: {4}.*\n)*)(?= {2}\} >\| "\$crossblock_(?:state\.)?new")/m.exec(
      text,
    );
  if (save === null) return { save: undefined, loads };
  const names = new Set([...save[1]!.matchAll(SAVED_NAME)].map(([, array, scalar]) => array ?? scalar!));
  const end = save.index + save[0].length;
  const close = /^\)(?: && :)?(?:\n|$)/m.exec(text.slice(end));
  const stop = close === null ? text.length : end + close.index + close[0].length;
  const saving = save[1]!.split('\n').slice(0, -1);
  return { save: { start: save.index, end, stop, lines: saving, names }, loads };
});
