// The State Inspector while a real bash loop writes, appends, replaces and deletes state: what a person sees and does.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { root } from './buildSuite.mjs';
import { linkExtension } from './launch.mjs';
import { runScenario } from './scenario.mjs';

const NOBODY = 65534;
/** The name of a screenshot, the theme's id, and the class that the editor gives its window. */
const THEMES = [
  ['light', 'Default Light Modern', 'vs'],
  ['dark', 'Default Dark Modern', 'vs-dark'],
  ['high-contrast', 'Default High Contrast', 'hc-black'],
];

/** Writes, appends, replaces and deletes, in /tmp and in /dev/shm, until it is killed. */
const LOOP = `for (( n = 0; ; n++ )); do
  printf 'ROUND=%d\\n' $n > "$1"; printf 'MORE=%d\\n' $n >> "$1"
  printf 'STEP=%d\\n' $n > "$2.new"; mv "$2.new" "$2"
  sleep 0.05
  if (( n % 20 == 19 )); then rm -f "$1" "$2"; sleep 0.7; fi
done`;

await runScenario(
  { name: 'inspector', trusted: true, install: extensionsFolder => linkExtension(extensionsFolder, root) },
  async ({ workbench, project }, step) => {
    const { page } = workbench;
    // Short, so that a narrow view shows what stands behind the name.
    const id = `cb-${path.basename(project.folder).slice(-4)}`;
    const file = name => `/tmp/${id}-${name}`;
    const inMemory = `/dev/shm/${id}.sh`;
    const made = ['live.sh', 'fifo', 'link', 'open.sh', 'theirs.sh', 'stale.sh'].map(file);
    const command = path.join(project.folder, '.claude/commands/live.md');
    writeFileSync(command, documentOf(made, inMemory));
    process.once('exit', () => {
      for (const each of [...made, inMemory, `${inMemory}.new`]) rmSync(each, { force: true });
    });

    /**
     * Opens a file's row, and its folder's: while rows come and go, a click can hit the row that has just moved under it and
     * close a folder, and a file that had gone comes back closed.
     */
    const open = async (folder, name) => {
      for (const row of [workbench.treeRow(new RegExp(`^${folder}\\d`)), workbench.treeRow(name)]) {
        const expanded = await row.getAttribute('aria-expanded', { timeout: 300 }).catch(() => null);
        if (expanded === 'false')
          await row
            .locator('.monaco-tl-twistie')
            .click({ timeout: 500 })
            .catch(() => {});
      }
    };
    const shownBelow = async (folder, name, value) => {
      for (let look = 0; !(await workbench.treeRow(value).isVisible()); look++) {
        assert.ok(look < 100, `${value} is shown below ${name}`);
        await open(folder, name);
        await page.waitForTimeout(500);
      }
    };

    await step('a bash loop changes state while the view is open, and the view follows', async () => {
      makeAwkwardFiles(file);
      await workbench.openFromExplorer('.claude/commands/live.md');
      await workbench.openViewContainer('Crossblock');
      const loop = spawn('bash', ['-c', LOOP, 'bash', file('live.sh'), inMemory], { stdio: 'ignore' });
      try {
        const seen = new Set();
        const inList = /\bSTEP = (\d+)/;
        for (let look = 0; seen.size < 4; look++) {
          assert.ok(look < 600, `the value is followed: ${[...seen]}`);
          const [text] = await workbench.treeRows.filter({ hasText: inList }).allTextContents();
          seen.add(inList.exec(text ?? '')?.[1] ?? 'gone');
          if (text === undefined) await open('/dev/shm', path.basename(inMemory));
          await page.waitForTimeout(text === undefined ? 500 : 50);
        }
      } finally {
        loop.kill('SIGKILL');
        await once(loop, 'close');
      }
      // It goes with its file, and comes back.
      for (const each of [file('live.sh'), inMemory]) rmSync(each, { force: true });
      await workbench.treeRow(path.basename(inMemory)).waitFor({ state: 'detached' });
      writeFileSync(inMemory, 'STEP=last\n');
      writeFileSync(file('live.sh'), 'ROUND=last\nAPI_TOKEN=hunter2\n');
      await shownBelow('/tmp', `${id}-live.sh`, /ROUND = last/);
      await shownBelow('/dev/shm', path.basename(inMemory), /STEP = last/);
      assert.equal(await page.getByText('hunter2').count(), 0);
    });

    await step(
      'a value that changed since the last look is marked, until its file is looked at',
      async () => {
        writeFileSync(file('live.sh'), 'ROUND=again\nAPI_TOKEN=hunter2\n');
        const changed = workbench.treeRow(/ROUND = again.*changed/);
        await changed.waitFor();
        await workbench.screenshot('inspector-changed');
        await changed.click();
        await workbench.treeRow(/ROUND = again$/).waitFor();
      },
    );

    await step('what is odd is shown as what it is', async () => {
      const rows = { fifo: /FIFO/, link: /symbolic link/, 'stale.sh': /stale/, 'theirs.sh': /user 65534/ };
      for (const [name, text] of Object.entries(rows)) {
        const row = workbench.treeRow(`${id}-${name}`);
        await row.scrollIntoViewIfNeeded();
        assert.match((await row.textContent()) ?? '', text);
      }
      await workbench.treeRow(`${id}-open.sh`).locator('.codicon-warning').waitFor();
    });

    await step("another user's file is not deleted", async () => {
      await workbench.treeRow(`${id}-theirs.sh`).click();
      await page.keyboard.press('Delete');
      await workbench.notification('It belongs to another user.').waitFor();
      assert.ok(existsSync(file('theirs.sh')));
      await page.keyboard.press('Escape');
    });

    await step('two states are compared in the diff editor', async () => {
      const row = workbench.treeRow(`${id}-live.sh`);
      await row.click();
      await row.hover();
      await row.getByRole('button', { name: 'Compare with Its Previous State' }).click();
      await page.locator('.tab.active', { hasText: '↔' }).waitFor();
      await page.locator('.monaco-diff-editor').getByText('ROUND = again').first().waitFor();
      await workbench.screenshot('inspector-compare');
      await page.keyboard.press('Control+F4');
    });

    await step('a file that goes is remembered', async () => {
      rmSync(file('live.sh'));
      await workbench.expand(workbench.treeRow(/^Gone/));
      await workbench.treeRow(new RegExp(`${id}-live\\.sh.*gone`)).waitFor();
      writeFileSync(file('live.sh'), 'ROUND=back\nAPI_TOKEN=hunter2\n');
      await workbench.expand(workbench.treeRow(new RegExp(`${id}-live\\.sh.*B ·`)));
      await workbench.treeRow(/ROUND = back/).waitFor();
    });

    await step('a leftover is deleted after a question that names it', async () => {
      await workbench.treeRow(`${id}-stale.sh`).click();
      await page.keyboard.press('Delete');
      const dialog = page.locator('.monaco-dialog-box');
      await dialog.getByText(`/tmp/${id}-stale.sh`).first().waitFor();
      await workbench.screenshot('inspector-delete');
      await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
      await workbench.expand(workbench.treeRow(/^Gone/));
      await workbench.treeRow(new RegExp(`${id}-stale\\.sh.*gone`)).waitFor();
      assert.ok(!existsSync(file('stale.sh')));
    });

    for (const [name, theme, look] of THEMES)
      await step(`it can be read in ${theme}`, async () => {
        mkdirSync(path.join(project.folder, '.vscode'), { recursive: true });
        const settings = JSON.stringify({ 'workbench.colorTheme': theme });
        writeFileSync(path.join(project.folder, '.vscode/settings.json'), settings);
        await page.locator(`.monaco-workbench.${look}`).first().waitFor();
        await workbench.treeRow(`${id}-live.sh`).click();
        await workbench.screenshot(`inspector-${name}`);
      });
  },
);

/** A command that names all the files. */
function documentOf(files, inMemory) {
  const writes = files.map(each => `echo "ROUND=1" > ${each}`).join('\n');
  return `---\ndescription: Writes state\n---\n# Live\n\n## Step 1\n\n\`\`\`bash\n${writes}\necho "STEP=1" > ${inMemory}\n\`\`\`\n\n## Step 2\n\n\`\`\`bash\nsource ${inMemory}\necho "$STEP" "$LOST"\n\`\`\`\n`;
}

function makeAwkwardFiles(file) {
  execFileSync('bash', ['-c', 'mkfifo -- "$1"', 'bash', file('fifo')]);
  symlinkSync('/etc/passwd', file('link'));
  writeFileSync(file('open.sh'), 'ANYONE=1\n');
  chmodSync(file('open.sh'), 0o666);
  writeFileSync(file('theirs.sh'), 'THEIRS=1\n');
  chownSync(file('theirs.sh'), NOBODY, NOBODY);
  writeFileSync(file('stale.sh'), 'OLD=1\n');
  utimesSync(file('stale.sh'), 1, 1);
}
