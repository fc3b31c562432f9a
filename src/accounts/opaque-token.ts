/**
 * Secrets that we hand out and later recognise: session cookies and one-time links. 256 random bits, so that a plain
 * SHA-256 of them can be stored: there is nothing to guess, hence nothing for a slow hash to slow down.
 */
import { createHash, randomBytes } from 'node:crypto';

const FORM = /^[A-Za-z0-9_-]{43}$/;

/** 256 fresh random bits as 43 characters of unpadded base64url. */
export function newOpaqueToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether the text could be a token of ours: asked before the database is, so that junk costs no query. */
export function isOpaqueToken(text: string): boolean {
  return FORM.test(text);
}

/** Lower-case hex SHA-256 of the token's text: the only form in which a token is ever stored. */
export function opaqueTokenHash(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
