import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createShellParser, type ShellParser } from '../analysis/shell/syntax';

/**
 * Loads the parser's two WASM files, which the build lays beside the bundle.
 * @param folder where they lie; by default the folder of the running bundle
 * @throws an error that names the file and says what to do, where one is missing or damaged
 */
export async function loadShellParser(folder: string = __dirname): Promise<ShellParser> {
  try {
    const [runtime, grammar] = await Promise.all([
      readFile(path.join(folder, 'web-tree-sitter.wasm')),
      readFile(path.join(folder, 'tree-sitter-bash.wasm')),
    ]);
    return await createShellParser({ runtime, grammar });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The shell parser cannot be loaded from ${folder}: ${reason}. Install Crossblock again; without it no block can be checked.`,
    );
  }
}
