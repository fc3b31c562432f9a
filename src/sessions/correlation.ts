/**
 * Which call a request belongs to. Spec proxy.md, Sessions.
 *
 * The platform's own call id may be a phone number, so it is never kept: the key of a session is an HMAC of it.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import { parseId } from '../platform/ids.ts';
import type { AgentId, SessionId } from '../platform/ids.ts';

/** How a request names its call. */
export type CallReference =
  /** By the id that Masker gave it, as returned in `Masker-Session-Id`. */
  | { readonly by: 'session'; readonly sessionId: SessionId }
  /** By an id of the platform. */
  | { readonly by: 'key'; readonly key: string }
  /** Not at all: a call of one request. */
  | { readonly by: 'nothing' };

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A longer id is not one that a platform gives; it is ignored, so that a request cannot make us hash megabytes. */
const LONGEST = 1024;

function usable(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST ? value : null;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** Where a call id may stand, first match wins. */
const SOURCES: readonly ((headers: Headers, body: unknown) => unknown)[] = [
  (headers) => headers['masker-session-id'],
  (_, body) => member(member(body, 'call'), 'id'),
  (headers) => headers['x-call-id'],
  (headers) => headers['callsid'],
  (_, body) => member(body, 'CallSid'),
  (_, body) => member(member(body, 'metadata'), 'session_id'),
  (_, body) => member(member(body, 'metadata'), 'call_id'),
];

/** The call that a request names. `headers` have lower-case names; `body` is the parsed request, not trusted. */
export function callReference(headers: Headers, body: unknown): CallReference {
  for (const source of SOURCES) {
    const key = usable(source(headers, body));
    if (key === null) continue;
    const sessionId = parseId('session', key);
    return sessionId === null ? { by: 'key', key } : { by: 'session', sessionId };
  }
  return { by: 'nothing' };
}

/** Makes the digests under which open sessions are found. `auditKey` is MASKER_AUDIT_HMAC_KEY. */
export function keyDigester(auditKey: Uint8Array): (agentId: AgentId, key: string) => Buffer {
  const secret = Buffer.from(hkdfSync('sha256', auditKey, Buffer.alloc(0), 'masker/session-key/v1', 32));
  return (agentId, key) => createHmac('sha256', secret).update(`${agentId}|${key}`).digest();
}
