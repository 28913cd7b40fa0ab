// What a user sees around the editor: the language status item, the walkthrough that completes by doing, restricted mode.
import assert from 'node:assert/strict';
import { root } from './buildSuite.mjs';
import { linkExtension } from './launch.mjs';
import { runScenario } from './scenario.mjs';

await runScenario(
  // In restricted mode the analysis works as in any other folder.
  { name: 'citizen', trusted: false, install: extensionsFolder => linkExtension(extensionsFolder, root) },
  async ({ workbench }, step) => {
    const { page } = workbench;
    const run = async command => {
      await page.keyboard.press('F1');
      await page.locator('.quick-input-widget input').fill(`>${command}`);
      await page.locator('.quick-input-list .monaco-list-row', { hasText: command }).first().waitFor();
      await page.keyboard.press('Enter');
    };

    await step(
      'in restricted mode a command file is checked, and the status item says what it is',
      async () => {
        await workbench.openFromExplorer('.claude/commands/publish.md');
        await workbench.waitForSquiggle();
        await page.locator('[id="status.languageStatus"]').hover();
        await page
          .locator('.hover-language-status', { hasText: /Crossblock: \d+ blocks, 1 findings/ })
          .first()
          .waitFor();
        await workbench.screenshot('citizen-status');
      },
    );

    const done = page.locator('.getting-started-step .complete, .codicon-getting-started-step-checked');
    await step('the walkthrough has three steps', async () => {
      await run('Welcome: Open Walkthrough');
      await page.locator('.quick-input-widget input').fill('Crossblock');
      const row = page.locator('.quick-input-list .monaco-list-row', {
        hasText: 'Get Started with Crossblock',
      });
      await row.first().waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.getting-started-step').nth(2).waitFor();
      assert.equal(await done.count(), 0);
    });

    await step('showing the State Inspector completes a step', async () => {
      await workbench.openViewContainer('Crossblock');
      await done.first().waitFor({ state: 'attached' });
      await workbench.screenshot('citizen-walkthrough');
    });
  },
);
