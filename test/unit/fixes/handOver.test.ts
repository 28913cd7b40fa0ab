import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { Analyser, type Analysis } from '../../../server/analysis/analyse';
import { fixesFor } from '../../../server/analysis/fixes';
import { applyEdits, type Fix } from '../../../server/analysis/fixes/fix';
import { DEFAULT_FIX_SETTINGS } from '../../../server/analysis/fixes/settings';
import { blockGraph } from '../../../server/analysis/graph/blockGraph';
import { edgeTitle } from '../../../server/analysis/graph/labels';
import { blockNames } from '../../../server/analysis/symbols/blockNames';
import { outlineOf } from '../../../server/analysis/symbols/outline';
import { Checker } from '../../../server/workspace/checker';
import { checked } from '../../support/checked';
import { testParser } from '../../support/parser';
import { runIn, SHELLS, type ShellRun } from '../../support/shellRuns';
import { temporaryFolder } from '../workspace/temporaryFolder';

const parser = await testParser();
const checker = new Checker(parser, new Analyser(parser));

async function analysed(text: string, place = 'commands/x.md'): Promise<Analysis> {
  return (await checker.check(text, `/nowhere/.claude/${place}`, ['/nowhere'])).analysis;
}

function handOvers(analysis: Analysis, stateFile?: string): readonly Fix[] {
  const settings = { ...DEFAULT_FIX_SETTINGS, stateFile };
  return analysis.findings.flatMap(finding =>
    fixesFor(analysis, finding, settings).filter(({ kind }) => kind === 'handOver'),
  );
}

