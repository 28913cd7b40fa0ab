// The Block Flow panel as a person uses it: opened, hovered, clicked, filtered, zoomed, driven by keys, in all kinds of themes.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './buildSuite.mjs';
import { linkExtension } from './launch.mjs';
import { runScenario } from './scenario.mjs';

/** Themes by their ids, each with the class that the editor gives the page. */
const THEMES = [
  ['Default Dark Modern', 'vscode-dark'],
  ['Default High Contrast', 'vscode-high-contrast'],
  ['Default High Contrast Light', 'vscode-high-contrast-light'],
  ['Default Light Modern', 'vscode-light'],
];

await runScenario(
  { name: 'block-flow', trusted: true, install: extensionsFolder => linkExtension(extensionsFolder, root) },
  async ({ workbench, project }, step) => {
    const { page } = workbench;
    addDocuments(project.folder);
    const frame = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
    const node = title => frame.locator('.node', { hasText: title }).first();
    const edges = kind => frame.locator(`.edge.${kind}:not(.filtered)`);
    const status = frame.getByRole('status');
    const run = async command => {
      await page.keyboard.press('F1');
      await page.locator('.quick-input-widget input').fill(`>${command}`);
      await page.locator('.quick-input-list .monaco-list-row', { hasText: command }).first().waitFor();
      await page.keyboard.press('Enter');
    };

    await step(
      'the command opens the panel beside the editor, with all blocks and what is lost',
      async () => {
        await workbench.openFromExplorer('.claude/commands/weekly-report.md');
        await workbench.waitForSquiggle();
        await run('Crossblock: Show Block Flow');
        await node('Step 8: Clean up').waitFor();
        assert.equal(await frame.locator('.node').count(), 9);
        assert.equal(await edges('lost').count(), 10);
        await workbench.screenshot('block-flow-open');
      },
    );

    await step('hovering a connection lists its names and where they are given and used', async () => {
      await edges('lost').locator('text').first().hover();
      await frame
        .locator('.details', { hasText: 'PROJECT_DIR: given in line 15 · used in line 24' })
        .waitFor();
      await workbench.screenshot('block-flow-hover');
    });

    await step('a click on a block and on a connection goes to the place', async () => {
      await node('Step 5: Count').click();
      await workbench.caret(46).waitFor();
      await edges('lost').locator('text', { hasText: 'SECTIONS' }).click();
      await workbench.caret(39).waitFor();
    });

    await step('the picture follows the caret', async () => {
      await workbench.editor.click();
      await workbench.goTo(56);
      await frame.locator('.node.current', { hasText: 'Step 6' }).waitFor();
    });

    await step('it follows an edit', async () => {
      await workbench.goTo(39);
      // As one insertion, so that no completion can take the Enter, and one undo takes all of it back.
      await page.keyboard.insertText('SECTIONS=(a b)\n');
      await edges('lost').locator('text', { hasText: 'SECTIONS' }).waitFor({ state: 'detached' });
      await page.keyboard.press('Control+z');
      await edges('lost').locator('text', { hasText: 'SECTIONS' }).waitFor();
    });

    await step('the filter leaves what carries the name', async () => {
      await frame.getByRole('searchbox').fill('draft');
      await status.filter({ hasText: '3 of ' }).waitFor();
      assert.equal(await edges('lost').count(), 3);
      await workbench.screenshot('block-flow-filter');
      await frame.getByRole('searchbox').fill('');
    });

    await step('keys move along blocks and connections, Enter goes there', async () => {
      await node('Step 1: Find').focus();
      await page.keyboard.press('End');
      assert.match(await focusedLabel(frame), /^8 · Step 8: Clean up; .*LOST: REPORT_DIR/);
      await page.keyboard.press('ArrowRight');
      assert.match(await focusedLabel(frame), /^LOST: /);
      await page.keyboard.press('Enter');
      await workbench.caret(71).waitFor();
    });

    await step('zoom changes the size, and fitting brings back the whole width', async () => {
      const width = () => frame.locator('svg').evaluate(picture => picture.getBoundingClientRect().width);
      const before = await width();
      await frame.getByRole('button', { name: 'Zoom in' }).click();
      assert.ok((await width()) > before);
      await frame.getByRole('button', { name: 'Fit to width' }).click();
      const scroller = await frame.locator('.scroller').evaluate(element => element.clientWidth);
      assert.ok((await width()) <= scroller);
    });

    await step('the page can load and reach nothing', async () => {
      const violated = await frame.locator('body').evaluate(async body => {
        const blocked = [];
        document.addEventListener('securitypolicyviolation', event => blocked.push(event.violatedDirective));
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        body.append(script);
        await fetch('https://example.invalid/').catch(() => {});
        await new Promise(resolve => setTimeout(resolve, 200));
        return { blocked, ran: window.ran === true };
      });
      assert.equal(violated.ran, false);
      assert.ok(violated.blocked.some(directive => directive.startsWith('script-src')));
      assert.ok(violated.blocked.includes('connect-src'));
    });

    for (const [theme, look] of THEMES)
      await step(`it is readable in ${theme}`, async () => {
        mkdirSync(path.join(project.folder, '.vscode'), { recursive: true });
        writeFileSync(
          path.join(project.folder, '.vscode/settings.json'),
          JSON.stringify({ 'workbench.colorTheme': theme }),
        );
        await frame.locator(`body.${look}`).waitFor();
        await page.mouse.move(0, 0);
        await workbench.screenshot(`block-flow-${look}`);
        const contrast = await frame.locator('.edge.lost text').first().evaluate(contrastOf);
        assert.ok(contrast >= 3, `${theme}: the contrast of a lost name is ${contrast.toFixed(1)}`);
      });

    await step('Mermaid opens as a document', async () => {
      await run('Crossblock: Export Block Flow as Mermaid');
      await page.locator('.view-line', { hasText: 'flowchart' }).first().waitFor();
    });

    await step('a document of 60 blocks is drawn whole, and scrolls', async () => {
      await workbench.openFromExplorer('.claude/commands/zz-long.md');
      await node('Step 60').waitFor({ state: 'attached' });
      assert.ok((await frame.locator('.edge').count()) >= 300);
      await workbench.screenshot('block-flow-long');
    });
  },
);

function addDocuments(folder) {
  const commands = path.join(folder, '.claude/commands');
  cpSync(path.join(root, 'examples/commands/weekly-report.md'), path.join(commands, 'weekly-report.md'));
  mkdirSync(path.join(folder, 'lib'), { recursive: true });
  cpSync(path.join(root, 'examples/lib/workflow.sh'), path.join(folder, 'lib/workflow.sh'));
  writeFileSync(path.join(commands, 'zz-long.md'), longDocument());
}

/** 60 steps; from the sixth on, each reads what five others have set. */
function longDocument() {
  const steps = Array.from({ length: 60 }, (_, index) => {
    const reads = [1, 2, 5, 9, 14, 23]
      .filter(back => back <= index)
      .map(back => `echo "$VALUE_${index - back}"`);
    return `## Step ${index + 1}\n\n\`\`\`bash\nVALUE_${index}=${index}\n${reads.join('\n')}\n\`\`\`\n`;
  });
  return steps.join('\n');
}

function focusedLabel(frame) {
  return frame.locator('body').evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
}

/** The contrast of an element's ink to the page, as WCAG counts it; runs in the page. */
function contrastOf(element) {
  const luminance = color => {
    const [r, g, b] = color.match(/[\d.]+/g).map(part => {
      const share = Number(part) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [a, b] = [getComputedStyle(element).fill, getComputedStyle(document.body).backgroundColor].map(
    luminance,
  );
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
