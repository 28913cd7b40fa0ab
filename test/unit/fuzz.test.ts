import path from 'node:path';
import { expect, test } from 'vitest';
import { runSession } from '../fuzz/languageServer';
import { mutate } from '../fuzz/mutate';
import { Random } from '../fuzz/random';
import { documentSeeds, STATE_SEEDS } from '../fuzz/seeds';
import { DocumentTarget, runStateFile } from '../fuzz/targets';
import { testParser } from '../support/parser';
import { buildCommandLine } from './cli/commandLine';

buildCommandLine();

const root = path.join(__dirname, '../..');
const seeds = documentSeeds(root);

/** A few inputs of `npm run fuzz`, the same in each run. */
test('mutated documents', async () => {
  const target = new DocumentTarget(await testParser());
  for (let number = 0; number < 150; number++) {
    const random = new Random(number);
    await target.run(mutate(random.pick(seeds), random, random.pick(seeds)), random);
  }
});

/** What made a regular expression need the square of its length; here that would be minutes. */
test.each([
  ['directives', '<!-- crossblock: step!'.repeat(30_000)],
  ["a hint's white space", `---\nargument-hint: "${'\\t'.repeat(200_000)})"\n---\n`],
  ['empty lines', `\`\`\`bash\nX=1\n\`\`\`\n\`\`\`bash\n${'\n'.repeat(200_000)}cd x\necho $X\n\`\`\`\n`],
  ['a fence that is none', `${'~'.repeat(400_000)}\t\``],
  ['a tag that is none', `<${'-'.repeat(400_000)}`],
  [
    'an awk program',
    `\`\`\`bash\nX=$(awk '{print $1;${'\t'.repeat(200_000)}x}')\necho "X=$X" > f\n\`\`\`\n\`\`\`bash\n. f\n\`\`\`\n`,
  ],
])('%s without end', async (_, text) => {
  await new DocumentTarget(await testParser()).run(text, new Random(1));
});

test('mutated state files', () => {
  for (let number = 0; number < 500; number++) {
    const random = new Random(number);
    runStateFile(mutate(random.pick(STATE_SEEDS), random, random.pick(STATE_SEEDS)), random);
  }
});

test('messages in any order', async () => {
  const server = [process.execPath, path.join(root, 'dist/cli.js'), 'lsp', '--stdio'] as const;
  await runSession([...server], 60, seeds, new Random(1));
});

test('a server that ends is noticed', async () => {
  const server = [process.execPath, '-e', 'process.exit(3)'] as const;
  await expect(runSession([...server], 1, seeds, new Random(1))).rejects.toThrow(
    'The server has ended with 3',
  );
});

test('mutations are the same for the same seed, and differ otherwise', () => {
  const mutated = (seed: number) => mutate(seeds[0]!, new Random(seed), seeds[1]!);
  expect(mutated(7)).toBe(mutated(7));
  expect(new Set([1, 2, 3, 4, 5].map(mutated)).size).toBeGreaterThan(3);
});
