import { expect, test } from 'vitest';
import { Analyser } from '../../../server/analysis/analyse';
import { fixesFor } from '../../../server/analysis/fixes';
import { Checker } from '../../../server/workspace/checker';
import { testParser } from '../../support/parser';

const parser = await testParser();
const checker = new Checker(parser, new Analyser(parser));

/** The kind of the first fix of the last block's finding. */
async function firstKind(blocks: readonly string[]): Promise<string | undefined> {
  const text = blocks.map(block => `\`\`\`bash\n${block}\n\`\`\`\n`).join('\nThen:\n\n');
  const { analysis } = await checker.check(text, '/nowhere/.claude/commands/x.md', ['/nowhere']);
  const finding = analysis.findings.find(
    ({ rule, block }) => rule === 'lost-variable' && block === blocks.length,
  );
  return finding && fixesFor(analysis, finding)[0]?.kind;
}

test.each<[string, readonly string[]]>([
  ['placeholder', ['FILE="<path of the file>"', 'cat "$FILE"']],
  ['placeholders in braces', ['AUTH="Authorization: Bearer {token}"', 'curl -H "$AUTH" example.org']],
  ['name that the reading block needs as well', ['DIR="tasks/${number}"', 'ls "$DIR" "$number"']],
  ['name that another block needs as well', ['DIR="tasks/${number}"', 'mkdir "$number"', 'ls "$DIR"']],
  [
    'value that follows from what the block has of the agent',
    ['NAME=$(jq -r --arg task "$task" .name tasks.json)', 'ls "notes/$task/$NAME"'],
  ],
  ['calculation of it', ['P=$(printf "%03d" "$number")\necho "$number"', 'ls "$P-$number"']],
])('what the agent fills in is repeated: a %s', async (_, blocks) => {
  expect(await firstKind(blocks)).toBe('recalculate');
});

test.each<[string, readonly string[]]>([
  ['name that nothing else reads', ['DIR="tasks/${number}"', 'ls "$DIR"']],
  ['placeholder beside a file', ['FILE="<path>"\nHEAD=$(head -1 "$FILE")', 'echo "$HEAD"']],
  ['placeholder that another block replaces', ['FILE="<path>"', 'FILE=$(ls *.md)', 'cat "$FILE"']],
  ['decision', ['if [ "$number" = 1 ]; then DIR=one; else DIR=two; fi', 'ls "$DIR" "$number"']],
  ['row of statements', ['A="<a>"\nB="$A/b"\nC="$B/c"\nD="$C/d"', 'ls "$D"']],
  ['command', ['DIR=$(git rev-parse HEAD)', 'ls "$DIR"']],
])('anything else is handed over: a %s', async (_, blocks) => {
  expect(await firstKind(blocks)).toBe('handOver');
});
