import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createTwoFilesPatch } from 'diff';
import type { Block } from '../server/analysis/document/commandDocument';
import type { Finding } from '../server/analysis/finding';
import { fixesFor } from '../server/analysis/fixes';
import { type CheckedFile, checkPaths } from '../server/workspace/checkPaths';
import { type Checked, type FixedDocument, fixDocument } from '../server/workspace/fixDocument';

/**
 * Applies the fixes to real files in memory, and prints where a second run would change something, where a block that
 * `bash -n` accepted is not accepted any more, and which findings are left for which reason. Nothing is written and nothing is
 * run: the texts are only parsed.
 *
 * Usage: npm run corpus:fixes -- FOLDER [--milliseconds N] [--diffs COUNT [--seed N]] [--left RULE]
 * --diffs prints as many diffs as that, at most two of one repository, drawn anew for each seed; --left prints each finding of a rule
 * that is left.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    milliseconds: { type: 'string', default: '3600000' },
    diffs: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    left: { type: 'string' },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('Name a folder of files');
const deadline = Date.now() + Number(values.milliseconds);
const counts = {
  files: 0,
  changed: 0,
  fixes: 0,
  handOvers: 0,
  unstable: 0,
  broken: 0,
  lostBefore: 0,
  lostAfter: 0,
};
const SAFETIES = new Set(['safe', 'unsafe'] as const);
const MAX_OF_REPOSITORY = 2;

/** Findings of before and of after, by rule; what is left, by rule and reason. */
const before = new Map<string, number>();
const left = new Map<string, number>();
/** What was done, by kind of fix and doubt. */
const done = new Map<string, number>();
const sample: { readonly rank: number; readonly repository: string; readonly diff: string }[] = [];

function count(table: Map<string, number>, key: string): void {
  table.set(key, (table.get(key) ?? 0) + 1);
}

function parses({ text }: Block): boolean {
  return spawnSync('bash', ['-n'], { input: text }).status === 0;
}

function lost({ findings }: Pick<CheckedFile, 'findings'>): number {
  return findings.filter(({ rule }) => rule === 'lost-variable').length;
}

/** Why a finding is still there: what the title of its first fix says of it. */
function reasonFor({ analysis, fixSettings }: Checked, finding: Finding): string {
  const [first] = fixesFor(analysis, finding, fixSettings);
  if (first === undefined) return 'no fix';
  if (first.safety !== 'suggestion') return `refused: ${first.kind}`;
  const [, reason = ''] = /\(suggestion: (.*)\)$/.exec(first.title) ?? [];
  return `only ${first.kind}: ${reason.replace(/\b[A-Z]\w*_\w+\b|\b\d+\b/g, '…').slice(0, 70)}`;
}

/** Spreads the files evenly, in another way for each seed. */
function rankOf(text: string): number {
  let hash = 2166136261 ^ Number(values.seed);
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619);
  hash = Math.imul(hash ^ (hash >>> 15), 2246822519);
  return (hash ^ (hash >>> 13)) >>> 0;
}

async function measure(repository: string, file: CheckedFile): Promise<void> {
  counts.files++;
  counts.lostBefore += lost(file);
  for (const { rule } of file.findings) count(before, rule);
  const first = await fixDocument(file, SAFETIES, file.recheck);
  counts.lostAfter += lost(first.checked);
  for (const finding of first.checked.findings) tellLeft(file, first, finding);
  if (first.titles.length === 0) return;
  counts.changed++;
  counts.fixes += first.titles.length;
  for (const title of first.titles)
    count(done, title.replace(/:.*?(?=\(unsafe|$)/, ' ').replace(/\b[A-Z]\w*_\w+\b|\d+/g, '…'));
  counts.handOvers += first.titles.filter(title => title.startsWith('Hand over')).length;
  const old = file.analysis.document.text;
  const patch = createTwoFilesPatch(file.path, file.path, old, first.text, '', '', { context: 6 });
  sample.push({ rank: rankOf(file.path), repository, diff: `${first.titles.join('\n')}\n${patch}` });
  const second = await fixDocument(await file.recheck(first.text), SAFETIES, file.recheck);
  if (second.text !== first.text) {
    counts.unstable++;
    console.log(`${file.path}: a second run changes it: ${second.titles.join('; ')}`);
  }
  const blocks = file.analysis.document.blocks;
  for (const [index, block] of first.checked.analysis.document.blocks.entries()) {
    const original = blocks[index];
    if (original === undefined || original.text === block.text || parses(block) || !parses(original))
      continue;
    counts.broken++;
    console.log(`${file.path}: block ${block.number} does not parse any more`);
  }
}

function tellLeft({ path: name }: CheckedFile, { checked }: FixedDocument, finding: Finding): void {
  const reason = reasonFor(checked, finding);
  count(left, `${finding.rule}: ${reason}`);
  if (finding.rule === values.left)
    console.log(`${name}: block ${finding.block}: ${finding.name}: ${reason}`);
}

function printTable(title: string, table: ReadonlyMap<string, number>): void {
  console.log(`\n${title}`);
  for (const [key, number] of [...table].sort(([a], [b]) => a.localeCompare(b)))
    console.log(`${number}\t${key}`);
}

function printSample(): void {
  const taken = new Map<string, number>();
  let room = Number(values.diffs);
  for (const { repository, diff } of sample.sort((a, b) => a.rank - b.rank)) {
    if (room === 0 || (taken.get(repository) ?? 0) >= MAX_OF_REPOSITORY) continue;
    count(taken, repository);
    room--;
    console.log(`\n##### ${repository}\n${diff}`);
  }
}

async function main(top: string): Promise<void> {
  const parser = path.join(__dirname, '../dist');
  for (const name of readdirSync(top).sort()) {
    if (Date.now() > deadline) break;
    const { files } = await checkPaths([name], top, parser);
    for (const file of files) await measure(name, file);
  }
  printSample();
  printTable('Fixes', done);
  printTable('Findings before', before);
  printTable('Findings left', left);
  console.log(JSON.stringify(counts));
}

void main(folder);
