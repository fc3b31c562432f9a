/** The state of this node and of its database for Prometheus, read at each scrape. See docs/operations.md, Metrics. */
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** A queue of this node, or of the database. */
export type QueueName = 'journal' | 'sequencer' | 'pdf' | 'search';

export interface NodeSources {
  /** Returns how many wait or are worked on; null where that is not known now. Must not reject. */
  readonly queues: Readonly<Record<QueueName, () => number | null | Promise<number | null>>>;
  /** Returns each upstream's state by name, and how many agents it answers with errors. */
  readonly upstreams: () => Readonly<Record<string, UpstreamCondition>>;
  /** How many checkpoints this node had time-stamped, and how often it failed. */
  readonly timestamps: () => { readonly taken: number; readonly failed: number };
  /** Bytes of the vault's tables; null where that is not known now. Must not reject. */
  readonly vaultBytes: () => Promise<number | null>;
}

interface UpstreamCondition {
  readonly state: 'ok' | 'degraded' | 'down';
  readonly agents_refused: number;
}

/** The circuit breaker's states as numbers, in the order of how bad they are: closed, half open, open. */
const BREAKER: Readonly<Record<UpstreamCondition['state'], number>> = { ok: 0, degraded: 1, down: 2 };

/** Registers the gauges of a node. A figure that is not known at a scrape is left out of it. */
export function registerNodeMetrics(
  registry: Registry,
  { queues, upstreams, timestamps, vaultBytes }: NodeSources,
): void {
  registerQueueDepth(registry, queues);
  registerUpstreamStates(registry, upstreams);
  const registers = [registry];
  new Counter({
    name: 'masker_checkpoint_timestamps_total',
    help: 'Checkpoints that this node had time-stamped, and attempts that failed.',
    labelNames: ['result'],
    registers,
    collect() {
      this.reset();
      for (const [result, count] of Object.entries(timestamps())) this.inc({ result }, count);
    },
  });
  new Gauge({
    name: 'masker_vault_size_bytes',
    help: 'Size of the vault in the database, with its indexes. The same on every node.',
    registers,
    async collect() {
      const bytes = await vaultBytes();
      if (bytes === null) this.remove();
      else this.set(bytes);
    },
  });
}

function registerQueueDepth(registry: Registry, queues: NodeSources['queues']): void {
  new Gauge({
    name: 'masker_queue_depth',
    help: 'Pieces of work that wait or are under way.',
    labelNames: ['queue'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const [queue, depth] of Object.entries(queues)) {
        const now = await depth();
        if (now !== null) this.set({ queue }, now);
      }
    },
  });
}

function registerUpstreamStates(registry: Registry, upstreams: NodeSources['upstreams']): void {
  const registers = [registry];
  new Gauge({
    name: 'masker_upstream_breaker_state',
    help: 'Circuit breaker of each upstream: 0 closed, 1 half open, 2 open.',
    labelNames: ['upstream'],
    registers,
    collect() {
      for (const [upstream, { state }] of Object.entries(upstreams())) this.set({ upstream }, BREAKER[state]);
    },
  });
  new Gauge({
    name: 'masker_upstream_refused_agents',
    help: 'Agents whose turns are not sent because the upstream answers them with errors.',
    labelNames: ['upstream'],
    registers,
    collect() {
      for (const [upstream, { agents_refused: refused }] of Object.entries(upstreams()))
        this.set({ upstream }, refused);
    },
  });
}
