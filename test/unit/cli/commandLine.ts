import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { beforeAll } from 'vitest';

const root = path.join(__dirname, '../../..');

/** Builds the command line before the tests of a file. */
export function buildCommandLine(): void {
  beforeAll(() => {
    execFileSync(process.execPath, [path.join(root, 'scripts/build.mjs')]);
  });
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs the built command line until it ends. */
export function crossblock(words: readonly string[], cwd: string, input = ''): Promise<Ended> {
  const child = spawn(process.execPath, [path.join(root, 'dist/cli.js'), ...words], { cwd });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    errors += text;
  });
  // A command that does not read its input may end before it is written.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise(resolve => child.once('close', code => resolve({ code, output, errors })));
}
