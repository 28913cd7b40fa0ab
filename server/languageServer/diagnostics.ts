import { createHash } from 'node:crypto';
import {
  type Connection,
  type Diagnostic,
  DiagnosticSeverity,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  type TextDocuments,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding, Severity } from '../analysis/finding';
import { type DocumentCheck, MAX_TEXT_LENGTH } from './documentCheck';
import { toRange } from './positions';
import { cancelled } from './requests';
import { ruleUrl } from './rulePages';
import type { Session } from './session';

/** Milliseconds without a keystroke after which diagnostics are pushed to a client that cannot ask for them. */
const PUSH_DELAY = 120;

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/**
 * Answers `textDocument/diagnostic`, for the text as it is when the answer leaves: what changed meanwhile is checked again. The
 * result's id is made of the result: where a change of text, library or configuration changes nothing, nothing is sent.
 */
export function registerPullDiagnostics(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  session: Session,
): void {
  connection.languages.diagnostics.on(async ({ textDocument: { uri }, previousResultId }, token) => {
    for (;;) {
      const document = documents.get(uri);
      const version = document?.version;
      const items = document === undefined ? [] : await diagnosticsOf(session, document);
      if (token.isCancellationRequested) return cancelled();
      if (documents.get(uri)?.version === version) return documentReport(items, previousResultId);
    }
  });
}

/** What is reported of an open document: its findings, or why there are none. */
export async function diagnosticsOf(session: Session, document: TextDocument): Promise<Diagnostic[]> {
  const check = await session.check(document);
  if (check !== undefined) return toDiagnostics(check, document.uri);
  return session.isTooLarge(document) ? [tooLarge()] : [];
}

/** Full, or a word that nothing has changed since the result that the client has. */
export function documentReport(items: Diagnostic[], previous: string | undefined): DocumentDiagnosticReport {
  const resultId = resultIdOf(items);
  return resultId === previous
    ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
    : { kind: DocumentDiagnosticReportKind.Full, resultId, items };
}

function resultIdOf(items: readonly Diagnostic[]): string {
  return createHash('sha256').update(JSON.stringify(items)).digest('base64url').slice(0, 22);
}

/** The notice for a document that is too large to be checked while somebody types. */
export function tooLarge(): Diagnostic {
  const start = { line: 0, character: 0 };
  return {
    range: { start, end: start },
    severity: DiagnosticSeverity.Information,
    code: 'document-too-large',
    source: 'crossblock',
    message: `Crossblock checks documents up to ${MAX_TEXT_LENGTH / 1_000_000} million characters in the editor: nothing is reported here. Split the document, or run crossblock check on it.`,
  };
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
    const diagnostics = await diagnosticsOf(session, document);
    // A later version has a push of its own.
    if (documents.get(uri)?.version !== version) return;
    await connection.sendDiagnostics({ uri, version, diagnostics });
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
export function toDiagnostics(check: DocumentCheck, uri: string): Diagnostic[] {
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
