// What the setup scripts share: a step has a name, so that a failure says which one is missing.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';

/** A step of the setup that cannot be done here; its message is meant for the person at the terminal. */
export class MissingStep extends Error {}

/**
 * Runs one step of the setup and keeps its output for the case that it fails.
 * @param {string} step what the step does, as a person would say it
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<string>} what the command printed on either stream
 * @throws {MissingStep} with the step's name and the last lines of the output
 */
export function runStep(step, command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        output += text;
      });
    }
    child.once('error', error =>
      reject(new MissingStep(`${step}: ${command} cannot be started (${error.message}).`)),
    );
    child.once('close', code => {
      if (code === 0) return resolve(output);
      const tail = output.trimEnd().split('\n').slice(-20).join('\n  ');
      reject(new MissingStep(`${step}: ${command} ended with exit code ${code}.\n  ${tail}`));
    });
  });
}

/**
 * @param {string} program a name to look for in PATH
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string | undefined} the full path of the first executable file of that name
 */
export function findProgram(program, environment = process.env) {
  const folders = (environment.PATH ?? '').split(path.delimiter).filter(folder => folder !== '');
  return folders.map(folder => path.join(folder, program)).find(isExecutable);
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Whether packages of the distribution can be installed: Debian or one of its descendants, as root. */
export function canInstallPackages() {
  return (
    process.getuid?.() === 0 && existsSync('/etc/debian_version') && findProgram('apt-get') !== undefined
  );
}

/**
 * Installs packages of the distribution.
 * @param {string} step what they are for
 * @param {readonly string[]} packages
 * @throws {MissingStep} where that is not possible
 */
export async function installPackages(step, packages) {
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (!canInstallPackages())
    throw new MissingStep(`${step}: not found, and only root on Debian can install it: ${command}`);
  console.log(`${step}: installing ${packages.join(', ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runStep(`${step}: package lists`, 'apt-get', ['update'], { env });
  await runStep(step, 'apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env });
}
