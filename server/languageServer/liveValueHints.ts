import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver/node';
import { allSteps } from '../analysis/shell/script';
import { liveValuesOf } from '../inspector/liveValues';
import type { StateFilesView } from '../inspector/types';
import type { CheckedDocument } from '../workspace/checker';

/** Characters of a value in a line of code. */
const MAX_SHOWN = 40;

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
