import assert from 'node:assert/strict';
import { type CodeAction, commands, type TextDocument, window, workspace } from 'vscode';
import { closeAll, findings, open, pause, waitFor, workspaceUri } from './editor';

const made: string[] = [];

/** Another file for each test: VS Code goes on with a text that it knows by its name. */
function nextFile(): string {
  const name = `.claude/commands/fixes-${made.length + 1}.md`;
  made.push(name);
  return name;
}

/** A document of some blocks, with a heading between them. */
function steps(...blocks: readonly string[]): string {
  return blocks.map((text, index) => `## Step ${index + 1}\n\n\`\`\`bash\n${text}\n\`\`\`\n`).join('\n');
}

function neighbours(...blocks: readonly string[]): string {
  return blocks.map(text => `\`\`\`bash\n${text}\n\`\`\`\n`).join('\n');
}

const LOAD = '[ -f .env.state ] && source .env.state';
const SESSION = '${CLAUDE_CODE_SESSION_ID:-run}';

/** A finding with a safe fix, and what the fix makes of it. */
const UNQUOTED = steps('TITLE="$ARGUMENTS"\necho "TITLE=$TITLE" > .env.state', `${LOAD}\necho "$TITLE"`);
const QUOTED = UNQUOTED.replace('echo "TITLE=$TITLE"', () => 'printf \'TITLE=%q\\n\' "$TITLE"');

interface Case {
  readonly rule: string;
  readonly title: RegExp;
  readonly before: string;
  readonly after: string | RegExp;
}

/** Each kind of fix once, as it stands in the menu. */
const CASES: readonly Case[] = [
  {
    rule: 'lost-variable',
    title: /^Recalculate here: A/,
    before: steps('A=1', 'echo "$A"'),
    after: steps('A=1', 'A=1\necho "$A"'),
  },
  {
    rule: 'lost-variable',
    title: /^Hand over through a state file: A/,
    before: steps('A=$(date +%s)', 'echo "$A"'),
    after: /crossblock="[\s\S]*echo "\$A"/,
  },
  {
    rule: 'unsaved-variable',
    title: /^Save A too, in block 1$/,
    before: steps('A=$(date +%s)\nB=2\nprintf \'B=%q\\n\' "$B" > .env.state', `${LOAD}\necho "$A$B"`),
    after: steps(
      'A=$(date +%s)\nB=2\nprintf \'B=%q\\n\' "$B" > .env.state\nprintf \'A=%q\\n\' "$A" >> .env.state',
      `${LOAD}\necho "$A$B"`,
    ),
  },
  {
    rule: 'unquoted-state-value',
    title: /^Quote with %q: TITLE$/,
    before: UNQUOTED,
    after: QUOTED,
  },
  {
    rule: 'unstable-path',
    title: /^Use a path with the session's id/,
    before: steps('date > build/now_$$.txt', 'cat build/now_$$.txt'),
    after: steps(`date > "build/now_${SESSION}.txt"`, `cat "build/now_${SESSION}.txt"`),
  },
  {
    rule: 'trap-deletes-state',
    title: /^Move the trap to block 2/,
    before: steps("trap 'rm -f a.env' EXIT\ndate > a.env", 'cat a.env'),
    after: steps('date > a.env', "trap 'rm -f a.env' EXIT\ncat a.env"),
  },
  {
    rule: 'unguarded-load',
    title: /^End the block where the file is missing/,
    before: steps("printf 'A=%q\\n' 1 > a.env", 'source a.env\necho "$A"'),
    after: steps("printf 'A=%q\\n' 1 > a.env", 'source a.env || exit 1\necho "$A"'),
  },
  {
    rule: 'lost-option',
    title: /^Set it here too: shopt -s globstar$/,
    before: steps('shopt -s globstar\nls', 'wc -l src/**/*.ts'),
    after: steps('shopt -s globstar\nls', 'shopt -s globstar\nwc -l src/**/*.ts'),
  },
  {
    rule: 'lost-function',
    title: /^Define the function here: greet$/,
    before: steps('greet() { echo hello; }', 'greet'),
    after: steps('greet() { echo hello; }', 'greet() { echo hello; }\ngreet'),
  },
  {
    rule: 'unavailable-host-variable',
    title: /^Write \$\{CLAUDE_PLUGIN_ROOT\}/,
    before: steps('ls "$CLAUDE_PLUGIN_ROOT"'),
    after: steps('ls "${CLAUDE_PLUGIN_ROOT}"'),
  },
  {
    rule: 'lost-variable',
    title: /^Merge block 2 with block 1/,
    before: neighbours('A=$(date +%s)', 'echo "$A"'),
    after: neighbours('A=$(date +%s)\n\necho "$A"'),
  },
  {
    rule: 'lost-variable',
    title: /^Require A/,
    before: steps('A=$(date +%s)', 'echo "$A"'),
    after: steps('A=$(date +%s)', ': "${A:?comes from block 1, whose shell is gone}"\necho "$A"'),
  },
  {
    rule: 'lost-variable',
    title: /^Mark block 2 as run in the shell of block 1/,
    before: neighbours('A=$(date +%s)', 'echo "$A"'),
    after: neighbours('A=$(date +%s)', 'echo "$A"').replace(
      '\n\n```bash\necho',
      '\n\n<!-- crossblock: same-shell -->\n```bash\necho',
    ),
  },
  {
    rule: 'lost-variable',
    title: /^Disable lost-variable for the file/,
    before: steps('A=$(date +%s)', 'echo "$A"'),
    after: `<!-- crossblock-disable-file lost-variable -->\n${steps('A=$(date +%s)', 'echo "$A"')}`,
  },
];

