/**
 * Sends one signed message to a receiver. The address is a customer's, so what it can reach is bounded as for assistant
 * callbacks: no redirect is followed, and no private or link-local address is called unless the operator allowed its network.
 */
import { lookup } from 'node:dns';
import '../platform/node-fetch.ts';
import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';
import type { PublicEvent } from '../events/event.ts';
import { eventText } from '../events/event.ts';
import { errorCode } from '../platform/error-code.ts';
import type { CallbackTargets } from '../platform/forbidden-address.ts';
import { guardedLookup, namesForbidden } from '../platform/guarded-lookup.ts';
import type { Resolve } from '../platform/guarded-lookup.ts';
import { webhookHeaders } from '../platform/standard-webhooks.ts';

/** For the whole of an attempt, in milliseconds. */
export const ATTEMPT_TIMEOUT_MS = 15_000;
const MAX_DUMPED_BYTES = 16_384;

/** Why an attempt failed. */
export const ATTEMPT_ERRORS = [
  'status',
  'timeout',
  'connection',
  'tls',
  'dns',
  'forbidden_address',
  'secret_unavailable',
] as const;
export type AttemptError = (typeof ATTEMPT_ERRORS)[number];

/** What came of an attempt. */
export interface Outcome {
  /** HTTP status; null where none came. */
  readonly status: number | null;
  /** Null where the message was delivered. */
  readonly error: AttemptError | null;
}

/** A message on its way. */
export interface Message {
  readonly url: string;
  /** As they are shown to the receiver; each signs. */
  readonly secrets: readonly string[];
  readonly event: PublicEvent;
  /** Time of the attempt, in milliseconds since the epoch. */
  readonly at: number;
}

export interface Receivers {
  /** Resolves with what came of it. Rejects only where `signal` aborts it. */
  send(message: Message, signal: AbortSignal): Promise<Outcome>;
  /** Aborts requests in flight. */
  close(): Promise<void>;
}

export interface ReceiversOptions {
  readonly targets: CallbackTargets;
  /** For the whole of an attempt; default {@link ATTEMPT_TIMEOUT_MS}. */
  readonly timeoutMs?: number;
  /** Default: the system's. */
  readonly resolve?: Resolve;
}

export function createReceivers({
  targets,
  timeoutMs = ATTEMPT_TIMEOUT_MS,
  resolve = lookup,
}: ReceiversOptions): Receivers {
  const doorFor = (allows: (address: string) => boolean): { dispatcher: Dispatcher; allows: typeof allows } => ({
    allows,
    dispatcher: new Agent({
      // Each webhook bounds its own: webhooks of other accounts may have receivers of the same origin.
      connections: null,
      connect: { timeout: timeoutMs, lookup: guardedLookup(resolve, allows) },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    }),
  });
  const secure = doorFor((address) => targets.allows(address));
  const plain = doorFor((address) => targets.allowsPlain(address));
  return {
    send: async ({ url, secrets, event, at }, signal) => {
      const { dispatcher, allows } = url.startsWith('https:') ? secure : plain;
      if (secrets.length === 0) return { status: null, error: 'secret_unavailable' };
      if (namesForbidden(url, allows)) return { status: null, error: 'forbidden_address' };
      const body = Buffer.from(eventText(event), 'utf8');
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        const response = await request(url, {
          dispatcher,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'user-agent': 'Masker-Webhooks/1',
            ...webhookHeaders(secrets, event.id, Math.floor(at / 1000), body),
          },
          body,
          signal: AbortSignal.any([signal, timeout]),
        });
        // The answer says nothing but its status: no more is read than lets the connection be used again.
        response.body.dump({ limit: MAX_DUMPED_BYTES }).catch(() => undefined);
        const delivered = response.statusCode >= 200 && response.statusCode <= 299;
        return { status: response.statusCode, error: delivered ? null : 'status' };
      } catch (error) {
        if (signal.aborted) throw error;
        return { status: null, error: timeout.aborted ? 'timeout' : errorClass(errorCode(error)) };
      }
    },
    close: async () => {
      await Promise.all([secure.dispatcher.destroy(), plain.dispatcher.destroy()]);
    },
  };
}

function errorClass(code: string | null): AttemptError {
  if (code === 'EFORBIDDENADDRESS') return 'forbidden_address';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return 'dns';
  if (code === 'ETIMEDOUT' || code?.endsWith('_TIMEOUT') === true) return 'timeout';
  return /^ERR_(?:TLS|SSL)|CERT|VERIFY|SELF_SIGNED|EPROTO/.test(code ?? '') ? 'tls' : 'connection';
}

/** Returns whether the receiver is not to be sent anything for a while: it did not answer, or asked for a pause. */
export function isReceiverDown({ status }: Outcome): boolean {
  return status === null || status === 429 || (status >= 502 && status <= 504);
}
