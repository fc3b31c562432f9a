/**
 * Any server that speaks OpenAI's API, over one bounded keep-alive pool (undici `Pool.dispatch`: the global fetch is several
 * times slower and does not belong on this path). Circuit breakers watch what comes back.
 */
import '../../platform/node-fetch.ts';
import { Pool } from 'undici';
import { systemTimer } from '../../platform/clock.ts';
import type { ConfiguredUpstream } from '../../platform/upstream-variables.ts';
import { AnswerHandler } from './answer-handler.ts';
import type { BreakerState } from './breaker.ts';
import { Circuits } from './circuits.ts';
import type { ProviderAttempt } from './circuits.ts';
import { NoSlotError, Slots } from './slots.ts';
import type { Upstream, UpstreamHealth, UpstreamRequest, UpstreamResponse } from './upstream.ts';

export interface OpenAiUpstreamOptions extends Omit<ConfiguredUpstream, 'models'> {
  /** Milliseconds: the wait for a connection, the wait for the head after that, and the longest silence within the body. */
  readonly timeoutMs: number;
  /** Connections at one time; 256 where it is not given. As many requests again may wait for one. */
  readonly connections?: number;
  /** Hears of each change of a circuit; `agentId` is null for the provider's own. */
  readonly onBreaker?: (state: BreakerState, agentId: string | null) => void;
}

/** A voice call holds a connection for the length of an answer. */
const CONNECTIONS = 256;
/** A server that can be reached accepts a connection sooner than this, in milliseconds. */
const LONGEST_CONNECT_MS = 5_000;

const HEALTH: Readonly<Record<BreakerState, UpstreamHealth>> = { closed: 'ok', half_open: 'degraded', open: 'down' };

export function createOpenAiUpstream(options: OpenAiUpstreamOptions): Upstream {
  const { name, query, timeoutMs, connections = CONNECTIONS } = options;
  const url = new URL(options.baseUrl);
  const pool = new Pool(url.origin, {
    connections,
    connect: { timeout: Math.min(timeoutMs, LONGEST_CONNECT_MS) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  // undici's own queue has no end, and what waits in it no time-out: nothing is handed to it that has no connection.
  const slots = new Slots({ size: connections, queue: connections, waitMs: timeoutMs });
  const circuits = new Circuits({ now: systemTimer.now, onChange: options.onBreaker ?? (() => undefined) });
  const search = query === null ? '' : `?${query.reveal()}`;
  const path = `${url.pathname}/`;

  const headersOf = requestHeaders(options);

  /** Sends the request on a slot that is taken already, and is given back when the answer has ended. */
  const post = (request: UpstreamRequest, attempt: ProviderAttempt): Promise<UpstreamResponse> =>
    new Promise((resolve, reject) => {
      const { endpoint, body, signal } = request;
      const handler = new AnswerHandler({ signal, attempt, resolve, reject, slots });
      pool.dispatch(
        { method: 'POST', path: `${path}${endpoint}${search}`, headers: headersOf(request), body },
        handler,
      );
    });

  const send = async (request: UpstreamRequest): Promise<UpstreamResponse> => {
    const { signal } = request;
    const attempt = circuits.attempt(request);
    try {
      if (!slots.tryTake()) await slots.take(signal);
    } catch (error) {
      if (signal.aborted || error instanceof NoSlotError) attempt.abandoned();
      else attempt.failed();
      throw error;
    }
    return post(request, attempt);
  };

  return {
    name,
    get health() {
      return HEALTH[circuits.provider];
    },
    available: (caller) => !slots.isFull && circuits.admit(caller),
    retryAfterSeconds: (caller) => Math.max(1, Math.ceil(circuits.waitMs(caller) / 1000)),
    get agentsRefused() {
      return circuits.agentsOpen;
    },
    send,
    close: () => pool.destroy(),
  };
}

/** Returns a function that gives the headers of a request. The caller's own headers never travel upstream. */
function requestHeaders({
  apiKey,
  apiKeyHeader,
}: OpenAiUpstreamOptions): (request: UpstreamRequest) => Readonly<Record<string, string>> {
  const common = {
    'content-type': 'application/json',
    ...(apiKey === null
      ? {}
      : { [apiKeyHeader]: apiKeyHeader === 'authorization' ? `Bearer ${apiKey.reveal()}` : apiKey.reveal() }),
  };
  // Without it a server may answer in any coding (RFC 9110, section 12.5.3).
  const plain = { ...common, 'accept-encoding': 'identity' };
  const whole = { ...plain, accept: 'application/json' };
  const stream = { ...plain, accept: 'text/event-stream' };
  return ({ streamed, clientAuthorization }) => {
    const headers = streamed ? stream : whole;
    return apiKey === null && clientAuthorization !== null
      ? { ...headers, authorization: clientAuthorization }
      : headers;
  };
}
