/**
 * `masker serve`: the product, from an empty folder to a listening server. The server is loaded by the process that serves:
 * a supervisor of workers does without its modules, which take over a second to read.
 */
import cluster from 'node:cluster';
import type { Logger } from '../../platform/log.ts';
import { loadBootstrapToken } from '../../platform/bootstrap-token.ts';
import type { Config, Environment } from '../../platform/config.ts';
import { loadKeys } from '../../platform/key-files.ts';
import type { ServerKeys } from '../../platform/key-files.ts';
import { createLogger } from '../../platform/log.ts';
import { applyMigrations } from '../../platform/migrations.ts';
import type { WatchReports } from '../../platform/watched-postgres.ts';
import { configure, provideDatabase, refuse, refuseUnsupported } from './configure.ts';
import { untilStopped } from '../end-signals.ts';
import { greeting } from '../wiring/greeting.ts';
import { createTraces } from '../wiring/traces.ts';
import { supervise } from '../workers/supervise.ts';

/**
 * Runs until SIGINT or SIGTERM; reads the policy file again on SIGHUP. `takeSignals` ends what signals did before.
 * Stops the embedded database however it ends. Throws StartError for what the operator must mend.
 */
export async function serve(env: Environment, takeSignals: () => void): Promise<void> {
  const config = configure(env, { keysRequired: true });
  refuseUnsupported(config);
  const log = createLogger(config.log);
  const loaded = await loadKeys(config);
  if (!loaded.ok) refuse(loaded.problems);
  const { keys, folder, made } = loaded;
  const stopLimitMs = config.drain.graceMs + config.drain.timeoutMs + AFTER_DRAIN_MS;
  if (config.workers > 1 && cluster.isWorker) {
    const { serveAsWorker } = await import('../workers/serve-as-worker.ts');
    return serveAsWorker({ config, keys, env, takeSignals, stopLimitMs });
  }
  if (made.length > 0)
    console.log(`Made ${made.join(', ')} in ${folder}. Keep them: without them what is stored cannot be read again.`);
  const database = await provideDatabase(config, watchReports(log));
  try {
    await bringUpToDate(database.url, log);
    if (config.workers > 1) {
      // Made before the workers start, which then all read the same.
      await loadBootstrapToken(config);
      await supervise({ config, databaseUrl: database.url, log, takeSignals, stopLimitMs });
    } else await serveOn(database.url, { config, keys, log, env, takeSignals, stopLimitMs });
  } finally {
    await database.stop();
  }
}

/** How long a stop may take behind the drain, in milliseconds: some writes, each of which the database may take seconds for. */
const AFTER_DRAIN_MS = 60_000;

interface Serving {
  readonly config: Config;
  readonly keys: ServerKeys;
  readonly log: Logger;
  readonly env: Environment;
  readonly takeSignals: () => void;
  readonly stopLimitMs: number;
}

async function bringUpToDate(databaseUrl: string, log: Logger): Promise<void> {
  const applied = await applyMigrations(databaseUrl);
  if (applied.length > 0) log.info({ migrations: applied }, 'database brought up to date');
}

async function serveOn(
  databaseUrl: string,
  { config, keys, log, env, takeSignals, stopLimitMs }: Serving,
): Promise<void> {
  const { startInstance } = await import('../instance.ts');
  const { token, file } = await loadBootstrapToken(config);
  const traces = await createTraces(env, log);
  const instance = await startInstance(config, keys, token, databaseUrl, log, traces?.observer ?? null);
  const lines = await greeting(config, instance, { file });
  takeSignals();
  const stopped = untilStopped(
    async () => {
      await instance.close();
      await traces?.close();
    },
    stopLimitMs,
    log,
  );
  process.on('SIGHUP', () => {
    void instance.reloadPolicy();
  });
  for (const line of lines) console.log(line);
  await stopped;
}

/** Logs what the watch of the embedded database sees. A database that cannot be kept running ends the process. */
function watchReports(log: Logger): WatchReports {
  return {
    onDown: () => {
      log.error('the embedded PostgreSQL ended; it is started again, and calls are refused until then');
    },
    onUp: (pid) => {
      log.info({ pid }, 'the embedded PostgreSQL runs again');
    },
    onFailedStart: (err) => {
      log.error({ err }, 'the embedded PostgreSQL could not be started; trying again');
    },
    onLost: (err) => {
      log.fatal({ err }, 'the embedded PostgreSQL cannot be kept running; Masker ends');
      process.exit(1);
    },
  };
}
