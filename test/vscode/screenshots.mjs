// Takes the pictures of the README from the real thing, opened on examples/: `npm run screenshots`.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './buildSuite.mjs';
import { ensureChromium } from './chromium.mjs';
import { createRunFolders, linkExtension, openWorkbench, startServer, TEST_SETTINGS } from './launch.mjs';
import { ensureVscode } from './setup.mjs';
import { Workbench } from './workbench.mjs';

const pictures = path.join(root, 'docs/screenshots');
mkdirSync(pictures, { recursive: true });
const build = await ensureVscode();
const browser = await ensureChromium();
const folders = createRunFolders();
linkExtension(folders.extensions, root);
// A copy, so that the pictures' own state file does not lie in the repository.
const project = path.join(mkdtempSync(path.join(tmpdir(), 'crossblock-pictures-')), 'examples');
cpSync(path.join(root, 'examples'), project, { recursive: true });
mkdirSync(path.join(project, '.crossblock'));
mkdirSync(path.join(project, '.git'));
writeFileSync(
  path.join(project, '.crossblock/weekly-report.sh'),
  'DRAFT=/tmp/weekly-report.draft\nLINES_WRITTEN=3\n',
  { mode: 0o600 },
);
const server = await startServer(build, folders, {
  settings: { ...TEST_SETTINGS, 'editor.fontSize': 13 },
  trusted: true,
});
const opened = await openWorkbench({ address: server.address, browser, folder: project });
try {
  const workbench = new Workbench(opened.page);
  opened.page.setDefaultTimeout(20_000);
  await workbench.openFromExplorer('commands/weekly-report.md');
  await workbench.waitForSquiggle();
  await goTo(opened.page, '25:24');
  await workbench.openQuickFixes('Recalculate');
  await opened.page.waitForTimeout(700);
  await opened.page.screenshot({ path: path.join(pictures, 'quick-fix.png') });
  await opened.page.keyboard.press('Escape');
  await opened.page.keyboard.press('F1');
  await opened.page.locator('.quick-input-widget input').fill('>Crossblock: Show Block Flow');
  await opened.page
    .locator('.quick-input-list .monaco-list-row', { hasText: 'Show Block Flow' })
    .first()
    .waitFor();
  await opened.page.keyboard.press('Enter');
  const flow = opened.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await flow.locator('.node', { hasText: 'Step 8' }).waitFor();
  await flow.locator('.details').hover();
  await opened.page.waitForTimeout(700);
  await opened.page.screenshot({ path: path.join(pictures, 'block-flow.png') });
  await opened.page.locator('.tab', { hasText: 'Block Flow' }).locator('.action-label').first().click();
  await workbench.openViewContainer('Crossblock');
  await opened.page.waitForTimeout(2_500);
  for (let presses = 0; presses < 6; presses++) {
    await workbench.treeRows
      .nth(presses)
      .click()
      .catch(() => {});
    await opened.page.keyboard.press('ArrowRight');
    await opened.page.waitForTimeout(300);
  }
  await opened.page.screenshot({ path: path.join(pictures, 'state-inspector.png') });
} finally {
  await opened.close();
  await server.stop();
  rmSync(path.dirname(project), { recursive: true, force: true });
}
process.exit(0);

/** @param {string} place line and column, as Ctrl+G takes them */
async function goTo(page, place) {
  await page.keyboard.press('Control+g');
  await page.locator('.quick-input-widget input').fill(`:${place}`);
  await page.keyboard.press('Enter');
}
