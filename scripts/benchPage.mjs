// Writes docs/BENCHMARKS.md: `npm run bench -- --page [CORPUS UNPACKED]`. The rows come from test/bench, the peers from where people get them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { measurePeers } from '../test/bench/peers.mjs';

const root = path.dirname(import.meta.dirname);

/** Files of the collection that the peers are given: every so many. */
const SAMPLE = 25;

/**
 * @param {string} bench the bundled benchmark
 * @param {readonly string[]} words what it is given
 */
export async function writePage(bench, words) {
  const { status, stdout } = spawnSync(process.execPath, [bench, '--json', ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('The benchmark has failed');
  const measured = JSON.parse(stdout);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'crossblock-peers-'));
  try {
    const files = sampleOf(words[1] ?? path.join(root, 'test/suites'));
    const peers = await measurePeers(files, path.join(root, 'dist/cli.js'), folder);
    writeFileSync(path.join(root, 'docs/BENCHMARKS.md'), page(measured, peers));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sampleOf(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .filter(file => file.endsWith('.md'))
    .filter((_, index) => index % SAMPLE === 0)
    .map(file => path.join(folder, file))
    .filter(file => statSync(file).isFile() && !readFileSync(file).includes(0));
}

function page({ documents, corpus, files, memory }, peers) {
  const [own] = peers;
  const ratio = (value, floor) => (value / floor).toFixed(2);
  const load = os.loadavg()[0].toFixed(1);
  return `# Benchmarks

Written by \`npm run bench -- --page\` on ${os.availableParallelism()} cores, Linux ${os.release().split('-')[0]}, Node ${process.version},
at a load of ${load}. The floor is the Markdown and tree-sitter parse of the same text in the same run: ratios are
worth more than milliseconds.

## A document

| blocks | whole document | ratio to the floor | a keystroke | ratio to the floor of that edit |
| --- | --- | --- | --- | --- |
${documents.map(row => `| ${row.blocks} | ${row.whole.toFixed(1)} ms | ${ratio(row.whole, row.floor)} | ${row.key.toFixed(2)} ms | ${ratio(row.key, row.keyFloor)} |`).join('\n')}

${straightLine(
  'Whole document',
  documents.map(row => [row.blocks, row.whole]),
  'block',
)}
${straightLine(
  'Keystroke',
  documents.map(row => [row.blocks, row.key]),
  'block',
)}

${corpus === null ? '' : collection(corpus, files, ratio)}${memory === null ? '' : serverMemory(memory)}
## Side by side

On every ${SAMPLE}th file of ${corpus === null ? 'the suites' : 'the collection'}, one run each. They answer other questions: ShellCheck and
bash-language-server see one block at a time and nothing between them, markdownlint no shell at all.

| program | what | time | ratio |
| --- | --- | --- | --- |
${peers.map(({ name, what, seconds }) => `| ${name} | ${what} | ${seconds.toFixed(2)} s | ${ratio(seconds, own.seconds)} |`).join('\n')}
`;
}

function serverMemory({ files, before, peak, after }) {
  return `Memory of the language server, resident: ${Math.round(before)} MB at its start, ${Math.round(after)} MB when it has looked at the workspace's
${files} command files, ${Math.round(peak)} MB at most while it does.
`;
}

function collection(corpus, files, ratio) {
  return `## A collection of real files

${corpus.files} files, ${(corpus.bytes / 1e6).toFixed(1)} MB: ${(corpus.whole / 1_000).toFixed(1)} s on one thread, ${ratio(corpus.whole, corpus.floor)} times the floor, ${(corpus.bytes / 1e3 / corpus.whole).toFixed(2)} MB a second.

${straightLine('All files', files, 'file')}

`;
}

/** A line through the points by least squares, with how much of the variance it explains. */
function straightLine(name, points, unit) {
  const mean = index => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const sum = term => points.reduce((total, point) => total + term(point), 0);
  const spread = sum(([a]) => (a - x) ** 2);
  const slope = sum(([a, b]) => (a - x) * (b - y)) / spread;
  const left = sum(([a, b]) => (b - y - slope * (a - x)) ** 2);
  const explained = 1 - left / sum(([, b]) => (b - y) ** 2);
  return `${name}: ${slope.toPrecision(3)} ms a ${unit}, a straight line through the sizes explains ${(explained * 100).toFixed(1)} % (R²).`;
}
