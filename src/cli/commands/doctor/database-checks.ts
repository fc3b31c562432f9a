/** Checks of the database: that it answers, keeps what it acknowledges, and has room for the nodes. */
import pg from 'pg';
import type { DatabaseError } from 'pg';
import { z } from 'zod';
import { endClient } from '../../../platform/end-client.ts';
import { requireMigrated } from '../../../platform/migrations.ts';
import { reachDatabase } from '../../../platform/reach-database.ts';
import { systemClock, systemTimer } from '../../../platform/clock.ts';
import { fail, ok, skipped, warn } from './check.ts';
import type { Check, Finding } from './check.ts';
import { encryptionFinding } from './database-encryption.ts';
import { journalFinding } from './journal-finding.ts';
import type { Setup } from './setup.ts';

const GROUP = 'Database';
const TIMEOUT_MS = 5_000;
/** Connections of one node: 16 of the hot path, 8 of the API, and those that listen and hold locks. */
const NODE_CONNECTIONS = 28;
const CLOCK_WARN_MS = 1_000;
const CLOCK_FAIL_MS = 30_000;
const ROUNDS = 9;
const ROUND_WARN_MS = 5;
const ROUND_FAIL_MS = 50;
/** Rows that wait for the account log or the feed. */
const QUEUE_WARN = 10_000;

type Row = Readonly<Record<string, unknown>>;
type Ask = (sql: string) => Promise<Row>;

/** The connection that the checks share: made by the first, closed by `close`. */
export interface DatabaseChecks {
  readonly checks: readonly Check[];
  close(): Promise<void>;
}

export function databaseChecks({ config, databaseUrl }: Setup): DatabaseChecks {
  let client: pg.Client | null = null;
  const reach = async (): Promise<Finding> => {
    if (config === null) return skipped('the configuration has problems', 'Correct the configuration first.');
    if (databaseUrl === null)
      return skipped('the embedded database does not run', 'Start it: masker serve. Then run this again.');
    if (config.databaseUrl !== null) await reachDatabase(databaseUrl);
    client = await connect(databaseUrl);
    return ok(config.databaseUrl === null ? 'the embedded one runs' : placeOf(databaseUrl));
  };
  const ask: Ask = async (sql) => (client === null ? {} : ((await client.query<Row>(sql)).rows[0] ?? {}));
  const asking = (id: string, title: string, run: (ask: Ask) => Promise<Finding>): Check => ({
    id,
    group: GROUP,
    title,
    run: () =>
      client === null ? skipped('the database cannot be asked', 'See `database_reachable` above.') : run(ask),
  });
  return {
    checks: [
      { id: 'database_reachable', group: GROUP, title: 'Reachable', limitMs: 3 * TIMEOUT_MS, run: reach },
      asking('database_version', 'Version', version),
      asking('database_writable', 'Takes writes', writable),
      asking('database_migrations', 'Migrations', () => migrations(databaseUrl ?? '')),
      asking('database_clock', 'Clock', clock),
      asking('database_durability', 'Keeps what it acknowledged', durability),
      asking('database_synchronous_commit', 'Waits for the disk', synchronousCommit),
      asking('database_connections', 'Room for connections', connections),
      asking('database_encoding', 'Encoding', encoding),
      asking('database_encryption', 'Encrypted connection', (send) => encryption(send, client)),
      asking('database_round_trip', 'Round trip', roundTrip),
      asking('database_vacuum', 'Vacuum', vacuum),
      asking('database_queues', 'Queues', queues),
      asking('database_journals', 'Open journals', () => journals(client)),
    ],
    close: async () => {
      if (client !== null) await endClient(client);
    },
  };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'masker doctor',
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  client.on('error', () => undefined); // a lost connection fails the query, which is where it is handled
  await client.connect();
  return client;
}

const placeOf = (url: string): string => {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port === '' ? '5432' : port}${pathname}`;
};

async function version(ask: Ask): Promise<Finding> {
  const row = await ask(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number`,
  );
  const found = `PostgreSQL ${String(row['version'])}`;
  if (Number(row['number']) < 150_000) return fail(found, 'Use PostgreSQL 15 or later.');
  return ok(found);
}

async function writable(ask: Ask): Promise<Finding> {
  const row = await ask(`SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') AS read_only`);
  if (row['standby'] === true) return fail('this is a standby', 'Name the primary server in MASKER_DATABASE_URL.');
  return row['read_only'] === 'on'
    ? fail('it is read-only', 'Set default_transaction_read_only = off for this database and user.')
    : ok('yes');
}

async function migrations(url: string): Promise<Finding> {
  await requireMigrated(url);
  return ok('all of this version');
}

async function clock(ask: Ask): Promise<Finding> {
  const before = systemClock.now();
  const row = await ask('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now');
  const apart = Math.abs(Number(row['now']) - (before + systemClock.now()) / 2);
  const found = `${Math.round(apart)} ms apart`;
  const fix = 'Run a time service (chrony, systemd-timesyncd) here and on the database server.';
  if (apart > CLOCK_FAIL_MS) return fail(found, fix);
  return apart > CLOCK_WARN_MS ? warn(found, fix) : ok(found);
}

