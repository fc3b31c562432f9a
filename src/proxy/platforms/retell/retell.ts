/**
 * Retell's custom LLM WebSocket: `/retell/{agent_id}/{call_id}`. Masker stands where Retell expects the model. Retell dials
 * once for each call, and again when the connection is lost; every request brings the whole transcript, so nothing is lost
 * with a socket. See docs/integrations/retell.md; docs.retellai.com/api-references/llm-websocket.
 */
import { STATUS_CODES } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { CallerAuth } from '../../../agents/caller-auth.ts';
import type { JsonObject } from '../../../json/json-text.ts';
import { Failure } from '../../../platform/failure.ts';
import { parseId } from '../../../platform/ids.ts';
import type { AgentId, RequestId } from '../../../platform/ids.ts';
import { runInStretches } from '../../../platform/stretch.ts';
import { callId } from '../../../sessions/correlation.ts';
import type { CallReference } from '../../../sessions/correlation.ts';
import type { Credential } from '../../../sessions/credential.ts';
import type { AnswerSink } from '../../turn/answer-sink.ts';
import { requireAuthentic } from '../../authentication/authenticate.ts';
import { readCall } from '../../openai/call.ts';
import { CHAT_COMPLETIONS } from '../../openai/chat-completions.ts';
import { openAiError } from '../../openai/openai-error.ts';
import type { ProxyAgent, TurnExchange } from '../../turn/turn-exchange.ts';
import { parseBinding } from '../../upstream/upstream.ts';
import { RetellCall } from './retell-call.ts';
import { CONFIG } from './retell-frames.ts';
import type { ResponseRequest } from './retell-frames.ts';
import { firstMessage, makingRequest } from './retell-request.ts';
import { CLOSE, RetellSocket } from './retell-socket.ts';

/** The agent as a call of Retell's needs it. */
export interface RetellAgent extends ProxyAgent {
  /** Its static assistant, for the prompt and the first words; null where it has none. */
  readonly assistant: JsonObject | null;
  /** How its callers prove themselves; null: by knowing its id. */
  readonly callerAuth: CallerAuth | null;
}

export interface RetellOptions {
  /** The agent, or null where no living agent has the id. Rejects when that cannot be found out. */
  readonly findAgent: (id: AgentId) => Promise<RetellAgent | null>;
  readonly turns: Pick<TurnExchange, 'run'>;
  /** Seals the open session of a call that is over, where there is one. */
  readonly endCall: (agentId: AgentId, call: CallKey) => Promise<unknown>;
  /** MASKER_RETELL_PARTIAL_DEDUP. */
  readonly partialDedup: boolean;
  /** Bytes that one frame may have. */
  readonly maxFrameBytes: number;
  /** Seconds without a frame after which a socket is closed. */
  readonly idleSeconds: number;
  /** Calls that one agent may have on this node at a time. */
  readonly callsPerAgent: number;
  readonly log: Logger;
}

/** Retell's id of a call, as the key of a session. */
type CallKey = Extract<CallReference, { readonly by: 'key' }>;

interface Admitted {
  readonly agent: RetellAgent;
  readonly reference: CallKey;
  readonly credential: Credential;
}

interface OpenCall {
  readonly agentId: AgentId;
  readonly reference: CallKey;
  readonly socket: RetellSocket;
  readonly call: RetellCall;
}

/** What a request to upgrade is signed over, where it is. */
const NO_BODY = new Uint8Array();
const ROUTE = /^\/retell\/([^/]+)\/([^/]+)\/?$/;
/** How often every socket is asked for a sign of life, in milliseconds. */
const BEAT_MS = 15_000;
/**
 * Codes that an ended call is closed with: 1000, and 1005, which stands for none at all. Any other is a connection that was
 * lost, and Retell dials again; where it does not, the session is sealed when it has gone idle.
 */
const HUNG_UP: ReadonlySet<number> = new Set([1000, 1005]);

export class Retell {
  readonly #options: RetellOptions;
  readonly #server: WebSocketServer;
  /** By agent and call. */
  readonly #open = new Map<string, OpenCall>();
  /** Each resolves when its socket is closed and all that came through it is recorded. */
  readonly #lives = new Set<Promise<void>>();
  readonly #beat: NodeJS.Timeout;
  #closing = false;

