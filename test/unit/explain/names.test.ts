import { expect, test } from 'vitest';
import { explainName } from '../../../server/analysis/explain/names';
import { nameAt } from '../../../server/analysis/explain/places';
import { checked } from '../../support/checked';

/** What is said of the name at `‸` in some steps; the mark itself is taken out. */
async function said(steps: readonly string[], place: string | undefined, head = ''): Promise<string> {
  const marked =
    head + steps.map((step, index) => `## Step ${index + 1}\n\n\`\`\`bash\n${step}\n\`\`\`\n`).join('\n');
  const offset = marked.indexOf('‸');
  const { analysis } = await checked(marked.replace('‸', ''), place);
  const name = nameAt(analysis, offset);
  return name === undefined ? 'nothing' : explainName(analysis, name).join(' ');
}

const LATER = ['PLAN=plan.md', 'cat "$‸PLAN"'];

type Case = [
  what: string,
  steps: readonly string[],
  expected: string | RegExp,
  place?: string | undefined,
  head?: string,
];

test.each<Case>([
  ['set', ['PLAN=plan.md\ncat "$‸PLAN"'], 'PLAN is set in this block, in line 4.'],
  [
    'set twice',
    ['if a; then\n  PLAN=a\nelse\n  PLAN=b\nfi\ncat "$‸PLAN"'],
    'PLAN is set in this block, in lines 5 and 7.',
  ],
  [
    'set on one way',
    ['if a; then\n  PLAN=a\nfi\ncat "$‸PLAN"'],
    /^PLAN is set in this block, in line 5, but not on every way; on the others it is set by no block before/,
  ],
  [
    'lost',
    LATER,
    'PLAN has no value here: block 1 (line 4) sets it, and Claude Code runs each block in a shell of its own.',
  ],
  [
    'lost although exported',
    ['export PLAN=plan.md', 'cat "$‸PLAN"'],
    /shell of its own; export does not change that\.$/,
  ],
  ['lost in a default', ['PLAN=plan.md', 'cat "${‸PLAN:-x}"'], /Where it is empty, the default .* counts\.$/],
  [
    'kept',
    LATER,
    /^PLAN is there: block 1 \(line 4\) sets it, and VS Code's agent runs all/,
    '.github/prompts/x.md',
  ],
  ['lost in another host', LATER, /and OpenCode runs each block/, '.opencode/command/x.md'],
  ['unset', ['PLAN=a\nunset PLAN\ncat "$‸PLAN"'], 'PLAN has no value here: this block has unset it.'],
  ['asked for', [': "${PLAN:?}"\ncat "$‸PLAN"'], /^PLAN has a value here, or the block has stopped/],
  [
    'restored',
    ['PLAN=a\nprintf "PLAN=%q\\n" "$PLAN" > .state.env', 'source .state.env\ncat "$‸PLAN"'],
    'PLAN is restored from .state.env, which this block loads in line 11.',
  ],
  [
    'not known',
    ['source ~/unknown.env\ncat "$‸PLAN"'],
    'PLAN may have a value from ~/unknown.env, which this block loads in line 4 and of which not all is known.',
  ],
  ['of the session', ['ls "$‸HOME"'], 'HOME has a value in every block, from the shell or the session.'],
  ['of the host', ['echo "$‸CLAUDE_PID"'], 'CLAUDE_PID has a value in every block: Claude Code sets it.'],
  [
    'not of this host',
    ['echo "$‸CLAUDE_PROJECT_DIR"'],
    'CLAUDE_PROJECT_DIR has no value here: Claude Code does not set it for a block.',
  ],
  [
    'replaced',
    ['ls "${‸CLAUDE_PROJECT_DIR}"'],
    'CLAUDE_PROJECT_DIR is no variable here: Claude Code puts its value into the text before any shell runs.',
  ],
  [
    'the arguments',
    ['echo "$‸ARGUMENTS"'],
    /^ARGUMENTS stands for the arguments of the command: Claude Code puts/,
  ],
  [
    'an argument',
    ['echo "$‸1"'],
    '$1 stands for the second argument of the command: Claude Code puts it into the text before any shell runs, where the caller gives one.',
    undefined,
    '---\nargument-hint: <a> <b>\n---\n\n',
  ],
  [
    'an argument of OpenCode',
    ['echo "$‸1"'],
    '$1 stands for the first argument of the command: OpenCode puts it into the text before any shell runs, or nothing where there is none.',
    '.opencode/command/x.md',
  ],
  ['a parameter', ['f() {\n  echo "${‸1}"\n}\nf a'], '$1 is a parameter of its function.'],
  ['no parameter', ['echo "${‸1}"'], '$1 is an argument of the shell, and a block has none.'],
  ['not run', ['f() {\n  cat "$‸PLAN"\n}'], /^PLAN is read where this block never comes to/],
  [
    'of nobody',
    ['echo "$‸PLAN"'],
    'PLAN is set by no block before: it comes from the environment that Claude Code was started in, or is empty.',
  ],
  [
    'from outside',
    ['echo "$‸PLAN"'],
    'PLAN comes from outside: <!-- crossblock: provides --> says so.',
    undefined,
    '<!-- crossblock: provides PLAN -->\n\n',
  ],
  ['a definition', ['‸PLAN=plan.md'], 'PLAN is set here, and gone at the end of the block.'],
  [
    'a definition that is exported',
    ['export ‸PLAN=plan.md'],
    'PLAN is set here, and gone at the end of the block; export does not change that.',
  ],
  [
    'a definition that is saved',
    ['‸PLAN=a\nprintf "PLAN=%q\\n" "$PLAN" > .state.env'],
    'PLAN is set here, and gone at the end of the block; the block saves it into .state.env.',
  ],
  [
    'a definition that is kept',
    ['‸PLAN=a'],
    'PLAN is set here, and kept for the blocks that follow.',
    '.github/prompts/x.md',
  ],
  ['a definition in a subshell', ['( ‸PLAN=a )'], /^PLAN is set here, and gone behind that/],
  ['a local name', ['f() {\n  local ‸PLAN=a\n}\nf'], 'PLAN is set here, for its function only.'],
  ['an inner name', ['A=1\nB=2\necho "${A:-$‸B}"'], 'B is set in this block, in line 5.'],
  ['no name', ['e‸cho plan'], 'nothing'],
])('%s', async (_, steps, expected, place, head) => {
  const text = await said(steps, place, head);
  if (typeof expected === 'string') expect(text).toBe(expected);
  else expect(text).toMatch(expected);
});

