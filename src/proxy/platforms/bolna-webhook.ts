/**
 * `POST /bolna/webhook/{agent_id}`: how Bolna's calls go, so that one that is over is sealed at once. bolna.ai/docs,
 * Polling call status webhooks. Bolna signs nothing and sends no header of ours: where a secret is asked for, something
 * between it and Masker must add it.
 */
import type { PlatformRecord } from '../../completeness/platform-record.ts';
import { own } from '../../json/json-text.ts';
import type { AgentId } from '../../platform/ids.ts';
import type { Secret } from '../../platform/secret.ts';
import type { NamedCall } from '../../sessions/correlation.ts';
import { readBolnaRecord } from './bolna-record.ts';
import { malformedEvent, PlatformWebhook, secretAuth } from './platform-webhook.ts';
import type { EventAgent, PlatformWebhookOptions } from './platform-webhook.ts';

export interface BolnaWebhookOptions<A extends EventAgent> extends Pick<
  PlatformWebhookOptions<A>,
  'findAgent' | 'maxBodyBytes' | 'log'
> {
  /** Seals the open session of the call, where there is one, and compares Bolna's record with what was seen. */
  readonly endCall: (agentId: AgentId, call: NamedCall, record: PlatformRecord | null) => Promise<unknown>;
  /** MASKER_BOLNA_WEBHOOK_SECRET. */
  readonly secret: Secret<string> | null;
}

// After these nothing more is said. `call-disconnected` comes at once, `completed` minutes later.
const OVER: ReadonlySet<string> = new Set([
  'call-disconnected',
  'completed',
  'balance-low',
  'busy',
  'canceled',
  'error',
  'failed',
  'no-answer',
  'stopped',
]);

/** An execution's id: what Bolna's requests to the model begin `user` with (see correlation.ts). */
const EXECUTION = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:#\d{10,20})?$/i;

export function createBolnaWebhook<A extends EventAgent>({
  endCall,
  secret,
  ...options
}: BolnaWebhookOptions<A>): PlatformWebhook<A> {
  return new PlatformWebhook({
    ...options,
    platform: 'bolna',
    instanceAuth: secret === null ? null : secretAuth(secret, 'X-Bolna-Secret', 'X-Bolna-Signature'),
    answer: async ({ agent, body }) => {
      const id = own(body, 'id');
      if (typeof id !== 'string' || !EXECUTION.test(id)) throw malformedEvent('id', 'must be the id of an execution');
      const status = own(body, 'status');
      if (typeof status !== 'string') throw malformedEvent('status', 'must be the status of an execution');
      if (OVER.has(status))
        await endCall(agent.id, { by: 'key', key: `bolna/${id.toLowerCase()}` }, readBolnaRecord(body));
      return {};
    },
  });
}
