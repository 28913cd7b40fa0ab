import { type InlayHint, InlayHintKind, type InlayHintParams } from 'vscode-languageserver/node';
import { valueSources } from '../analysis/symbols/sources';
import { escapeForDisplay } from '../inspector/display';
import { toRange } from './positions';
import { forDocument, type RequestContext } from './requests';

/** Answers `textDocument/inlayHint`, where the setting asks for it: behind the first read of a name, where its value is from. */
export function registerInlayHints(context: RequestContext): void {
  context.connection.languages.inlayHint.on(
    forDocument<InlayHintParams, InlayHint[]>(context, async ({ uri, check }, { range }) => {
      const { inlayHints } = await context.session.settings(uri);
      if (!inlayHints) return [];
      return valueSources(check.analysis).flatMap(({ span, text }) => {
        const { end } = toRange(check.analysis.document.lineIndex, span);
        const isAsked = range.start.line <= end.line && end.line <= range.end.line;
        return isAsked
          ? [{ position: end, label: escapeForDisplay(text), kind: InlayHintKind.Type, paddingLeft: true }]
          : [];
      });
    }),
  );
}
