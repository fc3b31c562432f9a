/** The files of an embedded database: which programs run it, as which account, and in which private folders. */
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeDataFolder } from './data-folder.ts';
import { errorCode } from './error-code.ts';
import { barredFolder, giveFolder, postgresAccount, type Account } from './postgres-account.ts';
import { copyWithinReach } from './postgres-copy.ts';
import { findPostgres } from './postgres-binaries.ts';
import { StartError } from './start-error.ts';

/** Part of the socket's file name; not a TCP port. Given in full everywhere, so that PGPORT of the environment has no say. */
export const PORT = 5432;
/** sun_path of macOS, the shortest in use, without its end mark. */
const MAX_SOCKET_PATH = 103;
/** Holds the path of the database's files where they are not in the data folder. */
const POINTER = 'postgres.path';
/** Where they are then: one folder for each data folder. */
const OUTSIDE = '/var/lib/masker';

/** Everything the start needs to know of its surroundings, found once. */
export interface Site {
  readonly binaries: string;
  readonly account: Account | null;
  /** Holds the database, the server's log and, where its path is short enough, the socket. */
  readonly home: string;
  readonly data: string;
  readonly log: string;
  readonly sockets: string;
}

/** Finds the programs and makes the private folders of a data folder. Throws StartError, which says what to do. */
export async function prepareSite(dir: string): Promise<Site> {
  await makeDataFolder(dir);
  const home = await chooseHome(dir);
  const data = path.join(home, 'data');
  let binaries = await findPostgres();
  const account = await postgresAccount(data);
  if (account !== null) {
    const bar = await barredFolder(account, home);
    if (bar !== null) throw barred(bar, account);
    if ((await barredFolder(account, path.join(binaries, 'postgres'))) !== null)
      binaries = await copyWithinReach(binaries);
  }
  await privateFolder(home, account);
  let sockets = home;
  if (Buffer.byteLength(socketFile(home)) > MAX_SOCKET_PATH) {
    sockets = path.join(tmpdir(), `masker-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`);
    await privateFolder(sockets, account);
  }
  return { binaries, account, home, data, log: path.join(home, 'postgres.log'), sockets };
}

/**
 * Returns the folder of the database's files: `postgres` in the data folder, or the place that `postgres.path` in it names.
 */
export async function databaseHome(dir: string): Promise<string> {
  const elsewhere = (await readFile(path.join(dir, POINTER), 'utf8').catch(() => '')).trim();
  return elsewhere === '' ? path.join(dir, 'postgres') : elsewhere;
}

/**
 * Returns the folder of the database's files. Where Masker runs as root in a folder that is root's alone, such as /root,
 * PostgreSQL's account cannot reach the data folder: the first start then chooses a folder below OUTSIDE and writes its
 * path into `postgres.path`, so that every later start finds the same files. A database that exists is never moved.
 */
async function chooseHome(dir: string): Promise<string> {
  const home = await databaseHome(dir);
  const account = await postgresAccount(path.join(home, 'data'));
  const exists = await stat(path.join(home, 'data', 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  if (account === null || exists || (await barredFolder(account, home)) === null) return home;
  const outside = path.join(OUTSIDE, createHash('sha256').update(dir).digest('hex').slice(0, 16));
  try {
    await mkdir(OUTSIDE, { recursive: true, mode: 0o711 });
    if ((await barredFolder(account, outside)) !== null) return home;
    await writeFile(path.join(dir, POINTER), `${outside}\n`, { mode: 0o600 });
  } catch {
    return home; // a read-only system: the start goes on to say that the folder cannot be passed
  }
  return outside;
}

function barred(folder: string, { uid }: Account): StartError {
  return new StartError(
    `MASKER_DATA_DIR is in ${folder}, which PostgreSQL's user ${uid} may not pass (PostgreSQL refuses to run as root). ` +
      `Start Masker as an ordinary user, set MASKER_DATA_DIR to another folder, or run: chmod o+x ${folder}`,
  );
}

/**
 * A folder for one account only. In a shared place (the temporary folder) somebody else may have made it first, to
 * read along or to answer in the database's name: a link, or another owner's folder, is refused.
 */
async function privateFolder(folder: string, account: Account | null): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    const code = errorCode(error);
    if (code !== 'EEXIST')
      throw new StartError(`the folder ${folder} of the embedded database cannot be made: ${code ?? 'unknown error'}`);
  });
  const found = await lstat(folder);
  const own = process.getuid?.() ?? found.uid;
  const user = account?.uid ?? own;
  if (!found.isDirectory() || (found.uid !== user && found.uid !== own)) {
    throw new StartError(`${folder} must be a folder owned by user ${user}, who runs the embedded database`);
  }
  // Just made, by this start or by another one of root's at the same moment.
  if (account !== null && found.uid !== user) await giveFolder(folder, account);
  if ((found.mode & 0o077) !== 0) await chmod(folder, 0o700);
}

/** The socket's file in a folder. */
export function socketFile(folder: string): string {
  return path.join(folder, `.s.PGSQL.${PORT}`);
}
