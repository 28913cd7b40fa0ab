// What a person sees of the editor's features: the lens above a block, the hover, completion with its fix, the rename preview.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './buildSuite.mjs';
import { linkExtension } from './launch.mjs';
import { runScenario } from './scenario.mjs';

const command = '.claude/commands/features.md';

await runScenario(
  { name: 'features', trusted: true, install: extensionsFolder => linkExtension(extensionsFolder, root) },
  async ({ workbench, project }, step) => {
    const { page, editor } = workbench;

    await step('a lens above each block says what it needs and provides', async () => {
      await workbench.openFromExplorer(command);
      await workbench.waitForSquiggle();
      await editor.locator('.codelens-decoration', { hasText: 'provides PLAN' }).waitFor();
      await editor.locator('.codelens-decoration', { hasText: 'needs PLAN (lost), greet (lost)' }).waitFor();
      await workbench.screenshot('features-1-code-lens');
    });

    await step('the hover over a lost name says where it was set', async () => {
      await workbench.goTo(20, 21);
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Control+i');
      await page
        .locator('.monaco-hover', { hasText: 'PLAN has no value here: block 1 (line 10)' })
        .first()
        .waitFor();
      await workbench.screenshot('features-2-hover');
      await page.keyboard.press('Escape');
    });

    await step('completion offers a lost name, and choosing it inserts what recalculates it', async () => {
      await workbench.goTo(21, 16);
      await page.keyboard.type(' "$');
      const row = page.locator('.suggest-widget .monaco-list-row', { hasText: 'PLAN' }).first();
      await row.waitFor();
      await workbench.screenshot('features-3-completion');
      await row.click();
      await editor
        .locator('.view-line', { hasText: /PLAN=plan\.md/ })
        .nth(1)
        .waitFor();
      await page.keyboard.type('"');
      await editor
        .locator('.codelens-decoration', { hasText: /^needs greet \(lost\) · provides PLAN$/ })
        .waitFor();
      await workbench.screenshot('features-4-completed');
      await workbench.save();
      const saved = readFileSync(path.join(project.folder, command), 'utf8');
      assert.match(saved, /^ {2}> PLAN=plan\.md\n {2}> é="𝒳"; cat "\$PLAN"\n {2}> greet World "\$PLAN"$/mu);
    });

    await step('rename shows what lies in a library before it is changed', async () => {
      await workbench.goTo(10, 2);
      await page.keyboard.press('F2');
      const box = page.locator('.rename-box input');
      await box.waitFor();
      await box.fill('ROADMAP');
      await page.keyboard.press('Enter');
      await page.locator('.panel .monaco-list-row', { hasText: 'workflow.sh' }).first().waitFor();
      await workbench.screenshot('features-5-rename-preview');
    });
  },
);
