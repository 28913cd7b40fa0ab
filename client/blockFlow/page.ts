import { randomBytes } from 'node:crypto';
import { l10n, Uri, type Webview } from 'vscode';
import type { PageTexts } from './messages';

/** The panel's page: a script and a style sheet of the extension's own, and nothing else that it may load or reach. */
export function pageHtml(webview: Webview, extensionUri: Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const asset = (name: string) => webview.asWebviewUri(Uri.joinPath(extensionUri, 'dist', name)).toString();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" nonce="${nonce}" href="${asset('blockFlow.css')}">
<title>Block Flow</title>
</head>
<body>
<script nonce="${nonce}" src="${asset('blockFlow.js')}"></script>
</body>
</html>`;
}

/** The page's words. */
export function pageTexts(): PageTexts {
  return {
    filter: l10n.t('Filter by name'),
    zoomIn: l10n.t('Zoom in'),
    zoomOut: l10n.t('Zoom out'),
    fit: l10n.t('Fit to width'),
    diagram: l10n.t('Blocks in order, and what travels between them'),
    kept: l10n.t('kept'),
    recalculated: l10n.t('recalculated'),
    library: l10n.t('library'),
    lost: l10n.t('lost'),
    counts: l10n.t('{0} blocks, {1} values lost', '{0}', '{1}'),
    filtered: l10n.t('{0} of {1} connections match', '{0}', '{1}'),
    hint: l10n.t(
      'Up and down move between blocks, left and right along a block’s connections, Enter goes there.',
    ),
    given: l10n.t('given in line {0}', '{0}'),
    used: l10n.t('used in line {0}', '{0}'),
  };
}
