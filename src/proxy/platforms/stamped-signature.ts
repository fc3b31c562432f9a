/** Signatures that carry their time in the same header, as Retell and ElevenLabs send them: `t=1700000000,v0=<hex>`. */
import { createHmac } from 'node:crypto';
import { headerValue, sameText } from '../authentication/signature.ts';
import type { Headers } from '../authentication/signature.ts';
import type { Secret } from '../../platform/secret.ts';

/** How a platform writes its signature. */
export interface StampedSignature {
  /** The header that carries it. */
  readonly header: string;
  /** Finds the time, and the signature in hex. */
  readonly pattern: RegExp;
  /** Milliseconds of one unit of the time. */
  readonly unitMs: number;
  /** What is signed: the parts around the body. */
  readonly around: (time: string) => readonly [before: string, after: string];
}

/** Retell: HMAC-SHA256 under the API key over the body and the time in milliseconds. docs.retellai.com, Secure the webhook. */
export const RETELL_SIGNATURE: StampedSignature = {
  header: 'x-retell-signature',
  pattern: /^v=(\d{1,15}),d=([0-9a-f]{64})$/,
  unitMs: 1,
  around: (time) => ['', time],
};

/** ElevenLabs: HMAC-SHA256 under the webhook's secret over the time in seconds, a full stop and the body. */
export const ELEVENLABS_SIGNATURE: StampedSignature = {
  header: 'elevenlabs-signature',
  pattern: /^t=(\d{1,12}),v0=([0-9a-f]{64})$/,
  unitMs: 1000,
  around: (time) => [`${time}.`, ''],
};

/** How far the time of signing may be from ours, either way. */
const TOLERANCE_MS = 5 * 60_000;

/** Returns true if the request carries the platform's signature of its body, made lately. `now` in milliseconds. Never throws. */
export function isStamped(
  { header, pattern, unitMs, around }: StampedSignature,
  headers: Headers,
  rawBody: Uint8Array,
  secret: Secret<string>,
  now: number,
): boolean {
  const [, time, sent] = pattern.exec(headerValue(headers, header) ?? '') ?? [];
  if (time === undefined || sent === undefined) return false;
  if (Math.abs(now - Number(time) * unitMs) > TOLERANCE_MS) return false;
  const [before, after] = around(time);
  const expected = createHmac('sha256', secret.reveal()).update(before).update(rawBody).update(after).digest('hex');
  return sameText(sent, expected);
}
