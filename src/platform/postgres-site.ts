/** The files of an embedded database: which programs run it, as which account, and in which private folders. */
import { createHash } from 'node:crypto';
import { chmod, lchown, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorCode } from './error-code.ts';
import { barredFolder, postgresAccount, type Account } from './postgres-account.ts';
import { copyWithinReach } from './postgres-copy.ts';
import { findPostgres } from './postgres-binaries.ts';
import { StartError } from './start-error.ts';

/** Part of the socket's file name; not a TCP port. Given in full everywhere, so that PGPORT of the environment has no say. */
export const PORT = 5432;
/** sun_path of macOS, the shortest in use, without its end mark. */
const MAX_SOCKET_PATH = 103;

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
  const home = path.join(dir, 'postgres');
  const data = path.join(home, 'data');
  let binaries = await findPostgres();
  const account = await postgresAccount(data);
  if (account !== null) {
    const bar = await barredFolder(account, home);
    if (bar !== null) throw barred(bar, account);
    if ((await barredFolder(account, path.join(binaries, 'postgres'))) !== null)
      binaries = await copyWithinReach(binaries);
  }
  await mkdir(dir, { recursive: true, mode: 0o711 }); // passable, for the account; what is inside has modes of its own
  await privateFolder(home, account);
  let sockets = home;
  if (Buffer.byteLength(socketFile(home)) > MAX_SOCKET_PATH) {
    sockets = path.join(tmpdir(), `masker-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`);
    await privateFolder(sockets, account);
  }
  return { binaries, account, home, data, log: path.join(home, 'postgres.log'), sockets };
}

function barred(folder: string, { uid }: Account): StartError {
  return new StartError(
    `PostgreSQL refuses to run as root, so it runs as user ${uid}, which may not pass ${folder}. Start Masker as an ` +
      `ordinary user, or set MASKER_DATA_DIR to a folder outside it, or allow passing (chmod o+x ${folder}), or set MASKER_DATABASE_URL`,
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
  if (account !== null && found.uid !== user) await lchown(folder, account.uid, account.gid);
  if ((found.mode & 0o077) !== 0) await chmod(folder, 0o700);
}

/** The socket's file in a folder. */
export function socketFile(folder: string): string {
  return path.join(folder, `.s.PGSQL.${PORT}`);
}
