// Bundles the client, the server and the command line, and lays the two WASM files beside them.
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { isMain } from './isMain.mjs';

const require = createRequire(import.meta.url);
const root = path.dirname(import.meta.dirname);
const dist = path.join(root, 'dist');

const WASM_FILES = [
  require.resolve('web-tree-sitter/web-tree-sitter.wasm'),
  require.resolve('tree-sitter-bash/tree-sitter-bash.wasm'),
];

/**
 * What all bundles have in common.
 * @param {boolean} minify
 */
export function sharedOptions(minify) {
  return {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Names stay as they are, so that stack traces that users report can be read. (`keepNames` would cost a call for each closure.)
    minifyWhitespace: minify,
    minifySyntax: minify,
    sourcemap: minify ? false : 'linked',
    legalComments: 'none',
    logLevel: 'warning',
    // The ESM build of web-tree-sitter calls createRequire(import.meta.url), which is undefined in a CommonJS bundle.
    alias: {
      'web-tree-sitter': path.join(path.dirname(require.resolve('web-tree-sitter')), 'web-tree-sitter.cjs'),
    },
  };
}

/**
 * Writes everything that runs to `dist/`.
 * @param {{ readonly minify?: boolean }} [options] minified bundles have no source maps
 * @throws where a source file cannot be bundled; esbuild has printed why
 */
export async function buildAll({ minify = false } = {}) {
  const shared = sharedOptions(minify);
  mkdirSync(dist, { recursive: true });
  for (const file of WASM_FILES) copyFileSync(file, path.join(dist, path.basename(file)));
  await Promise.all([
    build({
      ...shared,
      entryPoints: ['client/extension.ts'],
      outfile: 'dist/client.js',
      external: ['vscode'],
    }),
    build({
      ...shared,
      // What the Block Flow panel shows runs in a browser; its style sheet goes beside it.
      entryPoints: ['client/blockFlow/webview/main.ts'],
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
      sourcemap: false,
      outfile: 'dist/blockFlow.js',
    }),
    build({ ...shared, entryPoints: ['server/inspector/thread.ts'], outfile: 'dist/inspector.js' }),
    build({ ...shared, entryPoints: ['server/extension.ts'], outfile: 'dist/server.js' }),
    build({
      ...shared,
      entryPoints: ['server/cli/main.ts'],
      outfile: 'dist/cli.js',
      banner: { js: '#!/usr/bin/env node' },
    }),
  ]);
  chmodSync(path.join(dist, 'cli.js'), 0o755);
}

if (isMain(import.meta)) await buildAll({ minify: process.argv.includes('--minify') });
