/** `POST /vapi/webhook/{agent_id}`: Vapi's server URL. Spec proxy.md, Platforms. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { SECRET_HEADER, SIGNATURE_HEADER } from '../../agents/caller-auth-input.ts';
import type { CallerAuth } from '../../agents/caller-auth.ts';
import type { JsonObject } from '../../masking/json-text.ts';
import { Failure } from '../../platform/failure.ts';
import { parseId } from '../../platform/ids.ts';
import type { AgentId, RequestId, SessionId } from '../../platform/ids.ts';
import type { Secret } from '../../platform/secret.ts';
import { callReference } from '../../sessions/correlation.ts';
import type { CallReference } from '../../sessions/correlation.ts';
import { requireAuthentic } from '../authentication/authenticate.ts';
import { parseBody } from '../call.ts';
import { readBody } from '../read-body.ts';
import { parseBinding } from '../upstream.ts';
import type { ProxyAgent } from '../turn-exchange.ts';
import { CALLBACK_MARK } from './assistant-callback.ts';
import type { AssistantCallback } from './assistant-callback.ts';
import { proxiedAnswer, proxiedAssistant } from './vapi-assistant.ts';
import type { ProxyModel } from './vapi-assistant.ts';
import { readVapiEvent } from './vapi-event.ts';
import type { VapiEvent } from './vapi-event.ts';

/** The agent as Vapi's events need it. */
export interface VapiAgent extends ProxyAgent {
  readonly callerAuth: CallerAuth | null;
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

/** How an event names its call. */
export type NamedCall = Exclude<CallReference, { readonly by: 'nothing' }>;

export interface VapiWebhookOptions<A extends VapiAgent = VapiAgent> {
  /** The agent, or null where no living agent has the id. Rejects when that cannot be found out. */
  readonly findAgent: (id: AgentId) => Promise<A | null>;
  readonly calls: {
    /** Puts the beginning on record. Throws Failure `audit_unavailable` where that cannot be done. */
    begin(agent: A, reference: NamedCall, start: CallStart): Promise<SessionId>;
    /** Seals the open session of the call, where there is one. */
    end(agentId: AgentId, reference: NamedCall): Promise<void>;
  };
  readonly callback: AssistantCallback;
  /** MASKER_VAPI_WEBHOOK_SECRET: what agents without a caller authentication of their own ask for. */
  readonly secret: Secret<string> | null;
  /** Origin under which this instance is reached, without a slash at its end. */
  readonly publicUrl: string;
  readonly maxBodyBytes: number;
  readonly log: Logger;
}

/** An assistant-request, as it came. */
interface Question {
  readonly rawBody: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly requestId: RequestId;
  /** Aborted when Vapi hangs up. */
  readonly signal: AbortSignal;
}

const ROUTE = /^\/vapi\/webhook\/([^/]+)$/;

/** Spoken to the caller by Vapi. */
const NO_ASSISTANT = 'Sorry, this call cannot be answered right now. Please try again later.';

export class VapiWebhook<A extends VapiAgent = VapiAgent> {
  readonly #options: VapiWebhookOptions<A>;
  readonly #instanceAuth: CallerAuth | null;

  constructor(options: VapiWebhookOptions<A>) {
    this.#options = options;
    this.#instanceAuth = options.secret === null ? null : instanceAuth(options.secret);
  }

