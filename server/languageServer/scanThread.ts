import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { loadShellParser } from '../workspace/shellParser';
import type { PackedFacts } from './fileFacts';
import { FileScanner, type FileToScan, type ScanFile } from './fileScanner';

/** Tells the bundle, which runs again in the thread, what it is there for. */
const ROLE = 'crossblock-scan';

/**
 * The thread's share of memory, in MB. A file that needs more ends the thread, which costs its own result alone. What lives for
 * one file only is soon garbage: a small nursery keeps the process small and costs nothing that can be measured.
 */
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 8 };

/** Milliseconds without a file after which the thread ends, and its memory goes back. */
const IDLE = 2_000;

interface Request {
  readonly number: number;
  readonly file: FileToScan;
}

type Answer =
  | { readonly number: number; readonly facts: PackedFacts }
  | { readonly number: number; readonly reason: string };

interface Waiting {
  resolve(facts: PackedFacts): void;
  reject(error: Error): void;
}

/**
 * Scans files in a thread of its own: a request about the open document does not wait for the largest file of the workspace,
 * and what thousands of analyses leave behind goes back to the system as one. The thread starts with the first file.
 * @param bundle absolute path of the running bundle, which calls `serveScans` where `isScanThread`
 */
export function scanInThread(bundle: string): ScanFile {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let requests = 0;

  const ended = (ending: Worker, error: Error): void => {
    if (ending !== worker) return;
    worker = undefined;
    const unanswered = [...waiting.values()];
    waiting.clear();
    for (const { reject } of unanswered) reject(error);
  };
  const received = (answer: Answer): void => {
    const asked = waiting.get(answer.number);
    waiting.delete(answer.number);
    if ('facts' in answer) asked?.resolve(answer.facts);
    else asked?.reject(new Error(answer.reason));
    if (waiting.size > 0) return;
    idle = setTimeout(() => {
      const last = worker;
      worker = undefined;
      void last?.terminate();
    }, IDLE).unref();
  };
  const running = (): Worker => {
    clearTimeout(idle);
    if (worker !== undefined) return worker;
    const started = new Worker(bundle, { workerData: ROLE, resourceLimits: LIMITS });
    started.unref();
    started.on('message', received);
    started.on('error', error => ended(started, error));
    started.on('exit', () => ended(started, new Error('The thread that looks at files has ended.')));
    worker = started;
    return started;
  };
  return file =>
    new Promise((resolve, reject) => {
      const number = ++requests;
      waiting.set(number, { resolve, reject });
      running().postMessage({ number, file } satisfies Request);
    });
}

/** Whether this is the thread that `scanInThread` has started. */
export function isScanThread(): boolean {
  return !isMainThread && workerData === ROLE;
}

/** What the thread does. */
export function serveScans(): void {
  const scanner = new FileScanner(loadShellParser());
  const send = (answer: Answer): void => parentPort?.postMessage(answer);
  parentPort?.on('message', ({ number, file }: Request) => {
    scanner.scan(file).then(
      facts => send({ number, facts }),
      (error: unknown) =>
        send({ number, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
