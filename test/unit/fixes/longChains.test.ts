import { expect, test } from 'vitest';
import { fixesFor } from '../../../server/analysis/fixes';
import { checked } from '../../support/checked';

/** Blocks of which each makes its value of the one before. */
const BLOCKS = 1_500;

test('a long chain of values needs no stack of its length', async () => {
  const blocks = Array.from(
    { length: BLOCKS },
    (_, index) => `\`\`\`bash\nX${index + 1}=$(./next.sh "$X${index}")\n\`\`\`\n`,
  );
  const { analysis } = await checked(['```bash\nX0=$(./first.sh)\n```\n', ...blocks].join('\n'));
  const last = analysis.findings.at(-1)!;
  expect(last.name).toBe(`X${BLOCKS - 1}`);
  expect(fixesFor(analysis, last).map(({ kind }) => kind)).toContain('handOver');
}, 120_000);
