/** Puts the metrics together that MASKER_METRICS_ADDR asks for. Where it is not set, nothing is counted. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pool } from 'pg';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Journal } from '../../audit/journal.ts';
import { createMetricsServer } from '../../metrics/metrics-listener.ts';
import type { Timestamper } from '../../audit-log/timestamping/timestamper.ts';
import type { Metric } from '../../metrics/joined-metrics.ts';
import { registerNodeMetrics } from '../../metrics/node-metrics.ts';
import { spacedReading } from '../../metrics/spaced-reading.ts';
import { createTurnMetrics } from '../../metrics/turn-metrics.ts';
import { systemTimer } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import type { ListenAddress } from '../../platform/variables.ts';
import type { Logger } from '../../platform/log.ts';
import type { PdfPool } from '../../reports/pdf/pdf-pool.ts';
import type { SearchPool } from '../../masking/turn/long-texts/search-pool.ts';
import { bothObservers, NO_OBSERVER } from '../../sessions/turn-observer.ts';
import type { TurnObserver } from '../../sessions/turn-observer.ts';
import { cannotListen, listeningUrl } from './listening.ts';
import type { Upstreams } from './upstreams.ts';

/** What is measured beside turns. */
export interface Measured {
  readonly pool: Pool;
  readonly journal: Pick<Journal, 'pending'>;
  readonly pdfs: Pick<PdfPool, 'underWay'>;
  readonly searcher: Pick<SearchPool, 'underWay'>;
  readonly upstreams: Pick<Upstreams, 'each'>;
  readonly timestamper: Pick<Timestamper, 'counts'>;
}

export interface Metrics {
  readonly observer: TurnObserver;
  /**
   * Begins to listen. Resolves with the URL of the metrics; null where none are asked for. Throws StartError where the
   * address cannot be listened on.
   */
  listen(measured: Measured): Promise<string | null>;
  /** What is measured now, for the process that joins the workers'. Empty where nothing is counted. */
  samples(): Promise<readonly Metric[]>;
  close(): Promise<void>;
}

/** How often the vault's size is read, and the length of the sequencer's queue, in milliseconds. */
const VAULT_EVERY_MS = 60_000;
const QUEUE_EVERY_MS = 10_000;
/** How long a scrape waits for the database, in milliseconds. */
const PATIENCE_MS = 2_000;
/** Rows of the queue that are counted at most: more tell nothing more. */
const MOST_QUEUED = 100_000;

const VAULT_SIZE = `SELECT (pg_total_relation_size('vault_entries') + pg_total_relation_size('vault_keys'))::float8 AS figure`;
const QUEUE_LENGTH = `SELECT count(*)::float8 AS figure FROM (SELECT FROM log_queue LIMIT ${MOST_QUEUED}) queued`;

/**
 * `traces` hears of the same turns as what counts them; null where there are none. A worker counts and does not listen: its
 * supervisor does, with `isWorker`.
 */
export function createMetrics(
  { metricsListen: address }: Pick<Config, 'metricsListen'>,
  log: Logger,
  traces: TurnObserver | null = null,
  isWorker = false,
): Metrics {
  if (address === null)
    return {
      observer: traces ?? NO_OBSERVER,
      listen: () => Promise.resolve(null),
      samples: () => Promise.resolve([]),
      close: () => Promise.resolve(),
    };
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counting = createTurnMetrics(registry);
  const observer = traces === null ? counting : bothObservers(counting, traces);
  const server = createMetricsServer({ contentType: registry.contentType, text: () => registry.metrics() }, (err) => {
    log.warn({ err }, 'the metrics could not be read');
  });
  return {
    observer,
    listen: async (measured) => {
      registerNodeMetrics(registry, sourcesOf(measured));
      return isWorker ? null : listenForScrapes(server, address, log);
    },
    samples: () => registry.getMetricsAsJSON(),
    close: () => closeMetrics(server),
  };
}

/** Resolves with the URL of the metrics. Throws StartError where the address cannot be listened on. */
export async function listenForScrapes(server: Server, address: ListenAddress, log: Logger): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(cannotListen('MASKER_METRICS_ADDR', address, error));
    });
    server.listen(address.port, address.host, resolve);
  });
  const url = `${listeningUrl(server.address() as AddressInfo)}/metrics`;
  log.info({ url }, 'metrics are served');
  return url;
}

/** Ends the server, with what is asked of it now. */
export function closeMetrics(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

function sourcesOf({
  pool,
  journal,
  pdfs,
  searcher,
  upstreams,
  timestamper,
}: Measured): Parameters<typeof registerNodeMetrics>[1] {
  const stored = (sql: string, everyMs: number): (() => Promise<number | null>) =>
    spacedReading({
      read: async () => (await pool.query<{ figure: number }>(sql)).rows[0]?.figure ?? 0,
      everyMs,
      patienceMs: PATIENCE_MS,
      now: systemTimer.now,
    });
  return {
    queues: {
      journal: () => journal.pending,
      sequencer: stored(QUEUE_LENGTH, QUEUE_EVERY_MS),
      pdf: () => pdfs.underWay,
      search: () => searcher.underWay,
    },
    upstreams: () => upstreams.each(),
    timestamps: () => timestamper.counts(),
    vaultBytes: stored(VAULT_SIZE, VAULT_EVERY_MS),
  };
}
