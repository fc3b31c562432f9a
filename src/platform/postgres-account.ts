/** PostgreSQL refuses to run as root. Where Masker runs as root, the database runs as an unprivileged account that exists. */
import { lchown, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './error-code.ts';
import { StartError } from './start-error.ts';

/** A user and its primary group, by number. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Tried in this order; a machine without PostgreSQL has at least the second. */
const UNPRIVILEGED = ['postgres', 'nobody'];

/** The account to run PostgreSQL as, or null to run it as the account of this process, whose user is `uid`. */
export async function postgresAccount(dataFolder: string, uid = process.getuid?.()): Promise<Account | null> {
  if (uid !== 0) return null;
  const owner = await stat(dataFolder).catch(() => null);
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }; // whoever made it must go on
  const accounts = parsePasswd(await readFile('/etc/passwd', 'utf8'));
  for (const name of UNPRIVILEGED) {
    const account = accounts.get(name);
    if (account !== undefined) return account;
  }
  throw new StartError(
    `PostgreSQL refuses to run as root, and neither account ${UNPRIVILEGED.join(' nor ')} exists: start Masker as an ordinary user, or set MASKER_DATABASE_URL`,
  );
}

/**
 * Gives a folder to the account. Throws StartError where this process is root and still may not: in a container without
 * capabilities, or in a user namespace that has no other user.
 */
export async function giveFolder(folder: string, { uid, gid }: Account): Promise<void> {
  await lchown(folder, uid, gid).catch((error: unknown) => {
    const code = errorCode(error);
    if (code !== 'EPERM' && code !== 'EINVAL') throw error;
    throw new StartError(
      `PostgreSQL refuses to run as root, and root may not use user ${uid} here (${code} from chown): ` +
        'start Masker as an ordinary user, or set MASKER_DATABASE_URL',
    );
  });
}

/** passwd(5): name:password:uid:gid:... */
function parsePasswd(text: string): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const line of text.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name !== undefined && uid !== undefined && gid !== undefined)
      accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}

/**
 * The outermost folder on the way to `target` that the account may not pass, or null where the way is free. Judged by
 * permission bits alone; `target` itself is not judged, and what does not exist yet does not bar.
 */
export async function barredFolder(account: Account, target: string): Promise<string | null> {
  const parents: string[] = [];
  for (let folder = path.dirname(path.resolve(target)); ; folder = path.dirname(folder)) {
    parents.unshift(folder);
    if (folder === path.dirname(folder)) break;
  }
  for (const folder of parents) {
    const found = await stat(folder).catch(() => null);
    if (found === null) return null;
    const bit = found.uid === account.uid ? 0o100 : found.gid === account.gid ? 0o010 : 0o001;
    if ((found.mode & bit) === 0) return folder;
  }
  return null;
}
