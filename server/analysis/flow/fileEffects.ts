import type { Call, Write } from '../shell/script';
import type { Span } from '../text';
import { evaluate, type Lookup } from './evaluate';
import type { Symbolic } from './symbolic';

/** What a block does to the content of a file. */
export type FileEffect = {
  readonly path: Symbolic;
  /** False where a branch or a loop may leave it out. */
  readonly certain: boolean;
} & (
  | { readonly kind: 'write'; readonly write: Write }
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

/** Commands that leave the files alone that their words name. */
const READERS = new Set(
  (
    'awk basename cat cd chmod chown cmp comm cut declare diff dirname du echo export file find grep head jq less ls local ' +
    'md5sum mkdir printf pushd readlink readonly realpath sha256sum sort source stat tail test touch type unset wc which . [ ['
  ).split(' '),
);

const CREATORS = new Set(['cp', 'install', 'ln', 'mkdir', 'mkfifo', 'mktemp', 'mv', 'tee', 'touch']);

/** Commands that do not need the files that their words name. */
const NO_USE = new Set(['declare', 'echo', 'export', 'printf', 'rm', 'rmdir', 'trap', 'typeset', 'unlink']);

export function needsFiles({ name }: Call): boolean {
  return !NO_USE.has(name ?? '');
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
export function effectsOnFiles(call: Call, certain: boolean, lookup: Lookup): readonly FileEffect[] {
  const { name, span } = call;
  if (name === undefined || READERS.has(name)) return [];
  // What a text for another shell writes, and where, is not in sight.
  if (
    /^(?:bash|sh|zsh)$/.test(name) &&
    call.arguments.some(({ text }) => />|\b(?:tee|mv|cp|sed -i)\b/.test(text))
  )
    return [{ kind: 'anything', path: [], certain: false }];
  const words = call.arguments.filter(({ text }) => !text.startsWith('-'));
  const paths = words.map(word => evaluate(word, lookup));
  if (name === 'rm' || name === 'unlink') return paths.map(path => ({ kind: 'remove', path, certain }));
  const [from, to] = paths;
  if ((name === 'mv' || name === 'cp') && from !== undefined && to !== undefined && paths.length === 2)
    return [
      { kind: 'replace', path: to, from, span, certain },
      ...(name === 'mv' ? [{ kind: 'remove', path: from, certain } as const] : []),
    ];
  return paths.map(path => ({ kind: 'unknown', path, span, certain: false }));
}
