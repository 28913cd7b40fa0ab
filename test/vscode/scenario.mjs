// Runs one scenario step by step in a fresh VS Code with the extension installed in it, as users have it.
import { mkdirSync } from 'node:fs';
import { ensureChromium } from './chromium.mjs';
import { createRunFolders, openWorkbench, startServer, stopOnSignals, TEST_SETTINGS } from './launch.mjs';
import { printResults } from './results.mjs';
import { ensureVscode } from './setup.mjs';
import { Workbench } from './workbench.mjs';
import { createWorkspace } from './workspace.mjs';

/**
 * @typedef {{ readonly workbench: Workbench, readonly project: ReturnType<typeof createWorkspace>,
 *   languageServers(): readonly number[] }} Stage
 * @typedef {(title: string, action: () => Promise<void>) => Promise<void>} Step
 */

/**
 * Sets the stage, plays the scenario, prints what happened, clears the stage and ends the process.
 * A step that fails ends the scenario, since the later ones stand on it; a screenshot shows where it stood.
 * @param {{ readonly name: string, readonly trusted: boolean,
 *   install(extensionsFolder: string, build: import('./setup.mjs').VscodeBuild): Promise<void> | void }} scenario
 *   `name` is part of its screenshots' names; a workspace that is not trusted is opened in restricted mode
 * @param {(stage: Stage, step: Step) => Promise<void>} play
 */
export async function runScenario({ name, trusted, install }, play) {
  const build = await ensureVscode();
  const browser = await ensureChromium();
  const results = [];
  const folders = createRunFolders();
  const project = createWorkspace();
  const cleanups = [() => project.remove()];
  let workbench;
  let server;
  const step = async (title, action) => {
    const start = performance.now();
    const finish = error =>
      results.push({ title: `${name}: ${title}`, milliseconds: performance.now() - start, error });
    try {
      await action();
      finish(undefined);
    } catch (error) {
      finish(error.stack ?? String(error));
      await workbench?.screenshot(`${name}-failed`);
      throw new ScenarioEnded();
    }
  };
  try {
    await step('VS Code opens the project', async () => {
      mkdirSync(folders.extensions, { recursive: true });
      await install(folders.extensions, build);
      server = await startServer(build, folders, { settings: TEST_SETTINGS, trusted });
      stopOnSignals(server, 130);
      cleanups.unshift(() => server.stop());
      const opened = await openWorkbench({ address: server.address, browser, folder: project.folder });
      cleanups.unshift(() => opened.close());
      workbench = new Workbench(opened.page);
    });
    await play({ workbench, project, languageServers: server.languageServers }, step);
  } catch (error) {
    if (!(error instanceof ScenarioEnded)) throw error;
  } finally {
    for (const cleanup of cleanups) await cleanup();
  }
  process.exit(printResults(results) ? 0 : 1);
}

class ScenarioEnded extends Error {}
