/** The OpenAI-compatible proxy over HTTP: `/proxy/{agent_id}/v1/...`. See docs/proxy.md. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { CallerAuth } from '../agents/caller-auth.ts';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import type { AgentId, RequestId } from '../platform/ids.ts';
import { callReference } from '../sessions/correlation.ts';
import type { Credential } from '../sessions/credential.ts';
import type { TurnObserver } from '../sessions/turn-observer.ts';
import { httpSink } from './turn/answer-sink.ts';
import { providerAuthorization, requireAuthentic } from './authentication/authenticate.ts';
import { parseBody, readCall } from './openai/call.ts';
import { CHAT_COMPLETIONS } from './openai/chat-completions.ts';
import type { Endpoint } from './openai/endpoint.ts';
import { openAiError, retryHeader } from './openai/openai-error.ts';
import { readBody } from './read-body.ts';
import { RESPONSES } from './openai/responses.ts';
import { modelFits, parseBinding } from './upstream/upstream.ts';
import type { UpstreamBinding } from './upstream/upstream.ts';
import type { ProxyAgent, Turn, TurnExchange } from './turn/turn-exchange.ts';

/** The agent as its callers meet it. */
export interface CalledAgent extends ProxyAgent {
  readonly callerAuth: CallerAuth | null;
}

/** A request that another worker process of the machine may have to serve. */
export interface ReadRequest {
  readonly agentId: AgentId;
  readonly endpoint: Endpoint;
  readonly request: IncomingMessage;
  readonly rawBody: Uint8Array;
  readonly response: ServerResponse;
}

/**
 * Hands a request on to the worker that keeps its call in memory. Resolves with true when the response is sent, with false
 * where the request is to be served here. Throws Failure where that worker ended before it answered.
 */
export type HandOn = (request: ReadRequest) => Promise<boolean>;

export interface ProxyOptions {
  /** The agent, or null where no living agent has the id. Rejects when that cannot be found out. */
  readonly findAgent: (id: AgentId) => Promise<CalledAgent | null>;
  readonly turns: TurnExchange;
  readonly maxBodyBytes: number;
  /** How long a caller may leave an answer unread, in milliseconds. */
  readonly clientTimeoutMs: number;
  readonly observer: Pick<TurnObserver, 'onTurnRefused'>;
  readonly log: Logger;
  /** Null where one process serves all calls. */
  readonly handOn: HandOn | null;
}

const ROUTE = /^\/proxy\/([^/]+)\/v1\/(.+?)\/?$/;
const MODEL_ROUTE = /^models(?:\/(.{1,256}))?$/;

/** By the path below `/v1/`. */
const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map(
  [CHAT_COMPLETIONS, RESPONSES].map((endpoint) => [endpoint.name, endpoint]),
);

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** `performance.now()` at arrival. */
  readonly began: number;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
  /** Told of the agent, for the log. */
  readonly note: (context: { readonly agent_id: AgentId }) => void;
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, { ...headers, 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

function sendFailure(response: ServerResponse, failure: Failure): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, failure.status, openAiError(failure), retryHeader(failure));
}

function single(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}

