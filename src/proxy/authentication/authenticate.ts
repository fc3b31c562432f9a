/**
 * Whether a request comes from whom the agent's settings admit. To be asked before the body is parsed and before
 * anything is recorded: what a stranger sends is bytes. See docs/proxy.md.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { CallerAuth } from '../../agents/caller-auth.ts';
import { Failure } from '../../platform/failure.ts';
import type { Credential } from '../../sessions/credential.ts';
import { headerValue, isSigned, sameText } from './signature.ts';
import type { Headers } from './signature.ts';

// RFC 6750, 2.1; a longer key than any of ours is not worth hashing.
const BEARER = /^bearer +([\w.~+/-]{1,512}=*) *$/i;

/** Where a caller sends a proxy key that keeps `Authorization` for its own key at the provider. */
const KEY_HEADER = 'masker-proxy-key';

/**
 * Returns what the request is admitted by: one of the ways that are set up, or `none` where there is none (null) and
 * everybody who knows the agent's id is admitted. Null where it is not admitted. `headers` have lower-case names; `rawBody`
 * is the body as it arrived, byte for byte; `now` in milliseconds since the epoch. Secrets are compared in constant time.
 * Never throws.
 */
export function authenticate(
  headers: Headers,
  rawBody: Uint8Array,
  auth: CallerAuth | null,
  now: number,
): Credential | null {
  if (auth === null) return 'none';
  const { signature, sharedSecrets, proxyKeyHashes } = auth;
  if (signature !== null && isSigned(headers, rawBody, signature, signature.secret.reveal(), now)) return 'signature';
  if (sharedSecrets.some(({ header, secret }) => isSent(headers, header, secret.reveal()))) return 'shared_secret';
  const hash = keyHash(headers, proxyKeyHashes);
  return hash === null ? null : `proxy_key:${hash.toString('hex')}`;
}

/**
 * As `authenticate`, but throws Failure `bad_signature` where the request is not admitted. It does not say which way failed,
 * or how.
 */
export function requireAuthentic(
  headers: Headers,
  rawBody: Uint8Array,
  auth: CallerAuth | null,
  now: number,
): Credential {
  const credential = authenticate(headers, rawBody, auth, now);
  if (credential === null) throw new Failure('bad_signature', 'The request is not authenticated as the agent demands.');
  return credential;
}

function bearerToken(headers: Headers): string | null {
  return BEARER.exec(headerValue(headers, 'authorization') ?? '')?.[1] ?? null;
}

/** Vapi sends a secret in `Authorization` with the word Bearer before it, or without, as its credential says. */
function isSent(headers: Headers, header: string, secret: string): boolean {
  const sent = headerValue(headers, header);
  if (sent === null) return false;
  const token = header.toLowerCase() === 'authorization' ? bearerToken(headers) : null;
  return sameText(sent, secret) || (token !== null && sameText(token, secret));
}

/** The hash of the proxy key that was sent; null where it is none of the agent's. */
function keyHash(headers: Headers, hashes: readonly Uint8Array[]): Buffer | null {
  const key = hashes.length === 0 ? null : (headerValue(headers, KEY_HEADER) ?? bearerToken(headers));
  if (key === null) return null;
  const sent = createHash('sha256').update(key, 'utf8').digest();
  return hashes.some((hash) => timingSafeEqual(sent, hash)) ? sent : null;
}

/** Keys of ours: an access token, or a proxy key. */
const OURS = /^(?:bearer +)?(?:msk|mpk)_/i;

/**
 * The caller's own key for the provider, which may be sent on; null where the header is absent or is for us. A key of
 * ours, right or wrong, mistaken or revoked, is nothing for a provider.
 */
export function providerAuthorization(headers: Headers, auth: CallerAuth | null): string | null {
  const sent = headerValue(headers, 'authorization');
  if (sent === null || OURS.test(sent)) return null;
  const { signature = null, sharedSecrets = [] } = auth ?? {};
  const asked = [signature, ...sharedSecrets].flatMap((way) => way?.header.toLowerCase() ?? []);
  return asked.includes('authorization') ? null : sent;
}
