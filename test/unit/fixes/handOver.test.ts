import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Analyser, type Analysis } from '../../../server/analysis/analyse';
import { fixesFor } from '../../../server/analysis/fixes';
import { applyEdits, type Fix } from '../../../server/analysis/fixes/fix';
import { Checker } from '../../../server/workspace/checker';
import { testParser } from '../../support/parser';

const parser = await testParser();
const checker = new Checker(parser, new Analyser(parser));

async function analysed(text: string, place = 'commands/x.md'): Promise<Analysis> {
  return (await checker.check(text, `/nowhere/.claude/${place}`, ['/nowhere'])).analysis;
}

function handOvers(analysis: Analysis): readonly Fix[] {
  return analysis.findings.flatMap(finding =>
    fixesFor(analysis, finding).filter(({ kind }) => kind === 'handOver'),
  );
}

/** A document whose blocks are some shell texts. */
function documentOf(...blocks: readonly string[]): string {
  return blocks.map((text, index) => `## Step ${index + 1}\n\n\`\`\`bash\n${text}\n\`\`\`\n`).join('\n');
}

async function repaired(text: string): Promise<Analysis> {
  const analysis = await analysed(text);
  const [fix] = handOvers(analysis);
  if (fix === undefined) throw new Error('no handing over is offered');
  return analysed(applyEdits(text, fix.edits));
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'crossblock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly output: string;
  readonly status: number | null;
}

function run(shell: string, text: string, environment: Readonly<Record<string, string>> = {}): Run {
  const { stdout, status } = spawnSync(shell, [shell === 'zsh' ? '-fc' : '-c', text], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', HOME: folder, CLAUDE_CODE_SESSION_ID: 'one', ...environment },
  });
  return { output: stdout, status };
}

const SHELLS = ['bash', 'zsh'].filter(shell => spawnSync(shell, ['-c', ':']).status === 0);

/** Blocks whose values the clock, files or branches give; the last block prints them. */
const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  'a value from a file': ['date > now\nNOW=$(cat now)\nrm now', 'echo "$NOW"'],
  'a value with quotes, spaces and a line end': [
    'printf "a \'b\' \\"c\\"\\n\\$(touch bad) é*" > f\nTEXT=$(cat f)',
    'echo "$TEXT"',
  ],
  'an array': ['date > f\nLIST=("a b" "" "$(cat f)")', 'printf "[%s]" "${LIST[@]}"'],
  'an exported name': ['date > f\nexport NAME=$(cat f)', 'sh -c \'echo "$NAME"\'; echo "$NAME"'],
  'several names and readers': ['date > f\nA=$(cat f)\nB=$(ls)', 'echo "$A"', 'echo "$B$A"'],
  'set -u in both blocks': ['set -u\ndate > f\nA=$(cat f)', 'set -u\necho "$A"'],
  noclobber: ['set -C\ndate > f\nA=$(cat f)', 'echo "$A"'],
  'the status of a failed command behind the save': [
    'date > f\nA=$(cat f; exit 3)\necho "status $?"',
    'echo "$A"',
  ],
  'a block that ends with a failed assignment': ['date > f\nA=$(cat f; exit 3)', 'echo "$A"'],
  'a loop': ['date > f\nfor x in 1 2; do\n  A=$(cat f)$x\ndone', 'echo "$A"'],
};

