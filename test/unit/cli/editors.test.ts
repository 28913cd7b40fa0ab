import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../workspace/temporaryFolder';

const root = path.join(__dirname, '../../..');
const FILE = '.claude/commands/release.md';
const TEXT = '## Step 1\n\n```bash\nDIR=build\n```\n\n## Step 2\n\n```bash\nls "$DIR"\n```\n';

interface Seen {
  readonly diagnostics: readonly { readonly line: number; readonly message: string }[];
  readonly actions: readonly string[];
}

interface Editor {
  readonly name: string;
  readonly program: string;
  readonly words: readonly string[];
  /** Tells whether all is there that the script needs: words that end with 0. */
  readonly probe: readonly string[];
}

const EDITORS: readonly Editor[] = [
  {
    name: 'Neovim',
    program: 'nvim',
    words: ['--headless', '--clean', '-c', `luafile ${path.join(root, 'test/editors/neovim.lua')}`],
    probe: ['--version'],
  },
  {
    name: 'Emacs with eglot',
    program: 'emacs',
    words: ['--batch', '--load', path.join(root, 'test/editors/emacs.el')],
    probe: ['--batch', '--eval', "(progn (package-initialize) (require 'eglot))"],
  },
];

describe.each(EDITORS)('$name', ({ name, program, words, probe }) => {
  const isThere = spawnSync(program, [...probe]).status === 0;
  if (!isThere) console.warn(`skipped: ${name} is not installed, so crossblock lsp is not tried in it`);

  test.skipIf(!isThere)('shows a diagnostic and its fix', { timeout: 180_000 }, () => {
    const folder = temporaryFolder({ [FILE]: TEXT });
    const run = spawnSync(program, [...words], {
      encoding: 'utf8',
      cwd: folder,
      env: {
        ...process.env,
        HOME: folder,
        CROSSBLOCK_FILE: path.join(folder, FILE),
        CROSSBLOCK_CLI: path.join(root, 'dist/cli.js'),
      },
    });
    const line = /RESULT (.*)/.exec(run.stdout + run.stderr)?.[1];
    expect(line, run.stdout + run.stderr).toBeDefined();
    const seen: Seen = JSON.parse(line!);
    expect(seen.diagnostics.map(found => found.line)).toEqual([10]);
    expect(seen.diagnostics[0]!.message).toContain('DIR is empty here');
    expect(seen.actions.some(title => title.startsWith('Recalculate here: DIR'))).toBe(true);
  });
});
