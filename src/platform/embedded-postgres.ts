/**
 * The database of an installation without MASKER_DATABASE_URL: a real PostgreSQL as a child process, its files in
 * Masker's data folder, reached through a unix socket in a folder of mode 0700. It opens no TCP port.
 *
 * A killed Masker leaves its postmaster running; the next start uses it as it stands. Who owns a running postmaster is
 * decided by an advisory lock on a connection held for life: the kernel closes the connection of a killed owner, so the
 * lock can neither go stale nor be confused by a process id that was given out again.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { endClient } from './end-client.ts';
import { errorCode } from './error-code.ts';
import { databaseHome, PORT, prepareSite, socketFile } from './postgres-site.ts';
import type { Site } from './postgres-site.ts';
import { isAlive } from './process-alive.ts';
import { StartError } from './start-error.ts';

/** A running embedded database, owned by this process. */
export interface EmbeddedPostgres {
  /** The connection URL of a database of the server; `postgres`, the maintenance database, unless another is named. */
  readonly url: (database?: string) => string;
  /** The postmaster's process id. */
  readonly pid: number;
  /** Resolves when the server has ended or has cut its connections, whether it was asked to or not. */
  readonly gone: Promise<void>;
  /**
   * Ends all connections, writes a checkpoint, and returns when the server is gone, or after two minutes: the kernel ends no
   * process that waits for a disk. A second call changes nothing.
   */
  readonly stop: () => Promise<void>;
}

/** "masker" in ASCII: an advisory lock of the maintenance database that nothing else takes. */
const OWNER_LOCK = '120265348048242';
/** Recovery after a crash replays the log since the last checkpoint, five minutes at most. */
const START_MS = 120_000;
/** A killed owner's connection, or a killed postmaster that nobody has reaped yet, may linger for seconds. */
const LINGER_MS = 5000;
/** What the server says then: the lock file of a process not yet reaped, the memory of workers that are still ending. */
const LINGERING = /lock file|shared memory block/;
/** To connect to a server and ask who owns it. A frozen server does not answer. */
const CLAIM_MS = 2000;
/** How long a server may take for its checkpoint; then it is asked to end at once, and waited for as long again. */
const STOP_MS = 60_000;
const POLL_MS = 20;

const run = promisify(execFile);

/**
 * Starts the database of a data folder, making it on the first start, or takes over the one that a killed Masker left.
 * Resolves when it answers. Throws StartError, which says what to do, where there are no PostgreSQL programs, where
 * root's replacement account cannot reach its files, or where another living Masker owns the folder. `connections` is how
 * many it takes at a time.
 */
export async function startEmbeddedPostgres(dir: string, connections = 100): Promise<EmbeddedPostgres> {
  const site = await prepareSite(path.resolve(dir));
  await initialise(site);
  const deadline = Date.now() + START_MS;
  const patience = Date.now() + LINGER_MS;
  let child: ChildProcess | null = null;
  for (;;) {
    const server = await readPostmaster(site.data);
    const claim = server === null ? 'silent' : await claimServer(serverUrl(server.sockets));
    if (server !== null && claim instanceof pg.Client) return owned(site, server, claim, child);
    if (claim === 'taken' && Date.now() > patience) {
      throw new StartError(
        `another Masker is running on the data folder ${dir}: stop it first, or give this one its own MASKER_DATA_DIR`,
      );
    }
    if (child !== null && hasEnded(child)) {
      const tail = await logTail(site.log);
      if (claim === 'silent' && (!LINGERING.test(tail) || Date.now() > patience))
        throw new StartError(`the embedded PostgreSQL did not start:\n${tail}`);
      child = null;
      await pause(10 * POLL_MS);
    } else if (child === null && claim === 'silent') {
      if (server !== null) await dropForeignLock(site, server);
      child = await launch(site, connections);
    }
    if (Date.now() > deadline)
      throw new StartError(
        `the embedded PostgreSQL did not answer within ${START_MS / 1000} s; its log is ${site.log}`,
      );
    await pause(POLL_MS);
  }
}

