import type { AnalysedBlock } from '../flow/documentFlow';
import { kept } from '../kept';
import { IDENTIFIER } from '../shell/words';

/** Whether two blocks make the same path of a name, in the same words: what one of them writes, the other one looks for. */
export function makeSamePath(a: AnalysedBlock, b: AnalysedBlock, name: string): boolean {
  if (!IDENTIFIER.test(name)) return false;
  const paths = pathsIn(b).get(name);
  return paths !== undefined && [...(pathsIn(a).get(name) ?? [])].some(path => paths.has(path));
}

/** A word with a slash in it, as far as it holds no quotes. */
const PATH = /[^\s"'`;|&<>()=]*\/[^\s"'`;|&<>()]*/g;
const NAME = /\$\{?(\w+)/g;

/** The paths in a block's text that are made of names, by name; `${X}` and `$X` are the same. */
const pathsIn = kept(({ block }: AnalysedBlock): ReadonlyMap<string, ReadonlySet<string>> => {
  const paths = new Map<string, Set<string>>();
  for (const [path] of block.text.matchAll(PATH))
    for (const [, name] of path.matchAll(NAME))
      paths.set(name!, (paths.get(name!) ?? new Set()).add(path.replace(/\$\{(\w+)\}/g, '$$$1')));
  return paths;
});
