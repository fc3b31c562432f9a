/** Joins the metrics of the worker processes of one machine. See docs/operations.md, Metrics. */
import { AggregatorRegistry } from 'prom-client';
import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** A metric with its samples, as `getMetricsAsJSON` of prom-client returns it. */
export type Metric = MetricObjectWithValues<MetricValue<string>>;

/** What one worker measured. */
export interface Measurement {
  /** The number of the worker, from 1. */
  readonly worker: number;
  readonly metrics: readonly Metric[];
}

/** Figures of the process itself: each worker keeps its own, under the label `worker`. */
const OF_A_PROCESS = /^(?:process|nodejs)_/;
/** Figures that every worker reads of the same database, or of which the worst counts. */
const HIGHEST: ReadonlySet<string> = new Set([
  'masker_vault_size_bytes',
  'masker_upstream_breaker_state',
  'masker_upstream_refused_agents',
]);
/** The one queue that is in the database: every worker reads the same length. */
const SHARED_QUEUE = { metric: 'masker_queue_depth', queue: 'sequencer' } as const;

/**
 * Joins the metrics of workers. Counters and histograms are summed, and never fall: what a worker counted stays in the sum
 * when it has ended, as far as it was read before.
 */
export class JoinedMetrics {
  /** The latest counts of each process that lives. */
  readonly #latest = new Map<number, readonly Metric[]>();
  /** The counts of processes that have ended. */
  readonly #ended: (readonly Metric[])[] = [];

  /** Returns the text of the metrics. A worker that gave none counts with what it gave last. */
  async text(measurements: readonly Measurement[]): Promise<string> {
    for (const { worker, metrics } of measurements) this.#latest.set(worker, metrics.filter(isSummed));
    const answered = new Set(measurements.map(({ worker }) => worker));
    const silent = [...this.#latest].filter(([worker]) => !answered.has(worker)).map(([, metrics]) => metrics);
    return joined([...measurements.map(prepared), ...silent, ...this.#ended]).metrics();
  }

  /** Keeps what a worker counted whose process has ended. */
  async end(worker: number): Promise<void> {
    const latest = this.#latest.get(worker);
    this.#latest.delete(worker);
    if (latest === undefined) return;
    const all = [...this.#ended.splice(0), latest];
    this.#ended.push(await joined(all).getMetricsAsJSON());
  }
}

function joined(metrics: readonly (readonly object[])[]): ReturnType<typeof AggregatorRegistry.aggregate> {
  return AggregatorRegistry.aggregate([...metrics]);
}

/** Counters and histograms of the product. Its gauges, and what a process says of itself, end with the process. */
function isSummed({ name, type }: Metric): boolean {
  // prom-client types the kind as an enum of numbers, and gives its name.
  const kind = String(type);
  return (kind === 'counter' || kind === 'histogram') && !OF_A_PROCESS.test(name);
}

/** The metrics of one worker, with how each is joined with the others'. */
function prepared({ worker, metrics }: Measurement, index: number): readonly object[] {
  return metrics.map((metric) => {
    const { name, values } = metric;
    if (OF_A_PROCESS.test(name)) {
      const own = values.map((value) => ({ ...value, labels: { ...value.labels, worker: String(worker) } }));
      return { ...metric, aggregator: 'sum', values: own };
    }
    if (name === SHARED_QUEUE.metric && index > 0) {
      const own = values.filter(({ labels }) => labels['queue'] !== SHARED_QUEUE.queue);
      return { ...metric, aggregator: 'sum', values: own };
    }
    return { ...metric, aggregator: HIGHEST.has(name) ? 'max' : 'sum' };
  });
}
