import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import type { FileEffect } from '../flow/fileEffects';
import type { Symbolic } from '../flow/symbolic';
import { placedSteps } from '../rules/shells';
import { allSteps } from '../shell/script';
import type { Span } from '../text';
import { startOfCode } from './insertion';
import { lineBelow } from './replacing';

/** A place of a block's text that names a file. */
export interface NamedFile {
  readonly path: Symbolic;
  readonly span: Span;
  /** False where a function names it that the block calls at this place. */
  readonly isWord: boolean;
}

/** All places at which a block names a file, in the order of its text. */
export function filesNamedIn({ script, flow }: AnalysedBlock): readonly NamedFile[] {
  const calls = new Set(
    [...allSteps(script.flow, true)].flatMap(step => (step.kind === 'call' ? [step.span.start] : [])),
  );
  const effects = flow.fileEffects.flatMap(effect => placeOf(effect) ?? []);
  return [...effects, ...flow.usedPaths, ...flow.testedPaths, ...flow.removedPaths, ...flow.deletedAtEnd]
    .map(({ path, span }) => ({ path, span, isWord: !calls.has(span.start) }))
    .sort((a, b) => a.span.start - b.span.start);
}

/** Whether a span of a block's text is a whole word without quotes that names a file: what is put into it wants quotes around it. */
export function isBareWord(block: AnalysedBlock, { start, end }: Span): boolean {
  return (
    /^[\w./+@%-]/.test(block.block.text.slice(start)) &&
    filesNamedIn(block).some(({ span, isWord }) => isWord && span.start === start && span.end === end)
  );
}

/** What a library or a program writes, no word of the block names. */
function placeOf(effect: FileEffect): Pick<NamedFile, 'path' | 'span'> | undefined {
  if (effect.kind === 'write') return effect.write && { path: effect.path, span: effect.write.path.span };
  return effect.kind === 'load' ? { path: effect.path, span: effect.span } : undefined;
}

/** The last step that names a file, as far as it is the last on every way through the document. */
export function lastBlockNaming(
  flow: DocumentFlow,
  isIt: (path: Symbolic) => boolean,
): AnalysedBlock | undefined {
  const blocks = flow.blocks.filter(
    block => isStep(block) && filesNamedIn(block).some(({ path }) => isIt(path)),
  );
  const last = blocks[blocks.length - 1];
  const isOneWay = blocks.some(block => last !== undefined && flow.areAlternatives(block.block, last.block));
  return isOneWay ? undefined : last;
}

/** Whether a block has something to do at its end already; a second trap would take the place of the first. */
export function hasExitTrap(block: AnalysedBlock): boolean {
  return placedSteps(block).some(({ step }) => step.kind === 'deferred');
}

/**
 * Where a trap can stand that names variables: behind the statements at the top level that set them, so that the shell knows
 * them whenever the trap runs. An offset in the block's text, at the start of a line.
 */
export function trapOffset(block: AnalysedBlock, trap: string): number {
  const names = new Set([...trap.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name]) => name));
  const setting = block.script.statements.filter(({ flow }) =>
    flow.some(step => step.kind === 'define' && names.has(step.name)),
  );
  const last = setting[setting.length - 1];
  return (last && lineBelow(block.block.text, last)) ?? startOfCode(block.block);
}

/** Words about doing a step again: what it needs must still be there then. */
const AGAIN = /\b(?:re-?(?:try|tries|tried|run)|again|repeat|loop|iterat\w+)\b/i;

/** Whether the document may come to a block once more. */
export function mayComeAgain({ document }: DocumentFlow): boolean {
  return AGAIN.test(document.text);
}

/**
 * A trap that removes a file when the block's shell ends, whatever its status is then, and leaves the status as it was.
 * @param word as the author names the file in this block
 */
export function trapRemoving(word: string): string | undefined {
  // What a word calculates by a command may be another file at the end.
  if (/['`\n]|\$\(|^-/.test(word)) return undefined;
  const quoted = !word.startsWith('"') && word.includes('$') ? `"${word}"` : word;
  return `trap 'rm -f ${quoted}' EXIT`;
}
