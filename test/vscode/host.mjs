// Runs the mocha suite inside the extension host of real VS Code.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSuite, root } from './buildSuite.mjs';
import { ensureChromium } from './chromium.mjs';
import {
  createRunFolders,
  DEVELOPMENT_OPTIONS,
  openWorkbench,
  startServer,
  stopOnSignals,
  TEST_SETTINGS,
} from './launch.mjs';
import { printResults } from './results.mjs';
import { ensureVscode } from './setup.mjs';
import { createWorkspace } from './workspace.mjs';

const PATIENCE_MILLISECONDS = 5 * 60_000;

const tests = await buildSuite();
const build = await ensureVscode();
const browser = await ensureChromium();
const folders = createRunFolders();
const project = createWorkspace();
const resultsFile = path.join(folders.root, 'results.json');
const server = await startServer(build, folders, { settings: TEST_SETTINGS, options: DEVELOPMENT_OPTIONS });
stopOnSignals(server, 130);
let exitCode;
let results = [];
try {
  const { folder } = project;
  const development = { extension: root, tests, environment: { CROSSBLOCK_RESULTS: resultsFile } };
  const workbench = await openWorkbench({ address: server.address, browser, folder, development });
  const tooLate = new Promise(resolve => setTimeout(resolve, PATIENCE_MILLISECONDS, 'none in time').unref());
  exitCode = await Promise.race([workbench.testsEnded, tooLate]);
  if (existsSync(resultsFile)) results = JSON.parse(readFileSync(resultsFile, 'utf8'));
  if (exitCode !== 0) {
    const screenshots = path.join(root, 'test-results/screenshots');
    mkdirSync(screenshots, { recursive: true });
    await workbench.page.screenshot({ path: path.join(screenshots, 'host-failed.png') });
  }
  await workbench.close();
} finally {
  await server.stop();
  project.remove();
}
// A host that dies, or a test file that cannot be loaded, leaves no results: that is a failure, not an empty success.
if (results.length === 0) {
  results = [
    {
      title: 'the extension host runs the suite',
      milliseconds: 0,
      error: `no results; exit code: ${exitCode}`,
    },
  ];
}
const passed = printResults(results);
process.exit(passed && exitCode === 0 ? 0 : 1);
