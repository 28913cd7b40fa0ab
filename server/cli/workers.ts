import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { HostWish } from '../analysis/hosts';
import { checkTargets, type Target } from '../workspace/checkPaths';
import { hostOption } from './options';
import { type Report, reportOf } from './report';

/** Files that a worker is given at a time: neighbours, which source the same libraries. */
const CHUNK = 24;

/** What all workers are told. */
interface WorkerTask {
  readonly workingDirectory: string;
  /** The name that `--host` gives. */
  readonly host: string | undefined;
}

type FromWorker = { readonly kind: 'file' } | { readonly kind: 'report'; readonly report: Report };

/**
 * Checks files, in some worker threads or in this one. The report is the same for any number of workers.
 * @param workers 0 for none
 */
export async function checkWith(
  workers: number,
  targets: readonly Target[],
  workingDirectory: string,
  asked: HostWish,
  onFile: () => void,
): Promise<Report> {
  if (workers === 0) return reportOf(await checkTargets(targets, { asked, onFile }), workingDirectory);
  const task: WorkerTask = { workingDirectory, host: asked.host?.name };
  const chunks = Array.from({ length: Math.ceil(targets.length / CHUNK) }, (_, index) =>
    targets.slice(index * CHUNK, (index + 1) * CHUNK),
  );
  const reports: Report[] = [];
  let next = 0;
  const take = () => (next < chunks.length ? next++ : undefined);
  const count = Math.min(workers, chunks.length);
  await Promise.all(Array.from({ length: count }, () => runWorker(task, chunks, take, reports, onFile)));
  return {
    files: reports.flatMap(({ files }) => files),
    problems: reports.flatMap(({ problems }) => problems),
  };
}

/** Gives one worker chunk after chunk until none is left; each report goes to its chunk's place. */
function runWorker(
  task: WorkerTask,
  chunks: readonly (readonly Target[])[],
  take: () => number | undefined,
  reports: Report[],
  onFile: () => void,
): Promise<void> {
  const worker = new Worker(__filename, { workerData: task });
  let current = take();
  const send = () => {
    if (current === undefined) void worker.terminate();
    else worker.postMessage(chunks[current]);
  };
  return new Promise((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'file') return onFile();
      if (current !== undefined) reports[current] = message.report;
      current = take();
      send();
    });
    worker.on('error', reject);
    worker.on('exit', () =>
      current === undefined ? resolve() : reject(new Error('A worker thread ended before its time')),
    );
    send();
  });
}

/** What a worker thread does: the bundle is started again in it. */
export function serveAsWorker(): void {
  const { workingDirectory, host } = workerData as WorkerTask;
  const asked = hostOption(host);
  const tell = (message: FromWorker) => parentPort?.postMessage(message);
  parentPort?.on('message', (targets: readonly Target[]) => {
    const onFile = () => tell({ kind: 'file' });
    void checkTargets(targets, { asked, onFile }).then(
      result => tell({ kind: 'report', report: reportOf(result, workingDirectory) }),
      (error: unknown) =>
        setImmediate(() => {
          throw error;
        }),
    );
  });
}
