// Judges the engine by real bash: `npm run oracle -- [--count N] [--seed N]`, and without some of its rules: `npm run oracle:mutants`.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    mutants: { type: 'boolean', default: false },
  },
});
for (const name of ['count', 'seed'])
  if (!/^[1-9]\d{0,8}$/.test(values[name])) {
    console.error(`--${name} needs a number from 1 on, not "${values[name]}"`);
    process.exit(2);
  }
const tests = values.mutants ? ['mutations.test.ts'] : ['written.test.ts', 'generated.test.ts'];
const { status } = spawnSync('npx', ['vitest', 'run', ...tests.map(file => `test/oracle/${file}`)], {
  cwd: path.dirname(import.meta.dirname),
  stdio: 'inherit',
  env: {
    ...process.env,
    CROSSBLOCK_ORACLE_DOCUMENTS: values.count,
    CROSSBLOCK_ORACLE_SEED: values.seed,
    CROSSBLOCK_ORACLE_REPORT: '1',
  },
});
process.exit(status ?? 1);
