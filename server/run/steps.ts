import type { Block } from '../analysis/document/commandDocument';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../analysis/flow/documentFlow';

/** What one shell runs: a step, or several that a directive joins. */
export interface ShellStep {
  /** The last block's number names it. */
  readonly blocks: readonly AnalysedBlock[];
  readonly parts: readonly Part[];
}

/** A piece of shell text, and the placeholder that it is, if it is one. */
export interface Part {
  readonly text: string;
  /** What `--set` calls it; undefined for text that the shell gets as it is. */
  readonly placeholder: string | undefined;
}

/** The steps of a document in order. */
export function shellSteps(flow: DocumentFlow): readonly ShellStep[] {
  const steps = new Map<number, AnalysedBlock[]>();
  for (const block of flow.blocks.filter(isStep))
    steps.set(block.process, [...(steps.get(block.process) ?? []), block]);
  return [...steps.values()].map(blocks => ({
    blocks,
    parts: blocks.flatMap(({ block }) => [...partsOf(block, flow), { text: '\n', placeholder: undefined }]),
  }));
}

/** Whether a step calls the agent's own tools, which no shell can. */
export function callsAgent({ blocks }: ShellStep): boolean {
  return blocks.some(({ block }) => block.masks.some(({ kind }) => kind === 'call'));
}

/** The names that `--set` has to give for some steps, in the order in which they are met. */
export function placeholdersOf(steps: readonly ShellStep[]): readonly string[] {
  const names = steps.flatMap(({ parts }) => parts.map(({ placeholder }) => placeholder));
  return [...new Set(names.filter(name => name !== undefined))];
}

/** The text that the shell is given. */
export function shellText({ parts }: ShellStep, values: ReadonlyMap<string, string>): string {
  return parts
    .map(({ text, placeholder }) => (placeholder === undefined ? text : (values.get(placeholder) ?? text)))
    .join('')
    .replace(/(?<!\n)\n+$/, '');
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

function partsOf(block: Block, flow: DocumentFlow): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const { start, end, name } of placesIn(block, flow)) {
    if (start < at) continue;
    parts.push({ text: block.text.slice(at, start), placeholder: undefined });
    parts.push({ text: block.text.slice(start, end), placeholder: name });
    at = end;
  }
  return [...parts, { text: block.text.slice(at), placeholder: undefined }];
}

/** What the agent fills in and the host replaces. */
function placesIn({ text, masks }: Block, { profile, kind }: DocumentFlow): readonly Place[] {
  const places = masks.flatMap(({ kind: of, start, end }): Place[] => {
    const name = text.slice(start, end).replace(/^[^A-Za-z]+|(?<!\W)\W+$/g, '');
    return of === 'call' || name === '' ? [] : [{ start, end, name }];
  });
  const { kinds, names, firstArgument } = profile.textSubstitution;
  if (!kinds.has(kind)) return places;
  for (const { 0: found, 1: whole, 2: braced, 3: number, index } of text.matchAll(
    /(?<!\\)\$(?:(ARGUMENTS)\b(?!\[)|\{(\w+)\}|(\d)(?!\w))/g,
  )) {
    const name =
      whole ??
      (braced !== undefined && names.has(braced) ? braced : undefined) ??
      (number !== undefined && firstArgument !== undefined ? number : undefined);
    if (name !== undefined) places.push({ start: index, end: index + found.length, name });
  }
  return places.sort((a, b) => a.start - b.start);
}
