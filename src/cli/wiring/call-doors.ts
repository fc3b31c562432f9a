/** The doors of calls: the proxy, and the webhooks and sockets of voice platforms. */
import type { AgentId } from '../../platform/ids.ts';
import type { CallbackTargets } from '../../platform/forbidden-address.ts';
import { createBolnaWebhook } from '../../proxy/platforms/bolna-webhook.ts';
import { createElevenLabsWebhook, createRetellWebhook } from '../../proxy/platforms/call-ended-webhook.ts';
import { Retell } from '../../proxy/platforms/retell/retell.ts';
import { createAssistantCallback } from '../../proxy/platforms/vapi/assistant-callback.ts';
import type { AssistantCallback } from '../../proxy/platforms/vapi/assistant-callback.ts';
import { createVapiWebhook } from '../../proxy/platforms/vapi/vapi-webhook.ts';
import { Proxy } from '../../proxy/proxy.ts';
import type { HandOn } from '../../proxy/proxy.ts';
import { TurnExchange } from '../../proxy/turn/turn-exchange.ts';
import type { NamedCall } from '../../sessions/correlation.ts';
import { openSessions } from '../../sessions/open-call.ts';
import { createComparedCalls } from './compared-calls.ts';
import type { ComparedCalls } from './compared-calls.ts';
import type { ServerDoors } from '../../http/doors.ts';
import type { AgentWiring } from './agent-wiring.ts';
import type { Ground } from './ground.ts';
import type { SessionWiring } from './session-wiring.ts';

/** Calls of Retell's that one agent may have on this node at a time: as many as an upstream has connections, twice. */
const RETELL_CALLS_PER_AGENT = 512;

export interface CallDoors {
  readonly doors: Pick<ServerDoors, 'proxy' | 'vapi' | 'bolna' | 'retell' | 'retellEvents' | 'elevenlabs'>;
  readonly retell: Retell;
  readonly callback: AssistantCallback;
}

export function wireCallDoors(
  ground: Ground,
  agents: AgentWiring,
  wiring: SessionWiring,
  targets: CallbackTargets,
  handOn: HandOn | null,
): CallDoors {
  const { config, log, pool, prisma, auditKey, clock } = ground;
  const { findAgent, upstreams, operatorKeys } = agents;
  const { sessions, digests, metrics } = wiring;
  const { observer } = metrics;
  const { maxBodyBytes, clientTimeoutMs, webhooks } = config;
  const turns = new TurnExchange({
    sessions,
    operatorKeys,
    upstreams: upstreams.byName,
    streamBufferMs: config.streamBufferMs,
    observer,
  });
  const endCall = async (agentId: AgentId, call: NamedCall): Promise<void> => {
    for (const id of await openSessions(pool, digests, agentId, call)) await sessions.end(agentId, id, 'ended');
  };
  const calls = createComparedCalls({ pool, prisma, auditKey, clock, digests, endCall });
  const proxy = new Proxy({ findAgent, turns, maxBodyBytes, clientTimeoutMs, observer, log, handOn });
  const retell = new Retell({
    findAgent,
    turns,
    endCall,
    partialDedup: webhooks.retellPartialDedup,
    maxFrameBytes: maxBodyBytes,
    idleSeconds: config.sessionIdleSeconds,
    callsPerAgent: RETELL_CALLS_PER_AGENT,
    log,
  });
  const callback = createAssistantCallback({ targets });
  return {
    doors: {
      proxy: (...exchange) => proxy.handle(...exchange),
      ...platformWebhooks(ground, { findAgent, sessions, calls, callback }),
      retell: (request, socket, head, requestId) => retell.upgrade(request, socket, head, requestId),
    },
    retell,
    callback,
  };
}

interface WebhookParts extends Pick<AgentWiring, 'findAgent'>, Pick<SessionWiring, 'sessions'> {
  readonly calls: ComparedCalls;
  readonly callback: AssistantCallback;
}

/** Returns the doors to which voice platforms report what happens to a call. */
function platformWebhooks(
  { config: { maxBodyBytes, webhooks }, log, publicOrigin }: Ground,
  { findAgent, sessions, calls, callback }: WebhookParts,
): Pick<ServerDoors, 'vapi' | 'bolna' | 'retellEvents' | 'elevenlabs'> {
  const common = { findAgent, maxBodyBytes, log };
  const vapi = createVapiWebhook({
    ...common,
    calls: { begin: (agent, call, start) => sessions.begin(agent, call, start), ...calls },
    callback,
    secret: webhooks.vapiSecret,
    publicUrl: publicOrigin,
  });
  const ended = { ...common, endCall: calls.end };
  const bolna = createBolnaWebhook({ ...ended, secret: webhooks.bolnaSecret });
  const retellEvents = createRetellWebhook({ ...ended, secret: webhooks.retellKey });
  const elevenlabs = createElevenLabsWebhook({ ...ended, secret: webhooks.elevenLabsSecret });
  return {
    vapi: (request, response, requestId) => vapi.handle(request, response, requestId),
    bolna: (request, response, requestId) => bolna.handle(request, response, requestId),
    retellEvents: (request, response, requestId) => retellEvents.handle(request, response, requestId),
    elevenlabs: (request, response, requestId) => elevenlabs.handle(request, response, requestId),
  };
}
