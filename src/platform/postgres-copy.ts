/**
 * A copy of the PostgreSQL programs that their account can reach. Where Masker runs as root from a folder that is root's
 * alone (`/root`, a temporary checkout), PostgreSQL, which refuses root, could not even be started from node_modules.
 */
import { createHash } from 'node:crypto';
import { cp, lstat, mkdtemp, chmod, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorCode } from './error-code.ts';
import { StartError } from './start-error.ts';

/**
 * Copies the tree around `binaries` (`bin` with its `lib` and `share`) into the temporary folder, once for each installed
 * version, and returns the copy's `bin`. Throws StartError where somebody else has put something in that place.
 */
export async function copyWithinReach(binaries: string, parent: string = tmpdir()): Promise<string> {
  const { size, mtimeMs } = await stat(path.join(binaries, 'postgres'));
  const version = createHash('sha256').update(`${binaries}|${size}|${mtimeMs}`).digest('hex').slice(0, 16);
  const target = path.join(parent, `masker-postgres-${version}`);
  if (!(await isOurs(target))) {
    const draft = await mkdtemp(`${target}.`);
    await cp(path.dirname(binaries), draft, { recursive: true, verbatimSymlinks: true });
    await chmod(draft, 0o755);
    await rename(draft, target).catch(async (error: unknown) => {
      // Another start was first: its copy is as good as this one.
      await rm(draft, { recursive: true, force: true });
      if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error;
    });
  }
  return path.join(target, path.basename(binaries));
}

/** Whether the copy is there. What is run as the database must not be a folder that somebody else may write to. */
async function isOurs(target: string): Promise<boolean> {
  const found = await lstat(target).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (found === null) return false;
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return true;
  throw new StartError(
    `${target} must be a folder that only this user can write to: remove it, or set MASKER_DATABASE_URL`,
  );
}
