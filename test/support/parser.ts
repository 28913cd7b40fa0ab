import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createShellParser, type ShellParser } from '../../server/analysis/shell/syntax';

let parser: Promise<ShellParser> | undefined;

/** The parser, from the packages themselves: tests need no build. Made once per process. */
export function testParser(): Promise<ShellParser> {
  parser ??= load();
  return parser;
}

async function load(): Promise<ShellParser> {
  const modules = path.join(__dirname, '../../node_modules');
  const [runtime, grammar] = await Promise.all([
    readFile(path.join(modules, 'web-tree-sitter/web-tree-sitter.wasm')),
    readFile(path.join(modules, 'tree-sitter-bash/tree-sitter-bash.wasm')),
  ]);
  return createShellParser({ runtime, grammar });
}
