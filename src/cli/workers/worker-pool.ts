/**
 * The worker processes of one machine: started, joined, and started again where one ends. A worker that cannot be kept
 * running is reported once, so that the supervisor can end with an error.
 */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Health } from '../../http/health.ts';
import type { Measurement } from '../../metrics/joined-metrics.ts';
import type { Logger } from '../../platform/log.ts';
import { StartError } from '../../platform/start-error.ts';
import { PAUSES_MS, STEADY_MS } from '../../platform/watched-postgres.ts';
import type { Member } from './messages.ts';
import { WorkerProcess } from './worker-process.ts';

/** How long the supervisor waits for what a worker measured, in milliseconds. */
const PATIENCE_MS = 2_000;

export interface WorkerPoolOptions {
  readonly count: number;
  readonly databaseUrl: string;
  /** The port that all workers listen on. */
  readonly port: number;
  /** The folder of the workers' Unix sockets, which nobody else may enter. */
  readonly socketFolder: string;
  readonly log: Logger;
  /** A worker ended that had served. */
  readonly onEnded: (worker: number) => void;
  /** A worker cannot be kept running. */
  readonly onLost: (worker: number) => void;
}

interface Slot {
  readonly self: Member;
  readonly process: WorkerProcess;
  state: 'starting' | 'serving' | 'stopping';
  /** `performance.now()` when it served first. */
  servedAt: number;
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots = new Map<number, Slot>();
  readonly #watches: Promise<void>[] = [];
  #made = 0;
  #isStopping = false;
  #restarts = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Workers that were started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Workers that serve now. */
  get serving(): number {
    return [...this.#slots.values()].filter(({ state }) => state === 'serving').length;
  }

  /**
   * Starts all workers, and returns the lines of the server's greeting. The first one starts alone: what it cannot do, such
   * as listen, none can, and it says why. Throws StartError where one cannot start.
   */
  async start(): Promise<readonly string[]> {
    const lines = await this.#startOrThrow(1, true);
    const others = Array.from({ length: this.#options.count - 1 }, (_, index) => index + 2);
    await Promise.all(others.map((number) => this.#startOrThrow(number, false)));
    for (const number of [1, ...others]) this.#watches.push(this.#watch(number));
    return lines;
  }

  /** Has every worker read its policy file again. */
  reload(): void {
    for (const { process } of this.#slots.values()) process.send({ kind: 'reload' });
  }

  /** Stops all workers and waits for their end. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const slots = [...this.#slots.values()];
    for (const { process } of slots) process.send({ kind: 'stop' });
    await Promise.all([...slots.map(({ process }) => process.gone), ...this.#watches]);
    // A start that was under way when the stop was asked for has made another process.
    for (const { process } of this.#slots.values()) process.send({ kind: 'stop' });
    await Promise.all([...this.#slots.values()].map(({ process }) => process.gone));
  }

  /** What the workers measured that answer in time. */
  async measurements(): Promise<Measurement[]> {
    const answers = await Promise.all(
      [...this.#slots].map(async ([worker, { process, state }]) => {
        const answer = state === 'starting' ? null : await process.ask('metrics', PATIENCE_MS);
        return answer?.kind === 'metrics' ? [{ worker, metrics: answer.metrics }] : [];
      }),
    );
    return answers.flat();
  }

  async #startOrThrow(number: number, greets: boolean): Promise<readonly string[]> {
    const ready = await this.#startOne(number, greets);
    if (ready !== null) return ready;
    for (const { process } of this.#slots.values()) process.kill('SIGKILL');
    throw new StartError(`Worker ${number} could not be started: its own message says why.`);
  }

  /** Starts a process. Returns the lines of its greeting when it serves; null where it ended before. */
  async #startOne(number: number, greets = false): Promise<readonly string[] | null> {
    this.#made += 1;
    const self = { number, socketPath: path.join(this.#options.socketFolder, `${this.#made}.sock`) };
    const { databaseUrl, port } = this.#options;
    const process = new WorkerProcess(
      { self, databaseUrl, port, greets },
      {
        onStopping: () => {
          slot.state = 'stopping';
          this.#tellMembers();
        },
        onDrained: () => {
          this.#release(slot);
        },
        onHealthAsked: (id) => {
          void this.#tellHealth(process, id);
        },
      },
    );
    const slot: Slot = { self, process, state: 'starting', servedAt: 0 };
    this.#slots.set(number, slot);
    const ready = await process.ready;
    if (ready === null) {
      this.#slots.delete(number);
      // Workers that stop waited for this one, too.
      this.#releaseDrained();
      return null;
    }
    slot.servedAt = performance.now();
    slot.state = 'serving';
    this.#tellMembers();
    if (this.#isStopping) process.send({ kind: 'stop' });
    return ready.lines;
  }

  /** Starts the worker of a number again whenever it ends. */
  async #watch(number: number): Promise<void> {
    const { log } = this.#options;
    let failures = 0;
    for (;;) {
      const slot = this.#slots.get(number);
      if (slot === undefined) return;
      const end = await slot.process.gone;
      this.#slots.delete(number);
      this.#tellMembers();
      this.#releaseDrained();
      this.#options.onEnded(number);
      if (this.#isStopping) return;
      log.error({ worker: number, ...end }, 'a worker ended; another one is started');
      if (performance.now() - slot.servedAt >= STEADY_MS) failures = 0;
      for (let isServing = false; !isServing;) {
        const ms = PAUSES_MS[failures];
        if (ms === undefined) {
          log.fatal({ worker: number }, 'the worker cannot be kept running; Masker ends');
          this.#options.onLost(number);
          return;
        }
        failures += 1;
        await pause(ms);
        if (this.#hasToStop()) return;
        isServing = (await this.#startOne(number)) !== null;
      }
      this.#restarts += 1;
      log.info({ worker: number }, 'the worker serves again');
    }
  }

  // What is awaited in between may change it, which a check of the variable itself does not know.
  #hasToStop(): boolean {
    return this.#isStopping;
  }

  #tellMembers(): void {
    const slots = [...this.#slots.values()];
    const members = slots.filter(({ state }) => state === 'serving').map(({ self }) => self);
    // Workers that stop together hand on to each other until the last connection is closed.
    if (this.#isStopping) return;
    for (const { process } of slots) process.send({ kind: 'members', members });
  }

  readonly #drained = new Set<Slot>();

  /** A worker that stops alone gets nothing any more. Workers that stop together wait for each other. */
  #release(slot: Slot): void {
    this.#drained.add(slot);
    this.#releaseDrained();
  }

  #releaseDrained(): void {
    const waiting = [...this.#slots.values()].filter((slot) => !this.#drained.has(slot));
    if (this.#isStopping && waiting.length > 0) return;
    for (const { process } of this.#drained) process.send({ kind: 'released' });
    this.#drained.clear();
  }

  async #tellHealth(to: WorkerProcess, id: number): Promise<void> {
    const answers = await Promise.all(
      [...this.#slots.values()]
        .filter(({ state }) => state !== 'starting')
        .map(({ process }) => process.ask('health', PATIENCE_MS)),
    );
    const health = answers.flatMap((answer): Health[] => (answer?.kind === 'health' ? [answer.health] : []));
    to.send({ kind: 'all_health', id, health });
  }
}
