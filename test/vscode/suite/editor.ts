import assert from 'node:assert/strict';
import path from 'node:path';
import { commands, type Diagnostic, languages, type TextDocument, Uri, window, workspace } from 'vscode';

/** @param file relative to the workspace folder */
export function workspaceUri(file: string): Uri {
  const folder = workspace.workspaceFolders?.[0];
  assert.ok(folder, 'the tests need a workspace folder');
  return Uri.joinPath(folder.uri, file);
}

/** Opens a file of the workspace in an editor. */
export async function open(file: string): Promise<TextDocument> {
  const document = await workspace.openTextDocument(workspaceUri(file));
  await window.showTextDocument(document);
  return document;
}

/** Closes all editors and drops what was not saved. */
export async function closeAll(): Promise<void> {
  while (window.activeTextEditor?.document.isDirty) {
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await commands.executeCommand('workbench.action.closeAllEditors');
}

/** The extension's own findings for a file of the workspace, as the Problems panel has them. */
export function findings(uri: Uri): readonly Diagnostic[] {
  return languages.getDiagnostics(uri).filter(diagnostic => diagnostic.source === 'crossblock');
}

/** The rule that a diagnostic comes from. */
function ruleOf(diagnostic: Diagnostic): string {
  const { code } = diagnostic;
  return String(typeof code === 'object' ? code.value : code);
}

/**
 * Asks again and again until something is there.
 * @param probe gives undefined or false while it has to wait
 * @throws after the timeout, naming what was waited for
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMilliseconds = 60_000,
): Promise<T> {
  const end = Date.now() + timeoutMilliseconds;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${timeoutMilliseconds} ms`);
    await pause(50);
  }
}

/** Waits until a file has the given findings, as rule names in any order. */
export function waitForRules(file: string, rules: readonly string[]): Promise<readonly Diagnostic[]> {
  const expected = [...rules].sort().join();
  const uri = workspaceUri(file);
  return waitFor(`${path.basename(file)} has findings [${expected}]`, () => {
    const found = findings(uri);
    return found.map(ruleOf).sort().join() === expected && found;
  });
}

/** Milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
