import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Block } from '../server/analysis/document/commandDocument';
import { type CheckedFile, checkPaths } from '../server/workspace/checkPaths';
import { fixDocument } from '../server/workspace/fixDocument';

/**
 * Applies the fixes to real files in memory, and prints where a second run would change something, or where a block that
 * `bash -n` accepted is not accepted any more. Nothing is written and nothing is run: the texts are only parsed.
 *
 * Usage: npm run corpus:fixes -- FOLDER [MILLISECONDS]
 */
const [folder, limit = '600000'] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name a folder of files');
const deadline = Date.now() + Number(limit);
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

function parses({ text }: Block): boolean {
  return spawnSync('bash', ['-n'], { input: text }).status === 0;
}

function lost({ findings }: Pick<CheckedFile, 'findings'>): number {
  return findings.filter(({ rule }) => rule === 'lost-variable').length;
}

async function measure(file: CheckedFile): Promise<void> {
  counts.files++;
  counts.lostBefore += lost(file);
  const first = await fixDocument(file, SAFETIES, file.recheck);
  counts.lostAfter += lost(first.checked);
  if (first.titles.length === 0) return;
  counts.changed++;
  counts.fixes += first.titles.length;
  counts.handOvers += first.titles.filter(title => title.startsWith('Hand over')).length;
  const second = await fixDocument(await file.recheck(first.text), SAFETIES, file.recheck);
  if (second.text !== first.text) {
    counts.unstable++;
    console.log(`${file.path}: a second run changes it: ${second.titles.join('; ')}`);
  }
  const before = file.analysis.document.blocks;
  for (const [index, block] of first.checked.analysis.document.blocks.entries()) {
    const old = before[index];
    if (old === undefined || old.text === block.text || parses(block) || !parses(old)) continue;
    counts.broken++;
    console.log(`${file.path}: block ${block.number} does not parse any more`);
  }
}

async function main(top: string): Promise<void> {
  const parser = path.join(__dirname, '../dist');
  for (const name of readdirSync(top).sort()) {
    if (Date.now() > deadline) break;
    const { files } = await checkPaths([name], top, parser);
    for (const file of files) await measure(file);
  }
  console.log(JSON.stringify(counts));
}

void main(folder);
