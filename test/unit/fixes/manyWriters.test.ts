import { expect, test } from 'vitest';
import { fixesFor } from '../../../server/analysis/fixes';
import { checked } from '../../support/checked';

const BLOCKS = 150;

/** Each writer under a label beside the others, so that nobody knows which of them a reader means. */
function labelled(what: string, code: (index: number) => string, count = BLOCKS): string {
  const block = (index: number) => `**${what} ${index}:**\n\n\`\`\`bash\n${code(index)}\n\`\`\`\n`;
  return Array.from({ length: count }, (_, index) => block(index)).join('\n');
}

test('a value that any of very many blocks may give is not handed over: each file is asked for its age', async () => {
  const writers = labelled('Writer', index => `OUT=$(./out.sh ${index})\necho "$OUT"`);
  const readers = labelled('Reader', () => 'echo "$OUT"');
  const { analysis } = await checked(`# Deploy\n\n${writers}\n${readers}`);
  const finding = analysis.findings.at(-1)!;
  expect(finding.name).toBe('OUT');
  expect(fixesFor(analysis, finding).map(({ kind }) => kind)).not.toContain('handOver');
}, 120_000);

test('a value that one of a few blocks may give is handed over on demand', async () => {
  const writers = labelled('Writer', index => `OUT=$(./out.sh ${index})\necho "$OUT"`, 6);
  const { analysis } = await checked(`# Deploy\n\n${writers}\n\`\`\`bash\necho "$OUT"\n\`\`\`\n`);
  const fixes = fixesFor(analysis, analysis.findings.at(-1)!);
  expect(fixes.filter(({ kind }) => kind === 'handOver').map(({ safety }) => safety)).toEqual(['suggestion']);
});

test('where a block would keep one of very many values, its own is not handed over either', async () => {
  const writers = labelled('Writer', index => `OUT=$(./out.sh ${index})\necho "$OUT"`, 9);
  const guard = '```bash\n[ -z "${OUT:-}" ] && OUT=$(./default.sh)\necho "$OUT"\n```\n';
  const { analysis } = await checked(
    `# Deploy\n\n${writers}\n${guard}\n\`\`\`bash\n./use.sh "$OUT"\n\`\`\`\n`,
  );
  const fixes = fixesFor(analysis, analysis.findings.at(-1)!);
  expect(fixes.map(({ kind }) => kind)).not.toContain('handOver');
});
