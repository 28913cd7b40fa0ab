import { amount } from './amount';
import type { Report } from './report';

/** Takes the times of one run; milliseconds. */
export function startStatistics() {
  const start = performance.now();
  let foundAt = start;
  return {
    /** To be called when it is known what is to be checked. */
    found(): void {
      foundAt = performance.now();
    },
    describe(report: Report, workers: number): string {
      return describe(report, workers, foundAt - start, performance.now() - foundAt);
    },
  };
}

function describe({ files }: Report, workers: number, finding: number, checking: number): string {
  const blocks = files.reduce((sum, file) => sum + file.blocks, 0);
  const byRule = new Map<string, number>();
  for (const { rule } of files.flatMap(({ findings }) => findings))
    byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
  const rules = [...byRule].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const seconds = (time: number) => `${(time / 1_000).toFixed(2)} s`;
  return [
    `${amount(files.length, 'file')} with ${amount(blocks, 'block')}: found in ${seconds(finding)}, checked in ${seconds(checking)}`,
    `${workers === 0 ? 'no worker threads' : amount(workers, 'worker thread')}, ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
    ...rules.map(([rule, count]) => `  ${String(count).padStart(6)} ${rule}`),
    '',
  ].join('\n');
}
