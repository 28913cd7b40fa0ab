// Judges the engine by real bash: `npm run oracle -- [--count N] [--seed N]`; what its fixes make of documents, in bash and zsh:
// `npm run oracle -- --fixes safe|unsafe [--count N] [--seed N]`; and the engine without some of its rules: `npm run oracle:mutants`.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    fixes: { type: 'string' },
    mutants: { type: 'boolean', default: false },
  },
});
for (const name of ['count', 'seed'])
  if (!/^[1-9]\d{0,8}$/.test(values[name])) {
    console.error(`--${name} needs a number from 1 on, not "${values[name]}"`);
    process.exit(2);
  }
if (values.fixes !== undefined && !['safe', 'unsafe'].includes(values.fixes)) {
  console.error(`--fixes needs "safe" or "unsafe", not "${values.fixes}"`);
  process.exit(2);
}
const tests = values.mutants
  ? ['mutations.test.ts']
  : values.fixes !== undefined
    ? ['repairs.test.ts']
    : ['written.test.ts', 'generated.test.ts'];
const { status } = spawnSync('npx', ['vitest', 'run', ...tests.map(file => `test/oracle/${file}`)], {
  cwd: path.dirname(import.meta.dirname),
  stdio: 'inherit',
  env: {
    ...process.env,
    CROSSBLOCK_ORACLE_DOCUMENTS: values.count,
    CROSSBLOCK_ORACLE_REPAIRS: values.count,
    CROSSBLOCK_ORACLE_FIXES: values.fixes ?? 'safe',
    CROSSBLOCK_ORACLE_SEED: values.seed,
    CROSSBLOCK_ORACLE_REPORT: '1',
  },
});
process.exit(status ?? 1);