/** A document whose blocks are some shell texts; a text may bring its heading along. */
function documentOf(...blocks: readonly string[]): string {
  return blocks
    .map((text, index) => {
      const [, heading = `Step ${index + 1}`, code] = /^(?:## (.*)\n)?([\s\S]*)$/.exec(text)!;
      return `## ${heading}\n\n\`\`\`bash\n${code}\n\`\`\`\n`;
    })
    .join('\n');
}

/** Hands over what is lost, until nothing is offered any more. */
async function repaired(text: string, stateFile?: string): Promise<Analysis> {
  let analysis = await analysed(text);
  if (handOvers(analysis, stateFile).length === 0) throw new Error('no handing over is offered');
  for (let fix: Fix | undefined; ; ) {
    fix = handOvers(analysis, stateFile)[0];
    if (fix === undefined) return analysis;
    analysis = await analysed(applyEdits(analysis.document.text, fix.edits));
  }
}

async function repairedBlocks(blocks: readonly string[], stateFile?: string): Promise<readonly string[]> {
  return (await repaired(documentOf(...blocks), stateFile)).document.blocks.map(({ text }) => text);
}

let folder = '';
beforeEach(() => {
  folder = temporaryFolder({});
});

function run(shell: string, text: string, environment: Readonly<Record<string, string>> = {}): ShellRun {
  return runIn(folder, shell, [text], { CLAUDE_CODE_SESSION_ID: 'one', ...environment });
}

if (!SHELLS.includes('zsh')) test.skip('in zsh: it is not installed here', () => {});

const STORED = 'date > f\n';

/** Blocks whose values the clock, files or branches give; the last block prints them. */
const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  'a value from a file': ['date > now\nNOW=$(cat now)\nrm now', 'echo "$NOW"'],
  'a value with quotes, spaces and a line end': [
    'printf "a \'b\' \\"c\\"\\n\\$(touch bad) é*" > f\nTEXT=$(cat f)',
    'echo "$TEXT"',
  ],
  'a value that looks like an option, and an empty one': [
    `${STORED}A="-n $(cat f)"\nB=$(grep nothing f)`,
    'printf "[%s]" "$A" "$B" "${B+set}"',
  ],
  'what is a command in the text of a file': [
    `printf '%s' '$(touch bad)' '\`touch bad\`' "'; touch bad; '" > f\nA=$(cat f)`,
    'printf "[%s]" "$A"',
  ],
  'an array': [`${STORED}LIST=("a b" "" "$(cat f)")`, 'printf "[%s]" "${LIST[@]}"'],
  'an associative array': [
    `${STORED}declare -A MAP\nMAP[a]="x y"\nMAP[b]=$(cat f)`,
    'printf "[%s]" "${MAP[a]}" "${MAP[b]}"',
  ],
  'an array without elements': [`${STORED}LIST=()\nB=$(cat f)`, 'printf "[%s]" "${LIST[@]}" "$B"'],
  'an exported name': [`${STORED}export NAME=$(cat f)`, 'sh -c \'echo "$NAME"\'; echo "$NAME"'],
  'a name that is exported later': [`${STORED}NAME=$(cat f)\nexport NAME`, 'sh -c \'echo "$NAME"\''],
  'several names and readers': [`${STORED}A=$(cat f)\nB=$(ls)`, 'echo "$A"', 'echo "$B$A"'],
  'set -u in both blocks': [`set -u\n${STORED}A=$(cat f)`, 'set -u\necho "$A"'],
  'set -u and a branch': [
    `set -u\n${STORED}if [ -e f ]; then A=$(cat f); fi\nif [ -e none ]; then B=$(cat f); fi`,
    'set -u\necho "$A"\n[ -e f ] || echo "$B"',
  ],
  'set -e, where the last command fails without ending the block': [
    `set -e\n${STORED}A=$(cat f)\n[ -e none ] && A=other`,
    'set -e\necho "$A"',
  ],
  'a name that counts or changes case': [
    'echo 5 > f\ndeclare -i N=$(cat f)\ndeclare -u T=$(echo a; cat f)',
    'N+=1\nT="$T b"',
    'echo "$N $T"',
  ],
  noclobber: [`set -C\n${STORED}A=$(cat f)`, 'echo "$A"'],
  'the status of a failed command behind the save': [
    `${STORED}A=$(cat f; exit 3)\necho "status $?"`,
    'echo "$A"',
  ],
  'a block that ends with a failed assignment': [`${STORED}A=$(cat f; exit 3)`, 'echo "$A"'],
  'a loop': [`${STORED}for x in 1 2; do\n  A=$(cat f)$x\ndone`, 'echo "$A"'],
  'the statuses of a pipeline': [
    `${STORED}A=$(cat f)\nfalse | A=$(cat f) true\necho "\${PIPESTATUS[*]-}\${pipestatus[*]-}"`,
    'echo "$A"',
  ],
  'a trap for errors': [`trap 'echo failed' ERR\n${STORED}A=$(cat f)\n[ -e none ] && A=other`, 'echo "$A"'],
  'a value of the second of two blocks': [`${STORED}A=$(cat f)`, 'A=second$(cat f)', 'echo "$A"'],
  'a value that the second block may leave alone': [
    `${STORED}A=$(cat f)`,
    'if [ -e none ]; then A=second$(cat f); fi',
    'echo "$A"',
  ],
  'a value that the second block may change': [
    `${STORED}A=$(cat f)`,
    'if [ -e f ]; then A=second$(cat f); fi',
    'echo "$A"',
  ],
  'a value that is made of itself': [`${STORED}A=$(cat f)`, 'A="$A more"', 'A="$A and more"', 'echo "$A"'],
  'a number that counts': [`${STORED}N=$(wc -l < f)`, 'N=$((N + 1))', '((N++)) || :\nlet N=N+1', 'echo "$N"'],
  'a list that grows': [
    `${STORED}LIST=("$(cat f)")`,
    'LIST+=("a b")',
    'LIST+=(c)\nprintf "[%s]" "${LIST[@]}"',
    'printf "[%s]" "${LIST[@]}"',
  ],
  'a name beside one that cannot be set again': [`${STORED}readonly FIXED=$(cat f)\nA=$(cat f)`, 'echo "$A"'],
  'a name that an earlier block gave, and that is taken away': [
    `${STORED}A=$(cat f)\nB=$(cat f)`,
    'unset A',
    'echo "[${A-}]$B"',
  ],
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

describe.each(SHELLS)('the state file, in %s,', shell => {
  const blocks = ['date > f\nif [ -n "${GO:-}" ]; then A=$(cat f); fi', 'echo "[$A]"'];

  test('holds no value of an earlier run whose branch was another one', async () => {
    const [writer, reader] = await repairedBlocks(blocks);
    run(shell, writer!, { GO: '1' });
    expect(run(shell, reader!).output).not.toBe('[]\n');
    run(shell, writer!);
    expect(run(shell, reader!)).toEqual({ output: '[]\n', status: 0 });
  });

  test('of one session is not that of another', async () => {
    const [writer, reader] = await repairedBlocks(blocks);
    run(shell, writer!, { GO: '1' });
    expect(run(shell, reader!, { CLAUDE_CODE_SESSION_ID: 'two' }).output).toBe('[]\n');
  });

  test('is its owner’s alone, in a folder that git ignores', async () => {
    const [writer] = await repairedBlocks(blocks);
    run(shell, writer!);
    const state = path.join(folder, '.crossblock');
    expect(readdirSync(state).sort()).toEqual(['.gitignore', 'x-one-1.sh']);
    expect(statSync(state).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(state, 'x-one-1.sh')).mode & 0o777).toBe(0o600);
  });

  test('is not loaded where it is a link', async () => {
    const [writer, reader] = await repairedBlocks(blocks);
    run(shell, writer!, { GO: '1' });
    const file = path.join(folder, '.crossblock/x-one-1.sh');
    run(shell, `mv ${file} other; ln -s "$PWD/other" ${file}`);
    expect(run(shell, reader!).output).toBe('[]\n');
  });

  test.each([
    ['the value is read', 'echo "$A"'],
    ['a file of that name is asked for', '[ -f "$A" ] || echo "no file $A"'],
  ])('is missed loudly where the writing step always runs and %s', async (_, text) => {
    const [, reader] = await repairedBlocks(['date > f\nA=$(cat f)', text]);
    expect(run(shell, reader!)).toEqual({ output: '', status: 1 });
  });

  test.each([
    ['the writing step is optional', ['## Step 1 (optional)\nA=$(cat f)', 'set -e\necho "[$A]"']],
    ['a branch leaves the name without a value', blocks],
    ['a read makes provision', ['A=$(cat f)', 'echo "[$A]"; echo "${A:-none}"']],
    ['the read is in a branch', ['A=$(cat f)', 'if [ -e f ]; then echo "$A"; fi\necho "[]"']],
    [
      'the ways exclude each other',
      ['## If new\nA=$(cat f)', '## If old\nA=$(cat g)', '## Then\necho "[$A]"'],
    ],
  ])('is missed silently where %s', async (_, parts) => {
    const { output, status } = run(shell, (await repairedBlocks(parts)).at(-1)!);
    expect(output).toMatch(/^\[\]/);
    expect(status).toBe(0);
  });

  test('is written once, before what a trap does at the end', async () => {
    const [writer, reader] = await repairedBlocks([
      "trap 'cat .crossblock/x-one-1.sh' EXIT\ndate > f\nA=$(wc -l < f)",
      'echo "[$A]"',
    ]);
    expect(run(shell, writer!)).toEqual({
      output: expect.stringMatching(/^\S+ (?:-- )?A="?1"?\n$/),
      status: 0,
    });
    expect(run(shell, reader!).output).toBe('[1]\n');
  });

  test('of a step that is repeated goes on where it was, and begins anew with the first step', async () => {
    const [first, count, last] = await repairedBlocks([
      'date > f\nN=$(wc -l < f)',
      'N=$((N + 1))',
      'echo "$N"',
    ]);
    for (const text of [first!, count!, count!, count!]) expect(run(shell, text).status).toBe(0);
    expect(run(shell, last!).output).toBe('4\n');
    spawnSync('touch', ['-d', '1 minute ago', path.join(folder, '.crossblock/x-one-2.sh')]);
    run(shell, first!);
    run(shell, count!);
    expect(run(shell, last!).output).toBe('2\n');
  });

  test('of the way that was gone last is the one that counts', async () => {
    const [isNew, isOld, last] = await repairedBlocks([
      '## If new\ndate > f\nA=new$(wc -l < f)',
      '## If old\ndate > f\nA=old$(wc -l < f)',
      '## Then\necho "[$A]"',
    ]);
    run(shell, isOld!);
    spawnSync('touch', ['-d', '1 minute ago', path.join(folder, '.crossblock/x-one-2.sh')]);
    run(shell, isNew!);
    expect(run(shell, last!).output).toBe('[new1]\n');
    spawnSync('touch', ['-d', '1 minute ago', path.join(folder, '.crossblock/x-one-1.sh')]);
    run(shell, isOld!);
    expect(run(shell, last!).output).toBe('[old1]\n');
  });

  test('of an earlier run is forgotten by a block that ends before it saves', async () => {
    const [writer, reader] = await repairedBlocks([
      'date > f\n[ -n "${GO:-}" ] || exit 0\nA=$(cat f)',
      'echo "[$A]"',
    ]);
    run(shell, writer!, { GO: '1' });
    expect(run(shell, reader!).output).not.toBe('[]\n');
    expect(run(shell, writer!)).toEqual({ output: '', status: 0 });
    expect(run(shell, reader!)).toEqual({ output: '[]\n', status: 0 });
  });

  test('takes one name more into what is saved already', async () => {
    const before = (await repaired(documentOf('date > f\nA=$(cat f)\nB=$(ls)', 'echo "$A"'))).document.text;
    const more = before.replace('echo "$A"', 'echo "$A$B"');
    const [fix] = handOvers(await analysed(more));
    const after = await analysed(applyEdits(more, fix!.edits));
    expect(after.findings).toEqual([]);
    const [writer, reader] = after.document.blocks.map(({ text }) => text);
    expect(writer!.match(/umask 077/g)).toHaveLength(1);
    expect(reader!.match(/crossblock="/g)).toHaveLength(1);
    run(shell, writer!);
    expect(run(shell, reader!).output).toMatch(/f\n$/);
  });

  test('is loaded as it is by one block more', async () => {
    const before = (await repaired(documentOf('date > f\nA=$(cat f)', 'echo "$A"'))).document.text;
    const more = `${before}\n${documentOf('echo "and $A"')}`;
    const [fix] = handOvers(await analysed(more));
    const after = await analysed(applyEdits(more, fix!.edits));
    expect(after.findings).toEqual([]);
    const texts = after.document.blocks.map(({ text }) => text);
    run(shell, texts[0]!);
    expect(run(shell, texts[2]!).output).toMatch(/^and \w/);
  });

  test.each([
    ['$HOME/state/{document}-{block}.sh', 'state', ['x-1.sh', 'x-2.sh']],
    ['~/state/{document}.sh', 'state', ['x-1.sh', 'x-2.sh']],
    ['state/all', 'state', ['all-x-1', 'all-x-2']],
    ['state/{block}/{document}', 'state', ['1', '2']],
  ])('lies where the setting says: %s', async (stateFile, place, files) => {
    const texts = await repairedBlocks(
      ['date > f\nA=$(wc -l < f)', 'if [ -n "${GO:-}" ]; then A=2; fi', 'echo "$A"'],
      stateFile,
    );
    run(shell, texts[0]!);
    run(shell, texts[1]!);
    expect(run(shell, texts[2]!)).toEqual({ output: '1\n', status: 0 });
    run(shell, texts[1]!, { GO: '1' });
    expect(run(shell, texts[2]!)).toEqual({ output: '2\n', status: 0 });
    expect(readdirSync(path.join(folder, place)).sort()).toEqual(files);
  });
});

describe.each(SHELLS)('the document’s own state file, in %s,', shell => {
  test.each([
    [
      'hands over one name more',
      "TITLE=$(printf '%s' \"a 'b\" 'c d')",
      'printf "[%s]" "$TITLE"',
      "[a 'bc d]",
    ],
    ['hands over a list', "TITLE=('a b' '' c)", 'printf "[%s]" "${TITLE[@]}"', '[a b][][c]'],
  ])('%s', async (_, writer, reader, expected) => {
    const blocks = [
      `COUNT=$(wc -l < /dev/null)\n${writer}\nprintf 'COUNT=%q\\n' "$COUNT" >> own.env`,
      '[ -f own.env ] && source ./own.env\necho "$COUNT"',
      reader,
    ];
    const before = await analysed(documentOf(...blocks));
    const [fix] = handOvers(before);
    expect(fix?.title).toMatch(/^Hand over through the document's own state file: TITLE /);
    const after = await analysed(applyEdits(before.document.text, fix!.edits));
    expect(after.findings.filter(({ rule }) => /^(?:lost|unsaved)-variable$/.test(rule))).toEqual([]);
    const texts = after.document.blocks.map(({ text }) => text);
    for (const text of texts.slice(0, 2)) expect(run(shell, text).status).toBe(0);
    expect(run(shell, texts[2]!)).toEqual({ output: expected, status: 0 });
  });

  test('is left alone where one of two writers cannot save', async () => {
    const blocks = [
      'A=$(cat f)\nprintf "A=%q\\n" "$A" >> own.env',
      '[ -f own.env ] && source ./own.env\necho "$A"',
      "trap 'date' DEBUG\nA=$(cat g)",
      'echo "$A"',
    ];
    const titles = handOvers(await analysed(documentOf(...blocks))).map(({ title }) => title);
    expect(titles.filter(title => title.includes('own state file'))).toEqual([]);
  });
});

const SESSION = 'CLAUDE_CODE_SESSION_ID';

test('what is handed over is all that the graph, the outline and the lenses show of it', async () => {
  const { analysis } = await checked(
    (await repaired(documentOf('N=$(wc -l < f)', 'N=$((N + 1))', 'echo "$N"'))).document.text,
  );
  const { edges } = blockGraph(analysis);
  expect(edges.map(edge => `${edge.from} ${edge.to} ${edgeTitle(edge)}`)).toEqual([
    expect.stringMatching(/^b1 b2 kept by .*-1\.sh: N$/),
    expect.stringMatching(/^b2 b3 kept by .*-2\.sh: N$/),
  ]);
  const names = analysis.flow.blocks.map(block => blockNames(analysis, block));
  expect(names.map(({ provides }) => provides)).toEqual([['N'], ['N'], []]);
  const needs = names.map(block => block.needs.map(({ name }) => name));
  expect(needs).toEqual([[SESSION], [SESSION, 'N'], [SESSION, 'N']]);
  expect(JSON.stringify(outlineOf(analysis))).not.toMatch(/"crossblock/);
});

describe('handing over is', () => {
  const text = documentOf('date > f\nA=$(cat f)', 'echo "$A"');

  test('unsafe in a command, and offered before a recalculation that is not safe', async () => {
    const analysis = await analysed(text);
    const fixes = analysis.findings.flatMap(finding => fixesFor(analysis, finding));
    const mending = fixes.filter(({ kind }) => kind === 'handOver' || kind === 'recalculate');
    expect(mending.map(({ kind, safety }) => [kind, safety])).toEqual([
      ['handOver', 'unsafe'],
      ['recalculate', 'unsafe'],
    ]);
  });

  test.each([
    ['agents', 'agents/x.md', text],
    ['a context of its own', 'commands/x.md', `---\ncontext: fork\n---\n\n${text}`],
    ['steps in parallel', 'commands/x.md', `Run them in parallel.\n\n${text}`],
    [
      'a step beside another one',
      'commands/x.md',
      text.replace('## Step 2', '## Step 2\n\nAt the same time as the build:'),
    ],
    ['a host without sessions', '../.opencode/command/x.md', text],
    ['a credential', 'commands/x.md', text.replaceAll('A', 'API_TOKEN')],
    ['a header with one', 'commands/x.md', text.replaceAll('A', 'AUTH')],
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
    ['a host without sessions', '../.opencode/command/x.md', text, 'unsafe'],
    ['agents', 'agents/x.md', text, 'unsafe'],
    ['steps in parallel', 'commands/x.md', `Run them in parallel.\n\n${text}`, 'suggestion'],
  ])(
    'beside it, with %s, recalculating is what the document lets it be',
    async (_, place, document, safety) => {
      const analysis = await analysed(document, place);
      const fixes = analysis.findings.flatMap(finding => fixesFor(analysis, finding));
      const safeties = fixes.filter(({ kind }) => kind === 'recalculate').map(fix => fix.safety);
      expect(safeties).toEqual([safety]);
    },
  );

  test.each([
    ['agents that work in parallel', `Start two agents in parallel.\n\n${text}`],
    ['parallel builds elsewhere', `${text}\n## Notes\n\nThe builds run in parallel.\n`],
    ['a directory of a subshell’s own', documentOf('date > f\nA=$(cat f)\n(cd sub && ls)', 'echo "$A"')],
  ])('no mere suggestion with %s', async (_, document) => {
    expect(handOvers(await analysed(document)).map(({ safety }) => safety)).toEqual(['unsafe']);
  });

  test('a suggestion with steps in parallel also behind an edit that moved their heading', async () => {
    const writer = 'date > f\nA=$(cat f)';
    const before = documentOf(writer, 'true', 'echo "$A"').replace(
      '## Step 3\n',
      '## Step 3\n\nRun these steps in parallel.\n\n### Then\n',
    );
    await analysed(before);
    const after = before.replace('date > f\n', `date > f\n${'# more\n'.repeat(20)}`);
    expect(handOvers(await analysed(after)).map(({ safety }) => safety)).toEqual(['suggestion']);
  });

  test('a suggestion where the setting names a file that anyone may make first', async () => {
    const safeties = async (stateFile: string) =>
      handOvers(await analysed(text), stateFile).map(({ safety }) => safety);
    expect(await safeties('/tmp/{document}-{block}.sh')).toEqual(['suggestion']);
    expect(await safeties('/tmp/$CLAUDE_CODE_SESSION_ID/{document}-{block}.sh')).toEqual(['unsafe']);
  });

  test('a suggestion where many blocks may have set the value', async () => {
    const writer = 'if [ -e f ]; then A=$(cat f); B=$(ls); fi';
    const few = await analysed(documentOf(writer, writer, writer, 'echo "$A"'));
    expect(handOvers(few).map(({ safety }) => safety)).toEqual(['unsafe']);
    const many = await analysed(documentOf(writer, writer, writer, writer, 'echo "$A"'));
    expect(handOvers(many).map(({ title }) => title)).toEqual([
      'Hand over through a state file: A (suggestion: 4 blocks may have set A)',
    ]);
  });

  test('done so that a block does not get from the file what the document has taken away since', async () => {
    const blocks = [
      'date > f\nA=$(cat f)\nB=$(ls)',
      'echo "$A"',
      'unset A\nC=1',
      'A="$B"; unset A',
      'echo "$A$B"',
    ];
    const after = await repaired(documentOf(...blocks));
    const [, second, , , last] = after.document.blocks.map(({ text }) => text);
    expect(second).toContain('$crossblock');
    expect(last).toContain('$crossblock');
    for (const { text } of after.document.blocks.slice(0, 4)) run('bash', text);
    expect(run('bash', last!)).toEqual(run('bash', 'ls -d f'));
  });

  test.each(SHELLS)(
    'without what an earlier run has saved on a way that is not gone now, in %s',
    async shell => {
      const after = await repaired(
        documentOf(
          'date > f',
          '## If it is on\nA=$(cat f)',
          '## If it is off\ntrue',
          'echo "[$A]"\nA+=x',
          'echo "[$A]"',
        ),
      );
      const [start, on, off, ...readers] = after.document.blocks.map(({ text }) => text);
      const outputs = (...texts: readonly string[]) => texts.map(text => run(shell, text).output).join('');
      const stamp = outputs(start!, on!, ...readers).slice(1, -3);
      expect(stamp).toMatch(/^\S.*\S$/s);
      expect(outputs(start!, off!, ...readers)).toBe('[]\n[x]\n');
    },
  );

  test('with what removes an old file in a block that hands over already', async () => {
    const steps = ['ls', 'A=$(cat f)', '## Look (optional)\nB=$(cat g)', 'echo "$A $B"'];
    const [first, second] = (await repaired(documentOf(...steps))).document.blocks;
    expect(first!.text).toBe('ls\n');
    expect(second!.text).toMatch(/^rm -f ".*-3\.sh" # of an earlier run$/m);
  });

  test.each(SHELLS)('with one line for all old files, in %s', async shell => {
    const after = await repaired(
      documentOf('date > f', '## A (optional)\nA=$(cat f)', '## B (optional)\nB=$(cat f)', 'echo "[$A$B]"'),
    );
    const [first, ...others] = after.document.blocks.map(({ text }) => text);
    expect(first!.match(/^rm .*$/gm)).toEqual([
      expect.stringMatching(/"\{-2\.sh,-3\.sh\} # of an earlier run$/),
    ]);
    for (const text of [first!, ...others]) run(shell, text);
    run(shell, first!);
    expect(run(shell, others.at(-1)!).output).toBe('[]\n');
  });

  test('a suggestion where nothing that always runs could remove what an earlier run has saved', async () => {
    const document = documentOf('## If it is on\nA=$(cat f)', '## If it is off\ntrue', 'echo "$A"');
    expect(handOvers(await analysed(document)).map(({ title }) => title)).toEqual([
      'Hand over through a state file: A (suggestion: block 1 may be left out, and its file be that of an earlier run)',
    ]);
  });

  test('told to ask for commands that the document does not allow', async () => {
    const allowed = `---\nallowed-tools: Bash(git:*), Bash(mkdir:*), Read\n---\n\n${text}`;
    expect(handOvers(await analysed(allowed)).map(({ title }) => title)).toEqual([
      'Hand over through a state file: A (unsafe: it writes a file; allowed-tools does not name echo, mv)',
    ]);
    const free = `---\nallowed-tools: [Bash, Read]\n---\n\n${text}`;
    expect(handOvers(await analysed(free))[0]?.title).toMatch(/\(unsafe: it writes a file\)$/);
  });

  test.each([
    ['makes the name read-only', ['readonly A=$(cat f)', 'A=$A/x']],
    ['makes the name a reference', ['B=$(cat f)\ndeclare -n A=B', 'A+=1\necho "$A"']],
    ['has a trap between its commands', ["trap 'date' DEBUG\nA=$(cat f)", 'echo "$A"']],
    ['asks for the statuses behind it', ['A=$(cat f)\nexit $?', 'echo "$A"']],
  ])('not offered where the block %s', async (_, blocks) => {
    expect(handOvers(await analysed(documentOf(...blocks)))).toEqual([]);
  });
});
