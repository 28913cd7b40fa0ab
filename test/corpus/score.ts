import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Analyser } from '../../server/analysis/analyse';
import type { Finding } from '../../server/analysis/finding';
import { Checker } from '../../server/workspace/checker';
import { loadShellParser } from '../../server/workspace/shellParser';
import { type Label, locationOf, readIndex, readLabels } from './labels';

/**
 * Measures the engine on a corpus of real files: `npm run corpus -- FOLDER [--unpacked FOLDER] [--json FILE]`.
 * FOLDER holds `unpack.sh`, `index.tsv` and `labels.tsv`. Nothing of the corpus is run.
 */
const LOSS_RULES = new Set([
  'lost-variable',
  'lost-function',
  'lost-library',
  'trap-deletes-state',
  'unsaved-variable',
  'unstable-path',
  'state-path-mismatch',
]);

interface Score {
  hits: number;
  lost: number;
  wrong: number;
}

interface Judged {
  readonly label: Label | undefined;
  readonly finding: Finding | undefined;
  readonly where: string;
  readonly outcome: 'hit' | 'miss' | 'wrong' | 'ignored';
}

const [corpus, ...options] = process.argv.slice(2);
if (corpus === undefined) {
  console.error('Name the folder of the corpus: npm run corpus -- FOLDER');
  process.exit(2);
}
const option = (name: string) => {
  const index = options.indexOf(name);
  return index < 0 ? undefined : options[index + 1];
};
void main(corpus);

