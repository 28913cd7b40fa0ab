import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { describePath } from '../flow/symbolic';
import { kept } from '../kept';
import { allSteps } from '../shell/script';
import { lostSetter } from './lostSetters';
import { isSetInPipeline, lostInPipeline } from './pipelineValues';
import { setInProse } from './proseValues';
import { textOf } from './replacing';
import { definedIn, type Slice } from './slice';

/** What gives the names of a slice, or what it reads, another value between its statements and the reader, so that it is another one for certain. */
export function changesSince(flow: DocumentFlow, reader: AnalysedBlock, slice: Slice): readonly string[] {
  return [
    ...setInPipelines(slice),
    ...changedFiles(reader, flow, slice),
    ...slice.statements.flatMap(({ block, statement }) =>
      definedIn(statement).flatMap(name => setInProse(flow, block, name, reader.block.number)),
    ),
    ...settersOf(flow, reader, slice),
  ];
}

/** What may have done so: nobody sees how often a block is run, and what an unknown file sets. */
export function possibleChangesSince(
  flow: DocumentFlow,
  reader: AnalysedBlock,
  slice: Slice,
): readonly string[] {
  return [...laterValues(flow, reader, slice), ...counted(flow, reader, slice)];
}

/** Files that a statement names, and that a step behind it writes before the value is read. */
function changedFiles(
  reader: AnalysedBlock,
  { blocks }: DocumentFlow,
  { statements }: Slice,
): readonly string[] {
  return statements.flatMap(taken => {
    const text = textOf(taken.block, taken.statement);
    const files = text.match(DATA_FILE) ?? [];
    const between = blocks.slice(taken.block.block.number, reader.block.number - 1).filter(isStep);
    return files.flatMap(file =>
      between
        .filter(
          ({ block, flow }) =>
            mayChangeKey(block.text, text) &&
            flow.fileEffects.some(
              ({ kind, path }) => kind !== 'load' && path.length > 0 && describePath(path).endsWith(file),
            ),
        )
        .map(({ block }) => `block ${block.number} writes ${file}, which it reads`),
    );
  });
}

/** Whether a block may change what a statement reads: of a key that `jq` or `yq` asks for, one that assigns it. */
function mayChangeKey(writing: string, reading: string): boolean {
  if (!/\b[jy]q\b/.test(reading)) return true;
  const keys = new Set([...reading.matchAll(/\.([A-Za-z_]\w*)/g)].map(([, key]) => key));
  return [...writing.matchAll(/\.([A-Za-z_]\w*)"?\]?\s*(?:[|+]=|=(?!=))/g)].some(([, key]) => keys.has(key));
}

const DATA_FILE = /[\w./-]{1,200}\.(?:json|ya?ml|toml|txt|md|csv|env)\b/g;

/** Values that are set again in a part of a pipeline, of which bash keeps nothing. */
function setInPipelines({ statements }: Slice): readonly string[] {
  return statements.flatMap(({ block, statement }) =>
    definedIn(statement)
      .filter(name => isSetInPipeline(block, name))
      .map(name => lostInPipeline(block, name)),
  );
}

/** Functions that are called where they are lost, since the slice's first block, and that set what is recalculated. */
function settersOf(flow: DocumentFlow, reader: AnalysedBlock, { statements }: Slice): readonly string[] {
  const names = new Set(statements.flatMap(({ statement }) => definedIn(statement)));
  // What keeps an earlier value, as a guard does, keeps the one of a call above it, too.
  const [first] = keepsEarlier(statements)
    ? flow.blocks
    : statements.map(({ block }) => block).sort((a, b) => a.block.number - b.block.number);
  const setter = first && lostSetter(flow, names, first, reader);
  return setter === undefined ? [] : [setter];
}

/** Whether some statements look at what a name has before the first of them sets it: `[ -z "$X" ] && X=1`, `X=${X:-1}`, `X+=1`. */
function keepsEarlier(statements: Slice['statements']): boolean {
  const own = new Set(statements.flatMap(({ statement }) => definedIn(statement)));
  const set = new Set<string>();
  for (const { statement } of statements)
    for (const step of allSteps(statement.flow)) {
      const isLook = step.kind === 'read' || (step.kind === 'define' && step.append);
      if (isLook && own.has(step.name) && !set.has(step.name)) return true;
      if (step.kind === 'define') set.add(step.name);
    }
  return false;
}

/** Blocks in between that set names which only the run knows. */
function laterValues(flow: DocumentFlow, reader: AnalysedBlock, { statements }: Slice): readonly string[] {
  const first = Math.min(...statements.map(({ block }) => block.block.number));
  const open = openSteps(flow).find(number => number >= first && number < reader.block.number);
  return open === undefined ? [] : [`block ${open} may set more than its text shows`];
}

/** The numbers of the steps that may set any name. */
const openSteps = kept((flow: DocumentFlow): readonly number[] =>
  flow.blocks.flatMap(block => (isStep(block) && block.flow.end.open.variables ? [block.block.number] : [])),
);

/** Counters: a block that counts on may be run any number of times, and its value is the last one's. */
function counted(flow: DocumentFlow, reader: AnalysedBlock, { statements }: Slice): readonly string[] {
  const names = new Set(statements.flatMap(({ statement }) => definedIn(statement)));
  const counting = flow.blocks.find(
    block =>
      isStep(block) &&
      block.block.number <= reader.block.number &&
      [...names].some(name => countsOn(block, name)),
  );
  return counting === undefined ? [] : [`block ${counting.block.number} counts, as often as it is run`];
}

/** Whether a block begins with a number that it got from before: `N=$((N + 1))`, `((N++))`. */
function countsOn({ flow }: AnalysedBlock, name: string): boolean {
  const first = flow.definitions.find(define => define.name === name);
  if (first === undefined) return false;
  const isMadeOfItself = [...allSteps(first.value?.flow ?? [])].some(
    step => step.kind === 'read' && step.name === name,
  );
  return first.form === 'arithmetic'
    ? flow.exposed.some(({ read }) => read.name === name)
    : isMadeOfItself && /^["']?(?:\$\(\(|\$\(expr\s)/.test(first.value?.text ?? '');
}
