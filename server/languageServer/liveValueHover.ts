import { type Hover, MarkupKind, type Position } from 'vscode-languageserver/node';
import { nameAt } from '../analysis/explain/places';
import { escapeForDisplay } from '../inspector/display';
import { type LiveValue, liveValuesOf } from '../inspector/liveValues';
import type { StateFilesView } from '../inspector/types';
import type { CheckedDocument } from '../workspace/checker';
import { escapeMarkdown } from './hover';
import { toRange } from './positions';

/** Files that a hover names. */
const MAX_FILES = 3;

/** What a hover needs to speak of live values. */
export interface LiveValueSource {
  readonly list: () => Promise<StateFilesView>;
  /** The client's command that shows a file in the State Inspector; undefined where it has none. */
  readonly showCommand: () => string | undefined;
}

/**
 * Adds to what is said of a variable which value it has now, and in which state file.
 * @param hover what is said already
 * @returns the same hover where there is nothing to add
 */
export async function withLiveValue(
  hover: Hover | undefined,
  { analysis }: Pick<CheckedDocument, 'analysis'>,
  uri: string,
  { line, character }: Position,
  kind: MarkupKind,
  source: LiveValueSource,
): Promise<Hover | undefined> {
  const { lineIndex } = analysis.document;
  const name = nameAt(analysis, lineIndex.startOf(line) + character);
  if (name === undefined || !documentHasStateFiles(analysis)) return hover;
  // The hover says what it knows even where the inspector does not answer.
  const view = await source.list().catch(() => undefined);
  const values = view === undefined ? [] : liveValuesOf(view, uri, name.name).slice(0, MAX_FILES);
  if (values.length === 0) return hover;
  const texts = values.map(value => liveSentence(name.name, value, kind, source.showCommand()));
  const before = hover === undefined ? [] : [textOf(hover)];
  return {
    contents: { kind, value: [...before, ...texts].join('\n\n') },
    range: hover?.range ?? toRange(lineIndex, name.span),
  };
}

function documentHasStateFiles({ flow }: CheckedDocument['analysis']): boolean {
  return flow.stateFiles.all.length > 0;
}

function textOf({ contents }: Hover): string {
  return typeof contents === 'object' && 'value' in contents ? contents.value : '';
}

/** `Live: PLAN = plan.md in /tmp/state.sh`, the file as a link where the client can follow it. */
function liveSentence(
  name: string,
  { file, text }: LiveValue,
  kind: MarkupKind,
  command: string | undefined,
): string {
  const path = `${file.directory}/${file.name}`;
  const value = text === '' ? '(empty)' : text;
  if (kind !== MarkupKind.Markdown) return escapeForDisplay(`Live: ${name} = ${value} in ${path}.`);
  const shownPath = escapeMarkdown(path);
  // The key is a digest: nothing of what others wrote gets into the address.
  const place =
    command === undefined
      ? shownPath
      : `[${shownPath}](command:${command}?${encodeURIComponent(JSON.stringify([file.pathKey]))})`;
  return `Live: ${escapeMarkdown(`${name} = ${value}`)} in ${place}`;
}
