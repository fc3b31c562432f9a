/**
 * The OpenAI-compatible proxy: masks a request, makes its record durable, forwards it, restores the answer.
 * Spec proxy.md. Fail closed: every step before `upstream.send` either succeeds or ends the request.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { asksForJson, maskChatRequest } from '../masking/chat-request.ts';
import type { ChatRequestProblem, MaskText } from '../masking/chat-request.ts';
import { IssuedTokens } from '../masking/issued-tokens.ts';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import type { AgentId, RequestId } from '../platform/ids.ts';
import { callReference } from '../sessions/correlation.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { ForwardedTurn, Prepared, TurnAgent } from '../sessions/turn.ts';
import { deliverAnswer, upstreamFailure } from './answer.ts';
import { readChatCall } from './chat-completions.ts';
import type { ChatCall } from './chat-completions.ts';
import { openAiError } from './openai-error.ts';
import { readBody } from './read-body.ts';
import { parseBinding } from './upstream.ts';
import type { Upstream, UpstreamBinding, UpstreamResponse } from './upstream.ts';

/** The agent as the proxy needs it. */
export interface ProxyAgent extends TurnAgent {
  readonly upstream: string;
}

export interface ProxyOptions {
  /** The agent, or null where no living agent has the id. Rejects when that cannot be found out. */
  readonly findAgent: (id: AgentId) => Promise<ProxyAgent | null>;
  readonly sessions: Pick<Sessions, 'forward'>;
  /** By provider name. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly maxBodyBytes: number;
  readonly log: Logger;
}

const ROUTE = /^\/proxy\/([^/]+)\/v1\/(chat\/completions|models)$/;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: RequestId;
  /** `performance.now()` at arrival. */
  readonly began: number;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
}

function sendJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers });
  response.end(bytes);
}

function sendFailure(response: ServerResponse, failure: Failure, headers: Record<string, string> = {}): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, failure.status, openAiError(failure), headers);
}

function single(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}

/** The client's own key for the provider. An access token of ours that was sent by mistake is nothing for a provider. */
function providerAuthorization(header: string | undefined): string | null {
  return header === undefined || /^bearer +msk_/i.test(header) ? null : header;
}

/** Masks a whole request into the bytes that would leave. */
function prepareBody(call: ChatCall, agent: ProxyAgent, mask: MaskText): Prepared<ChatRequestProblem> {
  const masked = maskChatRequest(call.body, mask, { binaryContent: agent.policy.binaryContent });
  if (!masked.ok) return masked;
  return { ok: true, body: Buffer.from(JSON.stringify(masked.body), 'utf8'), binaryParts: masked.binaryParts };
}

/** The failure that a request of a shape that cannot be masked stands for. */
function refusal({ code, param, message }: ChatRequestProblem): Failure {
  return new Failure(code, message, param === null ? [] : [{ path: param, code, message }]);
}

const dur = (name: string, us: number): string => `${name};dur=${(us / 1000).toFixed(2)}`;

