// Starts real VS Code on a free loopback port and, for tests, opens its workbench in a headless Chromium.
import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

// A quiet workbench: no welcome page, no news, nothing that asks the network.
const QUIET_SETTINGS = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/** Steady for tests: an edited file stays dirty until it is saved, and nothing else touches the folder. */
export const TEST_SETTINGS = {
  'explorer.compactFolders': false,
  'files.autoSave': 'off',
  'git.enabled': false,
  'npm.autoDetect': 'off',
  // A restricted workspace stays restricted without a question.
  'security.workspace.trust.startupPrompt': 'never',
  'window.restoreWindows': 'none',
};

// Without the first three Chromium asks for updates all the time, which floods the log of a closed network.
const CHROMIUM_FLAGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  // Chromium's sandbox refuses to work for root, and every page here is our own.
  '--no-sandbox',
];

/**
 * The folders of one run; removed with it.
 * @returns {{ readonly root: string, readonly data: string, readonly extensions: string }}
 */
export function createRunFolders() {
  const root = mkdtempSync(path.join(os.tmpdir(), 'crossblock-vscode-'));
  const folders = { root, data: path.join(root, 'data'), extensions: path.join(root, 'extensions') };
  mkdirSync(path.join(folders.data, 'User'), { recursive: true });
  mkdirSync(folders.extensions);
  return folders;
}

/**
 * Installs an extension by a link, so that VS Code loads it as any other one, without its development mode.
 * @param {string} extensionsFolder has to be new: VS Code scans it only while it has no list of its own in there
 * @param {string} extension the folder with the extension's package.json
 */
export function linkExtension(extensionsFolder, extension) {
  const manifest = JSON.parse(readFileSync(path.join(extension, 'package.json'), 'utf8'));
  const name = `${manifest.publisher}.${manifest.name}-${manifest.version}`;
  symlinkSync(path.resolve(extension), path.join(extensionsFolder, name), 'dir');
}

/**
 * Starts the server and waits until it listens.
 * @param {import('./setup.mjs').VscodeBuild} build
 * @param {ReturnType<typeof createRunFolders>} folders
 * @param {{ settings?: object, trusted?: boolean, options?: readonly string[] }} [configuration]
 *   `trusted` switches workspace trust off, so that no folder is restricted
 * @returns {Promise<{ readonly address: string, readonly exited: Promise<number | null>, stop(): Promise<void>,
 *   languageServers(): readonly number[] }>}
 *   `address` is host and port; `stop` ends the server's whole process group and removes the run's folders;
 *   `languageServers` gives the ids of the extension's own processes
 */
export async function startServer(build, folders, { settings = {}, trusted = true, options = [] } = {}) {
  const settingsFile = path.join(folders.data, 'User', 'settings.json');
  writeFileSync(settingsFile, JSON.stringify({ ...QUIET_SETTINGS, ...settings }));
  const args = [
    build.entry,
    ...['--config', path.join(folders.root, 'config.yaml'), '--auth', 'none', '--bind-addr', '127.0.0.1:0'],
    ...['--user-data-dir', folders.data, '--extensions-dir', folders.extensions],
    ...['--disable-telemetry', '--disable-update-check', '--ignore-last-opened'],
    ...(trusted ? ['--disable-workspace-trust'] : []),
    ...options,
  ];
  // A process group of its own: ending it takes along the extension host and the language server.
  const server = spawn(build.node, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: outsideVscode(),
  });
  const exited = new Promise(resolve => server.once('exit', resolve));
  const end = signal => {
    try {
      process.kill(-server.pid, signal);
    } catch {
      // The group is gone already.
    }
  };
  const endWithUs = () => end('SIGKILL');
  process.once('exit', endWithUs);
  const stop = async () => {
    end('SIGTERM');
    const patience = setTimeout(() => end('SIGKILL'), 5_000);
    await exited;
    clearTimeout(patience);
    process.off('exit', endWithUs);
    rmSync(folders.root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  try {
    const languageServers = () => processesOfGroup(server.pid, 'dist/server.js');
    return { address: await listeningAddress(server), exited, stop, languageServers };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Ctrl+C ends this process, but not the process group of a server: it is stopped first. A second Ctrl+C does not wait.
 * @param {{ stop(): Promise<void> }} server
 * @param {number} exitCode of this process when a signal ends it
 */
export function stopOnSignals(server, exitCode) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => server.stop().finally(() => process.exit(exitCode)));
  }
}

