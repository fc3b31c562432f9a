/** Asks a time-stamping authority over HTTP (RFC 3161, 3.4). The reply is taken only where its token holds. */
import { randomBytes } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import { TimestampRefusal, ensure } from './refusal.ts';
import { checkToken, timestampRequest, tokenOf } from './token.ts';

/** A token that was checked. */
export interface TakenToken {
  /** The TimeStampToken, DER. */
  readonly token: Buffer;
  /** The time that it states. */
  readonly at: Date;
}

export interface TimestampAuthority {
  /** Resolves with a token of the message. Rejects with TimestampRefusal. */
  stamp(message: Buffer, signal: AbortSignal): Promise<TakenToken>;
}

export interface AuthorityOptions {
  readonly url: string;
  /** Certificates of MASKER_TSA_CA. */
  readonly authorities: readonly X509Certificate[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const TIMEOUT_MS = 10_000;
const LARGEST_REPLY = 65_536;

export function createTimestampAuthority({ url, authorities, now }: AuthorityOptions): TimestampAuthority {
  return {
    stamp: async (message, signal) => {
      const nonce = randomBytes(8);
      const reply = await ask(url, timestampRequest({ message, nonce }), signal);
      const token = tokenOf(reply);
      return { token, at: checkToken(token, { message, nonce, authorities, now: now() }) };
    },
  };
}

async function ask(url: string, query: Buffer, signal: AbortSignal): Promise<Buffer> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      body: new Uint8Array(query),
      headers: { 'Content-Type': 'application/timestamp-query', Accept: 'application/timestamp-reply' },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const isReply = response.headers.get('content-type')?.split(';')[0]?.trim() === 'application/timestamp-reply';
    if (response.status !== 200 || !isReply) {
      await response.body?.cancel();
      throw new TimestampRefusal(response.status === 200 ? 'not_a_reply' : 'http_status');
    }
    return await bounded(response);
  } catch (cause) {
    if (cause instanceof TimestampRefusal) throw cause;
    throw new TimestampRefusal('not_reached', { cause });
  }
}

async function bounded({ body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the body.
  for await (const chunk of body ?? []) {
    size += chunk.length;
    ensure(size <= LARGEST_REPLY, 'too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
