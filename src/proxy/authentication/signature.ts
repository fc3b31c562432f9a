/** HMAC signatures over requests, as Vapi and others make them. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { SignatureSettings } from '../../agents/caller-auth.ts';

/** Header names in lower case, as node gives them. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Whether two texts are the same, in a time that depends on neither. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** The one value of a header; null where it is absent or was sent as several. */
export function headerValue(headers: Headers, name: string): string | null {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value : null;
}

/** The HMAC (RFC 2104) of the payload in the settings' encoding, without prefix. `timestamp` as it was sent. */
export function signatureOver(
  body: Uint8Array,
  timestamp: string | null,
  secret: string,
  { algorithm, encoding, payload }: Pick<SignatureSettings, 'algorithm' | 'encoding' | 'payload'>,
): string {
  const hmac = createHmac(algorithm, secret);
  if (payload === '{timestamp}.{body}') hmac.update(`${timestamp ?? ''}.`, 'utf8');
  return hmac.update(body).digest(encoding);
}

/**
 * Whether the request carries a signature of its body made with `secret`, and made lately where the settings know a
 * timestamp. The spelling counts too: hex is lower case, so that no second spelling of a signature passes.
 * `now` in milliseconds since the epoch.
 */
export function isSigned(
  headers: Headers,
  rawBody: Uint8Array,
  settings: SignatureSettings,
  secret: string,
  now: number,
): boolean {
  const { algorithm, header, prefix, timestampHeader, toleranceSeconds } = settings;
  const sent = headerValue(headers, header);
  if (sent === null) return false;
  const timestamp = timestampHeader === null ? null : headerValue(headers, timestampHeader);
  if (timestampHeader !== null && !isRecent(timestamp, toleranceSeconds, now)) return false;
  const expected = signatureOver(rawBody, timestamp, secret, settings);
  if (prefix !== null) return sameText(sent, prefix + expected);
  const named = `${algorithm}=`;
  return sameText(sent.startsWith(named) ? sent.slice(named.length) : sent, expected);
}

/** From here on a number of digits is milliseconds: as seconds it would be the year 5138. */
const FIRST_MILLISECONDS = 1e11;

/** Seconds since the epoch, or milliseconds: platforms do not agree, and do not always say. */
function isRecent(timestamp: string | null, toleranceSeconds: number, now: number): boolean {
  if (timestamp === null || !/^\d{1,15}$/.test(timestamp)) return false;
  const number = Number(timestamp);
  const signedAt = number < FIRST_MILLISECONDS ? number * 1000 : number;
  return Math.abs(now - signedAt) <= toleranceSeconds * 1000;
}
