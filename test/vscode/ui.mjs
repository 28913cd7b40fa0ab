// The way of a person through the extension: a squiggle, its fix, the file on disk, and a live state file.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './buildSuite.mjs';
import { linkExtension } from './launch.mjs';
import { runScenario } from './scenario.mjs';
import { firstReleaseBlock } from './workspace.mjs';

const command = '.claude/commands/publish.md';

await runScenario(
  { name: 'ui', trusted: true, install: extensionsFolder => linkExtension(extensionsFolder, root) },
  async ({ workbench, project, languageServers }, step) => {
    await step('a command file opened from the Explorer has a squiggle', async () => {
      await workbench.openFromExplorer(command);
      await workbench.waitForSquiggle();
      await workbench.screenshot('1-squiggle');
    });

    await step('Ctrl+. offers "Recalculate here", and choosing it removes the squiggle', async () => {
      await workbench.goToNextProblem();
      await workbench.chooseQuickFix('Recalculate here', () => workbench.screenshot('2-quick-fix'));
      await workbench.waitForNoSquiggle();
      await workbench.screenshot('3-fixed');
    });

    await step('the saved file holds the fix', async () => {
      await workbench.save();
      const saved = readFileSync(path.join(project.folder, command), 'utf8');
      assert.match(saved, /^BUILD_DIR="build\/site"\nnpm run build -- --output "\$BUILD_DIR"$/m);
    });

    const fileRow = workbench.treeRow(path.basename(project.stateFile));
    const block = firstReleaseBlock(project.folder);
    const runBlock = text => execFileSync('bash', ['-c', text]);

    await step(
      'a state file that a bash block writes appears in the State Inspector with its value',
      async () => {
        await workbench.openViewContainer('Crossblock');
        runBlock(block);
        await workbench.expand(fileRow);
        await workbench.treeRow(/RELEASE.*1\.4\.0/).waitFor();
        await workbench.screenshot('4-state-file');
      },
    );

    await step('its value follows the file', async () => {
      runBlock(block.replace('1.4.0', '1.5.0'));
      await workbench.treeRow(/RELEASE.*1\.5\.0/).waitFor();
      await workbench.screenshot('5-state-changed');
    });

    await step('it vanishes with the file', async () => {
      rmSync(project.stateFile);
      await fileRow.waitFor({ state: 'detached' });
      await workbench.screenshot('6-state-gone');
    });

    await step('a language server that dies is started again, and a message says so', async () => {
      const [first, ...others] = languageServers();
      assert.deepEqual(others, []);
      process.kill(first, 'SIGKILL');
      await workbench.notification('started again').waitFor();
      await workbench.screenshot('7-server-restarted');
      await workbench.openViewContainer('Explorer');
      await workbench.openFromExplorer('skills/release/SKILL.md');
      await workbench.waitForSquiggle();
    });
  },
);
