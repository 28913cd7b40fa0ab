import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { RULES } from '../../../server/analysis/rules';
import { UsageError } from '../../../server/cli/command';
import { explainWords } from '../../../server/cli/explain';
import { formatRulePage } from '../../../server/cli/formats/rulePage';
import { temporaryFolder } from '../workspace/temporaryFolder';

const DIST = path.join(__dirname, '../../../dist');

const DOCUMENT = `# Release

## Step 1

\`\`\`bash
export DIR="$HOME/$ARGUMENTS"
greet() { echo hello; }
printf 'PHASE=%q\\n' 2 > .state.env
\`\`\`

## Step 2

\`\`\`bash
source .state.env
greet "$PHASE"
rm -rf "$DIR/build"
COUNT=1
\`\`\`
`;

async function run(words: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = temporaryFolder({ '.claude/commands/release.md': DOCUMENT, ...files });
  const { output, problems } = await explainWords(words, folder, DIST);
  return [output, ...problems].join('');
}

const FILE = '.claude/commands/release.md';

describe('a line of a file', () => {
  test('in a block: what it is, needs and provides, and what is found there', async () => {
    expect(await run([`${FILE}:16`])).toBe(
      `Block 2 of 2, lines 13 to 18: a step, because it stands under a numbered step
Host: Claude Code, because it lies in .claude/; it runs each block in a new shell, and keeps the directory and nothing else of it

Needs:
  PHASE is restored from .state.env, which this block loads in line 14
  DIR has no value here: block 1 (line 6) sets it, and Claude Code runs each block in a shell of its own; export does not change that
  greet is no function here: block 1 (line 7) defines it, and Claude Code runs each block in a shell of its own

Provides:
  sets COUNT: gone at the end of the block

Findings on line 16:
  error: DIR is empty here, so another path is deleted: .state.env, which this block loads, does not hold it; save it in block 1 (line 6), which gives it its value [unsaved-variable]
  crossblock explain unsaved-variable prints its page
`,
    );
  });

  test('what a block saves', async () => {
    expect(await run([`${FILE}:5`])).toContain(`Provides:
  sets DIR: gone at the end of the block
  defines greet: gone at the end of the block
`);
  });

  test('with a column: what the variable there is', async () => {
    expect(await run([`${FILE}:16:10`])).toMatch(/^DIR has no value here: .*\n\nBlock 2 of 2/);
    expect(await run([`${FILE}:16:1`])).toMatch(/^Block 2 of 2/);
  });

  test('outside every block: the nearest one', async () => {
    expect(await run([`${FILE}:10`])).toBe(
      'Line 10 lies in no block; the nearest is block 1, lines 5 to 9\n',
    );
    expect(await run([`${FILE}:12`])).toBe(
      'Line 12 lies in no block; the nearest is block 2, lines 13 to 18\n',
    );
    expect(await run(['x.md:1'], { 'x.md': 'nothing\n' })).toBe(
      'Line 1 lies in no block: there is no shell block in x.md\n',
    );
  });

  test('the host that is asked for, and that of the configuration', async () => {
    expect(await run(['--host', 'vscode', `${FILE}:16`])).toContain(
      "Host: VS Code's agent, because --host says so; it runs all blocks in one shell, which keeps everything\n",
    );
    expect(await run([`${FILE}:16`], { '.crossblock.json': '{"host": "codex"}' })).toContain(
      "Host: Codex CLI, because .crossblock.json says so; it runs each block in a new shell in the project's directory, and keeps nothing of it\n",
    );
  });

  test('a subagent is a host of its own', async () => {
    expect(await run(['.claude/agents/a.md:5'], { '.claude/agents/a.md': DOCUMENT })).toContain(
      'Host: a subagent of Claude Code, because it lies in .claude/, and the document runs in a subagent; it runs each block in a new shell in the',
    );
  });

  test('what a document holds cannot speak to the terminal', async () => {
    const text = "```bash\nsource $'a\x1b[31m.env'\ncat \"$X\" 'b\u202e'\nsource 'c\u202e.env'\n```\n";
    expect(await run(['commands/x.md:3:6'], { 'commands/x.md': text })).not.toMatch(/[\x1b\u202e]/);
  });
});

describe('what makes no sense', () => {
  test.each([
    ['nothing', [], /takes one FILE:LINE or one RULE/],
    ['two things', ['a.md:1', 'b.md:2'], /takes one FILE:LINE or one RULE/],
    ['a file without a line', [FILE], /is neither FILE:LINE nor a rule; the rules are lost-variable, /],
    ['an unknown rule', ['lost-value'], /"lost-value" is neither/],
    ['a misspelt rule', ['lost-varable'], /did you mean "lost-variable"\?/],
    ['a line that is not there', [`${FILE}:999`], /has lines 1 to \d+, and no line 999/],
    ['line 0', [`${FILE}:0`], /no line 0/],
    ['an unknown host', ['--host', 'gpt', `${FILE}:1`], /There is no host "gpt"; there are claude-code, /],
    ['a host without a name', [`${FILE}:1`, '--host'], /--host needs one of claude-code, /],
    ['an unknown option', ['--column', '3'], /There is no option "--column"/],
  ])('%s', async (_, words, message) => {
    const explained = run(words);
    await expect(explained).rejects.toThrow(UsageError);
    await expect(explained).rejects.toThrow(message);
  });

  test('a file that is not there is no usage error', async () => {
    const folder = temporaryFolder({});
    expect(await explainWords(['gone.md:1'], folder, DIST)).toEqual({
      output: '',
      problems: ['gone.md: There is no such file or folder'],
    });
  });
});

describe('a rule', () => {
  test('its page, as text', async () => {
    const page = await run(['lost-variable']);
    expect(page).toBe(formatRulePage(RULES[0]!));
    expect(page).toMatch(/^lost-variable: A variable is read here/);
  });

  test.each(RULES)('$name fits a terminal', rule => {
    const page = formatRulePage(rule);
    for (const part of [rule.page.example, rule.page.useInstead])
      for (const line of part.trimEnd().split('\n')) expect(page).toContain(line);
    const [prose = ''] = page.split('\nExample:\n');
    expect(prose.split('\n').filter(line => line.length > 100)).toEqual([]);
  });
});
