import { randomBytes } from 'node:crypto';
import { isKid, keyVariable } from '../platform/key-variables.ts';
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
  if (!isKid(kid) || kid.endsWith('_OLD'))
    throw new CommandFailure(
      EXIT.usage,
      '--kid must be upper-case letters, digits and underscores, begin with a letter, and not end with _OLD',
    );
  const names = [keyVariable(kid, 'active'), 'MASKER_AUDIT_HMAC_KEY', 'MASKER_SIGNING_KEY', 'MASKER_SESSION_SECRET'];
  const keys = names.map((name) => [name, randomBytes(32).toString('base64')] as const);
  if (json === true) return JSON.stringify(Object.fromEntries(keys), null, 2);
  return keys.map(([name, key]) => `${name}=${key}`).join('\n');
}