describe.each(Object.entries(DOCUMENTS))('handing over %s', (_, blocks) => {
  test('ends the findings, brings no new one and is not offered again', async () => {
    const before = await analysed(documentOf(...blocks));
    const after = await repaired(documentOf(...blocks));
    const key = ({ rule, name, block }: Analysis['findings'][number]) => `${rule} ${name} ${block}`;
    const known = new Set(before.findings.map(key));
    expect(after.findings.filter(({ rule }) => rule === 'lost-variable')).toEqual([]);
    expect(after.findings.map(key).filter(found => !known.has(found))).toEqual([]);
    expect(handOvers(after)).toEqual([]);
  });

  test.each(SHELLS)('prints what one shell printed, with the same status, in %s', async shell => {
    const texts = (await repaired(documentOf(...blocks))).document.blocks.map(({ text }) => text);
    const parts = texts.map(text => run(shell, text));
    const written = parts.map(({ output }) => output).join('');
    const whole = run(shell, blocks.join('\n')).output;
    const withoutTime = (text: string) => text.replace(/\d\d:\d\d:\d\d/g, 'T');
    expect(withoutTime(written)).toBe(withoutTime(whole));
    expect(parts[0]?.status).toBe(run(shell, blocks[0]!).status);
    expect(parts.at(-1)?.status).toBe(0);
    expect(readdirSync(folder)).not.toContain('bad');
  });
});

describe('the state file', () => {
  const blocks = ['date > f\nif [ -n "${GO:-}" ]; then A=$(cat f); fi', 'echo "[$A]"'];

  test.each(SHELLS)('holds no value of an earlier run whose branch was another one, in %s', async shell => {
    const [writer, reader] = (await repaired(documentOf(...blocks))).document.blocks;
    run(shell, writer!.text, { GO: '1' });
    expect(run(shell, reader!.text).output).not.toBe('[]\n');
    run(shell, writer!.text);
    expect(run(shell, reader!.text)).toEqual({ output: '[]\n', status: 0 });
  });

  test('is its owner’s alone, in a folder that git ignores', async () => {
    const [writer] = (await repaired(documentOf(...blocks))).document.blocks;
    run('bash', writer!.text);
    const state = path.join(folder, '.crossblock');
    expect(readdirSync(state).sort()).toEqual(['.gitignore', 'x-one-1.sh']);
    expect(statSync(state).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(state, 'x-one-1.sh')).mode & 0o777).toBe(0o600);
  });

  test('is missed loudly', async () => {
    const [, reader] = (await repaired(documentOf(...blocks))).document.blocks;
    expect(run('bash', reader!.text)).toEqual({ output: '', status: 1 });
  });
});

describe('handing over is', () => {
  const text = documentOf('date > f\nA=$(cat f)', 'echo "$A"');

  test('unsafe in a command, and offered before a recalculation that is not safe', async () => {
    const analysis = await analysed(text);
    const fixes = analysis.findings.flatMap(finding => fixesFor(analysis, finding));
    const mending = fixes.filter(({ kind }) => kind !== 'require' && kind !== 'mark');
    expect(mending.map(({ kind, safety }) => [kind, safety])).toEqual([
      ['handOver', 'unsafe'],
      ['recalculate', 'unsafe'],
    ]);
  });

  test.each([
    ['agents', 'agents/x.md', text],
    ['steps in parallel', 'commands/x.md', `Run them in parallel.\n\n${text}`],
    [
      'a step that changes the directory',
      'commands/x.md',
      documentOf('date > f\nA=$(cat f)\ncd sub', 'echo "$A"'),
    ],
  ])('a suggestion with %s', async (_, place, document) => {
    const safeties = handOvers(await analysed(document, place)).map(({ safety }) => safety);
    expect(safeties).toEqual(['suggestion']);
  });

  test.each([
    ['leaves before the save', ['[ -d x ] || exit 0\nA=$(cat f)', 'echo "$A"']],
    ['has a trap', ["trap 'rm f' EXIT\nA=$(cat f)", 'echo "$A"']],
    ['makes the name read-only', ['readonly A=$(cat f)', 'echo "$A"']],
    ['is one of two writers', ['A=$(cat f)', 'A=$(cat g)', 'echo "$A"']],
    ['ends in a here-document', ['A=$(cat f) &&\\\nfalse | cat <<E\nE', 'echo "$A"']],
  ])('not offered where the block %s', async (_, blocks) => {
    expect(handOvers(await analysed(documentOf(...blocks)))).toEqual([]);
  });
});
