import { randomBytes } from 'node:crypto';

/** `masker keys generate`: a fresh set of the keys that a production start needs, as environment variables. */
export function generateKeys(): string {
  const names = ['MASKER_KEY_K_HEALTHCARE', 'MASKER_AUDIT_HMAC_KEY', 'MASKER_SIGNING_KEY', 'MASKER_SESSION_SECRET'];
  return names.map((name) => `${name}=${randomBytes(32).toString('base64')}`).join('\n');
}
