/**
 * The two ways into the database: a `pg` pool for the hot path (one prepared statement a turn) and Prisma for the API.
 * Their connections are apart, so that a slow list never makes a turn wait.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { endClient } from './end-client.ts';
import { ReadOnlyDatabase } from './database-fault.ts';
import { PrismaClient } from '../generated/prisma/client.ts';

/** How to connect. All times are in milliseconds. */
export interface DatabaseOptions {
  /** postgresql:// URL, credentials included. */
  readonly url: string;
  /** Connections of the hot path; default 16. */
  readonly poolSize?: number;
  /** Connections of Prisma; default 8. */
  readonly apiPoolSize?: number;
  /** To connect, or to get a free connection, on the hot path; default 2000. Prisma has PATIENT_WAIT_MS. */
  readonly connectTimeoutMs?: number;
  /** Until the server cancels a statement; default 5000. The client gives up a little later, should the server be silent. */
  readonly queryTimeoutMs?: number;
  /** Told of errors that belong to no query: a restarted server, a cut network. May repeat itself. Default: nobody. */
  readonly onConnectionError?: (error: Error) => void;
}

export interface Database {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
  /** Waits for running queries, then closes every connection. */
  readonly close: () => Promise<void>;
}

/** How much later than the server the client gives up on a statement: time for the server's own error to arrive. */
const SILENT_SERVER_MS = 1000;

/**
 * How long everything but a turn waits for a connection or a transaction: the API, a start, a command. No caller is
 * on the line meanwhile, and on a busy machine two seconds made starts and changes fail that would have succeeded a moment
 * later.
 */
export const PATIENT_WAIT_MS = 10_000;

/** Texts that get a prepared statement. Prisma varies its text with the length of lists, without bound. */
const MAX_PREPARED = 500;

/** Makes the pools; connects on first use, so it never throws for a database that is down. */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, poolSize = 16, apiPoolSize = 8, connectTimeoutMs = 2000, queryTimeoutMs = 5000 } = options;
  const onError = options.onConnectionError ?? (() => undefined);
  const shared: pg.PoolConfig = {
    connectionString: url,
    application_name: 'masker',
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: queryTimeoutMs,
    query_timeout: queryTimeoutMs + SILENT_SERVER_MS,
    idle_in_transaction_session_timeout: 2 * queryTimeoutMs,
    keepAlive: true,
  };
  const pool = new pg.Pool({ ...shared, max: poolSize });
  // Without these listeners a database restart would end the process: the pool speaks for idle connections, and a
  // connection for itself while somebody holds it between two queries.
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  const adapter = new PrismaPg(
    { ...shared, max: apiPoolSize, connectionTimeoutMillis: PATIENT_WAIT_MS },
    { statementNameGenerator: statementNames(), onPoolError: onError, onConnectionError: onError },
  );
  const prisma = new PrismaClient({
    adapter,
    transactionOptions: { maxWait: PATIENT_WAIT_MS, timeout: 2 * queryTimeoutMs },
  });
  return {
    pool,
    prisma,
    async close() {
      await Promise.all([pool.end(), prisma.$disconnect()]);
    },
  };
}

/** Runs work that no call waits for on a connection of its own. Rejects with what the database or the work throws. */
export async function withPatientClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'masker',
    connectionTimeoutMillis: PATIENT_WAIT_MS,
    statement_timeout: PATIENT_WAIT_MS,
    query_timeout: PATIENT_WAIT_MS + SILENT_SERVER_MS,
  });
  // If the connection breaks between two statements, the next one fails.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await endClient(client);
  }
}

/** Names the first MAX_PREPARED texts for reuse; the empty name of every later one means: not kept. */
function statementNames(): (query: { readonly sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= MAX_PREPARED) return '';
    const name = `masker_${names.size}`;
    names.set(sql, name);
    return name;
  };
}

/**
 * Returns null if the database answers now and takes writes, and what is wrong otherwise: the error, or ReadOnlyDatabase.
 * Never rejects; takes at most the pool's connect and query timeouts.
 */
export async function databaseFault(pool: pg.Pool): Promise<Error | null> {
  try {
    const { rows } = await pool.query<{ transaction_read_only: string }>('SHOW transaction_read_only');
    return rows[0]?.transaction_read_only === 'on' ? new ReadOnlyDatabase('the database takes no writes') : null;
  } catch (error) {
    return error instanceof Error ? error : new Error('the database does not answer', { cause: error });
  }
}