suite('fixes', () => {
  teardown(async () => {
    await closeAll();
    for (const name of made) await workspace.fs.delete(workspaceUri(name)).then(undefined, () => undefined);
  });

  for (const { rule, title, before, after } of CASES) {
    test(`${title.source} mends ${rule}, and undo brings the text back`, async () => {
      const document = await openNew(nextFile(), before);
      const action = await actionFor(document, rule, title);
      assert.ok(action.edit, 'the action has an edit');
      assert.ok(await workspace.applyEdit(action.edit));
      if (typeof after === 'string') assert.equal(document.getText(), after);
      else assert.match(document.getText(), after);
      await waitFor(`${rule} is gone`, () => !rulesOf(document).includes(rule));
      await commands.executeCommand('undo');
      assert.equal(document.getText(), before);
      await waitFor(`${rule} is back`, () => rulesOf(document).includes(rule));
    });
  }

  test('"Show documentation" opens the page of the rule', async () => {
    const document = await openNew(nextFile(), steps('A=1', 'echo "$A"'));
    const action = await actionFor(document, 'lost-variable', /^Show documentation for lost-variable$/);
    assert.ok(action.command);
    await commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
    await waitFor('a tab with the preview', () =>
      window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(({ label }) => label.includes('lost-variable.md')),
    );
  });

  test('the safe fixes of the workspace are previewed, and only what is ticked is applied', async () => {
    const [first, second] = [nextFile(), nextFile()];
    await openNew(first, UNQUOTED);
    await openNew(second, UNQUOTED);
    const done = fixWorkspace();
    await accept();
    assert.deepEqual([await textOf(first), await textOf(second)], [UNQUOTED, UNQUOTED]);
    // The first row says what is done, the second one is the first file.
    await commands.executeCommand('list.focusFirst');
    await commands.executeCommand('list.focusDown');
    await commands.executeCommand('refactorPreview.toggleCheckedState');
    await commands.executeCommand('refactorPreview.apply');
    await done;
    assert.deepEqual([await textOf(first), await textOf(second)], [QUOTED, UNQUOTED]);
  });

  test('a preview that is discarded changes nothing', async () => {
    const name = nextFile();
    await openNew(name, UNQUOTED);
    let isDone = false;
    const done = fixWorkspace().then(() => {
      isDone = true;
    });
    await accept();
    await waitFor('the preview is closed', async () => {
      await commands.executeCommand('refactorPreview.discard');
      return isDone;
    });
    await done;
    assert.equal(await textOf(name), UNQUOTED);
  });

  test('all safe fixes are applied at once, unsafe ones are not, and undo brings the text back', async () => {
    const [name, other] = [nextFile(), nextFile()];
    const unsafe = `${UNQUOTED}\n${steps('grep ^TITLE= .env.state | cut -d= -f2')}`;
    await openNew(other, unsafe);
    await openNew(name, UNQUOTED);
    const done = fixWorkspace();
    await accept('workbench.action.quickOpenSelectNext');
    await done;
    assert.deepEqual([await textOf(name), await textOf(other)], [QUOTED, unsafe]);
    await commands.executeCommand('undo');
    assert.equal(await textOf(name), UNQUOTED);
  });
});

/** Of a rule that finds nothing in the workspace's other files: other tests count on what is found there. */
async function fixWorkspace(): Promise<void> {
  await commands.executeCommand('crossblock.fixWorkspace', 'unquoted-state-value');
}

/**
 * Answers the question what to do with the fixes, as soon as it is asked.
 * @param before what moves to another answer than the first one
 */
async function accept(before?: string): Promise<void> {
  await pause(3_000);
  if (before !== undefined) await commands.executeCommand(before);
  await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
}

async function openNew(name: string, text: string): Promise<TextDocument> {
  await workspace.fs.writeFile(workspaceUri(name), Buffer.from(text));
  return open(name);
}

/** The text as an editor shows it, saved or not. */
async function textOf(name: string): Promise<string> {
  return (await workspace.openTextDocument(workspaceUri(name))).getText();
}

function rulesOf({ uri }: TextDocument): readonly string[] {
  return findings(uri).map(({ code }) => String(typeof code === 'object' ? code.value : code));
}

async function actionFor(document: TextDocument, rule: string, title: RegExp): Promise<CodeAction> {
  return waitFor(`a code action ${title.source}`, async () => {
    const finding = findings(document.uri).find(({ code }) =>
      String(typeof code === 'object' ? code.value : code).includes(rule),
    );
    if (finding === undefined) return undefined;
    try {
      const actions = await commands.executeCommand<CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        finding.range,
        'quickfix',
        30,
      );
      return actions.find(action => title.test(action.title));
    } catch (error) {
      // VS Code takes the request back where the document changes meanwhile.
      if (error instanceof Error && error.name === 'Canceled') return undefined;
      throw error;
    }
  });
}
