import type { AnalysedBlock } from '../flow/documentFlow';
import { kept } from '../kept';
import { IDENTIFIER } from '../shell/words';

/** Whether two blocks make the same path of a name, in the same words, and one of them writes or deletes there: the other one looks for it. */
export function makeSamePath(a: AnalysedBlock, b: AnalysedBlock, name: string): boolean {
  if (!IDENTIFIER.test(name)) return false;
  const [own, others] = [pathsIn(a).get(name), pathsIn(b).get(name)];
  if (own === undefined || others === undefined) return false;
  return [...own].some(([path, isChanged]) => {
    const isChangedThere = others.get(path);
    return isChangedThere !== undefined && (isChanged || isChangedThere);
  });
}

/** A word, as far as it holds no quotes. */
const WORD = /[^\s"'`;|&<>()=]+/g;
const NAME = /\$\{?(\w+)/g;
const CHANGES = />|(?<![\w-])(?:mkdir|touch|rm|rmdir|mv|cp|tee|ln|install)\s/;

/** By name: the paths in a block's lines that are made of it, each with whether its line writes or deletes; `${X}` and `$X` are the same. */
const pathsIn = kept(({ block }: AnalysedBlock): ReadonlyMap<string, ReadonlyMap<string, boolean>> => {
  const paths = new Map<string, Map<string, boolean>>();
  for (const line of block.text.split('\n')) {
    if (!line.includes('/') || /^\s*#/.test(line)) continue;
    const isChanged = CHANGES.test(line);
    for (const [word] of line.matchAll(WORD)) {
      if (!word.includes('/')) continue;
      const path = word.replace(/\$\{(\w+)\}/g, '$$$1');
      for (const [, name] of word.matchAll(NAME)) {
        const known = paths.get(name!) ?? new Map<string, boolean>();
        paths.set(name!, known.set(path, isChanged || known.get(path) === true));
      }
    }
  }
  return paths;
});
