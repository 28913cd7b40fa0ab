import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Analyser } from '../../server/analysis/analyse';
import { parseDocument } from '../../server/analysis/document/commandDocument';
import type { LibraryTable } from '../../server/analysis/flow/documentFlow';
import { claudeCode } from '../../server/analysis/hosts/claudeCode';
import type { ShellParser } from '../../server/analysis/shell/syntax';
import { loadShellParser } from '../../server/workspace/shellParser';
import { locationOf, readIndex } from '../corpus/labels';
import { measureInspector } from './inspector';

/**
 * Measures speed as a ratio to the parse floor (Markdown and tree-sitter parse of the same text) in the same run:
 * `npm run bench [-- CORPUS UNPACKED]`. Figures in milliseconds; the machine is noisy, ratios are less so.
 */
const NO_LIBRARIES: LibraryTable = { find: () => 'missing', byPath: () => undefined };
const REPEATS = 15;

void main(process.argv.slice(2));

async function main([corpus, unpacked]: readonly string[]): Promise<void> {
  const parser = await loadShellParser(__dirname);
  console.log('blocks      whole document              a keystroke');
  for (const blocks of [10, 50, 200, 1_000]) console.log(measureDocument(parser, blocks));
  if (corpus !== undefined && unpacked !== undefined) console.log(measureCorpus(parser, corpus, unpacked));
  for (const line of await measureInspector(path.join(__dirname, 'inspector.js'))) console.log(line);
  console.log(`memory ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
}

function documentOf(blocks: number): string {
  return Array.from(
    { length: blocks },
    (_, index) =>
      `## Step ${index}\n\nSome words about it.\n\n\`\`\`bash\nDIR_${index}="$HOME/pages/${index}"\nif [ -d "$DIR_${index - 1}" ]; then\n  for file in "$DIR_${index}"/*.md; do\n    grep -c "x" "$file" | sort -n >> "$DIR_${index}/out.txt"\n  done\nfi\n\`\`\`\n`,
  ).join('\n');
}

function measureDocument(parser: ShellParser, blocks: number): string {
  const text = documentOf(blocks);
  const floor = median(() => parseAll(parser, text));
  const whole = median(() =>
    new Analyser(parser).analyse(text, { path: 'commands/x.md' }, claudeCode, NO_LIBRARIES),
  );
  const analyser = new Analyser(parser);
  let edits = 0;
  // The floor of an edit is the Markdown and the one block that changed.
  const edited = () => text.replace('pages/1"', `pages/1${'x'.repeat(edits++ % 40)}"`);
  const keyFloor = median(() => parseDocument(edited()));
  analyser.analyse(text, { path: 'commands/x.md' }, claudeCode, NO_LIBRARIES);
  const key = median(() => analyser.analyse(edited(), { path: 'commands/x.md' }, claudeCode, NO_LIBRARIES));
  return `${String(blocks).padEnd(8)} ${figure(whole, floor)}   ${figure(key, keyFloor)}`;
}

function figure(measured: number, floor: number): string {
  return `${measured.toFixed(1)} ms (${(measured / floor).toFixed(2)}x floor)`.padEnd(26);
}

function parseAll(parser: ShellParser, text: string): void {
  for (const block of parseDocument(text).blocks) parser.parse(block.masked);
}

function median(run: () => unknown): number {
  const times = Array.from({ length: REPEATS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[REPEATS >> 1]!;
}

/** Floor and analysis of each text in turn, so that a noisy moment hurts both; what is compiled late is warm in the second pass. */
function measureCorpus(parser: ShellParser, corpus: string, unpacked: string): string {
  const texts = readIndex(corpus).map(row => readFileSync(path.join(unpacked, locationOf(row)), 'utf8'));
  const elapsed = (run: () => unknown) => {
    const start = performance.now();
    run();
    return performance.now() - start;
  };
  const pass = () => {
    const analyser = new Analyser(parser);
    let [floor, whole] = [0, 0];
    for (const text of texts) {
      floor += elapsed(() => parseAll(parser, text));
      whole += elapsed(() => analyser.analyse(text, { path: 'commands/x.md' }, claudeCode, NO_LIBRARIES));
    }
    return { floor, whole };
  };
  pass();
  const { floor, whole } = pass();
  return `corpus: ${texts.length} files, ${(whole / 1000).toFixed(1)} s (${(whole / floor).toFixed(2)}x floor)`;
}
