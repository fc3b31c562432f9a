/**
 * `POST /retell/webhook/{agent_id}` and `POST /elevenlabs/webhook/{agent_id}`: a call is over, and this is the platform's record
 * of it. Both platforms sign what they send. See docs/integrations/retell.md and docs/integrations/elevenlabs.md.
 */
import type { PlatformRecord } from '../../completeness/platform-record.ts';
import type { CallerAuth } from '../../agents/caller-auth.ts';
import type { JsonObject } from '../../json/json-text.ts';
import type { AgentId } from '../../platform/ids.ts';
import type { Secret } from '../../platform/secret.ts';
import type { NamedCall } from '../../sessions/correlation.ts';
import type { EndedCall } from './ended-call.ts';
import { readElevenLabsEvent } from './elevenlabs-record.ts';
import { PlatformWebhook } from './platform-webhook.ts';
import type { EventAgent, PlatformWebhookOptions } from './platform-webhook.ts';
import { readRetellEvent } from './retell/retell-record.ts';
import { ELEVENLABS_SIGNATURE, isStamped, RETELL_SIGNATURE } from './stamped-signature.ts';
import type { StampedSignature } from './stamped-signature.ts';

export interface CallEndedWebhookOptions<A extends EventAgent> extends Pick<
  PlatformWebhookOptions<A>,
  'findAgent' | 'maxBodyBytes' | 'log'
> {
  /** Seals the open session of the call, where there is one, and compares the platform's record with what was seen. */
  readonly endCall: (agentId: AgentId, call: NamedCall, record: PlatformRecord | null) => Promise<unknown>;
  /** The key under which the platform signs; null for none. */
  readonly secret: Secret<string> | null;
}

/** Admits nobody by itself: the signature of the platform is checked beside it. */
const NOBODY: CallerAuth = { signature: null, sharedSecrets: [], proxyKeyHashes: [] };

/** MASKER_RETELL_API_KEY signs. */
export function createRetellWebhook<A extends EventAgent>(options: CallEndedWebhookOptions<A>): PlatformWebhook<A> {
  return createWebhook('retell', RETELL_SIGNATURE, readRetellEvent, options);
}

/** MASKER_ELEVENLABS_WEBHOOK_SECRET signs. */
export function createElevenLabsWebhook<A extends EventAgent>(options: CallEndedWebhookOptions<A>): PlatformWebhook<A> {
  return createWebhook('elevenlabs', ELEVENLABS_SIGNATURE, readElevenLabsEvent, options);
}

/** `read` returns null for an event that says nothing of use, and throws Failure for one that is malformed. */
function createWebhook<A extends EventAgent>(
  platform: string,
  signature: StampedSignature,
  read: (event: JsonObject) => EndedCall | null,
  { endCall, secret, ...options }: CallEndedWebhookOptions<A>,
): PlatformWebhook<A> {
  return new PlatformWebhook({
    ...options,
    platform,
    instanceAuth: secret === null ? null : NOBODY,
    isSigned: secret === null ? null : (headers, rawBody, now) => isStamped(signature, headers, rawBody, secret, now),
    answer: async ({ agent, body }) => {
      const ended = read(body);
      for (const name of ended?.names ?? []) await endCall(agent.id, name, ended?.record ?? null);
      return {};
    },
  });
}
