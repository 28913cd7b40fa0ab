// Finds or installs the Chromium that shows VS Code's workbench to the tests.
import path from 'node:path';
import { canInstallPackages, findProgram, installPackages, isExecutable, MissingStep } from './steps.mjs';

const PROGRAMS = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
];

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/lib/chromium/chromium',
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/**
 * @param {NodeJS.ProcessEnv} [environment] CROSSBLOCK_CHROMIUM names one, else PATH is searched
 * @param {readonly string[]} [places] full paths to look at after PATH
 * @returns {string | undefined} the full path of an executable
 * @throws {MissingStep} where CROSSBLOCK_CHROMIUM names something that cannot be executed
 */
export function findChromium(environment = process.env, places = USUAL_PLACES) {
  const named = environment.CROSSBLOCK_CHROMIUM;
  if (named) {
    if (isExecutable(named)) return path.resolve(named);
    throw new MissingStep(`Chromium: CROSSBLOCK_CHROMIUM names ${named}, which is not an executable file.`);
  }
  const inPath = PROGRAMS.map(program => findProgram(program, environment)).find(
    found => found !== undefined,
  );
  return inPath ?? places.find(isExecutable);
}

/**
 * @returns {Promise<string>} the full path of a Chromium, installed first where that is possible
 * @throws {MissingStep}
 */
export async function ensureChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  if (!canInstallPackages()) {
    throw new MissingStep(
      'Chromium: none found in PATH or the usual places; install one, or name it in CROSSBLOCK_CHROMIUM.',
    );
  }
  await installPackages('Chromium', ['chromium', 'fonts-dejavu-core']);
  const installed = findChromium();
  if (installed === undefined)
    throw new MissingStep('Chromium: the package was installed, but holds no program of that name.');
  return installed;
}
