/**
 * `masker serve` with MASKER_WORKERS over 1: this process owns the embedded database and starts the workers, which share
 * one socket. It serves nothing but their metrics.
 */
import cluster from 'node:cluster';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Counter, Gauge, Registry } from 'prom-client';
import { JoinedMetrics } from '../../metrics/joined-metrics.ts';
import { createMetricsServer } from '../../metrics/metrics-listener.ts';
import type { Config } from '../../platform/config.ts';
import { errorCode } from '../../platform/error-code.ts';
import type { Logger } from '../../platform/log.ts';
import { StartError } from '../../platform/start-error.ts';
import type { ListenAddress } from '../../platform/variables.ts';
import { untilStopped } from '../end-signals.ts';
import { closeMetrics, listenForScrapes } from '../wiring/metrics.ts';
import { WorkerPool } from './worker-pool.ts';

export interface Supervising {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly log: Logger;
  /** Ends what signals did before. */
  readonly takeSignals: () => void;
  /** How long a stop may take, in milliseconds. */
  readonly stopLimitMs: number;
}

/** Runs until SIGINT or SIGTERM. Throws StartError where a worker cannot start, or cannot be kept running. */
export async function supervise({ config, databaseUrl, log, takeSignals, stopLimitMs }: Supervising): Promise<void> {
  // Each worker accepts connections itself. One that the supervisor had accepted would hang if its worker died meanwhile.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  // Structured clones: a figure may be NaN, which JSON has not.
  cluster.setupPrimary({ serialization: 'advanced' });
  const socketFolder = await makeSocketFolder();
  const joined = new JoinedMetrics();
  let onLost: (error: StartError) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    onLost = reject;
  });
  lost.catch(() => undefined);
  const pool = new WorkerPool({
    count: config.workers,
    databaseUrl,
    port: await chosenPort(config.listen),
    socketFolder,
    log,
    onEnded: (worker) => {
      void joined.end(worker);
    },
    onLost: (worker) => {
      onLost(new StartError(`Worker ${worker} could not be kept running.`));
    },
  });
  try {
    const lines = await pool.start();
    const metrics = await serveMetrics(config, pool, joined, log);
    takeSignals();
    const stopped = untilStopped(() => pool.stop(), stopLimitMs, log);
    process.on('SIGHUP', () => {
      pool.reload();
    });
    for (const line of lines) console.log(line);
    await Promise.race([stopped, lost]).finally(async () => {
      await pool.stop();
      if (metrics !== null) await closeMetrics(metrics);
    });
  } finally {
    await rm(socketFolder, { recursive: true, force: true });
  }
}

/** The longest path of a Unix socket, in bytes: sun_path of macOS, which is shorter than that of Linux. */
const LONGEST_SOCKET_PATH = 103;
/** Room for the name of a socket in the folder: the number of a worker that was started. */
const SOCKET_NAME = '/1000000.sock';

/** Only this user may enter it. Throws StartError. */
async function makeSocketFolder(): Promise<string> {
  const prefix = path.join(tmpdir(), 'masker-workers-');
  // mkdtemp adds six characters.
  if (Buffer.byteLength(prefix) + 6 + SOCKET_NAME.length > LONGEST_SOCKET_PATH)
    throw new StartError(`MASKER_WORKERS needs a shorter folder for sockets than ${tmpdir()}. Let TMPDIR name one.`);
  try {
    return await mkdtemp(prefix);
  } catch (error) {
    throw new StartError(
      `MASKER_WORKERS needs a folder for temporary files (${errorCode(error) ?? 'unknown error'}). Let TMPDIR name one that this user may write to.`,
    );
  }
}

/** The configured port, or a free one where it is 0: a worker that is started again must not choose another. */
async function chosenPort({ host, port }: ListenAddress): Promise<number> {
  if (port !== 0) return port;
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/** Serves what all workers measured at MASKER_METRICS_ADDR. Null where that is not set. */
async function serveMetrics(
  { metricsListen }: Config,
  pool: WorkerPool,
  joined: JoinedMetrics,
  log: Logger,
): Promise<Server | null> {
  if (metricsListen === null) return null;
  const registry = new Registry();
  registerWorkerMetrics(registry, pool);
  const text = async (): Promise<string> => {
    const [own, ofWorkers] = await Promise.all([
      registry.metrics(),
      pool.measurements().then((all) => joined.text(all)),
    ]);
    return `${own}\n${ofWorkers}`;
  };
  const server = createMetricsServer({ contentType: registry.contentType, text }, (err) => {
    log.warn({ err }, 'the metrics could not be read');
  });
  await listenForScrapes(server, metricsListen, log);
  return server;
}

function registerWorkerMetrics(registry: Registry, pool: WorkerPool): void {
  const registers = [registry];
  new Gauge({
    name: 'masker_workers',
    help: 'Worker processes that serve now.',
    registers,
    collect() {
      this.set(pool.serving);
    },
  });
  new Counter({
    name: 'masker_worker_restarts_total',
    help: 'Worker processes that ended and were started again.',
    registers,
    collect() {
      this.reset();
      this.inc(pool.restarts);
    },
  });
}
