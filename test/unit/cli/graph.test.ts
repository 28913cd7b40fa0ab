import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../server/cli/command';
import { graphWords } from '../../../server/cli/graph';
import { temporaryFolder } from '../workspace/temporaryFolder';

const DIST = path.join(__dirname, '../../../dist');
const FILE = '.claude/commands/release.md';
const TEXT =
  '## Step 1\n\n```bash\nA=1\nlog() { :; }\n```\n\n## Step 2\n\n```bash\nsource lib/log.sh\nsay "$A"\n```\n';

function run(...words: readonly string[]) {
  const folder = temporaryFolder({ [FILE]: TEXT, 'lib/log.sh': 'say() { echo "$1"; }\n' });
  return graphWords(words, folder, DIST);
}

describe('crossblock graph', () => {
  test('prints Mermaid where nothing else is asked for', async () => {
    expect(await run(FILE)).toEqual({
      output: `flowchart TD
  b1["1 · Step 1"]
  l1[["log.sh"]]
  b2["2 · Step 2"]
  b1 -.->|"LOST: A"| b2
  l1 ==>|"from the library: say()"| b2
  linkStyle 0 stroke:#c00,stroke-width:3px,color:#c00
`,
      problems: [],
    });
  });

  test.each([
    ['dot', /^digraph/],
    ['svg', /^<svg/],
    ['json', /^\{/],
  ])('prints %s', async (format, start) => {
    expect((await run(FILE, '--format', format)).output).toMatch(start);
  });

  test('another host keeps what this one loses', async () => {
    expect((await run(FILE, '--host', 'vscode')).output).toContain('kept by the same shell: A');
  });

  test.each([
    [['--format', 'png', FILE], 'There is no format "png"'],
    [[], 'takes one FILE'],
    [[FILE, FILE], 'takes one FILE'],
    [['.claude'], 'is a folder'],
    [['--colour', FILE], 'There is no option "--colour"'],
  ])('refuses %j', async (words, message) => {
    await expect(run(...words)).rejects.toThrow(message);
    await expect(run(...words)).rejects.toBeInstanceOf(UsageError);
  });

  test('says so where there is no such file', async () => {
    const { output, problems } = await run('nothing.md');
    expect(output).toBe('');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('nothing.md');
  });
});
