import { randomBytes } from 'node:crypto';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isKid, keyVariable } from '../../platform/key-variables.ts';
import { CommandFailure, EXIT } from './client/command-failure.ts';

/** What `masker keys generate` is asked for. */
export interface GenerateOptions {
  /** The name of the token key. */
  readonly kid: string;
  /** Print a JSON object instead of lines for an environment file. */
  readonly json?: boolean;
}

/**
 * `masker keys generate`: a fresh set of the keys that a production start needs, as environment variables.
 *
 * @throws CommandFailure for a name that no key can have
 */
export function generateKeys({ kid, json }: GenerateOptions): string {
  const keys = newKeys(kid);
  if (json === true) return JSON.stringify(Object.fromEntries(keys), null, 2);
  return keys.map(([name, key]) => `${name}=${key}`).join('\n');
}

/**
 * `masker keys generate --output`: writes each key to a file of the folder, named as its variable, for its owner only.
 * Returns what to print: the variables that refer to the files.
 *
 * @throws CommandFailure for a name that no key can have, for a folder that others can enter, and where a key is there
 */
export async function writeKeys(folder: string, { kid, json }: GenerateOptions): Promise<string> {
  const keys = newKeys(kid);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (((await stat(folder)).mode & 0o077) !== 0)
    throw new CommandFailure(EXIT.command, `--output ${folder} can be entered by others. Run: chmod 700 ${folder}`);
  // All are looked for before one is written: keys of two sets must not be mixed.
  const present = await readdir(folder);
  const [taken] = keys.filter(([name]) => present.includes(name));
  if (taken !== undefined)
    throw new CommandFailure(EXIT.command, `${path.join(folder, taken[0])} is there. A key is never overwritten.`);
  for (const [name, key] of keys) await writeFile(path.join(folder, name), `${key}\n`, { flag: 'wx', mode: 0o600 });
  const references = keys.map(([name]) => [name, `file:${path.resolve(folder, name)}`] as const);
  if (json === true) return JSON.stringify(Object.fromEntries(references), null, 2);
  return references.map(([name, reference]) => `${name}=${reference}`).join('\n');
}

/** Variables with new keys. Throws CommandFailure for a name that no key can have. */
function newKeys(kid: string): (readonly [variable: string, key: string])[] {
  if (!isKid(kid) || kid.endsWith('_OLD'))
    throw new CommandFailure(
      EXIT.usage,
      '--kid must be upper-case letters, digits and underscores, begin with a letter, and not end with _OLD',
    );
  const names = [keyVariable(kid, 'active'), 'MASKER_AUDIT_HMAC_KEY', 'MASKER_SIGNING_KEY', 'MASKER_SESSION_SECRET'];
  return names.map((name) => [name, randomBytes(32).toString('base64')] as const);
}