export class Proxy {
  readonly #options: ProxyOptions;

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  /** Answers one request under /proxy/. Never rejects. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: RequestId,
    note: (context: { readonly agent_id: AgentId }) => void = () => undefined,
  ): Promise<void> {
    const receivedAt = Date.now();
    const began = performance.now();
    const aborted = new AbortController();
    let context: { readonly agent_id?: AgentId } = {};
    const noted: typeof note = (known) => {
      context = known;
      note(known);
    };
    response.on('close', () => {
      if (!response.writableFinished) aborted.abort();
    });
    try {
      await this.#route({ request, response, receivedAt, began, signal: aborted.signal, note: noted });
    } catch (error) {
      if (error instanceof Failure) {
        // A caller that hangs up breaks the call off by itself: that is nobody's fault.
        if (error.status >= 500 && !aborted.signal.aborted)
          this.#options.log.warn(
            { request_id: requestId, ...context, code: error.code, err: error.cause },
            'turn refused',
          );
        sendFailure(response, error);
      } else {
        // A detector or a transform that throws is a bug of ours. The message may hold what it choked on.
        this.#options.log.error({ request_id: requestId, ...context, err: error }, 'turn failed');
        sendFailure(
          response,
          new Failure('internal_error', 'Something went wrong on our side. Quote the request id when you report it.'),
        );
      }
    }
  }

  async #route(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    const [path = ''] = (request.url ?? '').split('?', 1);
    const [, agentText = '', below = ''] = ROUTE.exec(path) ?? [];
    const endpoint = ENDPOINTS.get(below);
    const models = MODEL_ROUTE.exec(below);
    if (endpoint === undefined && models === null) throw new Failure('not_found', missingRoute(below));
    if (endpoint !== undefined && asksForWebSocket(request))
      throw new Failure(
        'websocket_not_supported',
        `Masker does not carry /v1/${endpoint.name} over a WebSocket. Send an HTTP POST, with stream: true for a stream.`,
      );
    const allowed = endpoint === undefined ? 'GET' : 'POST';
    if (request.method !== allowed) {
      response.setHeader('Allow', allowed);
      throw new Failure('method_not_allowed', `Use ${allowed}.`);
    }
    const agent = await this.#agent(agentText);
    exchange.note({ agent_id: agent.id });
    const binding = parseBinding(agent.upstream);
    if (endpoint === undefined) {
      authenticated(exchange, await this.#body(exchange), agent);
      sendJson(response, 200, modelsAnswer(binding, models?.[1] ?? null));
      return;
    }
    const turn = await this.#turn(exchange, agent, binding, endpoint).catch((error: unknown) => {
      this.#options.observer.onTurnRefused(agent.id);
      throw error;
    });
    if (turn === null) return;
    await this.#options.turns.run(agent, turn, httpSink(response, this.#options.clientTimeoutMs));
  }

  #body({ request }: Exchange): Promise<Buffer> {
    return readBody(request, this.#options.maxBodyBytes);
  }

  async #agent(text: string): Promise<CalledAgent> {
    const id = parseId('agent', text);
    if (id === null) throw new Failure('agent_not_found', 'No agent has this id.');
    const agent = await this.#options.findAgent(id).catch((cause: unknown) => {
      throw new Failure('audit_unavailable', 'The agent could not be read. Nothing was sent.', [], { cause });
    });
    if (agent === null) throw new Failure('agent_not_found', 'No agent has this id.');
    return agent;
  }

  /**
   * Reads a turn from its request; null where another worker served it. Throws Failure for a caller or a request that is
   * refused.
   */
  async #turn(
    exchange: Exchange,
    agent: CalledAgent,
    binding: UpstreamBinding,
    endpoint: Endpoint,
  ): Promise<Turn | null> {
    const { request, response, receivedAt, began, signal } = exchange;
    const rawBody = await this.#body(exchange);
    const { handOn } = this.#options;
    if (handOn !== null && (await handOn({ agentId: agent.id, endpoint, request, rawBody, response }))) return null;
    const credential = authenticated(exchange, rawBody, agent);
    const type = single(request.headers['content-type']);
    if (type !== null && !/^application\/json\b/i.test(type)) {
      throw new Failure('unsupported_media_type', 'Send the request as application/json.');
    }
    const call = readCall(await parseBody(rawBody), binding);
    const kept = endpoint.kept(call.body);
    return {
      endpoint,
      call,
      received: rawBody,
      reference: callReference(request.headers, call.body, kept),
      credential,
      kept,
      clientAuthorization: providerAuthorization(request.headers, agent.callerAuth),
      receivedAt,
      began,
      signal,
    };
  }
}

/** Returns what the caller is admitted by. What a stranger sends is bytes: it is neither parsed nor recorded. Throws Failure. */
function authenticated(
  { request: { headers }, receivedAt }: Exchange,
  rawBody: Uint8Array,
  { callerAuth }: CalledAgent,
): Credential {
  return requireAuthentic(headers, rawBody, callerAuth, receivedAt);
}

/** Whether the request begins a WebSocket, as some clients of the Responses API do by default. */
function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/** The agent's one model, in a list or by itself. Throws Failure `not_found` for another id. */
function modelsAnswer(binding: UpstreamBinding, asked: string | null): object {
  const { provider, model } = binding;
  const id = model ?? provider;
  const object = { id, object: 'model', created: 0, owned_by: provider };
  if (asked === null) return { object: 'list', data: [object] };
  const name = decoded(asked);
  if (name === null || !modelFits(binding, name)) {
    throw new Failure('not_found', `This agent serves the model ${id} only. Use its id, or GET /v1/models.`);
  }
  return { ...object, id: model === null ? id : name };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Routes of OpenAI's API that carry what Masker cannot inspect, or that would keep a conversation with the provider. */
const NOT_CARRIED: readonly (readonly [RegExp, string])[] = [
  [/^embeddings$/, 'an embedding of masked text would not match one of the original text'],
  [/^moderations$/, 'moderation judges the words themselves, and masking changes them'],
  [/^(?:audio|realtime)(?:\/|$)/, 'audio cannot be inspected for PHI'],
  [/^(?:images|videos)(?:\/|$)/, 'images and videos cannot be inspected for PHI'],
  [/^(?:files|uploads|vector_stores|batches|fine_tuning|containers)(?:\/|$)/, 'files cannot be inspected for PHI'],
  [/^(?:chat\/completions|responses|conversations)\//, 'stored answers are kept by the provider, with tokens in them'],
  [/^completions$/, 'use /v1/chat/completions instead'],
];

function missingRoute(below: string): string {
  const reason = NOT_CARRIED.find(([route]) => route.test(below))?.[1];
  const carried = 'It carries /v1/chat/completions, /v1/responses and /v1/models.';
  return reason === undefined
    ? `The proxy has no such route. ${carried}`
    : `Masker does not carry this route: ${reason}. ${carried}`;
}
