/** The data folder (MASKER_DATA_DIR): made where it is missing, and refused in one line where it cannot be used. */
import { access, constants, mkdir } from 'node:fs/promises';
import { errorCode } from './error-code.ts';
import { StartError } from './start-error.ts';

/**
 * Makes the folder, passable for the account of an embedded database; what is inside has modes of its own.
 * Throws StartError for a folder that cannot be made or written to.
 */
export async function makeDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o711 });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = errorCode(error) ?? 'unknown error';
    throw new StartError(
      `MASKER_DATA_DIR ${folder} cannot be written (${code}). Choose a folder that this user may write to.`,
      { cause: error },
    );
  }
}
