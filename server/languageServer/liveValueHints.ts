import {
  type Connection,
  type InlayHint,
  InlayHintKind,
  type Range,
  type TextDocuments,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { allSteps } from '../analysis/shell/script';
import { liveValuesOf } from '../inspector/liveValues';
import type { StateFilesView } from '../inspector/types';
import type { CheckedDocument } from '../workspace/checker';
import type { Session } from './session';

/** Characters of a value in a line of code. */
const MAX_SHOWN = 40;

/** Answers `textDocument/inlayHint` with the values that variables have in live state files, where the user wants that. */
export function registerLiveValueHints(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  session: Session,
  list: () => Promise<StateFilesView>,
): void {
  connection.languages.inlayHint.on(async ({ textDocument: { uri }, range }) => {
    const document = documents.get(uri);
    if (document === undefined || !(await session.settings(uri)).liveValueHints) return [];
    const { version } = document;
    const check = await session.check(document);
    if (check === undefined || check.analysis.flow.stateFiles.all.length === 0) return [];
    const view = await list().catch(() => undefined);
    return view === undefined || document.version !== version ? [] : liveValueHints(check, uri, range, view);
  });
}

/** A hint behind the first read of each variable in each block: `= plan.md`. */
export function liveValueHints(
  { analysis }: Pick<CheckedDocument, 'analysis'>,
  uri: string,
  range: Range,
  view: StateFilesView,
): InlayHint[] {
  const { lineIndex } = analysis.document;
  const hints: InlayHint[] = [];
  for (const { block, script } of analysis.flow.blocks) {
    if ((block.closeLine ?? analysis.document.lines.length) < range.start.line) continue;
    if (block.openLine > range.end.line) break;
    const seen = new Set<string>();
    for (const step of allSteps(script.flow, true)) {
      if (step.kind !== 'read' || seen.has(step.name)) continue;
      seen.add(step.name);
      const [value] = liveValuesOf(view, uri, step.name);
      if (value === undefined) continue;
      const end = block.toDocument(step.span.end);
      const line = lineIndex.lineAt(end);
      const text = value.text === '' ? '(empty)' : value.text;
      hints.push({
        position: { line, character: end - lineIndex.startOf(line) },
        label: `= ${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}`,
        kind: InlayHintKind.Parameter,
        tooltip: `${step.name} in ${value.file.directory}/${value.file.name}`,
        paddingLeft: true,
      });
    }
  }
  return hints;
}