  /** Answers one request under /vapi/. Never rejects. What Vapi sends is neither stored nor logged. */
  async handle(request: IncomingMessage, response: ServerResponse, requestId: RequestId): Promise<void> {
    const hungUp = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) hungUp.abort();
    });
    try {
      sendJson(response, 200, await this.#answer(request, response, requestId, hungUp.signal));
    } catch (error) {
      if (!(error instanceof Failure)) this.#options.log.error({ request_id: requestId, err: error }, 'event failed');
      else if (error.status >= 500) this.#options.log.warn({ request_id: requestId, code: error.code, err: error.cause }, 'event refused');
      const failure = error instanceof Failure ? error : new Failure('internal_error', 'an error on our end; quote the request id when you report it');
      if (response.headersSent) response.destroy();
      else sendJson(response, failure.status, envelope(failure, requestId));
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, requestId: RequestId, signal: AbortSignal): Promise<JsonObject> {
    const receivedAt = Date.now();
    const [path = ''] = (request.url ?? '').split('?', 1);
    const [, agentText] = ROUTE.exec(path) ?? [];
    if (agentText === undefined) throw new Failure('not_found', 'There is no such address.');
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      throw new Failure('method_not_allowed', 'Use POST.');
    }
    if (request.headers[CALLBACK_MARK] !== undefined) throw new Failure('bad_request', 'an assistant callback leads back to Masker');
    const agent = await this.#agent(agentText);
    // What a stranger sends is bytes: it is neither parsed nor recorded.
    const rawBody = await readBody(request, this.#options.maxBodyBytes);
    requireAuthentic(request.headers, rawBody, agent.callerAuth ?? this.#instanceAuth, receivedAt);
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? 'application/json')) {
      throw new Failure('unsupported_media_type', 'Send the event as application/json.');
    }
    const event = readVapiEvent(parseBody(rawBody));
    switch (event.kind) {
      case 'assistant-request':
        return this.#begin(agent, event, { rawBody, receivedAt, requestId, signal });
      case 'ended': {
        const call = callOf(event);
        if (call !== null) await this.#options.calls.end(agent.id, call);
        return {};
      }
      case 'other':
        return {};
    }
  }

  async #agent(text: string): Promise<A> {
    const id = parseId('agent', text);
    const agent = id === null ? null : await this.#options.findAgent(id).catch((cause: unknown) => {
      throw new Failure('audit_unavailable', 'the agent could not be read', [], { cause });
    });
    if (agent === null) throw new Failure('agent_not_found', 'There is no such agent.');
    return agent;
  }

  async #begin(agent: A, event: VapiEvent, { rawBody, receivedAt, requestId, signal }: Question): Promise<JsonObject> {
    const { provider, model } = parseBinding(agent.upstream);
    const call = callOf(event);
    // On record first: an assistant that was given out is a call that has begun.
    if (call !== null) {
      await this.#options.calls.begin(agent, call, { platform: 'vapi', callerNumber: event.callerNumber, model: model ?? provider, receivedAt });
    }
    const proxy: ProxyModel = { url: `${this.#options.publicUrl}/proxy/${agent.id}/v1`, model, anyModel: provider };
    if (agent.assistantCallback !== null) {
      const asked = await this.#options.callback.ask(agent.assistantCallback, rawBody, signal);
      const answer = asked.ok ? proxiedAnswer(asked.value, proxy) : null;
      if (answer !== null) return answer;
      const reason = asked.ok ? 'not_an_assistant' : asked.reason;
      this.#options.log.warn({ request_id: requestId, agent_id: agent.id, reason }, 'the assistant callback gave no assistant');
      if (agent.assistant === null) return { error: NO_ASSISTANT };
    }
    return { assistant: proxiedAssistant(agent.assistant ?? {}, proxy) };
  }
}

/** The call as its turns name it; null where the event does not. */
function callOf({ callId }: VapiEvent): NamedCall | null {
  const reference = callReference({}, { call: { id: callId } });
  return reference.by === 'nothing' ? null : reference;
}

/** The ways that Vapi's credentials have to send one secret: in a header of its own, as a Bearer token, and as the key of an HMAC. */
function instanceAuth(secret: Secret<string>): CallerAuth {
  return {
    signature: { algorithm: 'sha256', header: SIGNATURE_HEADER, timestampHeader: null, payload: '{body}', toleranceSeconds: 300, encoding: 'hex', prefix: null, secret },
    sharedSecrets: [SECRET_HEADER, 'Authorization'].map((header) => ({ header, secret })),
    proxyKeyHashes: [],
  };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length, 'cache-control': 'no-store' });
  response.end(bytes);
}

/** The error envelope of the REST API. */
function envelope({ code, message, details }: Failure, requestId: RequestId): object {
  return { error: { code, message, request_id: requestId, ...(details.length === 0 ? {} : { details }) } };
}
