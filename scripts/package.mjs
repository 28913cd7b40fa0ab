// Makes the VSIX: minified bundles, nothing that .vscodeignore does not let in.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { buildAll } from './build.mjs';
import { isMain } from './isMain.mjs';

const root = path.dirname(import.meta.dirname);

/**
 * Builds and packs the extension.
 * @returns {Promise<string>} the path of the VSIX
 */
export async function packageExtension() {
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const packagePath = path.join(root, `${name}-${version}.vsix`);
  await buildAll({ minify: true });
  await createVSIX({
    cwd: root,
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    // The README's screenshots are for readers of the repository; there is no public address to rewrite them to.
    rewriteRelativeLinks: false,
  });
  return packagePath;
}

if (isMain(import.meta)) {
  const vsix = await packageExtension();
  console.log(`${path.basename(vsix)}: ${(statSync(vsix).size / 1000).toFixed(1)} KB packed`);
}
