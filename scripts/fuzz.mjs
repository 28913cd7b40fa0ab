// Bundles the fuzzer as the product is bundled and runs it: `npm run fuzz -- --minutes N [--seed N]`.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build } from 'esbuild';
import { buildAll, sharedOptions } from './build.mjs';

const outfile = path.join(path.dirname(import.meta.dirname), 'dist/fuzz.js');
await buildAll();
await build({ ...sharedOptions(false), entryPoints: ['test/fuzz/fuzz.ts'], outfile });
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
