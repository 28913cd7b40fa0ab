import type { TracedAnalysis } from '../analyse';
import { callerArguments } from '../document/callerArguments';
import type { LoadedFile } from '../flow/blockFlow';
import { type AnalysedBlock, continuesShell, type DocumentFlow } from '../flow/documentFlow';
import type { Origin } from '../flow/origins';
import { shownPath } from '../flow/shownPath';
import type { Binding, State } from '../flow/state';
import { isReplaced, STANDING_NAMES } from '../hosts/profile';
import { fileName, place } from '../rules/rule';
import { ordinal } from '../rules/substitutedArgument';
import { allSteps, type Define, type Read } from '../shell/script';
import { lineIn, type NameInBlock } from './places';
import { roleTitle } from './roles';

/*
 * Where the value of a name comes from in a block: the one answer of hover and `crossblock explain`. All sentences are plain
 * text and may hold what the document holds: who shows them escapes them.
 */

/** What a variable is where it stands, in sentences. */
export function explainName(analysis: TracedAnalysis, { block, name, step }: NameInBlock): readonly string[] {
  const { flow } = analysis;
  const clause =
    step.kind === 'read' ? sourceOfValue(analysis, block, step) : `is set here${fateOf(flow, block, step)}`;
  const sentences = [`${/^\d/.test(name) ? '$' : ''}${name} ${clause}.`];
  if (step.kind === 'read' && step.fallback === 'default')
    sentences.push('Where it is empty, the default in the expansion counts.');
  const { kind, reason } = block.role;
  if (kind !== 'step')
    sentences.push(
      `The block is taken for ${roleTitle(kind)}, because ${reason}: nothing is reported in it.`,
    );
  return sentences;
}

/** Where a read's value comes from, as the rest of a sentence that begins with the name. */
export function sourceOfValue(analysis: TracedAnalysis, block: AnalysedBlock, read: Read): string {
  const { flow } = analysis;
  const { name } = read;
  const substituted = substitution(flow, block, read);
  if (substituted !== undefined) return substituted;
  const state = analysis.statesIn(block.block).get(read);
  if (/^\d/.test(name))
    return state?.names.get(name) === undefined
      ? 'is an argument of the shell, and a block has none'
      : 'is a parameter of its function';
  // What stands behind an exit or in a function that is not called.
  if (state === undefined)
    return 'is read where this block never comes to: in a function that it does not call, or behind its end';
  const binding = state.names.get(name);
  return binding === undefined
    ? withoutBinding(flow, block, read, state)
    : withBinding(flow, block, read, binding, state);
}

/** What the host puts in the place of an expansion before any shell sees it. */
function substitution(
  flow: DocumentFlow,
  { block }: AnalysedBlock,
  { name, span }: Read,
): string | undefined {
  const { profile, kind, document } = flow;
  const { kinds, firstArgument, missingArgument } = profile.textSubstitution;
  const text = block.text.slice(span.start, span.end);
  const before = 'into the text before any shell runs';
  if (isReplaced(profile, kind, block.text, span))
    return `is no variable here: ${profile.title} puts its value ${before}`;
  if (!kinds.has(kind)) return undefined;
  if (name === 'ARGUMENTS')
    return `stands for the arguments of the ${kind}: ${profile.title} puts them ${before}`;
  if (firstArgument === undefined || text !== `$${name}` || !/^\d+$/.test(name)) return undefined;
  const position = Number(name) - firstArgument;
  if (position < 0 || (missingArgument === 'stays' && callerArguments(document) === undefined))
    return undefined;
  const missing =
    missingArgument === 'stays' ? ', where the caller gives one' : ', or nothing where there is none';
  return `stands for the ${ordinal(position)} argument of the ${kind}: ${profile.title} puts it ${before}${missing}`;
}

function withBinding(
  flow: DocumentFlow,
  block: AnalysedBlock,
  read: Read,
  { definitions, mark, presence }: Binding,
  state: State,
): string {
  if (mark === 'takenAway') return 'has no value here: this block has unset it';
  if (mark === 'required')
    return `has a value here, or the block has stopped: it asks for one above. Without that, it ${withoutBinding(flow, block, read, state)}`;
  if (definitions.length === 0) return restored(flow, block, read);
  const own = ownDefinitions(block);
  const lines = definitions
    .filter(define => own.has(define))
    .map(define => lineIn(flow, block, define.span.start));
  if (lines.length === 0) return carriedOn(flow, block, read.name);
  const where = `is set in this block, in ${lineList(lines)}${recalculation(flow, block, read.name, definitions)}`;
  if (presence === 'set') return where;
  return `${where}, but not on every way; on the others it ${withoutBinding(flow, block, read, state)}`;
}

/** Says so where the block's own definition repeats the earlier block's: the value is not lost, it is calculated again. */
function recalculation(
  flow: DocumentFlow,
  block: AnalysedBlock,
  name: string,
  definitions: readonly Define[],
): string {
  const origin = flow.originOfVariable(name, block);
  if (origin?.kind !== 'definition' || origin.block === block) return '';
  const textOf = (holder: AnalysedBlock, { statement }: Define): string =>
    holder.block.text.slice(statement.start, statement.end);
  const before = textOf(origin.block, origin.define);
  const isRepeated = definitions.every(define => textOf(block, define) === before);
  return isRepeated ? `, which recalculates what ${place(flow, origin)} sets` : '';
}

/** What an earlier block of the same shell gives. */
function carriedOn(flow: DocumentFlow, block: AnalysedBlock, name: string): string {
  const origin = flow.originOfVariable(name, block);
  const giver = origin === undefined ? 'an earlier block' : place(flow, origin);
  return `has its value from ${giver}, whose shell this block carries on`;
}

