import { isCommandOfShell } from '../shell/programs';
import type { Call, Value, Write } from '../shell/script';
import type { Span } from '../text';
import { evaluate, type Knowledge } from './evaluate';
import type { Symbolic } from './symbolic';

/** A name that a state file assigns. */
export interface StateKey {
  readonly name: string;
  /** True where only the beginning of the name is known: `append "RETRY_COUNT_$STATE" …`. */
  readonly isPrefix: boolean;
  /** What the variable of that name holds where it is written: the value that is meant, however it is spelt. */
  readonly value: Symbolic;
  /** True in the form that `declare -p` prints: sourced in a function, it restores nothing outside of it. */
  readonly isDeclared: boolean;
}

/** What a block does to the content of a file. */
export type FileEffect = {
  readonly path: Symbolic;
  /** False where a branch or a loop may leave it out. */
  readonly certain: boolean;
} & (
  | {
      readonly kind: 'write';
      readonly span: Span;
      /** As the block's text shows it; undefined where a library writes. */
      readonly write: Write | undefined;
      readonly append: boolean;
      /** True where a branch in the function of a library writes: it may know the file from before. */
      readonly isRepair: boolean;
      /** The names that it assigns; undefined where the text does not show them. */
      readonly keys: readonly StateKey[] | undefined;
      /** True where what the text does not show may define functions. */
      readonly mayDefineFunctions: boolean;
      /** The only word that the file holds then, where it is one. */
      readonly content: Symbolic | undefined;
    }
  | { readonly kind: 'remove' }
  /** A library is a load as well: what its functions do to files, nobody follows. */
  | { readonly kind: 'load'; readonly span: Span; readonly isLibrary: boolean }
  /** `mv A B` and `cp A B`: the file at `path` holds what `from` held. */
  | { readonly kind: 'replace'; readonly from: Symbolic; readonly span: Span }
  /** A command that may write whatever it likes to the file at `path`. */
  | { readonly kind: 'unknown'; readonly span: Span }
  /** A command that may write whatever it likes to any file; `path` is empty. */
  | { readonly kind: 'anything' }
);

/** Files that keep nothing: what is written to them is not there to be loaded. */
export function keepsNothing(path: Symbolic): boolean {
  const [first] = path;
  return first?.kind === 'text' && /^\/dev\/(?!shm\/)/.test(first.text);
}

/** Commands that leave the files alone that their words name. */
const READERS = new Set(
  (
    'awk basename cat chmod chown cmp comm cut date diff dirname du file find grep head jq less ls md5sum mkdir readlink ' +
    'realpath sha256sum sleep sort stat tail touch tr wc which'
  ).split(' '),
);

const CREATORS = new Set(['cp', 'install', 'ln', 'mkdir', 'mkfifo', 'mktemp', 'mv', 'tee', 'touch']);

/** Commands that do not need the files that their words name. */
const NO_USE = new Set(['declare', 'echo', 'export', 'printf', 'rm', 'rmdir', 'trap', 'typeset', 'unlink']);

export function needsFiles({ name }: Call): boolean {
  return !NO_USE.has(name ?? '');
}

/** Whether a command wants what is in the files that its words name. */
export function readsFiles({ name }: Call): boolean {
  return name === 'cd' || name === '.' || name === 'source' || READERS.has(name ?? '');
}

/** A command's words without its options. */
export function operandsOf({ arguments: words }: Call): readonly Value[] {
  return words.filter(({ text }) => !text.startsWith('-'));
}

/** Whether a command makes the files that its words name: what was deleted before is there again. */
export function isCreating({ name, arguments: words }: Call): boolean {
  if (name === 'git') return words.some(({ text }) => text === 'clone' || text === 'init' || text === 'add');
  return name !== undefined && CREATORS.has(name);
}

/**
 * What a program does to the files that its words name.
 * @param certain false where a branch or a loop may leave the call out
 */
export function effectsOnFiles(call: Call, certain: boolean, known: Knowledge): readonly FileEffect[] {
  const { name, span } = call;
  if (name === undefined || READERS.has(name) || isCommandOfShell(name)) return [];
  // What a text for another shell writes, and where, is not in sight.
  if (
    /^(?:bash|sh|zsh)$/.test(name) &&
    call.arguments.some(({ text }) => />|\b(?:tee|mv|cp|sed -i)\b/.test(text))
  )
    return [{ kind: 'anything', path: [], certain: false }];
  const paths = operandsOf(call).map(word => evaluate(word, known));
  if (name === 'rm' || name === 'unlink') return paths.map(path => ({ kind: 'remove', path, certain }));
  const [from, to] = paths;
  if ((name === 'mv' || name === 'cp') && from !== undefined && to !== undefined && paths.length === 2)
    return [
      { kind: 'replace', path: to, from, span, certain },
      ...(name === 'mv' ? [{ kind: 'remove', path: from, certain } as const] : []),
    ];
  return paths.map(path => ({ kind: 'unknown', path, span, certain: false }));
}
