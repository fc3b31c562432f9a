/**
 * The one HTTP server: gives each request its id and its log line, and hands it to the door it knocks on.
 *
 *   /graphql        graphql-yoga, on node's own request
 *   /proxy/...      the proxy, on node's own request: streams must not pass through web streams
 *   /health ...     here
 *   all the rest    the REST application (hono)
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { systemTimer } from '../platform/clock.ts';
import { FAILURES } from '../platform/failure.ts';
import type { FailureCode } from '../platform/failure.ts';
import { newId } from '../platform/ids.ts';
import type { RequestId } from '../platform/ids.ts';
import { readHealth, sharedPing } from './health.ts';
import type { HealthSources } from './health.ts';

/** A door of the server. Must end the response and must not reject. */
export type Door = (request: IncomingMessage, response: ServerResponse, requestId: RequestId) => Promise<void> | void;

export interface ServerDoors {
  readonly graphql: Door;
  readonly proxy: Door;
  readonly rest: Door;
}

export interface HttpServerOptions {
  readonly doors: ServerDoors;
  readonly health: HealthSources;
  /** The body of /.well-known/masker-keys.json. */
  readonly publicKeys: unknown;
  readonly log: Logger;
}

export interface HttpServer {
  readonly server: Server;
  /** From now on /readyz answers 503, so that a load balancer sends nothing more. */
  readonly drain: () => void;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length, 'cache-control': 'no-store' });
  response.end(bytes);
}

/** Ends a response in the REST error envelope; cuts the connection where the head is already out. */
function sendFailure(response: ServerResponse, code: FailureCode, message: string, requestId: RequestId): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, FAILURES[code], { error: { code, message, request_id: requestId } });
}

const DOORS: ReadonlySet<string> = new Set(['/graphql', '/proxy', '/api', '/vapi', '/health', '/livez', '/readyz', '/.well-known']);

/** The first segment of the path where it names a door, else `/`: a path that nobody serves may hold anything. */
function doorOf(url: string): string {
  const segment = /^\/[^/?]*/.exec(url)?.[0] ?? '/';
  return DOORS.has(segment) ? segment : '/';
}

/** Whether path and Host make a URL. What builds one of them would throw, and answer with where in the code it did. */
function isAddressed({ url = '', headers: { host = '' } }: IncomingMessage): boolean {
  return URL.canParse(url, `http://${host === '' ? 'localhost' : host}`);
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

export function createHttpServer({ doors, health, publicKeys, log }: HttpServerOptions): HttpServer {
  let draining = false;
  const ping = sharedPing(health.ping, systemTimer.now);

  /** What the server answers by itself; null where the path is another door's. */
  async function ownAnswer(path: string): Promise<{ status: number; body: unknown } | null> {
    switch (path) {
      case '/health': {
        const body = await readHealth({ ...health, ping });
        return { status: body.status === 'ok' ? 200 : 503, body };
      }
      case '/livez':
        return { status: 200, body: { status: 'ok' } };
      case '/readyz': {
        const ready = !draining && (await ping());
        return { status: ready ? 200 : 503, body: { status: ready ? 'ok' : 'unavailable' } };
      }
      case '/.well-known/masker-keys.json':
        return { status: 200, body: publicKeys };
      default:
        return null;
    }
  }

  async function route(request: IncomingMessage, response: ServerResponse, requestId: RequestId): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (path.startsWith('/proxy/')) return doors.proxy(request, response, requestId);
    if (!isAddressed(request)) {
      sendFailure(response, 'bad_request', 'the Host header or the path is malformed', requestId);
      return;
    }
    if (path === '/graphql') return doors.graphql(request, response, requestId);
    const answer = READS.has(request.method ?? '') ? await ownAnswer(path) : null;
    if (answer !== null) {
      sendJson(response, answer.status, answer.body);
      return;
    }
    return doors.rest(request, response, requestId);
  }

  const server = createServer((request, response) => {
    const requestId = newId('request');
    const began = performance.now();
    response.setHeader('X-Request-Id', requestId);
    response.on('close', () => {
      // A kept-alive connection would hold the stop up although nothing is under way on it any more.
      if (draining) setImmediate(() => { server.closeIdleConnections(); });
      log.info(
        {
          request_id: requestId,
          method: request.method,
          door: doorOf(request.url ?? '/'),
          status: response.statusCode,
          duration_ms: Math.round((performance.now() - began) * 1000) / 1000,
          ...(response.writableFinished ? {} : { aborted: true }),
        },
        'request',
      );
    });
    route(request, response, requestId).catch((error: unknown) => {
      log.error({ request_id: requestId, err: error }, 'a door failed');
      sendFailure(response, 'internal_error', 'an error on our end; quote the request id when you report it', requestId);
    });
  });
  // Voice turns are small and quick to send; a caller that dribbles its head or body holds no socket for long.
  server.headersTimeout = 15_000;
  server.requestTimeout = 60_000;
  server.keepAliveTimeout = 65_000;
  return {
    server,
    drain: () => {
      draining = true;
    },
  };
}
