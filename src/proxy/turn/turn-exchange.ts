/**
 * One turn: a request masked, recorded and forwarded, its answer restored and delivered. Every door that carries calls
 * comes through here. Fail closed: every step before `upstream.send` either succeeds or ends the request. See docs/proxy.md.
 */
import type { SpokenTurn } from '../../completeness/spoken.ts';
import { upstreamNotAllowed } from '../../accounts/operator-keys.ts';
import type { OperatorKeys } from '../../accounts/operator-keys.ts';
import type { ChatRequestProblem } from '../../masking/request/chat-request.ts';
import { Rehydrator } from '../../masking/rehydration/rehydrate.ts';
import { NOTHING_REHYDRATED, RehydrationCounts } from '../../masking/rehydration/rehydration-counts.ts';
import { argumentSlots } from '../../masking/rehydration/written-form/tool-schemas.ts';
import { elapsedUs } from '../../platform/elapsed-us.ts';
import { Failure } from '../../platform/failure.ts';
import type { Policy } from '../../policy/policy.ts';
import type { CallReference, KeptThread } from '../../sessions/correlation.ts';
import type { Credential } from '../../sessions/credential.ts';
import type { Sessions } from '../../sessions/sessions.ts';
import type { TurnObserver } from '../../sessions/turn-observer.ts';
import type { ForwardedTurn, TurnAgent, TurnEnding } from '../../sessions/turn.ts';
import { deliverAnswer, upstreamFailure } from './answer.ts';
import type { AnswerSink } from './answer-sink.ts';
import type { Call } from '../openai/call.ts';
import type { Endpoint } from '../openai/endpoint.ts';
import { KeptAnswer, KeptBody, LARGEST_PAYLOAD, LARGEST_SPOKEN } from './kept-answer.ts';
import { maskable } from './maskable.ts';
import { OnePerTickScheduler } from './one-per-tick-scheduler.ts';
import { parseBinding } from '../upstream/upstream.ts';
import type { Upstream, UpstreamResponse } from '../upstream/upstream.ts';
import { spokenTurn } from './spoken-turn.ts';

/** The agent as a turn through the proxy needs it. */
export interface ProxyAgent extends TurnAgent {
  readonly upstream: string;
}

export interface TurnExchangeOptions {
  readonly sessions: Pick<Sessions, 'forward'>;
  readonly operatorKeys: OperatorKeys;
  /** By provider name. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** MASKER_STREAM_BUFFER_MS. */
  readonly streamBufferMs: number;
  readonly observer: Pick<TurnObserver, 'onTurnRefused'>;
}

/** A request that has been read, and where it came from. */
export interface Turn {
  readonly endpoint: Endpoint;
  readonly call: Call;
  /** The bytes of the request as they came; null where it came in a platform's own protocol. */
  readonly received: Uint8Array | null;
  readonly reference: CallReference;
  /** What the caller proved itself with. */
  readonly credential: Credential;
  /** What the request goes on from at the provider; null where that keeps nothing. */
  readonly kept: KeptThread | null;
  /** The client's own key for the provider; null where it sent none. */
  readonly clientAuthorization: string | null;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** `performance.now()` at arrival. */
  readonly began: number;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
}

/** The failure that a request of a shape that cannot be masked stands for. */
function refusal({ code, param, message }: ChatRequestProblem): Failure {
  return new Failure(code, message, param === null ? [] : [{ path: param, code, message }]);
}

/** A turn on record, and where it is sent. */
interface Recorded {
  readonly upstream: Upstream;
  readonly record: ForwardedTurn;
}

/** The bytes, made when they are asked for first. */
function once(make: () => Uint8Array): () => Uint8Array {
  let made: Uint8Array | null = null;
  return () => (made ??= make());
}

const dur = (name: string, us: number): string => `${name};dur=${(us / 1000).toFixed(2)}`;

/** Settings and buffers of the turn that is sent. */
interface Sending {
  readonly agentId: string;
  readonly policy: Pick<Policy, 'restore' | 'stream' | 'audit'>;
  readonly readyUs: number;
  /** Keeps the response; null if the turn needs neither its payload nor a digest of its text. */
  readonly kept: KeptAnswer | null;
  /** Keeps what the model answers; null if the policy keeps no payloads. */
  readonly answered: KeptBody | null;
}

/** Returns what is kept of the answer; nothing if the policy keeps no payloads. */
function payloadOf(answered: KeptBody | null, kept: KeptAnswer | null): Pick<TurnEnding, 'answer' | 'response'> {
  return answered === null ? {} : { answer: answered.bytes, response: kept?.bytes ?? null };
}

/** Returns the upstream's request for a recorded turn. */
function outgoing(
  { call, endpoint, clientAuthorization, signal }: Turn,
  { body }: ForwardedTurn,
  agentId: string,
): Parameters<Upstream['send']>[0] {
  return { endpoint: endpoint.name, body, agentId, streamed: call.streamed, clientAuthorization, signal };
}

export class TurnExchange {
  readonly #options: TurnExchangeOptions;
  readonly #queue = new OnePerTickScheduler();

  constructor(options: TurnExchangeOptions) {
    this.#options = options;
  }

