// An installation that lost half of a file: a message says what is wrong, the editor edits, and a repaired file is enough.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './buildSuite.mjs';
import { runScenario } from './scenario.mjs';

const command = '.claude/commands/publish.md';
let grammar;

await runScenario(
  { name: 'damaged', trusted: true, install: installDamaged },
  async ({ workbench, project, languageServers }, step) => {
    const { page } = workbench;

    await step('a grammar that cannot be loaded is told, with what to do', async () => {
      await workbench.openFromExplorer(command);
      await workbench.notification('The shell parser cannot be loaded').waitFor();
      await workbench.notification('Install Crossblock again').waitFor();
      await workbench.screenshot('damaged-1-message');
    });

    await step('the editor edits and saves, and the server goes on', async () => {
      const [server] = languageServers();
      await workbench.editor.locator('.view-line').first().click();
      await page.keyboard.press('Control+End');
      await page.keyboard.type('Typed beside a damaged grammar.');
      await workbench.save();
      assert.match(
        readFileSync(path.join(project.folder, command), 'utf8'),
        /Typed beside a damaged grammar\./,
      );
      assert.deepEqual(languageServers(), [server]);
      assert.equal(await workbench.squiggles.count(), 0);
    });

    await step('once the file is whole, a restarted server finds what is lost', async () => {
      cpSync(path.join(root, 'dist/tree-sitter-bash.wasm'), grammar);
      await page.keyboard.press('F1');
      await page.locator('.quick-input-widget input').first().fill('>Crossblock: Restart');
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Restart' }).first().click();
      await workbench.waitForSquiggle();
      await workbench.screenshot('damaged-2-repaired');
    });
  },
);

/** A copy of the extension, with the first bytes of the grammar alone. */
function installDamaged(extensionsFolder) {
  const { publisher, name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const folder = path.join(extensionsFolder, `${publisher}.${name}-${version}`);
  for (const part of ['package.json', 'package.nls.json', 'dist', 'media', 'syntaxes', 'l10n'])
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  grammar = path.join(folder, 'dist/tree-sitter-bash.wasm');
  writeFileSync(grammar, readFileSync(grammar).subarray(0, 5_000));
}