export class Proxy {
  readonly #options: ProxyOptions;

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  /** Answers one request under /proxy/. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse, requestId: RequestId): Promise<void> {
    const began = performance.now();
    const aborted = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) aborted.abort();
    });
    try {
      await this.#route({ request, response, requestId, began, signal: aborted.signal });
    } catch (error) {
      if (error instanceof Failure) {
        // A caller that hangs up breaks the call off by itself: that is nobody's fault.
        if (error.status >= 500 && !aborted.signal.aborted) this.#options.log.warn({ request_id: requestId, code: error.code, err: error.cause }, 'turn refused');
        sendFailure(response, error);
      } else {
        // A detector or a transform that throws is a bug of ours. The message may hold what it choked on.
        this.#options.log.error({ request_id: requestId, err: error }, 'turn failed');
        sendFailure(response, new Failure('internal_error', 'an error on our end; quote the request id when you report it'));
      }
    }
  }

  async #route(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    const [path = ''] = (request.url ?? '').split('?', 1);
    const [, agentText = '', endpoint] = ROUTE.exec(path) ?? [];
    if (endpoint === undefined) throw new Failure('not_found', 'the proxy has no such route');
    const allowed = endpoint === 'models' ? 'GET' : 'POST';
    if (request.method !== allowed) {
      response.setHeader('Allow', allowed);
      throw new Failure('method_not_allowed', `use ${allowed}`);
    }
    const agent = await this.#agent(agentText);
    const binding = parseBinding(agent.upstream);
    if (endpoint === 'models') sendJson(response, 200, models(binding));
    else await this.#chat(exchange, agent, binding);
  }

  async #agent(text: string): Promise<ProxyAgent> {
    const id = parseId('agent', text);
    if (id === null) throw new Failure('agent_not_found', 'no agent has this id');
    const agent = await this.#options.findAgent(id).catch((cause: unknown) => {
      throw new Failure('audit_unavailable', 'the agent could not be read; nothing was sent', [], { cause });
    });
    if (agent === null) throw new Failure('agent_not_found', 'no agent has this id');
    return agent;
  }

  async #chat(exchange: Exchange, agent: ProxyAgent, binding: UpstreamBinding): Promise<void> {
    const { request, response, began } = exchange;
    const receivedAt = Date.now();
    const type = single(request.headers['content-type']);
    if (type !== null && !/^application\/json\b/i.test(type)) {
      throw new Failure('unsupported_media_type', 'send the request as application/json');
    }
    const call = readChatCall(await readBody(request, this.#options.maxBodyBytes), binding);
    const upstream = this.#options.upstreams.get(binding.provider);
    if (upstream === undefined) throw new Failure('upstream_error', "the agent's upstream is not configured on this instance");
    const forwarded = await this.#options.sessions.forward(agent, callReference(request.headers, call.body), {
      provider: binding.provider,
      model: call.model,
      streamed: call.streamed,
      receivedAt,
      prepare: (mask) => prepareBody(call, agent, mask),
    });
    if (!forwarded.ok) throw refusal(forwarded.problem);
    // From here on the turn is on record: whatever happens, its end must be recorded too.
    const { turn } = forwarded;
    const readyUs = Math.round((performance.now() - began) * 1000);
    response.setHeader('Masker-Session-Id', turn.sessionId);
    response.setHeader(
      'Server-Timing',
      [dur('detect', turn.detectionUs), dur('tokenize', turn.tokenizeUs), dur('masker', readyUs)].join(', '),
    );
    await this.#send(exchange, upstream, call, turn, readyUs);
  }

  async #send(exchange: Exchange, upstream: Upstream, call: ChatCall, turn: ForwardedTurn, readyUs: number): Promise<void> {
    const { request, response, signal } = exchange;
    const sent = performance.now();
    const elapsed = (): number => Math.round((performance.now() - sent) * 1000);
    let answer: UpstreamResponse | null = null;
    try {
      answer = await upstream.send({
        body: turn.body,
        streamed: call.streamed,
        clientAuthorization: providerAuthorization(request.headers.authorization),
        signal,
      });
      const restoring = { index: new IssuedTokens(turn.values), jsonContent: asksForJson(call.body) };
      const { status, responseSha256, rehydrateUs, unknownTokens } = await deliverAnswer(answer, restoring, response, signal);
      const upstreamUs = Math.max(0, elapsed() - rehydrateUs);
      const addedUs = readyUs + rehydrateUs;
      const { status: httpStatus } = answer;
      await turn.complete({ status, httpStatus, responseSha256, upstreamUs, rehydrateUs, addedUs, unknownTokens });
      if (!response.writableEnded) response.end();
    } catch (error) {
      await turn.complete({
        status: signal.aborted ? 'partial' : 'error',
        httpStatus: answer?.status ?? null,
        responseSha256: null,
        upstreamUs: elapsed(),
        rehydrateUs: 0,
        addedUs: readyUs,
        unknownTokens: new Map(),
      });
      throw upstreamFailure(error);
    }
  }
}

function models({ provider, model }: UpstreamBinding): object {
  return { object: 'list', data: [{ id: model ?? provider, object: 'model', created: 0, owned_by: provider }] };
}