  /**
   * Runs the turn. Resolves when its answer was delivered and its end recorded. Throws Failure for what ends it before
   * the answer has begun; what ends it later reaches the sink as an error event.
   */
  async run(agent: ProxyAgent, turn: Turn, sink: AnswerSink): Promise<void> {
    const { upstream, record } = await this.#forward(agent, turn, sink).catch((error: unknown) => {
      this.#options.observer.onTurnRefused(agent.id);
      throw error;
    });
    // From here on the turn is on record: whatever happens, its end must be recorded too.
    const readyUs = Math.round(elapsedUs(turn.began));
    sink.annotate({
      'Masker-Session-Id': record.sessionId,
      'Server-Timing': [
        dur('detect', record.detectionUs),
        dur('tokenize', record.tokenizeUs),
        dur('masker', readyUs),
      ].join(', '),
    });
    const { logPayloads } = agent.policy.audit;
    // A call of one request ends with it: no platform reports on such a one.
    const isKept = logPayloads || turn.reference.by !== 'nothing';
    const kept = isKept ? new KeptAnswer(sink, logPayloads ? LARGEST_PAYLOAD : LARGEST_SPOKEN) : null;
    const answered = logPayloads ? new KeptBody() : null;
    const terms = { agentId: agent.id, policy: agent.policy, readyUs, kept, answered };
    await this.#send(upstream, turn, record, terms, kept ?? sink);
  }

  /** Masks and records the turn. Throws Failure where it may not be sent. */
  async #forward(agent: ProxyAgent, turn: Turn, sink: AnswerSink): Promise<Recorded> {
    const { call, endpoint } = turn;
    const { provider } = parseBinding(agent.upstream);
    const upstream = this.#options.upstreams.get(provider);
    if (upstream === undefined)
      throw new Failure('upstream_error', "the agent's upstream is not configured on this instance");
    if (!this.#options.operatorKeys.allows(agent.accountId, provider)) throw upstreamNotAllowed();
    await this.#queue.next();
    // Asked before the journal is: a turn that is not going to be sent must not be on record as forwarded.
    const caller = { agentId: agent.id, clientAuthorization: turn.clientAuthorization };
    if (!upstream.available(caller)) {
      sink.annotate({ 'Retry-After': String(upstream.retryAfterSeconds(caller)) });
      throw new Failure('upstream_error', 'The upstream is failing or busy. Nothing was sent.');
    }
    const received = once(() => turn.received ?? Buffer.from(JSON.stringify(call.body), 'utf8'));
    const forwarded = await this.#options.sessions.forward(agent, turn.reference, {
      provider,
      model: call.model,
      streamed: call.streamed,
      credential: turn.credential,
      kept: turn.kept,
      receivedAt: turn.receivedAt,
      received,
      ...maskable(endpoint, call, { binaryContent: agent.policy.binaryContent, received }),
    });
    if (!forwarded.ok) throw refusal(forwarded.problem);
    return { upstream, record: forwarded.turn };
  }

  async #send(
    upstream: Upstream,
    turn: Turn,
    record: ForwardedTurn,
    { agentId, policy, readyUs, kept, answered }: Sending,
    sink: AnswerSink,
  ): Promise<void> {
    const { call, signal } = turn;
    const said = (): SpokenTurn => spokenTurn(call.body, kept?.bytes ?? null);
    const sent = performance.now();
    const elapsed = (): number => Math.round(elapsedUs(sent));
    let answer: UpstreamResponse | null = null;
    try {
      const sending = upstream.send(outgoing(turn, record, agentId));
      // Signed while the upstream works: a signature takes 50 us.
      sink.annotate({ 'Masker-Receipt': record.receipt() });
      answer = await sending;
      const counts = new RehydrationCounts();
      const asked = this.#asked(turn, record, policy, counts);
      const delivery = await deliverAnswer(answered?.keeping(answer) ?? answer, asked, sink, signal);
      const { status, responseSha256, responseId, rehydrateUs } = delivery;
      await record.complete({
        status,
        httpStatus: answer.status,
        responseSha256,
        responseId,
        upstreamUs: Math.max(0, elapsed() - rehydrateUs),
        rehydrateUs,
        addedUs: readyUs + rehydrateUs,
        ...payloadOf(answered, kept),
        rehydration: counts,
        said,
      });
      if (!sink.ended) sink.end();
    } catch (error) {
      await record.complete({
        status: signal.aborted ? 'partial' : 'error',
        httpStatus: answer?.status ?? null,
        responseSha256: null,
        responseId: null,
        upstreamUs: elapsed(),
        rehydrateUs: 0,
        addedUs: readyUs,
        ...payloadOf(answered, kept),
        rehydration: NOTHING_REHYDRATED,
        said,
      });
      throw upstreamFailure(error);
    }
  }

  /** Returns what the delivery of the response needs to know of its turn. `counts` counts the tokens of the response. */
  #asked(
    { call, endpoint }: Turn,
    record: ForwardedTurn,
    policy: Sending['policy'],
    counts: RehydrationCounts,
  ): Parameters<typeof deliverAnswer>[1] {
    const rehydrator = new Rehydrator({
      index: record.tokens,
      restore: policy.restore,
      counts,
      slots: policy.restore.toolForm === 'canonical' ? argumentSlots(call.body) : undefined,
    });
    return {
      endpoint,
      request: call.body,
      rehydrator,
      streamBufferMs: this.#options.streamBufferMs,
      streamRules: policy.stream,
    };
  }
}
