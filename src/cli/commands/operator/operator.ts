/** What the commands of an operator have in common: they work on the database itself, with the keys of the server. */
import pg from 'pg';
import { Signer } from '../../../audit/seal.ts';
import type { Config, Environment } from '../../../platform/config.ts';
import { openDatabase, PATIENT_WAIT_MS } from '../../../platform/database.ts';
import type { Database } from '../../../platform/database.ts';
import { runningPostgres } from '../../../platform/embedded-postgres.ts';
import { loadKeys } from '../../../platform/key-files.ts';
import type { ServerKeys } from '../../../platform/key-files.ts';
import { requireMigrated } from '../../../platform/migrations.ts';
import { StartError } from '../../../platform/start-error.ts';
import { KeyRing } from '../../../tokens/key-ring.ts';
import { CommandFailure, EXIT } from '../client/command-failure.ts';
import { configure, provideDatabase, refuse } from '../configure.ts';

/** The keys of a server, ready to use. */
export interface OperatorKeys {
  readonly config: Config;
  readonly keys: ServerKeys;
  readonly ring: KeyRing;
  readonly signer: Signer;
}

export interface Operator extends OperatorKeys, Database {
  readonly url: string;
}

/** How long a statement of an operator's command may take, in milliseconds: tables are read whole. */
export const QUERY_MS = 3_600_000;

/** Reads configuration and keys. Throws StartError that lists every problem. */
export async function operatorKeys(env: Environment): Promise<OperatorKeys> {
  const config = configure(env, { keysRequired: true });
  const loaded = await loadKeys(config);
  if (!loaded.ok) refuse(loaded.problems);
  const { keys } = loaded;
  const ring = new KeyRing(keys.ring.map(({ kid, role, secret }) => ({ kid, role, secret: secret.reveal() })));
  return { config, keys, ring, signer: new Signer(keys.signing.reveal()) };
}

/**
 * Returns the database's URL: of MASKER_DATABASE_URL, or of the embedded database, whether a server is using it or not.
 *
 * @throws CommandFailure with exit code 5 if no database answers, and 4 if it does not let us in
 */
export async function reachOperatorDatabase(config: Config): Promise<{ url: string; stop: () => Promise<void> }> {
  const running = config.databaseUrl === null ? await runningPostgres(config.dataDir) : null;
  if (running !== null) return { url: running, stop: () => Promise.resolve() };
  try {
    return await provideDatabase(config);
  } catch (error) {
    if (!(error instanceof StartError) || config.databaseUrl === null) throw error;
    const { cause } = error;
    const isRefused = cause instanceof pg.DatabaseError && cause.code?.startsWith('28') === true;
    throw new CommandFailure(isRefused ? EXIT.authentication : EXIT.unreachable, error.message);
  }
}

/** Runs `work` on the migrated database of the environment, and closes it. Rejects like `reachOperatorDatabase`. */
export async function asOperator<T>(env: Environment, work: (operator: Operator) => Promise<T>): Promise<T> {
  const own = await operatorKeys(env);
  const source = await reachOperatorDatabase(own.config);
  const database = openDatabase({
    url: source.url,
    poolSize: 4,
    apiPoolSize: 1,
    connectTimeoutMs: PATIENT_WAIT_MS,
    queryTimeoutMs: QUERY_MS,
  });
  try {
    await requireMigrated(source.url);
    return await work({ ...own, ...database, url: source.url });
  } finally {
    await database.close();
    await source.stop();
  }
}
