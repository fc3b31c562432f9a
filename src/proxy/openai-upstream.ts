/**
 * Any server that speaks OpenAI chat completions, over one bounded keep-alive pool (undici `Pool.request`: the global
 * fetch is five times slower and does not belong on this path).
 */
import { Pool } from 'undici';
import type { Secret } from '../platform/secret.ts';
import type { Upstream } from './upstream.ts';

export interface OpenAiUpstreamOptions {
  readonly name: string;
  /** Origin with an optional path prefix; `/v1/` and the endpoint are appended. */
  readonly baseUrl: URL;
  /** The operator's key; null to pass the client's own `Authorization` on. */
  readonly apiKey: Secret<string> | null;
  /** Milliseconds: the whole wait for the head, and the longest silence within the body. */
  readonly timeoutMs: number;
}

/** Connections to one upstream. A voice call holds one for the length of an answer. */
const CONNECTIONS = 256;

function single(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}

export function createOpenAiUpstream({ name, baseUrl, apiKey, timeoutMs }: OpenAiUpstreamOptions): Upstream {
  const pool = new Pool(baseUrl.origin, {
    connections: CONNECTIONS,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  const prefix = `${baseUrl.pathname.replace(/\/(v1\/?)?$/, '')}/v1/`;
  return {
    name,
    send: async ({ endpoint, body, streamed, clientAuthorization, signal }) => {
      const authorization = apiKey === null ? clientAuthorization : `Bearer ${apiKey.reveal()}`;
      const response = await pool.request({
        method: 'POST',
        path: prefix + endpoint,
        // Only these: the caller's headers and query string never travel upstream.
        headers: {
          'content-type': 'application/json',
          accept: streamed ? 'text/event-stream' : 'application/json',
          ...(authorization === null ? {} : { authorization }),
        },
        body,
        signal,
      });
      return {
        status: response.statusCode,
        contentType: single(response.headers['content-type']) ?? 'application/octet-stream',
        retryAfter: single(response.headers['retry-after']),
        body: response.body,
      };
    },
    close: () => pool.destroy(),
  };
}
