import {
  type Connection,
  type Diagnostic,
  DiagnosticSeverity,
  DocumentDiagnosticReportKind,
  type TextDocuments,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding, Severity } from '../analysis/finding';
import { toRange } from './positions';
import { ruleUrl } from './rulePages';
import type { DocumentCheck, Session } from './session';

/** Milliseconds without a keystroke after which diagnostics are pushed to a client that cannot ask for them. */
const PUSH_DELAY = 120;

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Answers `textDocument/diagnostic`. */
export function registerPullDiagnostics(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  session: Session,
): void {
  connection.languages.diagnostics.on(async ({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    const check = document && (await session.check(document));
    return {
      kind: DocumentDiagnosticReportKind.Full,
      items: check ? toDiagnostics(check, textDocument.uri) : [],
    };
  });
}

/** Pushes diagnostics after each change: only for a client that cannot pull, or everything would be shown twice. */
export function registerPushDiagnostics(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  session: Session,
): { readonly refresh: () => void } {
  const timers = new Map<string, NodeJS.Timeout>();
  const push = async (uri: string): Promise<void> => {
    const document = documents.get(uri);
    if (document === undefined) return;
    const { version } = document;
    const check = await session.check(document);
    // A later version has a push of its own.
    if (documents.get(uri)?.version !== version) return;
    await connection.sendDiagnostics({ uri, version, diagnostics: check ? toDiagnostics(check, uri) : [] });
  };
  const schedule = (uri: string): void => {
    clearTimeout(timers.get(uri));
    timers.set(
      uri,
      setTimeout(() => void push(uri), PUSH_DELAY),
    );
  };
  documents.onDidChangeContent(({ document }) => schedule(document.uri));
  documents.onDidClose(({ document }) => {
    clearTimeout(timers.get(document.uri));
    timers.delete(document.uri);
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });
  return {
    refresh: () =>
      documents
        .all()
        .map(document => document.uri)
        .forEach(schedule),
  };
}

/** The findings of a document as the protocol has them. */
function toDiagnostics(check: DocumentCheck, uri: string): Diagnostic[] {
  return check.findings.map(finding => toDiagnostic(check, finding, uri));
}

function toDiagnostic({ analysis }: DocumentCheck, finding: Finding, uri: string): Diagnostic {
  const lines = analysis.document.lineIndex;
  const { definition } = finding;
  return {
    range: toRange(lines, finding.span),
    severity: SEVERITIES[finding.severity],
    code: finding.rule,
    codeDescription: { href: ruleUrl(finding.rule) },
    source: 'crossblock',
    message: finding.message,
    ...(definition === undefined
      ? {}
      : {
          relatedInformation: [
            { location: { uri, range: toRange(lines, definition.span) }, message: definition.message },
          ],
        }),
  };
}