async function durability(ask: Ask): Promise<Finding> {
  const row = await ask(
    `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
            current_setting('data_checksums', true) AS data_checksums`,
  );
  const off = ['fsync', 'full_page_writes'].filter((name) => row[name] !== 'on');
  if (off.length > 0)
    return fail(
      `${off.join(' and ')} off`,
      `Set ${off.map((name) => `${name} = on`).join(', ')}: a crash can lose calls.`,
    );
  return row['data_checksums'] === 'off'
    ? warn('data checksums are off', 'Enable them with pg_checksums: without them a faulty disk is not noticed.')
    : ok('fsync and full_page_writes are on');
}

async function synchronousCommit(ask: Ask): Promise<Finding> {
  const { setting } = await ask(`SELECT current_setting('synchronous_commit') AS setting`);
  return setting === 'off'
    ? fail('synchronous_commit = off', 'Set it to on: a crash would lose calls that were answered.')
    : ok(`synchronous_commit = ${String(setting)}`);
}

async function connections(ask: Ask): Promise<Finding> {
  const row = await ask(
    `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS room,
            (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used`,
  );
  const [room, used] = [Number(row['room']), Number(row['used'])];
  const found = `${used} of ${room} used; a node takes up to ${NODE_CONNECTIONS}`;
  const fix = 'Raise max_connections, or put fewer nodes on this database.';
  if (room < NODE_CONNECTIONS) return fail(found, fix);
  return room - used < NODE_CONNECTIONS ? warn(found, fix) : ok(found);
}

async function encoding(ask: Ask): Promise<Finding> {
  const { encoding: found } = await ask(`SELECT current_setting('server_encoding') AS encoding`);
  return found === 'UTF8'
    ? ok('UTF8')
    : fail(String(found), 'Create the database with ENCODING UTF8, and migrate into it.');
}

/** The options as the driver understood them: of the URL, its parameters and the variables of PostgreSQL. */
const UNVERIFIED = z.looseObject({ rejectUnauthorized: z.literal(false) });

async function encryption(ask: Ask, client: pg.Client | null): Promise<Finding> {
  const row = await ask('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
  return encryptionFinding({
    isEncrypted: row['ssl'] === true,
    isVerified: !UNVERIFIED.safeParse(client?.ssl).success,
    host: client?.host ?? '',
  });
}

async function roundTrip(ask: Ask): Promise<Finding> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = systemTimer.now();
    await ask('SELECT 1');
    times.push(systemTimer.now() - startedAt);
  }
  const median = times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  const found = `${median.toFixed(2)} ms`;
  const fix = 'Every turn makes two round trips. Move the nodes and the database into one network.';
  if (median > ROUND_FAIL_MS) return fail(found, fix);
  return median > ROUND_WARN_MS ? warn(found, fix) : ok(found);
}

async function vacuum(ask: Ask): Promise<Finding> {
  const row = await ask(
    `SELECT current_setting('autovacuum') AS autovacuum,
            (SELECT age(datfrozenxid)::float8 / 2147483647 FROM pg_database WHERE datname = current_database()) AS used`,
  );
  const share = Math.round(Number(row['used']) * 100);
  if (row['autovacuum'] !== 'on')
    return fail(
      'autovacuum is off',
      'Set autovacuum = on: without it the database stops after two thousand million writes.',
    );
  return share > 50
    ? warn(`${share} % of the transaction numbers are used`, 'Run VACUUM FREEZE, and look for old open transactions.')
    : ok('autovacuum is on');
}

async function queues(ask: Ask): Promise<Finding> {
  try {
    const row = await ask(
      `SELECT (SELECT count(*)::int FROM (SELECT FROM log_queue LIMIT 100000) q) AS log,
              (SELECT count(*)::int FROM (SELECT FROM feed_queue LIMIT 100000) q) AS feed`,
    );
    const found = `${String(row['log'])} wait for an account log, ${String(row['feed'])} for the event feed`;
    return Number(row['log']) > QUEUE_WARN || Number(row['feed']) > QUEUE_WARN
      ? warn(found, 'Look for errors in the log of the nodes: docs/operations.md, Account log.')
      : ok(found);
  } catch (error) {
    if ((error as DatabaseError).code !== '42P01') throw error;
    return skipped('there are no tables yet', 'Run: masker migrate');
  }
}

async function journals(client: pg.Client | null): Promise<Finding> {
  try {
    return client === null
      ? skipped('the database cannot be asked', 'See `database_reachable` above.')
      : await journalFinding(client);
  } catch (error) {
    if ((error as DatabaseError).code !== '42P01') throw error;
    return skipped('there are no tables yet', 'Run: masker migrate');
  }
}
