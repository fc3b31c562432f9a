/** A worker's end of the channel to its supervisor. */
import cluster from 'node:cluster';
import type { Health } from '../../http/health.ts';
import { joinHealth } from '../../http/joined-health.ts';
import type { Metric } from '../../metrics/joined-metrics.ts';
import { readToWorker } from './messages.ts';
import type { FromWorker, Member, ToWorker, WorkerSettings } from './messages.ts';

/** How long a worker waits for what the others say of their health, in milliseconds. */
const HEALTH_PATIENCE_MS = 3_000;

/** What the supervisor asks for. None may throw or reject, but `metrics`. */
export interface SupervisorOrders {
  readonly members: (members: readonly Member[]) => void;
  readonly reload: () => void;
  readonly stop: () => void;
  readonly metrics: () => Promise<readonly Metric[]>;
  readonly health: () => Promise<Health>;
}

/** Tells the supervisor. Where it is gone, node ends this process. */
function tell(message: FromWorker): void {
  cluster.worker?.send(message);
}

export class SupervisorLink {
  readonly #asked = new Map<number, (health: readonly Health[]) => void>();
  readonly #configured: number;
  #orders: SupervisorOrders | null = null;
  #members: readonly Member[] = [];
  #isStopAsked = false;
  #begin: (settings: WorkerSettings) => void = () => undefined;
  #release: () => void = () => undefined;
  readonly #released = new Promise<void>((resolve) => {
    this.#release = resolve;
  });
  #nextId = 1;

  /** `configured` is the number of workers that should run. */
  constructor(configured: number) {
    this.#configured = configured;
    process.on('message', (message: unknown) => {
      const read = readToWorker(message);
      if (read !== null) this.#take(read);
    });
  }

  /** Introduces this worker. Resolves with its settings. */
  settings(): Promise<WorkerSettings> {
    return new Promise((resolve) => {
      this.#begin = resolve;
      tell({ kind: 'hello' });
    });
  }

  /** Follows the supervisor's orders from now on, and those that came before. */
  follow(orders: SupervisorOrders): void {
    this.#orders = orders;
    orders.members(this.#members);
    if (this.#isStopAsked) orders.stop();
  }

  ready(lines: readonly string[]): void {
    tell({ kind: 'ready', lines: [...lines] });
  }

  stopping(): void {
    tell({ kind: 'stopping' });
  }

  /** Says that this worker hands nothing on any more. Resolves when none hands on to it. */
  released(): Promise<void> {
    tell({ kind: 'drained' });
    return this.#released;
  }

  /** Joins what this worker says of its health with what the others say; with nothing where the supervisor is busy. */
  async health(own: Health): Promise<Health> {
    const id = this.#nextId++;
    let limit: NodeJS.Timeout | undefined;
    const all = await new Promise<readonly Health[]>((resolve) => {
      limit = setTimeout(resolve, HEALTH_PATIENCE_MS, [own]);
      this.#asked.set(id, resolve);
      tell({ kind: 'ask_health', id });
    });
    clearTimeout(limit);
    this.#asked.delete(id);
    return joinHealth(own, all.length === 0 ? [own] : all, this.#configured);
  }

  #take(message: ToWorker): void {
    switch (message.kind) {
      case 'begin':
        this.#begin(message.settings);
        break;
      case 'members':
        this.#members = message.members;
        this.#orders?.members(message.members);
        break;
      case 'reload':
        this.#orders?.reload();
        break;
      case 'stop':
        this.#isStopAsked = true;
        this.#orders?.stop();
        break;
      case 'released':
        this.#release();
        break;
      case 'ask':
        this.#answer(message);
        break;
      case 'all_health':
        this.#asked.get(message.id)?.(message.health);
        break;
    }
  }

  /** What cannot be read now is not answered: the supervisor does not wait for long. */
  #answer({ id, what }: Extract<ToWorker, { readonly kind: 'ask' }>): void {
    if (this.#orders === null) return;
    const answered =
      what === 'metrics'
        ? this.#orders.metrics().then((metrics) => {
            tell({ kind: 'metrics', id, metrics: [...metrics] });
          })
        : this.#orders.health().then((health) => {
            tell({ kind: 'health', id, health });
          });
    answered.catch(() => undefined);
  }
}
