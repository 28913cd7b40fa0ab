import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Analyser } from '../../server/analysis/analyse';
import type { LibraryTable } from '../../server/analysis/flow/documentFlow';
import { claudeCode } from '../../server/analysis/hosts/claudeCode';
import { loadShellParser } from '../../server/workspace/shellParser';
import { runSession } from './languageServer';
import { mutate } from './mutate';
import { Random } from './random';
import { documentSeeds, STATE_SEEDS } from './seeds';
import { DocumentTarget, runStateFile } from './targets';

/**
 * Feeds mutated documents, mutated state files and disordered messages until the time is over: `npm run fuzz -- --minutes N
 * [--seed N]`. What breaks something is written to test-results/fuzz, and the exit code is 1.
 */
const root = path.join(__dirname, '..');
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } },
});

const results = path.join(root, 'test-results/fuzz');
mkdirSync(results, { recursive: true });

/** Milliseconds that one input may take; what takes longer is tried twice more, for the machine may have been busy. */
const SLOW = 1_000;

void main(Number(values.minutes), Number(values.seed));

async function main(minutes: number, seed: number): Promise<void> {
  if (!(minutes > 0) || !Number.isInteger(seed)) {
    console.error('npm run fuzz -- --minutes N [--seed N]: a number of minutes above 0, and a whole number');
    process.exit(2);
  }
  const parser = await loadShellParser(__dirname);
  const target = new DocumentTarget(parser);
  const seeds = documentSeeds(root);
  const share = (part: number) => Date.now() + minutes * 60_000 * part;
  let broken = 0;
  broken += await feed('documents', share(0.55), seed, random => {
    const text = mutate(random.pick(seeds), random, random.pick(seeds));
    return { text, run: again => target.run(text, again) };
  });
  broken += await feed('state files', share(0.1), seed, random => {
    const text = mutate(random.pick(STATE_SEEDS), random, random.pick(STATE_SEEDS));
    return { text, run: async again => runStateFile(text, again) };
  });
  broken += await sessions(share(0.15), seed, seeds);
  memory(new Analyser(parser), share(0.2), seed);
  process.exitCode = broken > 0 ? 1 : 0;
}

interface Input {
  readonly text: string;
  run(random: Random): Promise<void>;
}

/** @returns how many inputs crashed or took too long */
async function feed(
  name: string,
  end: number,
  seed: number,
  make: (random: Random) => Input,
): Promise<number> {
  let count = 0;
  let slowest = 0;
  let broken = 0;
  for (let number = seed * 1_000_000; Date.now() < end; number++, count++) {
    const { text, run } = make(new Random(number));
    // What hangs for ever can only be found in what was written before.
    writeFileSync(path.join(results, 'current.txt'), text);
    try {
      let time = await timed(() => run(new Random(number)));
      for (let tries = 2; time > SLOW && tries > 0; tries--)
        time = Math.min(time, await timed(() => run(new Random(number))));
      slowest = Math.max(slowest, time);
      if (time > SLOW) throw new Error(`It takes ${Math.round(time)} ms`);
    } catch (error) {
      broken++;
      keep(name, number, text, error);
    }
  }
  console.log(`${name}: ${count} executions, ${broken} broken, the slowest ${Math.round(slowest)} ms`);
  return broken;
}

/** Milliseconds of the processor: on a busy machine the clock says nothing of the program. */
async function timed(run: () => Promise<void>): Promise<number> {
  const start = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

function keep(name: string, number: number, text: string, error: unknown): void {
  const file = path.join(results, `${name.replaceAll(' ', '-')}-${number}.txt`);
  writeFileSync(file, text);
  console.error(`${file}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}

async function sessions(end: number, seed: number, seeds: readonly string[]): Promise<number> {
  let count = 0;
  let broken = 0;
  const server = [process.execPath, path.join(__dirname, 'cli.js'), 'lsp', '--stdio'] as const;
  for (let number = seed * 1_000_000; Date.now() < end; number++, count++) {
    try {
      await runSession([...server], 100, seeds, new Random(number));
    } catch (error) {
      broken++;
      keep('session', number, '', error);
    }
  }
  console.log(`language server: ${count} sessions of 100 messages, ${broken} broken`);
  return broken;
}

/**
 * Edits one document again and again: what is never freed shows as growth. Measured is what is left when all garbage is gone,
 * beside what the system has given the process.
 */
function memory(analyser: Analyser, end: number, seed: number): void {
  const random = new Random(seed);
  const text = Array.from(
    { length: 12 },
    (_, index) =>
      `## Step ${index}\n\n\`\`\`bash\nX_${index}=1\necho "$X_${Math.max(0, index - 1)}"\n\`\`\`\n`,
  ).join('\n');
  const libraries: LibraryTable = { find: () => 'missing', byPath: () => undefined };
  const edit = () => {
    const at = text.indexOf('\necho', random.below(text.length - 100));
    const edited = `${text.slice(0, at)}\nY=${random.below(1e9)}${text.slice(at)}`;
    analyser.analyse(edited, { path: 'commands/x.md' }, claudeCode, libraries);
  };
  const collect = garbageCollector();
  const measures: string[] = [];
  let edits = 0;
  for (; edits < 100_000 && Date.now() < end; edits++) {
    edit();
    if (edits % 5_000 !== 4_999) continue;
    collect();
    const { heapUsed, external, rss } = process.memoryUsage();
    measures.push(`${((heapUsed + external) / 1e6).toFixed(1)}/${Math.round(rss / 1e6)}`);
  }
  console.log(`memory over ${edits} edits, in MB used/resident after each 5000: ${measures.join(' ')}`);
}

/** Node has one behind a flag, which may be set later; it shows in contexts that are made from then on. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