/**
 * Returns the URL of the database of a data folder that a living Masker owns; null where none does. It is used beside its
 * owner, who starts and stops it.
 */
export async function runningPostgres(dir: string): Promise<string | null> {
  const home = path.resolve(dir);
  if (!(await exists(home))) return null;
  const server = await readPostmaster((await prepareSite(home)).data);
  if (server === null) return null;
  const claim = await claimServer(serverUrl(server.sockets));
  if (claim instanceof pg.Client) await endClient(claim);
  return claim === 'taken' ? serverUrl(server.sockets) : null;
}

/**
 * Makes the database's files on the first start. initdb works in a folder beside, which is renamed when it is complete:
 * a start that was killed half-way leaves nothing that looks like a database.
 */
async function initialise({ binaries, account, home, data }: Site): Promise<void> {
  if (await exists(path.join(data, 'PG_VERSION'))) return;
  for (const name of await readdir(home)) {
    const maker = /^data\.init-(\d+)-/.exec(name)?.[1];
    if (maker !== undefined && !isAlive(Number(maker))) await rm(path.join(home, name), { recursive: true });
  }
  const draft = path.join(home, `data.init-${process.pid}-${randomBytes(4).toString('hex')}`);
  const args = [
    '-D',
    draft,
    '-U',
    'postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ];
  await run(path.join(binaries, 'initdb'), args, {
    ...account,
    env: environment(),
    cwd: home,
    timeout: START_MS,
  }).catch((error: unknown) => {
    const isLate = error instanceof Error && 'killed' in error && error.killed === true;
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : 'it could not be run';
    throw new StartError(
      `initdb of the embedded PostgreSQL failed: ${isLate ? `it took over ${START_MS / 1000} s` : said}`,
    );
  });
  await rename(draft, data).catch(async (error: unknown) => {
    // Another Masker, started at the same moment, was faster: its database is as good.
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(path.join(data, 'PG_VERSION'))))
      throw new StartError(
        `${data} is in the way: it is not empty and holds no database (${errorCode(error) ?? 'unknown error'}). ` +
          'Move it elsewhere, or set MASKER_DATA_DIR to another folder.',
      );
  });
}

/** Spawns the server. It may end by itself, when another one has the folder. */
async function launch(site: Site, connections: number): Promise<ChildProcess> {
  const log = await open(site.log, 'w', 0o600);
  const settings = {
    listen_addresses: '',
    unix_socket_directories: site.sockets,
    unix_socket_permissions: '0700',
    port: `${PORT}`,
    max_connections: `${connections}`,
    timezone: 'UTC',
    log_timezone: 'UTC',
    // No stored value may reach the log: not the statement that failed, nor the server's own words about it.
    log_min_messages: 'log', // above ERROR: errors are told to the client alone
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    // A start after a crash flushes the data folder first. Its thousand files one by one take seconds on a busy disk.
    recovery_init_sync_method: process.platform === 'linux' ? 'syncfs' : 'fsync',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // In a session of its own, so that Ctrl-C on the terminal ends Masker first, which then ends the database.
  const child = spawn(path.join(site.binaries, 'postgres'), ['-D', site.data, ...options], {
    ...site.account,
    env: environment(),
    cwd: site.home,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.on('error', () => undefined); // it could not be spawned, which hasEnded tells as well
  if (child.pid !== undefined) child.once('exit', stopOnExit(child.pid));
  child.unref();
  await log.close();
  return child;
}

/**
 * Returns the URL of Masker's database in the embedded PostgreSQL of a data folder if it runs, and null otherwise. Starts
 * and makes nothing.
 */
export async function runningEmbeddedPostgres(dir: string): Promise<string | null> {
  const server = await readPostmaster(path.join(await databaseHome(path.resolve(dir)), 'data'));
  return server !== null && isAlive(server.pid) ? serverUrl(server.sockets) : null;
}

/** Whether the process is over, or never began. */
function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/**
 * Takes ownership of the server behind the URL: the connection that holds it, or why not. `taken`: another process owns
 * it. `busy`: it is there but does not let anybody in, for it starts up or shuts down. `silent`: nobody is there.
 */
async function claimServer(url: string): Promise<pg.Client | 'taken' | 'busy' | 'silent'> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'masker owner',
    connectionTimeoutMillis: CLAIM_MS,
    query_timeout: CLAIM_MS,
  });
  client.on('error', () => undefined); // the server went away; whoever queries next will say so
  try {
    await client.connect();
    const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [OWNER_LOCK]);
    if (rows[0]?.got === true) return client;
    await endClient(client);
    return 'taken';
  } catch (error) {
    await endClient(client);
    return error instanceof pg.DatabaseError ? 'busy' : 'silent';
  }
}

