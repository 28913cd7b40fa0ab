import {
  type CodeAction,
  CodeActionKind,
  type Connection,
  type Diagnostic,
  type TextDocuments,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding, RuleName } from '../analysis/finding';
import { fixesFor } from '../analysis/fixes';
import { disableFixes } from '../analysis/fixes/disable';
import type { Fix } from '../analysis/fixes/fix';
import { fixDocument } from '../workspace/applyFixes';
import { lineEdits } from './lineEdits';
import { toRange } from './positions';
import type { DocumentCheck, Session } from './session';

/** All safe fixes of a document: what editors run on save. */
const FIX_ALL = `${CodeActionKind.SourceFixAll}.crossblock`;

export const CODE_ACTION_KINDS = [CodeActionKind.QuickFix, FIX_ALL];

/** Answers `textDocument/codeAction`: fixes first, the preferred one on top, then the ways to disable. */
export function registerCodeActions(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  session: Session,
): void {
  connection.onCodeAction(async ({ textDocument: { uri }, range, context }) => {
    const document = documents.get(uri);
    const { only, diagnostics } = context;
    // A fix of all is no answer to the question what can be done here, unless it is asked for.
    const wantsAll = only?.some(kind => asksFor([kind], FIX_ALL)) === true;
    const wantsQuickFixes = asksFor(only, CodeActionKind.QuickFix);
    if (document === undefined || !(wantsAll || wantsQuickFixes)) return [];
    // The document goes on changing in place: what belongs to this version is taken before anything is awaited.
    const { version } = document;
    const start = document.offsetAt(range.start);
    const end = document.offsetAt(range.end);
    const check = await session.check(document);
    if (check === undefined || document.version !== version) return [];
    const actions: CodeAction[] = [];
    if (wantsQuickFixes) {
      const findings = check.findings.filter(({ span }) => span.start <= end && start <= span.end);
      for (const finding of findings)
        actions.push(...(await actionsFor(session, check, finding, uri, diagnostics)));
    }
    if (wantsAll) {
      const edit = await fixAllEdit(session, check, uri);
      if (edit !== undefined)
        actions.push({ title: 'Fix all safe Crossblock findings', kind: FIX_ALL, edit: edit.edit });
    }
    return document.version === version ? actions : [];
  });
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
  const { analysis } = check;
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
  const fixes = fixesFor(analysis, finding);
  const isSafe = fixes.some(({ safety }) => safety === 'safe');
  return [
    ...fixes.map((fix, index) => toAction(fix, index === 0 && fix.safety === 'safe')),
    ...(isSafe ? await fixAllActions(session, check, finding.rule, uri) : []),
    ...disableFixes(analysis.flow, finding).map(fix => toAction(fix, false)),
  ];
}

/** The same fix for all findings of the rule, and for all of the document, where that is more than this one. */
async function fixAllActions(
  session: Session,
  check: DocumentCheck,
  rule: RuleName,
  uri: string,
): Promise<CodeAction[]> {
  const ofRule = await fixAllEdit(session, check, uri, rule);
  const ofAll = await fixAllEdit(session, check, uri);
  const action = (what: string, { edit }: FixAllEdit): CodeAction => ({
    title: `Fix all ${what} in this document (safe)`,
    kind: CodeActionKind.QuickFix,
    edit,
  });
  const count = ofRule?.count ?? 0;
  return [
    ...(ofRule !== undefined && count > 1 ? [action(`${rule} findings`, ofRule)] : []),
    ...(ofAll !== undefined && ofAll.count > count ? [action('findings', ofAll)] : []),
  ];
}

interface FixAllEdit {
  /** Of the findings that it mends. */
  readonly count: number;
  readonly edit: WorkspaceEdit;
}

/** What the edits of a document came to: an editor asks again with each move of the cursor. */
const knownEdits = new WeakMap<DocumentCheck, Map<string, Promise<FixAllEdit | undefined>>>();

/** Mends what can safely be mended; undefined where nothing can. */
function fixAllEdit(
  session: Session,
  check: DocumentCheck,
  uri: string,
  rule?: RuleName,
): Promise<FixAllEdit | undefined> {
  const ofCheck = knownEdits.get(check) ?? new Map<string, Promise<FixAllEdit | undefined>>();
  knownEdits.set(check, ofCheck);
  const known = ofCheck.get(rule ?? '') ?? computeFixAllEdit(session, check, uri, rule);
  ofCheck.set(rule ?? '', known);
  return known;
}

async function computeFixAllEdit(
  session: Session,
  check: DocumentCheck,
  uri: string,
  rule: RuleName | undefined,
): Promise<FixAllEdit | undefined> {
  const { text, lineIndex } = check.analysis.document;
  const analyse = async (changed: string) =>
    changed === text ? check : await session.checkText(uri, changed);
  const wants = (finding: Finding) => rule === undefined || finding.rule === rule;
  const mended = await fixDocument(text, analyse, { safety: 'safe', wants });
  if (mended === undefined || mended.text === text) return undefined;
  const changes = lineEdits(text, mended.text).map(edit => ({
    range: toRange(lineIndex, edit.span),
    newText: edit.text,
  }));
  return { count: mended.fixed.length, edit: { changes: { [uri]: changes } } };
}

function toTextEdits({ analysis }: DocumentCheck, fix: Fix): TextEdit[] {
  return fix.edits.map(edit => ({
    range: toRange(analysis.document.lineIndex, edit.span),
    newText: edit.text,
  }));
}
