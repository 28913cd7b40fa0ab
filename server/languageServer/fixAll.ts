import {
  type CodeAction,
  CodeActionKind,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { Finding, RuleName } from '../analysis/finding';
import { fixDocument } from '../workspace/fixDocument';
import { lineEdits } from '../workspace/lineEdits';
import type { DocumentCheck } from './documentCheck';
import { toRange } from './positions';
import type { Session } from './session';

/** Fix all, as editors ask for it on save. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.crossblock`;

type Rechecking = Pick<Session, 'checkText'>;

/** All safe fixes of a document as one action; undefined where there is none. */
export async function fixAllAction(
  session: Rechecking,
  check: DocumentCheck,
  uri: string,
): Promise<CodeAction | undefined> {
  const all = await fixAllEdit(session, check, uri);
  return all && { title: 'Fix all that is safe (Crossblock)', kind: FIX_ALL, edit: all.edit };
}

/** In the menu of a finding: the same for all findings of its rule, and of the document, where that is more than one. */
export async function fixAllQuickFixes(
  session: Rechecking,
  check: DocumentCheck,
  uri: string,
  rule: RuleName,
): Promise<readonly CodeAction[]> {
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
  /** Of the findings that it ends. */
  readonly count: number;
  readonly edit: WorkspaceEdit;
}

type Edits = Map<RuleName | undefined, Promise<FixAllEdit | undefined>>;

/** What fixing all came to: an editor asks again with each move of the cursor. */
const knownEdits = new WeakMap<DocumentCheck, Edits>();

/** @param rule undefined for all rules */
function fixAllEdit(
  session: Rechecking,
  check: DocumentCheck,
  uri: string,
  rule?: RuleName,
): Promise<FixAllEdit | undefined> {
  const ofCheck: Edits = knownEdits.get(check) ?? new Map();
  knownEdits.set(check, ofCheck);
  const known = ofCheck.get(rule) ?? computeFixAllEdit(session, check, uri, rule);
  ofCheck.set(rule, known);
  return known;
}

async function computeFixAllEdit(
  session: Rechecking,
  check: DocumentCheck,
  uri: string,
  rule: RuleName | undefined,
): Promise<FixAllEdit | undefined> {
  const fixes = await safeFixes(session, check, uri, rule);
  return fixes && { count: fixes.ended, edit: { changes: { [uri]: fixes.edits } } };
}

/** The safe fixes of a document. */
interface SafeFixes {
  readonly titles: readonly string[];
  /** How many findings they end, at least. */
  readonly ended: number;
  readonly edits: TextEdit[];
}

/**
 * What all safe fixes of a document come to, composed.
 * @param rule only its findings; undefined for all rules
 * @returns undefined where nothing changes
 */
export async function safeFixes(
  session: Rechecking,
  check: DocumentCheck,
  uri: string,
  rule: string | undefined,
): Promise<SafeFixes | undefined> {
  const { document } = check.analysis;
  // Where the server is switched off in between, nothing more is fixed.
  const recheck = async (changed: string) => (await session.checkText(uri, changed)) ?? check;
  const wants = (finding: Finding) => rule === undefined || finding.rule === rule;
  const { text, titles, ended } = await fixDocument(check, new Set(['safe']), recheck, { wants });
  if (text === document.text) return undefined;
  const edits = lineEdits(document.text, text).map(({ span, text: newText }) => ({
    range: toRange(document.lineIndex, span),
    newText,
  }));
  return { titles, ended, edits };
}