interface Postmaster {
  readonly pid: number;
  readonly sockets: string;
}

function owned(
  site: Site,
  { pid, sockets }: Postmaster,
  owner: pg.Client,
  child: ChildProcess | null,
): EmbeddedPostgres {
  const started = child?.pid === pid ? child : null;
  const hasGone = async (): Promise<boolean> =>
    started === null ? !isAlive(pid) || (await readPostmaster(site.data))?.pid !== pid : hasEnded(started);
  const gone = new Promise<void>((resolve) => {
    owner.once('end', resolve);
  });
  const disarm = stopOnExit(pid);
  const end = async (): Promise<void> => {
    await endClient(owner);
    for (let waited = 0; waited < 2 * STOP_MS && !(await hasGone()); waited += POLL_MS) {
      if (waited === 0) signal(pid, 'SIGINT'); // "fast": rolls back what is open, then a checkpoint
      if (waited === STOP_MS) signal(pid, 'SIGQUIT'); // "immediate": safe, but the next start has to recover
      await pause(POLL_MS);
    }
    disarm();
  };
  let ended: Promise<void> | null = null;
  void gone.then(async () => {
    // The process id of a server that is gone may be given to another process, which must not be signalled.
    if (await hasGone()) disarm();
  });
  return {
    pid,
    url: (database) => serverUrl(sockets, database),
    gone,
    stop: () => (ended ??= end()),
  };
}

/**
 * Asks the server to stop when this process exits, whatever the reason: a failed start, a second Ctrl-C, an error that
 * nobody caught. The server stops by itself afterwards. Returns the function that takes this back.
 */
function stopOnExit(pid: number): () => void {
  const ask = (): void => {
    signal(pid, 'SIGINT');
  };
  process.once('exit', ask);
  return () => process.off('exit', ask);
}

/** The lock file of a data folder: its process and its socket's folder. Null where there is none, or only a part of one. */
async function readPostmaster(data: string): Promise<Postmaster | null> {
  const lines = (await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  const sockets = lines[4];
  return Number.isInteger(pid) && pid > 0 && sockets !== undefined && sockets !== '' ? { pid, sockets } : null;
}

/**
 * In a container process ids begin anew, so the lock file of a killed server may name a process of now that has nothing
 * to do with it; PostgreSQL would wait for that one to end. Linux tells what a process runs; elsewhere it stays.
 */
async function dropForeignLock({ data }: Site, { pid, sockets }: Postmaster): Promise<void> {
  const program = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => null);
  if (program === null || program.trim() === 'postgres') return;
  await rm(path.join(data, 'postmaster.pid'), { force: true });
  await rm(`${socketFile(sockets)}.lock`, { force: true });
}

function serverUrl(sockets: string, database = 'postgres'): string {
  return `postgresql://postgres@localhost:${PORT}/${encodeURIComponent(database)}?host=${encodeURIComponent(sockets)}&sslmode=disable`;
}

/** What the server may know of our environment. Not our secrets: its account could read them in /proc. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LANG: 'C', LC_ALL: 'C' };
}

/** The end of the server's log. It holds no stored value: see the settings of `launch`. */
async function logTail(file: string): Promise<string> {
  return (await readFile(file, 'utf8').catch(() => '')).trim().split('\n').slice(-10).join('\n');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // already gone
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
