/// <reference types="mocha" />
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What the process outside learns of one test; it prints and counts. */
interface TestResult {
  readonly title: string;
  readonly milliseconds: number;
  readonly error?: string;
}

/**
 * VS Code calls this inside its extension host.
 * The results go to the file that CROSSBLOCK_RESULTS names, whole and only at the end: a host that dies leaves none.
 * @throws where a test failed, which is what makes VS Code's own exit code 1
 */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  // The base reporter prints nothing: nobody sees the console of the extension host.
  const mocha = new Mocha({ ui: 'tdd', timeout: 180_000, slow: 5_000, reporter: Mocha.reporters.Base });
  for (const name of readdirSync(__dirname).filter(name => name.endsWith('.test.js'))) {
    mocha.addFile(path.join(__dirname, name));
  }
  await mocha.loadFilesAsync();
  const results: TestResult[] = [];
  const failures = await new Promise<number>(resolve => {
    mocha
      .run(resolve)
      .on('pass', test => results.push({ title: test.fullTitle(), milliseconds: test.duration ?? 0 }))
      .on('fail', (test, error) =>
        results.push({
          title: test.fullTitle(),
          milliseconds: test.duration ?? 0,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
      );
  });
  const file = process.env.CROSSBLOCK_RESULTS;
  if (file !== undefined) writeFileSync(file, JSON.stringify(results));
  if (failures > 0) throw new Error(`${failures} failed`);
}
