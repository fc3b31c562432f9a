/**
 * Cross-origin requests of browsers (Fetch standard, section 3.2). Off unless origins are configured. A page of such an
 * origin may read answers, and sends a token: cookies do not travel, so that no page can use another's sign-in.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Doors that scripts call. */
const SCRIPTED = /^\/(?:api|graphql|proxy)(?:[/?]|$)/;
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
/** Headers of answers that are of use to a script. */
const EXPOSED = [
  'X-Request-Id',
  'Masker-Session-Id',
  'Server-Timing',
  'Allow',
  'Content-Disposition',
  'Deprecation',
  'ETag',
  'Idempotency-Replayed',
  'Location',
  'Sunset',
  'Retry-After',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
].join(', ');
/** How long a browser keeps the answer to a preflight, in seconds. */
const KEPT_SECONDS = 600;

/**
 * Sets the headers that let a page of an allowed origin read the answer. Returns true if the request was a preflight, which
 * is answered then. An origin that is not allowed gets no header, which a browser takes for a refusal.
 */
export function answerCors(
  { method, url = '/', headers }: IncomingMessage,
  response: ServerResponse,
  allowed: ReadonlySet<string>,
): boolean {
  if (allowed.size === 0 || !SCRIPTED.test(url)) return false;
  response.appendHeader('Vary', 'Origin');
  const { origin } = headers;
  if (origin === undefined || !allowed.has(origin)) return false;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', EXPOSED);
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false;
  response.setHeader('Access-Control-Allow-Methods', METHODS);
  response.setHeader('Access-Control-Max-Age', String(KEPT_SECONDS));
  const asked = headers['access-control-request-headers'];
  // Whatever a client library sends; none of it says who is asking but Authorization, which a script must know.
  if (asked !== undefined && /^[\w!#$%&'*+.^`|~, -]{1,4096}$/.test(asked))
    response.setHeader('Access-Control-Allow-Headers', asked);
  response.writeHead(204).end();
  return true;
}
