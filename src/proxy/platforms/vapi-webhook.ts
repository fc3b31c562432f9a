/** `POST /vapi/webhook/{agent_id}`: Vapi's server URL. See docs/integrations/vapi.md. */
import { SECRET_HEADER, SIGNATURE_HEADER } from '../../agents/caller-auth-input.ts';
import type { JsonObject } from '../../masking/json-text.ts';
import type { AgentId } from '../../platform/ids.ts';
import type { Secret } from '../../platform/secret.ts';
import { callReference } from '../../sessions/correlation.ts';
import type { NamedCall } from '../../sessions/correlation.ts';
import { parseBinding } from '../upstream.ts';
import type { AssistantCallback } from './assistant-callback.ts';
import { PlatformWebhook, secretAuth } from './platform-webhook.ts';
import type { EventAgent, PlatformEvent, PlatformWebhookOptions } from './platform-webhook.ts';
import { proxiedAnswer, proxiedAssistant } from './vapi-assistant.ts';
import type { ProxyModel } from './vapi-assistant.ts';
import { readVapiEvent } from './vapi-event.ts';
import type { VapiEvent } from './vapi-event.ts';

/** The agent as Vapi's events need it. */
export interface VapiAgent extends EventAgent {
  readonly upstream: string;
  readonly assistant: JsonObject | null;
  readonly assistantCallback: { readonly url: string; readonly secret: Secret<string> } | null;
}

/** A call that begins. */
export interface CallStart {
  readonly platform: 'vapi';
  /** As Vapi writes it, and in no record; null where it gave none. */
  readonly callerNumber: string | null;
  /** The model that the call is going to be answered by. */
  readonly model: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

export interface VapiWebhookOptions<A extends VapiAgent> extends Pick<
  PlatformWebhookOptions<A>,
  'findAgent' | 'maxBodyBytes' | 'log'
> {
  readonly calls: {
    /** Puts the beginning on record. Throws Failure `audit_unavailable` where that cannot be done. */
    begin(agent: A, call: NamedCall, start: CallStart): Promise<unknown>;
    /** Seals the open session of the call, where there is one. */
    end(agentId: AgentId, call: NamedCall): Promise<unknown>;
  };
  readonly callback: AssistantCallback;
  /** MASKER_VAPI_WEBHOOK_SECRET. */
  readonly secret: Secret<string> | null;
  /** Origin under which this instance is reached, without a slash at its end. */
  readonly publicUrl: string;
}

/** Spoken to the caller by Vapi. */
const NO_ASSISTANT = 'Sorry, this call cannot be answered right now. Please try again later.';

export function createVapiWebhook<A extends VapiAgent>(options: VapiWebhookOptions<A>): PlatformWebhook<A> {
  const { findAgent, maxBodyBytes, log, calls, secret } = options;
  return new PlatformWebhook({
    platform: 'vapi',
    findAgent,
    maxBodyBytes,
    log,
    instanceAuth: secret === null ? null : secretAuth(secret, SECRET_HEADER, SIGNATURE_HEADER),
    answer: async (received) => {
      const event = readVapiEvent(received.body);
      const call = callOf(event);
      switch (event.kind) {
        case 'assistant-request':
          return begin(options, received, event);
        case 'ended':
          if (call !== null) await calls.end(received.agent.id, call);
          return {};
        case 'other':
          return {};
      }
    },
  });
}

async function begin<A extends VapiAgent>(
  { calls, callback, publicUrl, log }: VapiWebhookOptions<A>,
  { agent, rawBody, receivedAt, requestId, signal }: PlatformEvent<A>,
  event: VapiEvent,
): Promise<JsonObject> {
  const { provider, model } = parseBinding(agent.upstream);
  const call = callOf(event);
  // On record first: an assistant that was given out is a call that has begun.
  if (call !== null)
    await calls.begin(agent, call, {
      platform: 'vapi',
      callerNumber: event.callerNumber,
      model: model ?? provider,
      receivedAt,
    });
  const proxy: ProxyModel = { url: `${publicUrl}/proxy/${agent.id}/v1`, model, anyModel: provider };
  if (agent.assistantCallback !== null) {
    const asked = await callback.ask(agent.assistantCallback, rawBody, signal);
    const answer = asked.ok ? proxiedAnswer(asked.value, proxy) : null;
    if (answer !== null) return answer;
    const reason = asked.ok ? 'not_an_assistant' : asked.reason;
    log.warn({ request_id: requestId, agent_id: agent.id, reason }, 'the assistant callback gave no assistant');
    if (agent.assistant === null) return { error: NO_ASSISTANT };
  }
  return { assistant: proxiedAssistant(agent.assistant ?? {}, proxy) };
}

/** The call as its turns name it; null where the event does not. */
function callOf({ callId }: VapiEvent): NamedCall | null {
  const reference = callReference({}, { call: { id: callId } });
  return reference.by === 'session' || reference.by === 'key' ? reference : null;
}
