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
import { measureServerMemory, type ServerMemory } from './serverMemory';

/**
 * Measures speed as a ratio to the parse floor (Markdown and tree-sitter parse of the same text) in the same run:
 * `npm run bench [-- CORPUS UNPACKED]`, with
 * `--page` as docs/BENCHMARKS.md. Figures in milliseconds; the machine is noisy, ratios are less so.
 */
const NO_LIBRARIES: LibraryTable = { find: () => 'missing', byPath: () => undefined };
const REPEATS = 15;
/** Keystrokes that are measured, and as many before: whoever types has typed before, and the code is warm. */
const KEYSTROKES = 200;

/** Sizes of documents, in blocks. */
const SIZES = [10, 50, 200, 1_000];

interface DocumentTimes {
  readonly blocks: number;
  readonly floor: number;
  readonly whole: number;
  readonly keyFloor: number;
  readonly key: number;
}

interface CorpusTimes {
  readonly files: number;
  readonly bytes: number;
  readonly floor: number;
  readonly whole: number;
  /** Files and the time until then, at each tenth. */
  readonly course: readonly (readonly [number, number])[];
}

/** As the client starts it, but for the pipe. */
const SERVER = ['--max-semi-space-size=4', path.join(__dirname, 'cli.js'), 'lsp', '--stdio'];

void main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<void> {
  const [corpus, unpacked] = words.filter(word => word !== '--json');
  const parser = await loadShellParser(__dirname);
  const documents = SIZES.map(blocks => measureDocument(parser, blocks));
  const measured =
    corpus !== undefined && unpacked !== undefined ? measureCorpus(parser, corpus, unpacked) : null;
  const memory = await measureServerMemory(SERVER, unpacked ?? path.join(__dirname, '../test/suites'));
  if (words.includes('--json')) {
    console.log(JSON.stringify({ documents, corpus: measured, files: measured?.course ?? [], memory }));
    return;
  }
  printAll(documents, measured, memory);
  for (const line of await measureInspector(path.join(__dirname, 'inspector.js'))) console.log(line);
}

function printAll(
  documents: readonly DocumentTimes[],
  corpus: CorpusTimes | null,
  memory: ServerMemory | null,
): void {
  console.log('blocks      whole document              a keystroke');
  for (const { blocks, floor, whole, keyFloor, key } of documents)
    console.log(`${String(blocks).padEnd(8)} ${figure(whole, floor)}   ${figure(key, keyFloor)}`);
  if (corpus !== null)
    console.log(
      `corpus: ${corpus.files} files, ${(corpus.whole / 1000).toFixed(1)} s (${(corpus.whole / corpus.floor).toFixed(2)}x floor)`,
    );
  if (memory !== null)
    console.log(
      `language server over ${memory.files} files: ${Math.round(memory.before)} MB before, ${Math.round(memory.peak)} MB at most, ${Math.round(memory.after)} MB after`,
    );
}

function documentOf(blocks: number): string {
  return Array.from(
    { length: blocks },
    (_, index) =>
      `## Step ${index}\n\nSome words about it.\n\n\`\`\`bash\nDIR_${index}="$HOME/pages/${index}"\nif [ -d "$DIR_${index - 1}" ]; then\n  for file in "$DIR_${index}"/*.md; do\n    grep -c "x" "$file" | sort -n >> "$DIR_${index}/out.txt"\n  done\nfi\n\`\`\`\n`,
  ).join('\n');
}

function measureDocument(parser: ShellParser, blocks: number): DocumentTimes {
  const text = documentOf(blocks);
  const floor = median(() => parseAll(parser, text));
  const whole = median(() =>
    new Analyser(parser).analyse(text, { path: 'commands/x.md' }, claudeCode, NO_LIBRARIES),
  );
  const analyser = new Analyser(parser);
  let edits = 0;
  // The floor of an edit is the Markdown and the one block that changed.
  const edited = () => text.replace('pages/1"', `pages/1${'x'.repeat(edits++ % 40)}"`);
  const pairs = Array.from({ length: 2 * KEYSTROKES }, () => {
    const [before, after] = [edited(), edited()];
    return [
      elapsed(() => parseDocument(before)),
      elapsed(() => analyser.analyse(after, { path: 'commands/x.md' }, claudeCode, NO_LIBRARIES)),
    ] as const;
  }).slice(KEYSTROKES);
  const keyFloor = middle(pairs.map(([time]) => time));
  const key = middle(pairs.map(([, time]) => time));
  return { blocks, floor, whole, keyFloor, key };
}

function figure(measured: number, floor: number): string {
  return `${measured.toFixed(1)} ms (${(measured / floor).toFixed(2)}x floor)`.padEnd(26);
}

function parseAll(parser: ShellParser, text: string): void {
  for (const block of parseDocument(text).blocks) parser.parse(block.masked);
}

function median(run: () => unknown): number {
  return middle(Array.from({ length: REPEATS }, () => elapsed(run)));
}

function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

/** Milliseconds. */
function elapsed(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** Floor and analysis of each text in turn, so that a noisy moment hurts both. */
function measureCorpus(parser: ShellParser, corpus: string, unpacked: string): CorpusTimes {
  const texts = readIndex(corpus).map(row => readFileSync(path.join(unpacked, locationOf(row)), 'utf8'));
  const tenth = Math.ceil(texts.length / 10);
  const pass = () => {
    const analyser = new Analyser(parser);
    const course: (readonly [number, number])[] = [];
    let [floor, whole] = [0, 0];
    for (const [index, text] of texts.entries()) {
      floor += elapsed(() => parseAll(parser, text));
      whole += elapsed(() => analyser.analyse(text, { path: 'commands/x.md' }, claudeCode, NO_LIBRARIES));
      const count = index + 1;
      if (count % tenth === 0 || count === texts.length) course.push([count, whole]);
    }
    return { floor, whole, course };
  };
  // What is compiled late is warm in the second pass.
  pass();
  const { floor, whole, course } = pass();
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return { files: texts.length, bytes, floor, whole, course };
}
