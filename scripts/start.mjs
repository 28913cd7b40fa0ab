// Opens VS Code with the extension on examples/: the desktop where it is installed, else the server build in a browser.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import {
  createRunFolders,
  linkExtension,
  startServer,
  stopOnSignals,
  workbenchAddress,
} from '../test/vscode/launch.mjs';
import { ensureVscode } from '../test/vscode/setup.mjs';
import { findProgram, isExecutable, MissingStep } from '../test/vscode/steps.mjs';
import { buildAll } from './build.mjs';

const root = path.dirname(import.meta.dirname);
const examples = path.join(root, 'examples');

await buildAll();
if (!startDesktop()) await startInBrowser();

/** @returns {boolean} false where there is no desktop VS Code, or it does not start */
function startDesktop() {
  const program = findDesktop();
  if (program === undefined) return false;
  console.log('Opening desktop VS Code on examples/ …');
  const args = [`--extensionDevelopmentPath=${root}`, examples];
  // On Windows the program is a batch file, which only a shell can start.
  const { status } =
    process.platform === 'win32'
      ? spawnSync(
          `"${program}"`,
          args.map(argument => `"${argument}"`),
          { stdio: 'inherit', shell: true },
        )
      : spawnSync(program, args, { stdio: 'inherit' });
  if (status === 0) return true;
  console.error(`Desktop VS Code did not start (exit code ${status}); trying the server build.`);
  return false;
}

function findDesktop() {
  const onScreen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!onScreen) return undefined;
  const application = '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code';
  return findProgram(process.platform === 'win32' ? 'code.cmd' : 'code') ?? [application].find(isExecutable);
}

async function startInBrowser() {
  try {
    const build = await ensureVscode();
    const folders = createRunFolders();
    linkExtension(folders.extensions, root);
    const server = await startServer(build, folders);
    stopOnSignals(server, 0);
    console.log(`VS Code with Crossblock on examples/:\n\n  ${workbenchAddress(server.address, examples)}\n`);
    console.log('It listens on this machine only. Ctrl+C ends it.');
    const code = await server.exited;
    await server.stop();
    console.log('VS Code has ended.');
    process.exitCode = code === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof MissingStep)) throw error;
    console.error(`Missing step. Desktop VS Code: no program "code" in PATH, or no screen. ${error.message}`);
    process.exitCode = 1;
  }
}
