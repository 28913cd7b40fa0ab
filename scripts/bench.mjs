// Bundles the benchmark as the product is bundled, for a loader's own costs are none of the product's, and runs it.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build } from 'esbuild';
import { writePage } from './benchPage.mjs';
import { buildAll, sharedOptions } from './build.mjs';

const outfile = path.join(path.dirname(import.meta.dirname), 'dist/bench.js');
await buildAll();
await build({ ...sharedOptions(false), entryPoints: ['test/bench/bench.ts'], outfile });
const words = process.argv.slice(2);
if (words.includes('--page')) {
  await writePage(
    outfile,
    words.filter(word => word !== '--page'),
  );
} else {
  const { status } = spawnSync(process.execPath, [outfile, ...words], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
