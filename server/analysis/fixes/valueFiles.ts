import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { allSteps } from '../shell/script';
import { changesFilesByGit } from './placeChanges';
import { textOf } from './replacing';
import { type Slice, sliceBefore } from './slice';

/** `PR=$(cat "$DIR/.pr-number")`: a hidden file that holds a value and nothing else. */
const READS_VALUE =
  /^(?:export\s+)?\w+=(["']?)\$\((?:cat\s+|<\s*)(["']?)(?:[^\s"'|;&()<>]*\/)?(\.[\w-]+(?:\.[\w-]+)*)\2(?:\s*2>\s*\/dev\/null)?\)\1$/;

/** Whether all that a slice does is to read such files. Where they lie is said by the surroundings: `$ARTIFACTS_DIR/.pr-number`. */
export function readsValueFiles({ statements }: Slice): boolean {
  return statements.every(({ block, statement }) => valueFileIn(textOf(block, statement)) !== undefined);
}

/** The name of the file that a statement reads. */
function valueFileIn(statement: string): string | undefined {
  const file = READS_VALUE.exec(statement)?.[3];
  return file?.startsWith('.env') ? undefined : file;
}

/**
 * Whether a block's value is read from a hidden file that the document leaves alone: who wrote it hands the value over there, and to
 * read it again needs no other file.
 */
export function isReadFromValueFile(flow: DocumentFlow, reader: AnalysedBlock, name: string): boolean {
  const slice = sliceBefore(flow, reader, [name]);
  const [taken, more] = slice?.statements ?? [];
  if (taken === undefined || more !== undefined) return false;
  const statement = textOf(taken.block, taken.statement);
  const file = valueFileIn(statement);
  if (file === undefined) return false;
  // Whoever names it elsewhere, also in the prose, may write it, or take it away; so may git.
  const isNamedElsewhere = flow.document.text.replaceAll(statement, '').includes(file);
  const between = flow.blocks.filter(
    ({ block }) => block.number >= taken.block.block.number && block.number < reader.block.number,
  );
  return (
    !isNamedElsewhere &&
    !between.some(block => isStep(block) && [...allSteps(block.script.flow)].some(changesFilesByGit))
  );
}