test('a shell that is carried on', async () => {
  const text = '```bash\nPLAN=a\n```\n\n<!-- crossblock: same-shell -->\n\n```bash\ncat "$PLAN"\n```\n';
  const { analysis } = await checked(text);
  const ask = (offset: number) => explainName(analysis, nameAt(analysis, offset)!).join(' ');
  expect(ask(text.indexOf('$PLAN'))).toBe(
    'PLAN has its value from block 1 (line 2), whose shell this block carries on.',
  );
  expect(ask(text.indexOf('PLAN='))).toBe(
    'PLAN is set here, and kept for block 2, which carries the shell on.',
  );
});

test('a block that is no step says so', async () => {
  const text = '## Examples\n\n```bash\nPLAN=a\n```\n';
  const { analysis } = await checked(text);
  expect(explainName(analysis, nameAt(analysis, text.indexOf('PLAN'))!)).toEqual([
    'PLAN is set here, and gone at the end of the block.',
    'The block is taken for an example, because the text above calls it an example, or one side of a comparison: nothing is reported in it.',
  ]);
});

test('two blocks of one text see what is theirs', async () => {
  const block = '```bash\ncat "$PLAN"\n```\n\n';
  const { analysis } = await checked(`${block}\`\`\`bash\nPLAN=a\n\`\`\`\n\n${block}`);
  const { text } = analysis.document;
  const ask = (offset: number) => explainName(analysis, nameAt(analysis, offset)!).join(' ');
  expect(ask(text.indexOf('$PLAN'))).toContain('is set by no block before');
  expect(ask(text.lastIndexOf('$PLAN'))).toContain('block 2 (line 6) sets it');
});
