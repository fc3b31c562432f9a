/** One worker process, as its supervisor sees it. */
import cluster from 'node:cluster';
import type { Worker } from 'node:cluster';
import { constants } from 'node:os';
import { readFromWorker } from './messages.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts';

/** How a process ended. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

type Ready = Extract<FromWorker, { readonly kind: 'ready' }>;
type Answer = Extract<FromWorker, { readonly kind: 'metrics' | 'health' }>;

/** What a worker says on its own. */
export interface WorkerNews {
  readonly onStopping: () => void;
  readonly onDrained: () => void;
  readonly onHealthAsked: (id: number) => void;
}

export class WorkerProcess {
  /** Resolves when the worker serves; with null where it ended before. */
  readonly ready: Promise<Ready | null>;
  readonly gone: Promise<WorkerEnd>;
  readonly #worker: Worker;
  readonly #asked = new Map<number, (answer: Answer | null) => void>();
  #nextId = 1;
  #isGone = false;

  /** Starts the process: the command that this process was started with. */
  constructor(settings: WorkerSettings, news: WorkerNews) {
    const worker = cluster.fork();
    this.#worker = worker;
    this.gone = new Promise((resolve) => {
      worker.once('exit', (code: number | null, signal: string | null) => {
        this.#isGone = true;
        for (const answer of this.#asked.values()) answer(null);
        resolve({ code, signal });
      });
      // A process that cannot be made has no exit.
      worker.once('error', () => {
        if (worker.process.pid === undefined) resolve({ code: constants.errno.EAGAIN, signal: null });
      });
    });
    this.ready = new Promise((resolve) => {
      void this.gone.then(() => {
        resolve(null);
      });
      worker.on('message', (message: unknown) => {
        const read = readFromWorker(message);
        if (read?.kind === 'hello') this.send({ kind: 'begin', settings });
        else if (read?.kind === 'ready') resolve(read);
        else if (read !== null) this.#take(read, news);
      });
    });
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  send(message: ToWorker): void {
    if (!this.#isGone && this.#worker.isConnected()) this.#worker.send(message);
  }

  /** Asks for a figure; resolves with null where the worker does not answer in time. */
  ask(what: 'metrics' | 'health', patienceMs: number): Promise<Answer | null> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const answered = (answer: Answer | null): void => {
        clearTimeout(limit);
        this.#asked.delete(id);
        resolve(answer);
      };
      const limit = setTimeout(answered, patienceMs, null);
      this.#asked.set(id, answered);
      if (this.#isGone) answered(null);
      else this.send({ kind: 'ask', id, what });
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#worker.process.kill(signal);
  }

  #take(message: Exclude<FromWorker, { readonly kind: 'hello' | 'ready' }>, news: WorkerNews): void {
    switch (message.kind) {
      case 'stopping':
        news.onStopping();
        break;
      case 'drained':
        news.onDrained();
        break;
      case 'ask_health':
        news.onHealthAsked(message.id);
        break;
      case 'metrics':
      case 'health':
        this.#asked.get(message.id)?.(message);
        break;
    }
  }
}
