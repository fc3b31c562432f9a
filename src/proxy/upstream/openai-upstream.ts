/**
 * Any server that speaks OpenAI's API, over one bounded keep-alive pool (undici `Pool.dispatch`: the global fetch is several
 * times slower and does not belong on this path). Circuit breakers watch what comes back.
 */
import '../../platform/node-fetch.ts';
import { errors, Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { systemTimer } from '../../platform/clock.ts';
import { Failure } from '../../platform/failure.ts';
import type { ConfiguredUpstream } from '../../platform/upstream-variables.ts';
import { AnswerBody } from './answer-body.ts';
import { toldHeaders } from './answer-headers.ts';
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
/** What is left of a body that nobody reads is read up to so many bytes, to keep the connection. */
const DUMPED_BYTES = 65_536;

const HEALTH: Readonly<Record<BreakerState, UpstreamHealth>> = { closed: 'ok', half_open: 'degraded', open: 'down' };

function single(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}

/** The failure of an answer that cannot be read. */
function compressed(): Failure {
  return new Failure(
    'upstream_error',
    'The upstream compressed its answer (Content-Encoding) although it was asked not to. Turn compression off there.',
  );
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
  const circuits = new Circuits({ now: systemTimer.now, onChange: options.onBreaker ?? (() => undefined) });
  const search = query === null ? '' : `?${query.reveal()}`;
  const path = `${url.pathname}/`;

  const common = {
    'content-type': 'application/json',
    ...(apiKey === null
      ? {}
      : { [apiKeyHeader]: apiKeyHeader === 'authorization' ? `Bearer ${apiKey.reveal()}` : apiKey.reveal() }),
  };
  // Only these: the caller's headers and query string never travel upstream.
  // Without it a server may answer in any coding (RFC 9110, section 12.5.3).
  const plain = { ...common, 'accept-encoding': 'identity' };
  const whole = { ...plain, accept: 'application/json' };
  const stream = { ...plain, accept: 'text/event-stream' };
  const headersOf = ({ streamed, clientAuthorization }: UpstreamRequest): Readonly<Record<string, string>> => {
    const headers = streamed ? stream : whole;
    return apiKey === null && clientAuthorization !== null
      ? { ...headers, authorization: clientAuthorization }
      : headers;
  };

  /** Sends the request on a slot that is taken already, and is given back here when the answer has ended. */
  const post = (request: UpstreamRequest, attempt: ProviderAttempt): Promise<UpstreamResponse> =>
    new Promise((resolve, reject) => {
      const { endpoint, body: sent, signal } = request;
      let controller: Dispatcher.DispatchController | null = null;
      let answer: AnswerBody | null = null;
      /** Of an answer that nobody reads: how much more of it is read to keep the connection. */
      let dumped = Infinity;
      let isLeft = false;
      const abort = (): void => {
        controller?.abort(signal.reason instanceof Error ? signal.reason : new errors.RequestAbortedError());
      };
      const settled = (): void => {
        signal.removeEventListener('abort', abort);
        slots.release();
      };
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart: (started) => {
          controller = started;
          if (signal.aborted) abort();
        },
        onResponseStart: (started, status, headers) => {
          if (status < 200) return;
          const coding = single(headers['content-encoding']) ?? 'identity';
          if (coding.toLowerCase() !== 'identity' && coding !== '') {
            attempt.failed();
            dumped = DUMPED_BYTES;
            reject(compressed());
            return;
          }
          attempt.answered(status);
          if (status >= 300 && status < 400) {
            dumped = DUMPED_BYTES;
            // To follow it would send what was masked for this server to another.
            reject(
              new Failure(
                'upstream_error',
                "the upstream redirected the request, which is not followed: check the upstream's base URL",
              ),
            );
            return;
          }
          answer = new AnswerBody({
            pause: () => {
              started.pause();
            },
            resume: () => {
              started.resume();
            },
            abort: () => {
              isLeft = true;
              started.abort(new errors.RequestAbortedError());
            },
          });
          resolve({
            status,
            contentType: single(headers['content-type']) ?? 'application/octet-stream',
            told: toldHeaders(headers),
            body: answer,
          });
        },
        onResponseData: (started, chunk) => {
          dumped -= chunk.length;
          if (answer !== null) answer.push(chunk);
          else if (dumped < 0) started.abort(new errors.RequestAbortedError());
        },
        onResponseEnd: () => {
          settled();
          attempt.ended();
          answer?.end(null);
        },
        onResponseError: (_, error) => {
          settled();
          if (isLeft || signal.aborted) attempt.abandoned();
          else attempt.failed();
          answer?.end(error);
          reject(error);
        },
      };
      signal.addEventListener('abort', abort);
      pool.dispatch(
        { method: 'POST', path: `${path}${endpoint}${search}`, headers: headersOf(request), body: sent },
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
