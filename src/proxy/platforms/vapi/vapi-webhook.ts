/** `POST /vapi/webhook/{agent_id}`: Vapi's server URL. See docs/integrations/vapi.md. */
import type { PlatformRecord } from '../../../completeness/platform-record.ts';
import { SECRET_HEADER, SIGNATURE_HEADER } from '../../../agents/caller-auth-input.ts';
import { isJsonObject } from '../../../json/json-text.ts';
import type { JsonObject } from '../../../json/json-text.ts';
import type { AgentId } from '../../../platform/ids.ts';
import type { Policy } from '../../../policy/policy.ts';
import type { Secret } from '../../../platform/secret.ts';
import { callReference } from '../../../sessions/correlation.ts';
import type { NamedCall } from '../../../sessions/correlation.ts';
import { parseBinding } from '../../upstream/upstream.ts';
import type { AssistantCallback } from './assistant-callback.ts';
import { PlatformWebhook, secretAuth } from '../platform-webhook.ts';
import type { EventAgent, PlatformEvent, PlatformWebhookOptions } from '../platform-webhook.ts';
import { proxiedAnswer } from './vapi-assistant.ts';
import type { ProxyModel } from './vapi-assistant.ts';
import { guardedAnswer, NO_BYPASS } from './vapi-bypass.ts';
import type { BypassRecord } from './vapi-bypass.ts';
import { readVapiEvent } from './vapi-event.ts';
import type { VapiEvent } from './vapi-event.ts';

/** The agent as Vapi's events need it. */
export interface VapiAgent extends EventAgent {
  readonly upstream: string;
  readonly policy: { readonly platform: Policy['platform'] };
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
  /** What the assistant would have run past the proxy. */
  readonly bypass: BypassRecord;
}

export interface VapiWebhookOptions<A extends VapiAgent> extends Pick<
  PlatformWebhookOptions<A>,
  'findAgent' | 'maxBodyBytes' | 'log'
> {
  readonly calls: {
    /** Puts the beginning on record. Throws Failure `audit_unavailable` where that cannot be done. */
    begin(agent: A, call: NamedCall, start: CallStart): Promise<unknown>;
    /** Seals the open session of the call, where there is one, and compares Vapi's record with what was seen. */
    end(agentId: AgentId, call: NamedCall, record: PlatformRecord | null): Promise<unknown>;
    /** Compares what Vapi says so far. */
    update(agentId: AgentId, call: NamedCall, record: PlatformRecord): Promise<unknown>;
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
          if (call !== null) await calls.end(received.agent.id, call, event.record);
          return {};
        case 'update':
          if (call !== null && event.record !== null) await calls.update(received.agent.id, call, event.record);
          return {};
        case 'other':
          return {};
      }
    },
  });
}

async function begin<A extends VapiAgent>(
  options: VapiWebhookOptions<A>,
  received: PlatformEvent<A>,
  event: VapiEvent,
): Promise<JsonObject> {
  const { agent, receivedAt, requestId } = received;
  const { provider, model } = parseBinding(agent.upstream);
  const proxy: ProxyModel = { url: `${options.publicUrl}/proxy/${agent.id}/v1`, model, anyModel: provider };
  const { answer, bypass } = await assistantFor(options, received, proxy);
  const call = callOf(event);
  // On record first: an assistant that was given out is a call that has begun.
  if (call !== null)
    await options.calls.begin(agent, call, {
      platform: 'vapi',
      callerNumber: event.callerNumber,
      model: model ?? provider,
      receivedAt,
      bypass,
    });
  if (bypass.kept.length + bypass.refused.length > 0)
    options.log.warn(
      { request_id: requestId, agent_id: agent.id, kept: bypass.kept, refused: bypass.refused },
      'the assistant would run past the proxy on another model',
    );
  return answer;
}

interface HandedOut {
  readonly answer: JsonObject;
  readonly bypass: BypassRecord;
}

/** The assistant of the customer's server, else that of the agent. */
async function assistantFor<A extends VapiAgent>(
  { callback, log }: VapiWebhookOptions<A>,
  { agent, rawBody, requestId, signal }: PlatformEvent<A>,
  proxy: ProxyModel,
): Promise<HandedOut> {
  const { bypass } = agent.policy.platform;
  if (agent.assistantCallback !== null) {
    const asked = await callback.ask(agent.assistantCallback, rawBody, signal);
    const given = asked.ok && proxiedAnswer(asked.value, proxy) !== null ? asked.value : null;
    if (isJsonObject(given)) return handedOut(given, bypass, proxy);
    const reason = asked.ok ? 'not_an_assistant' : asked.reason;
    log.warn({ request_id: requestId, agent_id: agent.id, reason }, 'the assistant callback gave no assistant');
    if (agent.assistant === null) return { answer: { error: NO_ASSISTANT }, bypass: NO_BYPASS };
  }
  return handedOut({ assistant: agent.assistant ?? {} }, bypass, proxy);
}

function handedOut(given: JsonObject, choice: Policy['platform']['bypass'], proxy: ProxyModel): HandedOut {
  const { answer, record } = guardedAnswer(given, choice);
  return {
    answer: (answer === null ? null : proxiedAnswer(answer, proxy)) ?? { error: NO_ASSISTANT },
    bypass: record,
  };
}

/** The call as its turns name it; null where the event does not. */
function callOf({ callId }: VapiEvent): NamedCall | null {
  const reference = callReference({}, { call: { id: callId } });
  return reference.by === 'session' || reference.by === 'key' ? reference : null;
}
