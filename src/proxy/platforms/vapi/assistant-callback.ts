/**
 * Asks a customer's server for the assistant of a call. The address is a customer's, so what it can reach is bounded:
 * http(s) only, no redirect is followed, no private or link-local address is called unless the operator allowed its network,
 * and what it answers is read up to a size.
 */
import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns';
import '../../../platform/node-fetch.ts';
import { Agent, request } from 'undici';
import { parseJsonBytes } from '../../../json/json-bytes.ts';
import type { JsonValue } from '../../../json/json-text.ts';
import { errorCode } from '../../../platform/error-code.ts';
import type { CallbackTargets } from '../../../platform/forbidden-address.ts';
import { guardedLookup, namesForbidden } from '../../../platform/guarded-lookup.ts';
import type { Resolve } from '../../../platform/guarded-lookup.ts';
import type { Secret } from '../../../platform/secret.ts';
import { webhookHeaders } from '../../../platform/standard-webhooks.ts';
import { OUTGOING_MARK } from '../platform-webhook.ts';

/** Vapi waits 7.5 s; what is left is for the way there and back, and for the record. */
export const CALLBACK_TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 262_144;
const CONNECTIONS = 16;

export type CallbackResult =
  | { readonly ok: true; readonly value: JsonValue }
  /** `reason` is safe to log: a code, or a rule. */
  | { readonly ok: false; readonly reason: string };

export interface AssistantCallback {
  /** Posts the event, exactly as it came, signed. Never rejects. */
  ask(
    target: { readonly url: string; readonly secret: Secret<string> },
    event: Uint8Array,
    signal: AbortSignal,
  ): Promise<CallbackResult>;
  close(): Promise<void>;
}

export interface AssistantCallbackOptions {
  readonly targets: CallbackTargets;
  /** For the whole of a question; default {@link CALLBACK_TIMEOUT_MS}. */
  readonly timeoutMs?: number;
  /** Default: the system's. */
  readonly resolve?: Resolve;
}

export function createAssistantCallback({
  targets,
  timeoutMs = CALLBACK_TIMEOUT_MS,
  resolve = lookup,
}: AssistantCallbackOptions): AssistantCallback {
  const allows = (address: string): boolean => targets.allows(address);
  const dispatcher = new Agent({
    connections: CONNECTIONS,
    connect: { timeout: timeoutMs, lookup: guardedLookup(resolve, allows) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return {
    ask: async ({ url, secret }, event, signal) => {
      try {
        if (namesForbidden(url, allows)) return { ok: false, reason: 'EFORBIDDENADDRESS' };
        const { statusCode, body } = await request(url, {
          dispatcher,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'application/json',
            [OUTGOING_MARK]: '1',
            ...webhookHeaders([secret.reveal()], `msg_${randomUUID()}`, Math.floor(Date.now() / 1000), event),
          },
          body: event,
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        });
        const chunks: Uint8Array[] = [];
        let size = 0;
        for await (const chunk of body as AsyncIterable<Uint8Array>) {
          size += chunk.length;
          // Leaving the loop ends the connection with it.
          if (size > MAX_ANSWER_BYTES) return { ok: false, reason: 'answer_too_large' };
          chunks.push(chunk);
        }
        if (statusCode < 200 || statusCode > 299) return { ok: false, reason: `status_${statusCode}` };
        const parsed = parseJsonBytes(Buffer.concat(chunks, size));
        return parsed.ok ? { ok: true, value: parsed.value } : { ok: false, reason: 'not_json' };
      } catch (error) {
        return { ok: false, reason: errorCode(error) ?? (error instanceof Error ? error.name : 'unknown') };
      }
    },
    close: () => dispatcher.destroy(),
  };
}