async function main(folder: string): Promise<void> {
  const files = option('--unpacked') ?? unpack(folder);
  const parser = await loadShellParser(path.join(__dirname, '../../dist'));
  const checker = new Checker(parser, new Analyser(parser));
  const labels = groupBy(readLabels(folder), locationOf);
  const judged: JudgedEntry[] = [];
  const all: unknown[] = [];
  let outside = 0;
  let findings = 0;
  let checked = 0;
  const start = performance.now();
  for (const row of readIndex(folder)) {
    const location = locationOf(row);
    const file = path.join(files, location);
    if (!existsSync(file)) continue;
    checked++;
    const text = readFileSync(file, 'utf8');
    // As on the command line that names the files.
    const root = path.join(files, row.repository.replace('/', '+'));
    const { analysis } = await checker.check(text, file, [root], 'named');
    findings += analysis.findings.length;
    outside += analysis.findings.filter(
      ({ span }) => span.start < 0 || span.end > text.length || span.start >= span.end,
    ).length;
    for (const finding of analysis.findings)
      all.push({
        file: location,
        ...finding,
        line: analysis.document.lineIndex.lineAt(finding.span.start) + 1,
      });
    const known = labels.get(location);
    if (known === undefined) continue;
    for (const item of judge(
      known,
      analysis.findings,
      offset => analysis.document.lineIndex.lineAt(offset) + 1,
      analysis.document.blocks,
    ))
      judged.push({ repository: row.repository, kind: row.kind, file: location, item });
  }
  const seconds = (performance.now() - start) / 1000;
  const json = option('--json');
  if (json !== undefined) writeFileSync(json, JSON.stringify(all));
  print(
    'by repository',
    groupScores(judged, entry => entry.repository),
  );
  print(
    'by kind of file',
    groupScores(judged, entry => entry.kind),
  );
  print(
    'total',
    groupScores(judged, () => 'all labelled files'),
  );
  printSummary(judged, labels);
  printDisagreements(judged.map(entry => entry.item));
  console.log(
    `\n${checked} files, ${findings} findings, ${outside} positions outside their document, ${seconds.toFixed(1)} s`,
  );
  process.exit(outside > 0 ? 1 : 0);
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

function unpack(folder: string): string {
  const missing = ['unpack.sh', 'index.tsv', 'labels.tsv'].filter(
    name => !existsSync(path.join(folder, name)),
  );
  if (missing.length > 0) {
    console.error(`${folder} is no corpus: it has no ${missing.join(', no ')}`);
    process.exit(2);
  }
  const target = mkdtempSync(path.join(tmpdir(), 'crossblock-corpus-'));
  return execFileSync('bash', [path.join(folder, 'unpack.sh'), target], { encoding: 'utf8' }).trim();
}

interface JudgedEntry {
  readonly repository: string;
  readonly kind: string;
  readonly file: string;
  readonly item: Judged;
}

/** Matches findings at warning or error with the labels of one file: by block and name. */
function judge(
  labels: readonly Label[],
  findings: readonly Finding[],
  lineOf: (offset: number) => number,
  blocks: readonly { readonly number: number; readonly openLine: number }[],
): readonly Judged[] {
  const blockOf = (line: number) => blocks.findLast(block => block.openLine < line)?.number;
  const reported = findings.filter(
    finding =>
      LOSS_RULES.has(finding.rule) && (finding.severity === 'warning' || finding.severity === 'error'),
  );
  const matched = new Set<Finding>();
  const results: Judged[] = [];
  for (const label of labels) {
    if (label.name === '*') continue;
    const finding = reported.find(other => other.name === label.name && other.block === blockOf(label.line));
    if (finding !== undefined) matched.add(finding);
    const where = `${label.repository} ${label.path}:${label.line} ${label.name} (${label.verdict}) ${label.note}`;
    results.push({ label, finding, where, outcome: outcome(label, finding !== undefined) });
  }
  for (const finding of reported)
    if (!matched.has(finding))
      results.push({
        label: undefined,
        finding,
        where: `${labels[0]!.repository} ${labels[0]!.path}:${lineOf(finding.span.start)} ${finding.name} (unlisted) ${finding.message}`,
        outcome: 'wrong',
      });
  return results;
}

function outcome(label: Label, found: boolean): Judged['outcome'] {
  if (label.verdict === 'GUARDED' || label.verdict === 'UNKNOWN-LOADER') return 'ignored';
  const second = /(?:\b2nd|\bsecond:?|\bor)\s+([A-Z]{4,}(?:-[A-Z]+)?)/.exec(label.note)?.[1];
  const lost = label.verdict === 'LOST';
  if (lost === found) return lost ? 'hit' : 'ignored';
  // A close call agrees with either verdict.
  if (second !== undefined && (second === 'LOST') === found) return 'ignored';
  if (second !== undefined && (second === 'GUARDED' || second === 'UNKNOWN-LOADER')) return 'ignored';
  return lost ? 'miss' : 'wrong';
}

function groupScores(
  judged: readonly { readonly repository: string; readonly kind: string; readonly item: Judged }[],
  key: (entry: { readonly repository: string; readonly kind: string }) => string,
): Map<string, Score> {
  const scores = new Map<string, Score>();
  for (const entry of judged) {
    const score = scores.get(key(entry)) ?? { hits: 0, lost: 0, wrong: 0 };
    scores.set(key(entry), score);
    if (entry.item.outcome === 'hit') score.hits++;
    if (entry.item.outcome === 'hit' || entry.item.outcome === 'miss') score.lost++;
    if (entry.item.outcome === 'wrong') score.wrong++;
  }
  return scores;
}

function print(title: string, scores: Map<string, Score>): void {
  console.log(`\n${title.padEnd(50)} precision        recall`);
  for (const [name, { hits, lost, wrong }] of [...scores].sort(([a], [b]) => a.localeCompare(b)))
    console.log(`  ${name.padEnd(46)} ${ratio(hits, hits + wrong)}  ${ratio(hits, lost)}`);
}

function ratio(part: number, whole: number): string {
  const share = whole === 0 ? '   –' : (part / whole).toFixed(2);
  return `${share} (${part}/${whole})`.padEnd(16);
}

/** Means over the repositories, files without any disagreement, and how much is reported of what nobody can know. */
function printSummary(judged: readonly JudgedEntry[], labels: ReadonlyMap<string, readonly Label[]>): void {
  const scores = [...groupScores(judged, entry => entry.repository).values()];
  const wrongFiles = new Set(
    judged.flatMap(({ file, item }) => (item.outcome === 'miss' || item.outcome === 'wrong' ? [file] : [])),
  );
  const unknown = judged.filter(({ item }) => item.label?.verdict === 'UNKNOWN-LOADER');
  const reported = unknown.filter(({ item }) => item.finding !== undefined).length;
  const precision = mean(scores.flatMap(({ hits, wrong }) => share(hits, hits + wrong)));
  const recall = mean(scores.flatMap(({ hits, lost }) => share(hits, lost)));
  console.log(`\nmean over repositories: precision ${precision}, recall ${recall}`);
  console.log(`files without a disagreement: ${labels.size - wrongFiles.size} of ${labels.size}`);
  console.log(`UNKNOWN-LOADER labels, which count for nothing: ${reported} of ${unknown.length} reported`);
}

function share(part: number, whole: number): readonly number[] {
  return whole === 0 ? [] : [part / whole];
}

function mean(values: readonly number[]): string {
  return values.length === 0 ? '–' : (values.reduce((a, b) => a + b, 0) / values.length).toFixed(3);
}

function printDisagreements(items: readonly Judged[]): void {
  for (const kind of ['miss', 'wrong'] as const) {
    console.log(`\n${kind}:`);
    const where = items.flatMap(item => (item.outcome === kind ? [item.where] : []));
    console.log(where.length === 0 ? '  none' : where.map(line => `  ${line}`).join('\n'));
  }
}
