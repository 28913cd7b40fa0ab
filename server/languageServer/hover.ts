import {
  type Connection,
  type Hover,
  MarkupKind,
  type Position,
  type TextDocuments,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { explainRole } from '../analysis/explain/blocks';
import { explainFunction, functionAt } from '../analysis/explain/functions';
import { explainName } from '../analysis/explain/names';
import { blockAtLine, nameAt } from '../analysis/explain/places';
import { escapeForDisplay } from '../inspector/display';
import type { CheckedDocument } from '../workspace/checker';
import { toRange } from './positions';
import type { Session } from './session';

/**
 * Answers `textDocument/hover`: over a variable, where its value comes from; over a function, who defines it; elsewhere in a block's first line and on its fences,
 * what the block was taken for.
 * @param kind what the client can show
 */
export function registerHover(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  session: Session,
  kind: () => MarkupKind,
  extend: HoverExtension = async hover => hover,
): void {
  connection.onHover(async ({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    // The document goes on changing in place: an answer for another version would speak of another place.
    const { version } = document;
    const check = await session.check(document);
    if (check === undefined || document.version !== version) return null;
    const hover = hoverAt(check, position, kind());
    return (await extend(hover, check, textDocument.uri, position, kind())) ?? null;
  });
}

/** Adds to what is said at a position. */
type HoverExtension = (
  hover: Hover | undefined,
  check: CheckedDocument,
  uri: string,
  position: Position,
  kind: MarkupKind,
) => Promise<Hover | undefined>;

/** What is said at a position of a document. */
export function hoverAt(
  { analysis, host }: Pick<CheckedDocument, 'analysis' | 'host'>,
  { line, character }: Position,
  kind: MarkupKind,
): Hover | undefined {
  const { lineIndex } = analysis.document;
  const name = nameAt(analysis, lineIndex.startOf(line) + character);
  if (name !== undefined)
    return {
      contents: markup(explainName(analysis, name), kind),
      range: toRange(lineIndex, name.span),
    };
  const called = functionAt(analysis, lineIndex.startOf(line) + character);
  const sentence = called === undefined ? undefined : explainFunction(analysis, called);
  if (called !== undefined && sentence !== undefined)
    return { contents: markup([sentence], kind), range: toRange(lineIndex, called.span) };
  const block = blockAtLine(analysis, line);
  if (block === undefined) return undefined;
  const { openLine, firstLine, closeLine } = block.block;
  if (line !== openLine && line !== firstLine && line !== closeLine) return undefined;
  const { role, host: runner } = explainRole(analysis, host, block);
  return { contents: markup([`${role}.`, `${runner}.`], kind) };
}

function markup(
  sentences: readonly string[],
  kind: MarkupKind,
): Exclude<Hover['contents'], string | unknown[]> {
  const isMarkdown = kind === MarkupKind.Markdown;
  return { kind, value: sentences.map(isMarkdown ? escapeMarkdown : oneLine).join('\n\n') };
}

/**
 * A text as Markdown that shows just that: no link, no code, no HTML, whatever a document holds. CommonMark lets every sign of
 * ASCII stand behind a backslash, also those that only extensions look for (`https://`, `www.`, `@`).
 */
export function escapeMarkdown(text: string): string {
  return oneLine(text).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

function oneLine(text: string): string {
  return escapeForDisplay(text.replace(/\s+/g, ' '));
}
