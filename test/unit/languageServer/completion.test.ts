import { describe, expect, test } from 'vitest';
import type { CompletionItem, CompletionList, TextEdit } from 'vscode-languageserver/node';
import { marked, startEditor } from '../../support/editor';
import { PROJECT, REPORT, REPORT_FILE } from '../../support/report';

async function complete(text: string, files: Readonly<Record<string, string>> = PROJECT) {
  const editor = await startEditor(files);
  const place = marked(text);
  await editor.open(REPORT_FILE, place.text);
  const answer = await editor.ask<CompletionList>('completion', REPORT_FILE, { position: place.position });
  const items = [...answer.items].sort((a, b) => (a.sortText ?? '').localeCompare(b.sortText ?? ''));
  return { items, labels: items.map(({ label }) => label), text: place.text };
}

/** The text after an item was chosen. */
function chosen(text: string, { textEdit, additionalTextEdits = [] }: CompletionItem): string {
  const lines = text.split('\n');
  const offset = ({ line, character }: TextEdit['range']['start']) =>
    lines.slice(0, line).join('\n').length + (line === 0 ? 0 : 1) + character;
  const edits = [...additionalTextEdits, textEdit as TextEdit];
  return edits
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (left, { range, newText }) =>
        left.slice(0, offset(range.start)) + newText + left.slice(offset(range.end)),
      text,
    );
}

const STEPS = '```bash\nPLAN=plan.md\nOTHER=$(date)\n```\n\n```bash\nHERE=1\n';

describe('of variables', () => {
  test.each(['echo "$‸"', 'echo "$P‸"', 'echo ${‸', 'echo "${P‸}"', 'echo $P‸LA'])('in %s', async line => {
    const { labels } = await complete(`${STEPS}${line}\n\`\`\`\n`);
    expect(labels.slice(0, 3)).toEqual(['HERE', 'OTHER', 'PLAN']);
  });

  test('a lost one comes with what makes it available', async () => {
    const { items, text } = await complete(`${STEPS}cat "$‸"\n\`\`\`\n`);
    const plan = items.find(({ label }) => label === 'PLAN')!;
    expect(plan.labelDetails?.description).toBe('lost; recalculated here');
    expect(plan.detail).toMatch(/^PLAN has no value here: block 1 \(line 2\) sets it/);
    expect(chosen(text, plan)).toBe(`${STEPS.replace('HERE', 'PLAN=plan.md\nHERE')}cat "$PLAN"\n\`\`\`\n`);
  });

  test('one with a value comes alone, and says where that is from', async () => {
    const { items, text } = await complete(`${STEPS}cat "\${H‸x}"\n\`\`\`\n`);
    const here = items[0]!;
    expect(here.additionalTextEdits).toBeUndefined();
    expect(here.detail).toBe('HERE is set in this block, in line 7.');
    expect(chosen(text, here)).toBe(`${STEPS}cat "\${HERE}"\n\`\`\`\n`);
  });

  test('what is set behind the cursor is no value yet', async () => {
    const { labels } = await complete('```bash\nA=1\necho "$‸"\nB=2\n```\n');
    expect(labels).toContain('A');
    expect(labels).not.toContain('B');
  });

  test('in a quote in a list, the insertion keeps the lines’ beginnings', async () => {
    const { items, text } = await complete(REPORT.replace('echo "$PLAN"\n  > ```', 'echo "$‸"\n  > ```'));
    expect(items[0]).toMatchObject({
      label: 'PLAN',
      detail: expect.stringContaining('restored from .state.env'),
    });
    const lost = items.find(({ label }) => label === 'STATE_FILE')!;
    expect(chosen(text, lost)).toContain('  > STATE_FILE=.state.env\n  > é=');
  });

  test('where the shell is kept, nothing is lost', async () => {
    const editor = await startEditor({});
    const file = '.github/prompts/x.md';
    const place = marked(`${STEPS}cat "$‸"\n\`\`\`\n`);
    await editor.open(file, place.text);
    const { items } = await editor.ask<CompletionList>('completion', file, { position: place.position });
    expect(items.find(({ label }) => label === 'PLAN')?.labelDetails?.description).toBe('');
  });

  test.each(['# about $‸', "echo '$‸'", 'echo \\$‸', 'echo x‸ y'])('none in %s', async line => {
    expect((await complete(`${STEPS}${line}\n\`\`\`\n`)).labels).toEqual([]);
  });

  test('none outside of blocks', async () => {
    expect((await complete('```bash\nX=1\n```\n\nIn prose $‸\n')).labels).toEqual([]);
  });
});

test('names of state where a function takes one', async () => {
  const { items, labels } = await complete(REPORT.replace('"PLAN" "$PLAN"', '"‸"'));
  expect(labels).toEqual(expect.arrayContaining(['PLAN', 'STATE_FILE', 'DEFAULT_PLAN']));
  expect(items.every(({ additionalTextEdits }) => additionalTextEdits === undefined)).toBe(true);
});

test('functions where a command begins, those that the block has first', async () => {
  const { items } = await complete(REPORT.replace('greet World', 'gr‸'));
  expect(items.map(({ label, labelDetails }) => `${label} ${labelDetails?.description}`)).toEqual([
    'heading ',
    'append_workflow_state lost',
    'greet lost',
  ]);
});

describe('of files', () => {
  const files = { ...PROJECT, 'lib/other.bash': '', 'lib/notes.txt': '', 'lib/deep/x.sh': '' };

  test.each(['source lib/w‸', '. "$ROOT/lib/‸"', 'source ${ROOT}/lib/o‸ther'])('%s', async line => {
    const { labels } = await complete(`\`\`\`bash\n${line}\n\`\`\`\n`, files);
    expect(labels).toEqual(['other.bash', 'workflow.sh', 'deep/']);
  });

  test('keep the folder that is written', async () => {
    const { items, text } = await complete('```bash\nsource $ROOT/lib/w‸\n```\n', files);
    expect(chosen(text, items[1]!)).toContain('source $ROOT/lib/workflow.sh\n');
  });

  test('state files with their names', async () => {
    const { items } = await complete('```bash\necho "X=1" > .s.env\n```\n```bash\nsource ‸\n```\n', files);
    expect(items[0]).toMatchObject({ label: '.s.env', detail: 'State file with X' });
  });

  test('none outside of the project', async () => {
    expect((await complete('```bash\nsource ../../../‸\n```\n', files)).labels).toEqual([]);
    expect((await complete('```bash\nsource /etc/‸\n```\n', files)).labels).toEqual([]);
  });
});
