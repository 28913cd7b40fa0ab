import {
  type CodeAction,
  CodeActionKind,
  type Connection,
  type Diagnostic,
  type TextDocuments,
  type TextEdit,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../analysis/finding';
import { fixesFor } from '../analysis/fixes';
import { disableFixes } from '../analysis/fixes/disable';
import type { Fix } from '../analysis/fixes/fix';
import { marksOf } from '../analysis/fixes/markBlock';
import type { DocumentCheck } from './documentCheck';
import { FIX_ALL, fixAllAction, fixAllQuickFixes } from './fixAll';
import { toRange } from './positions';
import type { Session } from './session';

export const CODE_ACTION_KINDS = [CodeActionKind.QuickFix, CodeActionKind.Refactor, FIX_ALL];

/** Answers `textDocument/codeAction`: fixes first, the preferred one on top, then the ways to disable and the rule's page. */
export function registerCodeActions(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  session: Session,
): void {
  connection.onCodeAction(async ({ textDocument, range, context }) => {
    const document = documents.get(textDocument.uri);
    const quickFixes = asksFor(context.only, CodeActionKind.QuickFix);
    // Whoever does not ask for it pays nothing for it: it analyses the document again and again.
    const fixAll = context.only !== undefined && asksFor(context.only, FIX_ALL);
    const marks = asksFor(context.only, CodeActionKind.Refactor);
    if (document === undefined || !(quickFixes || fixAll || marks)) return [];
    // The document goes on changing in place: what belongs to this version is taken before anything is awaited.
    const { version } = document;
    const start = document.offsetAt(range.start);
    const end = document.offsetAt(range.end);
    const check = await session.check(document);
    if (check === undefined || document.version !== version) return [];
    const all = fixAll ? await fixAllAction(session, check, textDocument.uri) : undefined;
    if (document.version !== version) return [];
    const actions: CodeAction[] = [];
    const findings = check.findings.filter(({ span }) => span.start <= end && start <= span.end);
    for (const finding of quickFixes ? findings : [])
      actions.push(...(await actionsFor(session, check, finding, textDocument.uri, context.diagnostics)));
    if (marks) actions.push(...marksAt(check, range.start.line, textDocument.uri));
    if (document.version !== version) return [];
    return all === undefined ? actions : [...actions, all];
  });
}

/** On the line of a block's fence: what the block can be marked as. */
function marksAt(check: DocumentCheck, line: number, uri: string): readonly CodeAction[] {
  const { flow } = check.analysis;
  const block = flow.blocks.find(({ block: { openLine } }) => openLine === line);
  if (block === undefined) return [];
  return marksOf(flow, block).map(fix => ({
    title: fix.title,
    kind: CodeActionKind.Refactor,
    edit: { changes: { [uri]: toTextEdits(check, fix) } },
  }));
}

function asksFor(only: readonly string[] | undefined, kind: string): boolean {
  return only === undefined || only.some(asked => kind === asked || kind.startsWith(`${asked}.`));
}

async function actionsFor(
  session: Session,
  check: DocumentCheck,
  finding: Finding,
  uri: string,
  diagnostics: readonly Diagnostic[],
): Promise<CodeAction[]> {
  const { analysis, fixSettings } = check;
  const range = toRange(analysis.document.lineIndex, finding.span);
  const mended = diagnostics.filter(
    diagnostic =>
      diagnostic.code === finding.rule &&
      diagnostic.range.start.line === range.start.line &&
      diagnostic.range.start.character === range.start.character,
  );
  const toAction = (fix: Fix, preferred: boolean): CodeAction => ({
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    isPreferred: preferred,
    diagnostics: mended,
    edit: { changes: { [uri]: toTextEdits(check, fix) } },
  });
  const fixes = fixesFor(analysis, finding, fixSettings);
  const isSafe = fixes.some(({ safety }) => safety === 'safe');
  return [
    ...fixes.map((fix, index) => toAction(fix, index === 0 && fix.safety === 'safe')),
    ...(isSafe ? await fixAllQuickFixes(session, check, uri, finding.rule) : []),
    ...(isSafe
      ? runCommand(`Fix all ${finding.rule} findings in the workspace (safe)…`, session.fixWorkspace, finding)
      : []),
    ...disableFixes(analysis.flow, finding).map(fix => toAction(fix, false)),
    ...runCommand(`Show documentation for ${finding.rule}`, session.showRule, finding),
  ];
}

/** An action that only a command of the client's can do: none where the client has no such command. */
function runCommand(title: string, command: string | undefined, { rule }: Finding): readonly CodeAction[] {
  if (command === undefined) return [];
  return [{ title, kind: CodeActionKind.QuickFix, command: { title, command, arguments: [rule] } }];
}

function toTextEdits({ analysis }: DocumentCheck, fix: Fix): TextEdit[] {
  return fix.edits.map(edit => ({
    range: toRange(analysis.document.lineIndex, edit.span),
    newText: edit.text,
  }));
}
