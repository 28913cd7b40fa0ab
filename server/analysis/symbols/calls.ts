import { documentSpan } from '../document/commandDocument';
import { lastLine } from '../explain/places';
import type { Span } from '../text';
import type { DocumentNames, LibrarySource, NamePlace } from './documentNames';

/** What calls or is called: a function, or a block. */
export interface Caller {
  readonly kind: 'function' | 'block';
  /** The function's name, or the block's number. */
  readonly name: string;
  readonly library: LibrarySource | undefined;
  /** With its body; UTF-16 offsets in the document or library. */
  readonly span: Span;
  readonly nameSpan: Span;
}

/** Somebody with the places at which it calls, or is called. */
export interface CallSites {
  readonly caller: Caller;
  readonly places: readonly NamePlace[];
}

/** The definitions of a function. */
export function definitionsNamed(names: DocumentNames, name: string): readonly Caller[] {
  return functionDefinitions(names).filter(caller => caller.name === name);
}

/** Who calls a function: other functions, and blocks. */
export function callersOf(names: DocumentNames, name: string): readonly CallSites[] {
  const calls = allCalls(names).filter(place => place.name === name);
  return grouped(calls, place => innermost(names, place));
}

/** The functions, known here, that a function or a block calls. */
export function calleesOf(names: DocumentNames, caller: Pick<Caller, 'kind' | 'name'>): readonly CallSites[] {
  const definitions = functionDefinitions(names);
  const calls = allCalls(names).filter(place => {
    const holder = innermost(names, place);
    return holder?.kind === caller.kind && holder.name === caller.name;
  });
  return definitions.flatMap(definition => {
    const places = calls.filter(({ name }) => name === definition.name);
    return places.length === 0 ? [] : [{ caller: definition, places }];
  });
}

function functionDefinitions({ own, inLibraries }: DocumentNames): readonly Caller[] {
  return [...own, ...inLibraries].flatMap((place): readonly Caller[] => {
    const { step, block, library, name, use } = place;
    if (use !== 'definition' || step?.kind !== 'function') return [];
    const span = block === undefined ? step.statement : documentSpan(block.block, step.statement);
    return [{ kind: 'function', name, library, span, nameSpan: place.span }];
  });
}

function allCalls({ own, inLibraries }: DocumentNames): readonly NamePlace[] {
  return [...own, ...inLibraries].filter(({ use }) => use === 'call');
}

/** The function in whose body a place stands, else its block; undefined at the top level of a library. */
function innermost(names: DocumentNames, { span, library, block }: NamePlace): Caller | undefined {
  const holding = functionDefinitions(names).filter(
    definition =>
      definition.library === library &&
      definition.span.start <= span.start &&
      span.end <= definition.span.end,
  );
  const [inner] = holding.sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start));
  if (inner !== undefined || block === undefined) return inner;
  const { lineIndex, lines } = names.analysis.document;
  const start = lineIndex.startOf(block.block.openLine);
  const last = Math.min(lastLine(block.block), lines.length - 1);
  return {
    kind: 'block',
    name: String(block.block.number),
    library: undefined,
    span: { start, end: lineIndex.startOf(last) + (lines[last]?.length ?? 0) },
    nameSpan: { start, end: start + (lines[block.block.openLine]?.length ?? 0) },
  };
}

function grouped(
  places: readonly NamePlace[],
  holderOf: (place: NamePlace) => Caller | undefined,
): readonly CallSites[] {
  const groups = new Map<string, { readonly caller: Caller; readonly places: NamePlace[] }>();
  for (const place of places) {
    const caller = holderOf(place);
    if (caller === undefined) continue;
    const key = `${caller.library?.path ?? ''}:${caller.span.start}:${caller.kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { caller, places: [place] });
    else group.places.push(place);
  }
  return [...groups.values()];
}
