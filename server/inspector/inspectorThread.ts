import { Worker } from 'node:worker_threads';
import type { Inspector } from './inspector';
import type { InspectorSources } from './session';
import { DEFAULT_STALE_AFTER } from './staleness';
import type { FromThread, SourcesSnapshot, ToThread } from './threadMessages';

/** The thread's share of memory, in MB: one that needs more ends, and the next request starts another one. */
const MAX_HEAP = 192;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * The inspector in a thread of its own. The thread starts with the first request; where it ends, what it was asked is rejected
 * and the next request starts a new one.
 */
export class InspectorThread implements Inspector {
  readonly #file: string;
  readonly #sources: Omit<InspectorSources, 'environment'>;
  readonly #changed: () => void;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #calls = 0;
  #live = false;
  /** Messages go out in the order in which they were given, though sources have to be asked for first. */
  #order: Promise<void> = Promise.resolve();
  #disposed = false;

  /**
   * @param file absolute path of the thread's bundle
   * @param changed called after each change of the list while it is live
   */
  constructor(file: string, sources: Omit<InspectorSources, 'environment'>, changed: () => void) {
    this.#file = file;
    this.#sources = sources;
    this.#changed = changed;
  }

  /** Starts or ends live updates. Nothing is started in order to end it. */
  setLive(live: boolean): void {
    if (live === this.#live) return;
    this.#live = live;
    if (live) this.#tell();
    else this.#worker?.postMessage({ kind: 'live', live } satisfies ToThread);
  }

  /** The documents or settings say something new: told at once only where somebody looks. */
  sourcesChanged(): void {
    if (this.#live) this.#tell();
  }

  /** A thread that cannot be told is one that the next request starts anew. */
  #tell(): void {
    this.#send([], true).catch(() => {});
  }

  list(refresh: boolean): ReturnType<Inspector['list']> {
    return this.#call('list', refresh);
  }

  value(id: string, index: number, name: string): ReturnType<Inspector['value']> {
    return this.#call('value', id, index, name);
  }

  locate(id: string): ReturnType<Inspector['locate']> {
    return this.#call('locate', id);
  }

  folder(id: string): ReturnType<Inspector['folder']> {
    return this.#call('folder', id);
  }

  content(id: string): ReturnType<Inspector['content']> {
    return this.#call('content', id);
  }

  remove(id: string): ReturnType<Inspector['remove']> {
    return this.#call('remove', id);
  }

  history(pathKey: string): ReturnType<Inspector['history']> {
    return this.#call('history', pathKey);
  }

  state(pathKey: string, version: number): ReturnType<Inspector['state']> {
    return this.#call('state', pathKey, version);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#worker?.terminate();
  }

  /** The answer's type is the method's: both threads run the same version of this program. */
  #call<M extends keyof Inspector>(
    method: M,
    ...words: Parameters<Inspector[M]>
  ): Promise<Awaited<ReturnType<Inspector[M]>>> {
    const call = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, {
        resolve: result => resolve(result as Awaited<ReturnType<Inspector[M]>>),
        reject,
      });
      this.#send([{ kind: 'call', call, method, words }], false).catch((error: unknown) => {
        this.#waiting.delete(call);
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }

  /** Sends what the thread has to know, then the messages. */
  #send(messages: readonly ToThread[], changed: boolean): Promise<void> {
    const sent = this.#order.then(async () => {
      const sources = await this.#snapshot();
      if (this.#disposed) throw new Error('The State Inspector has ended.');
      const worker = this.#running();
      const live = this.#live;
      worker.postMessage({ kind: 'sources', sources, changed, live } satisfies ToThread);
      for (const message of messages) worker.postMessage(message);
    });
    this.#order = sent.catch(() => {});
    return sent;
  }

  async #snapshot(): Promise<SourcesSnapshot> {
    return {
      claims: this.#sources.claims(),
      globs: await this.#sources.configuredGlobs(),
      directories: (await this.#sources.configuredDirectories?.()) ?? [],
      workspaceFolders: this.#sources.workspaceFolders(),
      staleAfter: (await this.#sources.staleAfter?.()) ?? DEFAULT_STALE_AFTER,
    };
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.#file, { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP } });
    worker.unref();
    worker.on('message', (message: FromThread) => this.#received(message));
    worker.on('error', error => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, new Error('The thread of the State Inspector has ended.')));
    this.#worker = worker;
    return worker;
  }

  #received(message: FromThread): void {
    if (message.kind === 'changed') {
      this.#changed();
      return;
    }
    const waiting = this.#waiting.get(message.call);
    this.#waiting.delete(message.call);
    if (message.kind === 'answer') waiting?.resolve(message.result);
    else waiting?.reject(new Error(message.reason));
  }

  #ended(worker: Worker, error: Error): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
    // Who looks asks again, which starts a new thread; where that very request ended it, its failure is shown instead.
    if (this.#live && waiting.length === 0 && !this.#disposed) this.#changed();
  }
}
