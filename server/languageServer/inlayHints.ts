import { type InlayHint, InlayHintKind, type InlayHintParams, type Range } from 'vscode-languageserver/node';
import { valueSources } from '../analysis/symbols/sources';
import { escapeForDisplay } from '../inspector/display';
import type { StateFilesView } from '../inspector/types';
import type { CheckedDocument } from '../workspace/checker';
import { liveValueHints } from './liveValueHints';
import { toRange } from './positions';
import { forDocument, type RequestContext } from './requests';

/**
 * Answers `textDocument/inlayHint`, where the settings ask for it: behind the first read of a name where its value is from,
 * and which one it has in a live state file.
 * @param liveFiles the state files as the inspector has last seen them
 */
export function registerInlayHints(context: RequestContext, liveFiles: () => Promise<StateFilesView>): void {
  context.connection.languages.inlayHint.on(
    forDocument<InlayHintParams, InlayHint[]>(context, async ({ uri, check }, { range }) => {
      const settings = await context.session.settings(uri);
      const sources = settings.inlayHints ? sourceHints(check, range) : [];
      const isLive = settings.liveValueHints && check.analysis.flow.stateFiles.all.length > 0;
      const view = isLive ? await liveFiles().catch(() => undefined) : undefined;
      return view === undefined ? sources : [...sources, ...liveValueHints(check, uri, range, view)];
    }),
  );
}

function sourceHints({ analysis }: Pick<CheckedDocument, 'analysis'>, range: Range): InlayHint[] {
  return valueSources(analysis).flatMap(({ span, text }) => {
    const { end } = toRange(analysis.document.lineIndex, span);
    const isAsked = range.start.line <= end.line && end.line <= range.end.line;
    return isAsked
      ? [{ position: end, label: escapeForDisplay(text), kind: InlayHintKind.Type, paddingLeft: true }]
      : [];
  });
}
