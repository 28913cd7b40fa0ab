import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { InspectorThread } from '../../server/inspector/inspectorThread';
import { MAX_FILE_BYTES } from '../../server/inspector/stateFile';

/** Events that are measured. */
const EVENTS = 40;

interface Stage {
  readonly folder: string;
  readonly inspector: InspectorThread;
  /** The next announcement of a change. */
  next(): Promise<void>;
}

/** What the State Inspector costs: the list, an event, and the server's event loop meanwhile. Lines to print. */
export async function measureInspector(threadFile: string): Promise<readonly string[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'crossblock-bench-'));
  try {
    execFileSync('bash', [
      '--norc',
      '-c',
      'cd "$1" && seq -f "unrelated-%06.0f" 100000 | xargs touch',
      'bash',
      folder,
    ]);
    for (let number = 0; number < 10; number++)
      fs.writeFileSync(path.join(folder, `state_${number}.sh`), `X=${number}\nNAME='a b'\n`);
    const [, idle] = await timed(() => new Promise(resolve => setTimeout(resolve, 700)));
    return [
      `inspector: an idle event loop stands still for at most ${idle.toFixed(1)} ms on this machine now`,
      ...(await withInspector(threadFile, folder, 'state_*', measureList)),
      ...(await withInspector(threadFile, folder, 'state_*', measureEvents)),
      ...(await withInspector(threadFile, folder, 'hostile_*', measureHostile)),
      ...(await withInspector(threadFile, folder, 'unrelated-*', measureFlood)),
    ];
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function withInspector(
  threadFile: string,
  folder: string,
  glob: string,
  measure: (stage: Stage) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  let announce = (): void => {};
  const sources = {
    claims: () => [],
    configuredGlobs: async () => [`${folder}/${glob}`],
    workspaceFolders: () => [],
  };
  const inspector = new InspectorThread(threadFile, sources, () => announce());
  const next = (): Promise<void> =>
    new Promise(resolve => {
      announce = resolve;
    });
  try {
    return await measure({ folder, inspector, next });
  } finally {
    await inspector.dispose();
  }
}

async function measureList({ inspector }: Stage): Promise<readonly string[]> {
  const [first, delay] = await timed(() => inspector.list(true));
  const [again] = await timed(() => inspector.list(true));
  return [
    `inspector: first list among 100,000 entries ${first.toFixed(0)} ms (with the thread's start), again ${again.toFixed(0)} ms, event loop at most ${delay.toFixed(1)} ms`,
  ];
}

/** From the write to the announcement, less the time in which changes are gathered on purpose; and the list that follows. */
async function measureEvents({ folder, inspector, next }: Stage): Promise<readonly string[]> {
  inspector.setLive(true);
  await inspector.list(true);
  const announced: number[] = [];
  const listed: number[] = [];
  for (let event = 0; event < EVENTS; event++) {
    const change = next();
    const start = performance.now();
    fs.writeFileSync(path.join(folder, 'state_1.sh'), `X=${event}\n`);
    await change;
    announced.push(performance.now() - start);
    const asked = performance.now();
    await inspector.list(false);
    listed.push(performance.now() - asked);
  }
  return [
    `inspector: a change is announced after ${median(announced).toFixed(0)} ms (80 ms of it are waited on purpose), at most ${Math.max(...announced).toFixed(0)} ms; its list takes ${median(listed).toFixed(1)} ms`,
  ];
}

/** Twenty files of the kinds that are slowest to understand. */
async function measureHostile({ folder, inspector }: Stage): Promise<readonly string[]> {
  const kinds = ['X=(\n', 'X=a\n', '"', '[', 'a=\\\n', '{"a":'];
  for (let number = 0; number < 20; number++) {
    const kind = kinds[number % kinds.length]!;
    fs.writeFileSync(path.join(folder, `hostile_${number}.sh`), kind.repeat(MAX_FILE_BYTES / kind.length));
  }
  await inspector.list(true);
  const [time, delay] = await timed(() => inspector.list(true));
  return [
    `inspector: 20 hostile files of 256 KiB ${time.toFixed(0)} ms, event loop at most ${delay.toFixed(1)} ms`,
  ];
}

async function measureFlood({ inspector }: Stage): Promise<readonly string[]> {
  const [time, delay] = await timed(() => inspector.list(true));
  const memory = Math.round(process.memoryUsage().rss / 1e6);
  return [
    `inspector: 2,000 listed of 100,000 that match ${time.toFixed(0)} ms, event loop at most ${delay.toFixed(1)} ms, memory ${memory} MB in all`,
  ];
}

/** @returns milliseconds that something takes, and for which the event loop stood still at most meanwhile */
async function timed(run: () => Promise<unknown>): Promise<readonly [number, number]> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise(resolve => setTimeout(resolve, 20));
  delay.reset();
  const start = performance.now();
  await run();
  const time = performance.now() - start;
  await new Promise(resolve => setTimeout(resolve, 5));
  delay.disable();
  return [time, delay.max / 1e6];
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1]!;
}
