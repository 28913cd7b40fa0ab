import fc from 'fast-check';

/** Generated tests are the same in each run: who changes nothing breaks nothing. `CROSSBLOCK_SEED=7 npx vitest run` tries others. */
fc.configureGlobal({ seed: Number(process.env.CROSSBLOCK_SEED ?? 1) });
