/**
 * Any server that speaks OpenAI's API, over one bounded keep-alive pool (undici `Pool.request`: the global fetch is five
 * times slower and does not belong on this path). A circuit breaker watches what comes back.
 */
import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { systemTimer } from '../platform/clock.ts';
import { errorCode } from '../platform/error-code.ts';
import { Failure } from '../platform/failure.ts';
import type { ConfiguredUpstream } from '../platform/upstream-variables.ts';
import { toldHeaders } from './answer-headers.ts';
import { Breaker } from './breaker.ts';
import type { Attempt, BreakerState } from './breaker.ts';
import { NoSlotError, Slots } from './slots.ts';
import type { Upstream, UpstreamHealth, UpstreamRequest, UpstreamResponse } from './upstream.ts';

export interface OpenAiUpstreamOptions extends Omit<ConfiguredUpstream, 'models'> {
  /** Milliseconds: the wait for a connection, the wait for the head after that, and the longest silence within the body. */
  readonly timeoutMs: number;
  /** Connections at one time; 256 where it is not given. As many requests again may wait for one. */
  readonly connections?: number;
  readonly onBreaker?: (state: BreakerState) => void;
}

/** A voice call holds a connection for the length of an answer. */
const CONNECTIONS = 256;
/** A server that can be reached accepts a connection sooner than this, in milliseconds. */
const LONGEST_CONNECT_MS = 5_000;
/** What is left of a body that nobody reads is read up to so many bytes, to keep the connection. */
const DUMPED_BYTES = 65_536;

const HEALTH: Readonly<Record<BreakerState, UpstreamHealth>> = { closed: 'ok', half_open: 'degraded', open: 'down' };

function single(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}

/** What an answer that never came tells of the upstream. */
function tellMissing(attempt: Attempt, error: unknown, signal: AbortSignal): void {
  if (signal.aborted || error instanceof NoSlotError) attempt.abandoned();
  else attempt.failed();
}

/** What the end of an answer's body tells of the upstream. */
function tellEnded(attempt: Attempt, { readableEnded, errored }: Dispatcher.ResponseData['body'], signal: AbortSignal): void {
  if (readableEnded) attempt.succeeded();
  // A reader that leaves early destroys the body, which is undici's own abort.
  else if (signal.aborted || errorCode(errored) === 'UND_ERR_ABORTED') attempt.abandoned();
  else attempt.failed();
}

export function createOpenAiUpstream(options: OpenAiUpstreamOptions): Upstream {
  const { name, apiKey, apiKeyHeader, query, timeoutMs, connections = CONNECTIONS } = options;
  const url = new URL(options.baseUrl);
  const pool = new Pool(url.origin, {
    connections,
    connect: { timeout: Math.min(timeoutMs, LONGEST_CONNECT_MS) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  // undici's own queue has no end, and what waits in it no time-out: nothing is handed to it that has no connection.
  const slots = new Slots({ size: connections, queue: connections, waitMs: timeoutMs });
  const breaker = new Breaker({ now: systemTimer.now, onChange: options.onBreaker ?? (() => undefined) });
  const search = query === null ? '' : `?${query.reveal()}`;

  const authorization = (client: string | null): Record<string, string> => {
    if (apiKey === null) return client === null ? {} : { authorization: client };
    return { [apiKeyHeader]: apiKeyHeader === 'authorization' ? `Bearer ${apiKey.reveal()}` : apiKey.reveal() };
  };
  const post = ({ endpoint, body, streamed, clientAuthorization, signal }: UpstreamRequest): Promise<Dispatcher.ResponseData> =>
    pool.request({
      method: 'POST',
      path: `${url.pathname}/${endpoint}${search}`,
      // Only these: the caller's headers and query string never travel upstream.
      headers: {
        'content-type': 'application/json',
        accept: streamed ? 'text/event-stream' : 'application/json',
        ...authorization(clientAuthorization),
      },
      body,
      signal,
    });

  const send = async (request: UpstreamRequest): Promise<UpstreamResponse> => {
    const { signal } = request;
    const attempt = breaker.attempt();
    let response: Dispatcher.ResponseData;
    try {
      if (!slots.tryTake()) await slots.take(signal);
    } catch (error) {
      tellMissing(attempt, error, signal);
      throw error;
    }
    try {
      response = await post(request);
    } catch (error) {
      slots.release();
      tellMissing(attempt, error, signal);
      throw error;
    }
    const { statusCode: status, headers, body } = response;
    body.once('close', () => {
      slots.release();
      tellEnded(attempt, body, signal);
    });
    if (status >= 300 && status < 400) {
      attempt.failed();
      body.dump({ limit: DUMPED_BYTES }).catch(() => undefined);
      // To follow it would send what was masked for this server to another.
      throw new Failure('upstream_error', "the upstream redirected the request, which is not followed: check the upstream's base URL");
    }
    if (status >= 500) attempt.failed();
    // A probe that is answered at all has shown enough; a call may stream for minutes.
    else if (breaker.state === 'half_open') attempt.succeeded();
    return {
      status,
      contentType: single(headers['content-type']) ?? 'application/octet-stream',
      told: toldHeaders(headers),
      body,
    };
  };

  return {
    name,
    get health() {
      return HEALTH[breaker.state];
    },
    available: () => !slots.isFull && breaker.admit(),
    get retryAfterSeconds() {
      return Math.max(1, Math.ceil(breaker.waitMs / 1000));
    },
    send,
    close: () => pool.destroy(),
  };
}
