import type { TracedAnalysis } from '../analyse';
import { documentSpan } from '../document/commandDocument';
import type { AnalysedBlock } from '../flow/documentFlow';
import { allSteps, type FunctionDefinition, type ShellScript } from '../shell/script';
import type { Span } from '../text';
import { type Occurrence, occurrencesIn } from './occurrences';
import { type Savers, saversAmong } from './stateKeyPlaces';

/** A library that a document sources, with its whole text: a summary knows no places. */
export interface LibrarySource {
  /** Absolute path. */
  readonly path: string;
  readonly text: string;
  readonly script: ShellScript;
}

/** A place that names something, in the document or in a library. */
export interface NamePlace extends Pick<Occurrence, 'kind' | 'name' | 'use' | 'step'> {
  /** The library; undefined for the document itself. */
  readonly library: LibrarySource | undefined;
  /** The block; undefined in a library and in the prose. */
  readonly block: AnalysedBlock | undefined;
  /** UTF-16 offsets in the document or in the library, of the name alone. */
  readonly span: Span;
  /** Tells local variables of one name apart; undefined for what all blocks and libraries share. */
  readonly scope: string | undefined;
}

/** All names of a document and of the libraries that it sources. */
export interface DocumentNames {
  readonly analysis: TracedAnalysis;
  /** Those in the document, in its order. */
  readonly own: readonly NamePlace[];
  /** Those in its libraries. */
  readonly inLibraries: readonly NamePlace[];
  readonly savers: Savers;
}

/** Finds the names of a document. Pure; what it costs grows with the texts. */
export function namesOf(analysis: TracedAnalysis, libraries: readonly LibrarySource[]): DocumentNames {
  const savers = saversAmong(functionsOf(analysis, libraries));
  const own = analysis.flow.blocks.flatMap(block => namesInBlock(block, savers));
  return {
    analysis,
    savers,
    own: [...own, ...namesInProse(analysis)].sort((a, b) => a.span.start - b.span.start),
    inLibraries: libraries.flatMap(library => namesInLibrary(library, savers)),
  };
}

function functionsOf(
  { flow }: TracedAnalysis,
  libraries: readonly LibrarySource[],
): ReadonlyMap<string, FunctionDefinition> {
  const functions = new Map<string, FunctionDefinition>();
  for (const { script } of [...libraries, ...flow.blocks])
    for (const step of allSteps(script.flow, true))
      if (step.kind === 'function') functions.set(step.name, step);
  return functions;
}

function namesInBlock(block: AnalysedBlock, savers: Savers): readonly NamePlace[] {
  return occurrencesIn(block.script, block.block.text, savers).map(({ owner, ...found }) => ({
    ...found,
    library: undefined,
    block,
    span: documentSpan(block.block, found.span),
    scope: owner && `${block.block.number}:${owner.span.start}`,
  }));
}

function namesInLibrary(library: LibrarySource, savers: Savers): readonly NamePlace[] {
  return occurrencesIn(library.script, library.text, savers).map(({ owner, ...found }) => ({
    ...found,
    library,
    block: undefined,
    scope: owner && `${library.path}:${owner.span.start}`,
  }));
}

/** What the commands in the prose read. */
function namesInProse({ flow }: TracedAnalysis): readonly NamePlace[] {
  return flow.inline.flatMap(({ command, exposed }) =>
    exposed.flatMap(({ read }): readonly NamePlace[] => {
      const at = command.text.indexOf(read.name, read.span.start);
      if (at < 0 || at >= read.span.end || !/^[A-Za-z_]/.test(read.name)) return [];
      const start = command.span.start + at;
      return [
        {
          kind: 'variable',
          name: read.name,
          use: 'read',
          step: read,
          library: undefined,
          block: undefined,
          span: { start, end: start + read.name.length },
          scope: undefined,
        },
      ];
    }),
  );
}

/** The name at an offset of the document; a cursor on its `$` or behind its last letter belongs to it as well. */
export function placeAt({ own, analysis }: DocumentNames, offset: number): NamePlace | undefined {
  const sign = /^\$?\{?[#!]?/.exec(analysis.document.text.slice(offset, offset + 3))![0];
  const inside = own.filter(
    ({ span }) => span.start <= offset + sign.length && offset + sign.length < span.end,
  );
  const there = inside.length > 0 ? inside : own.filter(({ span }) => span.end === offset);
  // Where a variable and a function share a place, the variable is meant.
  return there.find(({ kind }) => kind === 'variable') ?? there[0];
}

/** All places that mean the same thing as one of them, in the document first. */
export function placesOf({ own, inLibraries }: DocumentNames, symbol: NamePlace): readonly NamePlace[] {
  const isSame = ({ kind, name, scope }: NamePlace) =>
    kind === symbol.kind && name === symbol.name && scope === symbol.scope;
  return [...own, ...inLibraries].filter(isSame);
}

/** One for each range: a place that reads and defines counts as a definition. */
export function distinctPlaces(places: readonly NamePlace[]): readonly NamePlace[] {
  const byRange = new Map<string, NamePlace>();
  for (const place of places) {
    const key = `${place.library?.path ?? ''}:${place.span.start}`;
    if (!byRange.has(key) || place.use === 'definition') byRange.set(key, place);
  }
  return [...byRange.values()];
}
