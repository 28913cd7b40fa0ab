// What a person does in the workbench, by the names a person would use.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './buildSuite.mjs';

const screenshots = path.join(root, 'test-results/screenshots');

/** Keys and clicks on one open workbench. */
export class Workbench {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    this.editor = page.locator('.editor-instance .monaco-editor').first();
    this.squiggles = this.editor.locator('.squiggly-warning, .squiggly-error');
    this.treeRows = page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row');
  }

  /** @param {string} file relative to the workspace folder; its folders are opened one after the other */
  async openFromExplorer(file) {
    const names = file.split('/');
    for (const [depth, name] of names.entries()) {
      const row = this.page.locator(`.explorer-folders-view .monaco-list-row[aria-level="${depth + 1}"]`, {
        hasText: new RegExp(`^${RegExp.escape?.(name) ?? name.replaceAll('.', '\\.')}$`),
      });
      if (depth === names.length - 1) await row.dblclick();
      else await this.expand(row);
    }
    await this.page.locator('.tab.active', { hasText: names.at(-1) }).waitFor();
  }

  /** The first squiggle of the open file. */
  async waitForSquiggle() {
    await this.squiggles.first().waitFor({ state: 'attached' });
  }

  async waitForNoSquiggle() {
    await this.squiggles.first().waitFor({ state: 'detached' });
  }

  /** Puts the caret on the next problem of the file, as F8 does, and closes what F8 opens. */
  async goToNextProblem() {
    await this.editor.locator('.view-line').first().click();
    await this.page.keyboard.press('Control+Home');
    await this.page.keyboard.press('F8');
    await this.page.locator('.marker-widget').waitFor();
    await this.page.keyboard.press('Escape');
    await this.page.locator('.marker-widget').waitFor({ state: 'detached' });
  }

  /**
   * Puts the caret of the active editor somewhere, and returns when it is there: keys pressed sooner would go
   * into the box that asks where to.
   * @param {number} line from 1
   * @param {number} [column] from 1
   */
  async goTo(line, column = 1) {
    const box = this.page.locator('.quick-input-widget');
    await this.page.keyboard.press('Control+g');
    await box.locator('input').fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await box.waitFor({ state: 'hidden' });
    await this.caret(line, column).waitFor();
  }

  /** @returns {import('playwright-core').Locator} what says in the status bar that the caret is in a line */
  caret(line, column = '') {
    return this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` }).first();
  }

  /**
   * Opens the quick fixes at the caret and chooses one.
   * @param {string} title or how it begins
   * @param {() => Promise<void>} beforeChoice while the list is open
   */
  async chooseQuickFix(title, beforeChoice) {
    const item = await this.openQuickFixes(title);
    await beforeChoice();
    await item.click();
  }

  /**
   * Opens the quick fixes at the caret.
   * @param {string} title of one that must be among them, or how it begins
   */
  async openQuickFixes(title) {
    const list = this.page.locator('.action-widget:not(.action-list-submenu-panel)');
    const item = list.locator('.monaco-list-row', { hasText: title }).first();
    // Right after a change the list can come up without what a moment later is in it.
    for (let attempt = 1; !(await item.isVisible()); attempt++) {
      if (attempt > 6) throw new Error(`no quick fix "${title}"; there are: ${await list.allInnerTexts()}`);
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+.');
      await item.waitFor({ timeout: 2_000 }).catch(() => {});
    }
    return item;
  }

  /** Saves the active file and waits until its tab is no longer marked as changed. */
  async save() {
    await this.page.locator('.tab.active.dirty').waitFor();
    await this.page.keyboard.press('Control+s');
    await this.page.locator('.tab.dirty').waitFor({ state: 'detached' });
  }

  /** @param {string} title of a view container in the activity bar */
  async openViewContainer(title) {
    await this.page.locator(`.activitybar .action-label[aria-label^="${title}"]`).click();
  }

  /**
   * @param {string | RegExp} text part of the row's label or description
   * @returns {import('playwright-core').Locator} the first such row of the open view
   */
  treeRow(text) {
    return this.treeRows.filter({ hasText: text }).first();
  }

  /** Opens a collapsed row of a tree; an open one stays as it is. */
  async expand(row) {
    await row.waitFor();
    // A click is lost where the tree draws its rows anew just then.
    for (let attempt = 1; (await row.getAttribute('aria-expanded')) === 'false'; attempt++) {
      if (attempt > 5) throw new Error(`a row stays closed: ${await row.textContent()}`);
      await row.locator('.monaco-tl-twistie').click();
      await this.page.waitForTimeout(500);
    }
  }

  /** @returns {import('playwright-core').Locator} a message at the lower right that holds a text */
  notification(text) {
    return this.page.locator('.notification-list-item-message', { hasText: text }).first();
  }

  /** @param {string} name of the file in the git-ignored folder of screenshots, without its ending */
  async screenshot(name) {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }
}