function ownDefinitions({ script }: AnalysedBlock): ReadonlySet<Define> {
  const found = new Set<Define>();
  for (const step of allSteps(script.flow, true)) if (step.kind === 'define') found.add(step);
  return found;
}

function lineList(lines: readonly number[]): string {
  const all = [...new Set(lines)].sort((a, b) => a - b);
  return all.length === 1 ? `line ${all[0]}` : `lines ${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

/** What a state file or a library gives. */
function restored(flow: DocumentFlow, block: AnalysedBlock, { name, span }: Read): string {
  const before = block.flow.loads.filter(({ load }) => load.span.start <= span.start);
  const file = before.findLast(({ gives }) => gives(name));
  if (file?.library !== undefined)
    return `comes from ${fileName(file.library)}, which this block sources in line ${lineIn(flow, block, file.load.span.start)}`;
  if (file !== undefined)
    return `is restored from ${fileTitle(flow, file)}, which this block loads in line ${lineIn(flow, block, file.load.span.start)}`;
  if (before.some(({ library }) => library !== undefined))
    return 'is set by a function of a library that this block calls';
  if (block.process !== block.block.number) return carriedOn(flow, block, name);
  const { environmentFile } = flow.profile;
  return environmentFile === undefined
    ? 'has a value here'
    : `comes from the file that ${environmentFile} names, into which an earlier block writes it`;
}

function fileTitle({ document }: DocumentFlow, { path }: LoadedFile): string {
  return path === undefined ? 'a text that only the run knows' : shownPath(document, path);
}

/** A name without a value in this block: who else may have given it one. */
function withoutBinding(
  flow: DocumentFlow,
  block: AnalysedBlock,
  { name, span }: Read,
  state: State,
): string {
  const { profile, provided } = flow;
  const unread = block.flow.loads.findLast(({ known, load }) => !known && load.span.start <= span.start);
  const isOpen = state.open.variables || state.prefixes.some(prefix => name.startsWith(prefix));
  if (isOpen && unread !== undefined)
    return `may have a value from ${fileTitle(flow, unread)}, which this block loads in line ${lineIn(flow, block, unread.load.span.start)} and of which not all is known`;
  if (isOpen) return 'may have a value from a file that this block loads and of which not all is known';
  if (provided.has(name)) return 'comes from outside: <!-- crossblock: provides --> says so';
  if (STANDING_NAMES.includes(name)) return 'has a value in every block, from the shell or the session';
  if (name === 'ARGUMENTS') return 'stands for what the caller asks for';
  const hook = profile.fromHooks?.get(name);
  if (hook !== undefined)
    return `has a value in every block: the hook ${hook} writes it into the file that ${profile.environmentFile} names`;
  if (profile.provides.has(name)) return `has a value in every block: ${profile.title} sets it`;
  const origin = flow.originOfVariable(name, block);
  if (origin !== undefined) return fromEarlierBlock(flow, origin);
  if (profile.unavailable.has(name)) return `has no value here: ${profile.title} does not set it for a block`;
  return `is set by no block before: it comes from the environment that ${profile.title} was started in, or is empty`;
}

/** What an earlier block has given: kept, or lost and why. */
export function fromEarlierBlock(
  flow: DocumentFlow,
  origin: Origin,
  thing: 'value' | 'function' = 'value',
): string {
  const { title, keepsShell } = flow.profile;
  const giver = `${place(flow, origin)} ${GIVES[origin.kind]}`;
  if (keepsShell) return `is there: ${giver}, and ${title} runs all blocks in one shell`;
  const what = thing === 'function' ? 'is no function here' : 'has no value here';
  const exported = origin.kind === 'definition' && origin.exported ? '; export does not change that' : '';
  return `${what}: ${giver}, and ${title} runs each block in a shell of its own${exported}`;
}

const GIVES: Readonly<Record<Origin['kind'], string>> = {
  definition: 'sets it',
  function: 'defines it',
  library: 'gets it from a library that it sources',
  stateFile: 'loads it from a state file',
};

/** What becomes of a value that a block sets, as the rest of a sentence. */
function fateOf(flow: DocumentFlow, block: AnalysedBlock, define: Define): string {
  if (define.local) return ', for its function only';
  if (!block.flow.definitions.includes(define))
    return ', and gone behind that: in a subshell, or in a function that this block does not call';
  const saved = savedInto(flow, block, define.name);
  const files = saved.length === 0 ? '' : `; the block saves it into ${saved.join(' and ')}`;
  const exported = saved.length === 0 && define.exported ? '; export does not change that' : '';
  return `, and ${endOf(flow, block)}${exported}${files}`;
}

/** What becomes of a block's shell at its end. */
export function endOf(flow: DocumentFlow, { block }: AnalysedBlock): string {
  if (flow.profile.keepsShell) return 'kept for the blocks that follow';
  const next = flow.document.blocks[block.number];
  return next !== undefined && continuesShell(flow.document, next)
    ? `kept for block ${next.number}, which carries the shell on`
    : 'gone at the end of the block';
}

/** The state files into which a block writes a name. */
export function savedInto(flow: DocumentFlow, { block }: AnalysedBlock, name: string): readonly string[] {
  return flow.stateFiles.all.flatMap(({ path, keys, uses }) => {
    const isWritten = uses.some(use => use.block === block.number && use.access === 'write');
    return isWritten && keys.some(key => !key.isPrefix && key.name === name)
      ? [shownPath(flow.document, path)]
      : [];
  });
}
