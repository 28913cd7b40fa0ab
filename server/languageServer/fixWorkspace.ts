import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { type Connection, ProgressType, type TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  FIX_WORKSPACE,
  type FixedFile,
  type FixWorkspaceParams,
  type FixWorkspaceProgress,
  type FixWorkspaceResult,
} from '../protocol';
import { MAX_TEXT_LENGTH } from './documentCheck';
import { safeFixes } from './fixAll';
import { cancelled } from './requests';
import type { Session } from './session';
import type { WorkspaceFiles } from './workspaceFiles';

const PROGRESS = new ProgressType<FixWorkspaceProgress>();

/** Answers `crossblock/fixWorkspace`: what all safe fixes of all command files come to. It writes nothing. */
export function registerFixWorkspace(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  session: Session,
  files: WorkspaceFiles,
): void {
  connection.onRequest(FIX_WORKSPACE, async ({ rule, progressToken }: FixWorkspaceParams, token) => {
    const paths = await files.paths();
    const fixed: FixedFile[] = [];
    let checked = 0;
    for (const [done, path] of paths.entries()) {
      if (token.isCancellationRequested) return cancelled();
      if (progressToken !== undefined)
        await connection.sendProgress(PROGRESS, progressToken, { done, total: paths.length });
      // Whoever types meanwhile does not wait for the rest.
      await new Promise(resolve => setImmediate(resolve));
      const uri = pathToFileURL(path).href;
      const text = documents.get(uri)?.getText() ?? (await textOf(path));
      if (text === undefined) continue;
      checked++;
      const file = await fixedFile(session, uri, text, rule);
      if (file !== undefined) fixed.push(file);
    }
    return { checked, files: fixed } satisfies FixWorkspaceResult;
  });
}

async function fixedFile(
  session: Session,
  uri: string,
  text: string,
  rule: string | undefined,
): Promise<FixedFile | undefined> {
  const check = await session.checkText(uri, text);
  if (check === undefined) return undefined;
  const fixes = await safeFixes(session, check, uri, rule);
  if (fixes === undefined) return undefined;
  return {
    uri,
    digest: createHash('sha256').update(text).digest('hex'),
    titles: fixes.titles,
    edits: fixes.edits.map(({ range, newText }) => ({ ...range, newText })),
  };
}

/** A file's text as an editor has it; undefined where it is gone, cannot be read or is too large to be checked. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    // UTF-8 has at most three bytes for a UTF-16 unit.
    if ((await stat(path)).size > MAX_TEXT_LENGTH * 3) return undefined;
    const text = await readFile(path, 'utf8');
    return text.replace(/^\uFEFF/, '');
  } catch {
    return undefined;
  }
}
