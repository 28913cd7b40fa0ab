// Bundles the mocha tests for the extension host; mocha itself and VS Code's API come from outside.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { globSync } from 'tinyglobby';

export const root = path.dirname(path.dirname(import.meta.dirname));

/** @returns {Promise<string>} the path that `extensionTestsPath` takes */
export async function buildSuite() {
  const outdir = path.join(root, 'test-results/host');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['test/vscode/suite/index.ts', ...globSync('test/vscode/suite/*.test.ts', { cwd: root })],
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return path.join(outdir, 'index.js');
}
