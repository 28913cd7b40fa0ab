import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // test/vscode/suite runs inside VS Code's extension host; only what lies beside it is Node's.
    include: ['test/{unit,suites,oracle}/**/*.test.ts', 'test/vscode/*.test.mjs'],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 120_000,
  },
});
