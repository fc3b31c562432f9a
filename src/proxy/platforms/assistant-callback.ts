/**
 * Asks a customer's server for the assistant of a call. The address is a customer's, so what it can reach is bounded:
 * http(s) only, no redirect is followed, no private or link-local address is called unless the operator allowed its network,
 * and what it answers is read up to a size.
 */
import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns';
import type { LookupAddress, LookupAllOptions } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import '../../platform/node-fetch.ts';
import { Agent, request } from 'undici';
import { parseJsonBytes } from '../../masking/json-text.ts';
import type { JsonValue } from '../../masking/json-text.ts';
import { errorCode } from '../../platform/error-code.ts';
import type { CallbackTargets } from '../../platform/forbidden-address.ts';
import type { Secret } from '../../platform/secret.ts';
import { OUTGOING_MARK } from './platform-webhook.ts';
import { webhookHeaders } from './standard-webhooks.ts';

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

/** All addresses of a name, as `dns.lookup` with `all` finds them: with an error it gives none, whatever its types say. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses?: LookupAddress[]) => void,
) => void;

/** A name that leads to a forbidden address is refused as it is resolved for the connection: an answer of DNS is good once. */
function guarded(resolve: Resolve, targets: CallbackTargets): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses = []) => {
      const [first] = addresses;
      if (error !== null || first === undefined) callback(error ?? new Error('the name has no address'), '');
      else if (!addresses.every(({ address }) => targets.allows(address)))
        callback(Object.assign(new Error('a forbidden address'), { code: 'EFORBIDDENADDRESS' }), '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** Returns whether the URL names an address that may not be called: for an address nothing is resolved. */
function namesForbidden(url: string, targets: CallbackTargets): boolean {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) > 0 && !targets.allows(host);
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
  const dispatcher = new Agent({
    connections: CONNECTIONS,
    connect: { timeout: timeoutMs, lookup: guarded(resolve, targets) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return {
    ask: async ({ url, secret }, event, signal) => {
      try {
        if (namesForbidden(url, targets)) return { ok: false, reason: 'EFORBIDDENADDRESS' };
        const { statusCode, body } = await request(url, {
          dispatcher,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'application/json',
            [OUTGOING_MARK]: '1',
            ...webhookHeaders(secret.reveal(), `msg_${randomUUID()}`, Math.floor(Date.now() / 1000), event),
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