  constructor(options: RetellOptions) {
    this.#options = options;
    // Compression costs 300 KB a socket, and what is compressed with a secret can be guessed from its length.
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.maxFrameBytes,
    });
    this.#beat = setInterval(() => {
      const now = performance.now();
      for (const { socket } of this.#open.values()) socket.beat(now);
    }, BEAT_MS).unref();
  }

  /** Answers a request to upgrade. Never rejects. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, requestId: RequestId): Promise<void> {
    socket.on('error', () => undefined);
    try {
      const admitted = await this.#admit(request);
      this.#server.handleUpgrade(request, socket, head, (opened) => {
        this.#begin(opened, admitted, requestId);
      });
    } catch (error) {
      const failure =
        error instanceof Failure ? error : new Failure('internal_error', 'Something went wrong on our side.');
      if (failure.status >= 500)
        this.#options.log.warn(
          { request_id: requestId, code: failure.code, err: error },
          'a call of Retell was refused',
        );
      refuse(socket, failure);
    }
  }

  /**
   * Takes no further calls and lets the turns under way end. Then every socket is closed, so that Retell dials again and
   * reaches another node. Resolves when the last one is gone and all is recorded: whoever cannot wait cuts the connections.
   */
  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#beat);
    for (const { call, socket } of this.#open.values())
      void call.finish().then(() => {
        socket.close(CLOSE.restart);
      });
    await Promise.all(this.#lives);
  }

  async #admit({ url = '', headers }: IncomingMessage): Promise<Admitted> {
    const [path = '', query = ''] = url.split('?', 2);
    const [, agentText = '', callText = ''] = ROUTE.exec(path) ?? [];
    const id = callId(decoded(callText));
    if (id === null) throw new Failure('not_found', 'A call of Retell is at /retell/{agent_id}/{call_id}.');
    const agent = await this.#agent(parseId('agent', agentText));
    // Retell sends no header of its own: the key of an agent that asks for one stands in the URL that Retell was given.
    const key = new URLSearchParams(query).get('key');
    const shown =
      key === null || headers.authorization !== undefined ? headers : { ...headers, authorization: `Bearer ${key}` };
    const credential = requireAuthentic(shown, NO_BODY, agent.callerAuth, Date.now());
    if (this.#closing) throw new Failure('audit_unavailable', 'The server is stopping.');
    const reference: CallKey = { by: 'key', key: id };
    // Not counting the call itself: its new line takes the place of the one that was lost.
    const others = [...this.#open].filter(
      ([name, { agentId }]) => agentId === agent.id && name !== nameOf(agent.id, reference),
    );
    if (others.length >= this.#options.callsPerAgent)
      throw new Failure('rate_limited', 'The agent has too many calls at a time.');
    return { agent, reference, credential };
  }

  async #agent(id: AgentId | null): Promise<RetellAgent> {
    const agent =
      id === null
        ? null
        : await this.#options.findAgent(id).catch((cause: unknown) => {
            throw new Failure('audit_unavailable', 'The agent could not be read.', [], { cause });
          });
    if (agent === null) throw new Failure('agent_not_found', 'No agent has this id.');
    return agent;
  }

  #begin(opened: WebSocket, { agent, reference, credential }: Admitted, requestId: RequestId): void {
    const { log, partialDedup, idleSeconds } = this.#options;
    const began = performance.now();
    const name = nameOf(agent.id, reference);
    const socket: RetellSocket = new RetellSocket({
      socket: opened,
      idleMs: idleSeconds * 1000,
      onRequest: (request) => {
        call.ask(request);
      },
    });
    const call = new RetellCall({
      channel: socket,
      partialDedup,
      run: (request, answer, signal) => this.#turn(agent.id, reference, credential, request, answer, signal),
      onFailure: (error) => {
        if (error instanceof Failure)
          log.warn({ request_id: requestId, agent_id: agent.id, code: error.code, err: error.cause }, 'turn refused');
        else log.error({ request_id: requestId, agent_id: agent.id, err: error }, 'turn failed');
        // The agent was deleted in mid-call.
        if (error instanceof Failure && error.code === 'agent_not_found') socket.close(CLOSE.refused);
      },
    });
    const entry = { agentId: agent.id, reference, socket, call };
    const life = socket.closed.then((code) => {
      log.info(
        {
          request_id: requestId,
          agent_id: agent.id,
          door: '/retell',
          code,
          turns: call.turns,
          duration_ms: Math.round(performance.now() - began),
        },
        'call',
      );
      return this.#end(name, entry, code);
    });
    this.#lives.add(life);
    void life.finally(() => this.#lives.delete(life));
    // Retell dials again when it thinks that a connection is lost. Of two sockets of a call the newer one is the call.
    this.#open.get(name)?.socket.cut();
    this.#open.set(name, entry);
    socket.send(CONFIG);
    // Within a call that has gone on, Retell drops it: the answer to a request of long ago.
    socket.send({
      response_type: 'response',
      response_id: 0,
      content: firstMessage(agent.assistant),
      content_complete: true,
    });
  }

  async #turn(
    agentId: AgentId,
    reference: CallKey,
    credential: Credential,
    request: ResponseRequest,
    answer: AnswerSink,
    signal: AbortSignal,
  ): Promise<void> {
    const began = performance.now();
    const receivedAt = Date.now();
    // Looked up for each turn: policy, prompt and upstream may change in mid-call.
    const agent = await this.#agent(agentId);
    const body = await runInStretches(makingRequest(request, agent.assistant));
    const call = readCall(body, parseBinding(agent.upstream));
    await this.#options.turns.run(
      agent,
      {
        endpoint: CHAT_COMPLETIONS,
        call,
        received: null,
        reference,
        credential,
        kept: null,
        clientAuthorization: null,
        receivedAt,
        began,
        signal,
      },
      answer,
    );
  }

  async #end(name: string, { agentId, reference, call }: OpenCall, code: number): Promise<void> {
    const isNewest = this.#open.get(name)?.call === call;
    if (isNewest) this.#open.delete(name);
    await call.hangUp();
    if (!isNewest || !HUNG_UP.has(code)) return;
    await this.#options.endCall(agentId, reference).catch((err: unknown) => {
      this.#options.log.warn({ err }, 'the session of a call could not be sealed; it will be when it has gone idle');
    });
  }
}

const nameOf = (agentId: AgentId, { key }: CallKey): string => `${agentId}/${key}`;

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

function refuse(socket: Duplex, failure: Failure): void {
  const body = JSON.stringify(openAiError(failure));
  socket.end(
    `HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status] ?? ''}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `X-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
