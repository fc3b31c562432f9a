/** The listener of MASKER_METRICS_ADDR: `GET /metrics` and nothing else. It has no authentication, so it is never the public listener. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';

/** What is served. */
export interface Exposition {
  readonly contentType: string;
  /** The text of now. */
  text(): Promise<string>;
}

/** How long a scraper's request may take to arrive, in milliseconds. */
const REQUEST_MS = 10_000;
/** The most connections at a time: a scraper has one. */
const CONNECTIONS = 64;

/** Returns a server that does not listen yet. `onError` hears of a text that could not be made. */
export function createMetricsServer(exposition: Exposition, onError: (err: unknown) => void): Server {
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, connectionsCheckingInterval: 1000 },
    (request, response) => {
      const answer = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): void => {
        response.writeHead(status, {
          'content-type': 'text/plain; charset=utf-8',
          'x-content-type-options': 'nosniff',
          'cache-control': 'no-store',
          'content-length': Buffer.byteLength(text),
          ...headers,
        });
        response.end(request.method === 'HEAD' ? undefined : text);
      };
      // A body is not read: the connection ends with the answer.
      if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined)
        response.setHeader('connection', 'close');
      const [path] = (request.url ?? '').split('?', 1);
      if (path !== '/metrics') answer(404, 'Not found. Metrics are at /metrics.\n');
      else if (request.method !== 'GET' && request.method !== 'HEAD') answer(405, 'Use GET.\n', { allow: 'GET, HEAD' });
      else
        exposition.text().then(
          (text) => {
            answer(200, text, { 'content-type': exposition.contentType });
          },
          (err: unknown) => {
            onError(err);
            answer(500, 'The metrics could not be read.\n');
          },
        );
    },
  );
  server.maxConnections = CONNECTIONS;
  return server;
}
