// Gives each run a project folder of its own, with command markdown that has known findings.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const RELEASE_COMMAND = '.claude/commands/release.md';

/**
 * Copies `workspace/` to a new temporary folder.
 * @returns {{ readonly folder: string, readonly stateFile: string, remove(): void }} `stateFile` is the path of the
 *   state file that `release.md` writes; it is not there yet, and no other run uses it
 */
export function createWorkspace() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'crossblock-project-'));
  const stateFile = path.join(os.tmpdir(), `${path.basename(folder)}.env`);
  cpSync(path.join(import.meta.dirname, 'workspace'), folder, { recursive: true });
  const command = path.join(folder, RELEASE_COMMAND);
  writeFileSync(command, readFileSync(command, 'utf8').replaceAll('@STATE_FILE@', stateFile));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(stateFile, { force: true });
  };
  return { folder, stateFile, remove };
}

/**
 * @param {string} folder of a workspace made here
 * @returns {string} the text of the first bash block of `release.md`, which writes the state file
 */
export function firstReleaseBlock(folder) {
  const markdown = readFileSync(path.join(folder, RELEASE_COMMAND), 'utf8');
  const block = /^```bash\n(.*?)^```$/ms.exec(markdown)?.[1];
  if (block === undefined) throw new Error(`${RELEASE_COMMAND} has no bash block`);
  return block;
}
