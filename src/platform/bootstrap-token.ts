/**
 * The bootstrap admin's access token on a development machine: made once into a file, so that the first call of a
 * newcomer needs no browser. Unlike a key it seals nothing: deleting the file makes the next start issue another.
 */
import { randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from './config.ts';
import { errorCode } from './error-code.ts';
import { Secret } from './secret.ts';
import { StartError } from './start-error.ts';

const FORM = /^msk_[\w-]{24,}$/;

export interface BootstrapToken {
  /** Null in production where none is configured: then nobody has the bootstrap admin's rights by token. */
  readonly token: Secret<string> | null;
  /** The file that holds it; null where it is configured, or where there is none. */
  readonly file: string | null;
}

/**
 * The configured token; in development else the one in `<data folder>/bootstrap-token` (mode 0600), made where it is
 * missing. Two starts at once end up with one token. Throws StartError for a file that holds none.
 */
export async function loadBootstrapToken(config: Config): Promise<BootstrapToken> {
  if (config.bootstrapToken !== null || config.production) return { token: config.bootstrapToken, file: null };
  const file = path.join(config.dataDir, 'bootstrap-token');
  const fresh = `msk_${randomBytes(32).toString('base64url')}`;
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(`${fresh}\n`);
    await handle.close();
    return { token: new Secret(fresh), file };
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  const text = (await readFile(file, 'utf8')).trim();
  if (!FORM.test(text)) throw new StartError(`${file} holds no access token: delete it, and the next start makes one`);
  return { token: new Secret(text), file };
}