/** The processes of a group whose command line holds a text; /proc exists wherever the server build runs. */
function processesOfGroup(group, text) {
  const matches = id => {
    try {
      // The group is the third field after the program's name, which may itself hold spaces and parentheses.
      const fields = readFileSync(`/proc/${id}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(fields[2]) === group && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  };
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(matches);
}

/** Inside a terminal of VS Code its variables would make the server act as a helper of that window. */
function outsideVscode() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VSCODE_|CODE_SERVER_)/.test(name)),
  );
}

/** @returns {Promise<string>} host and port, once the server has printed them */
function listeningAddress(server) {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = text => {
      output += text;
      if (process.env.CROSSBLOCK_VERBOSE) process.stderr.write(text);
      const address = /HTTP server listening on http:\/\/(\S+?:\d+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    server.stdout.setEncoding('utf8').on('data', read);
    server.stderr.setEncoding('utf8').on('data', read);
    server.once('error', reject);
    server.once('exit', code =>
      reject(new Error(`VS Code ended with exit code ${code} before it listened:\n${output}`)),
    );
  });
}

/**
 * Opens the workbench on a folder.
 * @param {{ readonly address: string, readonly browser: string, readonly folder: string,
 *   readonly development?: { readonly extension: string, readonly tests?: string, readonly environment?: object } }} target
 *   `browser` is the Chromium to run; `development` loads an extension in development mode, with the tests to run in
 *   its extension host, and needs a server started with `DEVELOPMENT_OPTIONS`
 * @returns {Promise<{ readonly page: import('playwright-core').Page, readonly testsEnded: Promise<number>, close(): Promise<void> }>}
 *   `testsEnded` gives the exit code of the tests
 */
export async function openWorkbench({ address, browser: executablePath, folder, development }) {
  const browser = await chromium.launch({ executablePath, headless: true, args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(20_000);
    await page.route(
      url => url.hostname !== '127.0.0.1',
      route => route.abort(),
    );
    if (process.env.CROSSBLOCK_VERBOSE)
      page.on('console', message => console.error(message.text().slice(0, 500)));
    const { testsEnded } = await exposeTestDriver(page);
    await page.goto(workbenchAddress(address, folder, development), { timeout: 120_000 });
    await page.locator('.monaco-workbench').waitFor({ timeout: 120_000 });
    return { page, testsEnded, close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** Only with this option does the web workbench accept an extension in development and tests for its host. */
export const DEVELOPMENT_OPTIONS = ['--vscode-option', 'enable-smoke-test-driver'];

/** The workbench calls these two functions of its window when a test run writes a line and when it ends. */
async function exposeTestDriver(page) {
  let end;
  const testsEnded = new Promise(resolve => {
    end = resolve;
  });
  await page.exposeFunction('codeAutomationExit', code => end(code));
  await page.exposeFunction('codeAutomationLog', () => {});
  // In an object, since an async function that returned the promise itself would wait for it.
  return { testsEnded };
}

/** @returns {string} the page's address; what the workbench shall do is in its payload */
export function workbenchAddress(address, folder, development) {
  const remote = file => `vscode-remote://${address}${path.resolve(file)}`;
  const payload = [['skipWelcome', 'true']];
  if (development) payload.push(['extensionDevelopmentPath', remote(development.extension)]);
  if (development?.tests) payload.push(['extensionTestsPath', remote(development.tests)]);
  if (development?.environment)
    payload.push(['extensionEnvironment', JSON.stringify(development.environment)]);
  const query = new URLSearchParams({ folder: path.resolve(folder), payload: JSON.stringify(payload) });
  return `http://${address}/?${query}`;
}
