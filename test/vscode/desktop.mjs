// Runs the mocha suite in the desktop build of VS Code, on machines that can download it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { buildSuite, root } from './buildSuite.mjs';
import { printResults } from './results.mjs';
import { createWorkspace } from './workspace.mjs';

const extensionTestsPath = await buildSuite();
const project = createWorkspace();
const run = mkdtempSync(path.join(os.tmpdir(), 'crossblock-desktop-'));
const resultsFile = path.join(run, 'results.json');
let error;
try {
  await runTests({
    extensionDevelopmentPath: root,
    extensionTestsPath,
    extensionTestsEnv: { CROSSBLOCK_RESULTS: resultsFile },
    launchArgs: [
      project.folder,
      '--disable-workspace-trust',
      '--disable-extensions',
      '--user-data-dir',
      path.join(run, 'data'),
    ],
  });
} catch (thrown) {
  error = thrown;
}
const results = readResults();
rmSync(run, { recursive: true, force: true });
project.remove();
const passed = printResults(results);
process.exit(passed && error === undefined ? 0 : 1);

function readResults() {
  try {
    return JSON.parse(readFileSync(resultsFile, 'utf8'));
  } catch {
    return [
      {
        title: 'desktop VS Code runs the suite',
        milliseconds: 0,
        error: `no results: ${error ?? 'it ended early'}`,
      },
    ];
  }
}
