import { expect, test } from 'vitest';
import { fixesFor } from '../../../server/analysis/fixes';
import { checked } from '../../support/checked';

const LOST = '```bash\nA=$(cat a)\n```\n\n```bash\necho "$A"\n```\n';
const SECTIONS = Array.from({ length: 190 }, (_, index) => `## Expand a${index}\n### Step 1\n${LOST}`);

// Prose at sizes at which a quadratic walk would take minutes; the suite's own limit of time is the test.
const SLOW: Readonly<Record<string, string>> = {
  'fences in a bare one': `${LOST}\`\`\`\`\n${'```a\n'.repeat(80_000)}`,
  'conditions of one section': `## X\n${'Skip if x\n'.repeat(40_000)}${LOST}`,
  'headings below procedures': `${SECTIONS.join('\n')}${'# y\n'.repeat(100_000)}`,
  'conditions in one label': `**If ${'(if '.repeat(30_000)}**\n${LOST}`,
  'dots behind "For each"': `For each ${'. '.repeat(50_000)}\n${LOST}`,
};

test.each(Object.entries(SLOW))('%s', async (_name, text) => {
  const { analysis } = await checked(text);
  const [finding] = analysis.findings;
  expect(finding?.rule).toBe('lost-variable');
  expect(fixesFor(analysis, finding!)).not.toEqual([]);
});
