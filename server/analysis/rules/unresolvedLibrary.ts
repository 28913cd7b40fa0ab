import { documentSpan } from '../document/commandDocument';
import type { LoadedFile } from '../flow/blockFlow';
import type { AnalysedBlock } from '../flow/documentFlow';
import { holdsPlaceholder } from '../flow/shownPath';
import { describePath, pathKeyOf, type Symbolic } from '../flow/symbolic';
import { allSteps } from '../shell/script';
import { startsElsewhere } from './directories';
import { type Rule, readingBlocks, steps } from './rule';

/** A library that lies nowhere in the workspace: the block may get from it what nobody knows. */
export const unresolvedLibrary: Rule = {
  name: 'unresolved-library',
  summary: 'A library is sourced here that is not found in the workspace.',
  page: {
    severity: 'Information, once for each library of a document.',
    why: 'What a library defines counts as defined in the block that sources it. Of a library that is not found, nobody knows what that is: the block is taken to get every name from it, and a variable that is really lost there is not reported.',
    example: steps('source ./lib/not-there.sh\ngreet everyone'),
    useInstead: steps('greet() {\n  printf \'Hello, %s\\n\' "${1}"\n}\ngreet everyone'),
    fix: 'Correct the path, open the folder in which the library lies, or silence the rule where it is installed elsewhere on purpose.',
    noQuickFix: 'Where the library is, only its author knows.',
    references: ['https://www.gnu.org/software/bash/manual/bash.html#index-source'],
  },
  *check(flow) {
    const told = new Set<string>();
    for (const block of readingBlocks(flow)) {
      for (const file of block.flow.loads) {
        if (!isUnresolved(file) || told.has(pathKeyOf(file.path))) continue;
        if (holdsPlaceholder(flow.document, file.path) || isOfLibrary(block, file)) continue;
        if (startsElsewhere(block, { path: file.path, span: file.load.span })) continue;
        told.add(pathKeyOf(file.path));
        yield {
          rule: 'unresolved-library',
          severity: 'information',
          name: undefined,
          message: `${describePath(file.path)} is not found: what this block gets from it is not known, so behind it nothing is reported as lost here`,
          block: block.block.number,
          span: documentSpan(block.block, file.load.span),
          definition: undefined,
        };
      }
    }
  },
};

/** A library names the folder that it lies in itself; from here, that is another one. */
function isOfLibrary({ script }: AnalysedBlock, { path, load }: LoadedFile): boolean {
  return path?.[0]?.kind === 'here' && ![...allSteps(script.flow, true)].includes(load);
}

/** A file with a name of libraries, in the project, that nobody found; what is below the home belongs to the machine. */
function isUnresolved(file: LoadedFile): file is LoadedFile & { readonly path: Symbolic } {
  const { path, known, library, isState, load } = file;
  if (path === undefined || known || isState || library !== undefined || load.how !== 'source') return false;
  const [first] = path;
  const last = path[path.length - 1];
  if (last?.kind !== 'text' || !/\.(?:sh|bash|zsh)$/.test(last.text)) return false;
  const isInProject =
    first?.kind === 'project' ||
    first?.kind === 'here' ||
    (first?.kind === 'text' && !/^[/~]/.test(first.text));
  return (
    isInProject && path.every(({ kind }) => kind !== 'unknown' && kind !== 'unique' && kind !== 'wildcard')
  );
}
