/** The data folder (MASKER_DATA_DIR): made where it is missing, and refused in one line where it cannot be used. */
import { access, constants, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './error-code.ts';
import { StartError } from './start-error.ts';

/**
 * Makes the folder, passable for the account of an embedded database; what is inside has modes of its own.
 * Throws StartError for a folder that cannot be made or written to.
 */
export async function makeDataFolder(folder: string): Promise<void> {
  try {
    await makeFolders(path.resolve(folder));
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = errorCode(error) ?? 'unknown error';
    throw new StartError(
      `MASKER_DATA_DIR ${folder} cannot be written (${code}). Choose a folder that this user may write to.`,
      { cause: error },
    );
  }
}

/**
 * Makes a folder and those above it that are missing. The `recursive` option of `mkdir` never returns on a file system
 * that lets nobody make folders and says ENOENT, such as /proc.
 */
async function makeFolders(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (found?.isDirectory() === true) return;
  // What is there and no folder makes mkdir fail: it says so in its own words.
  if (found === null && path.dirname(folder) !== folder) await makeFolders(path.dirname(folder));
  await mkdir(folder, { mode: 0o711 }).catch(async (error: unknown) => {
    // Another start, at the same moment, was faster.
    if (errorCode(error) === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    throw error;
  });
}
