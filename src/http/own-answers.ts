/** What the server answers by itself, in JSON: health checks, public keys, and failures. */
import type { ServerResponse } from 'node:http';
import type { Failure } from '../platform/failure.ts';
import type { RequestId } from '../platform/ids.ts';
import { failureBody } from './failure-body.ts';
import { readHealth, readStorage } from './health.ts';
import type { Health, HealthSources } from './health.ts';
import type { ServerState } from './stopping.ts';

/** Sends a body as JSON, which nothing may keep. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'cache-control': 'no-store',
  });
  response.end(bytes);
}

/** Ends a response in the form of its door; cuts the connection where the head is already out. */
export function sendFailure(response: ServerResponse, failure: Failure, requestId: RequestId): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, failure.status, failureBody(response.req.url ?? '', failure, requestId));
}

/** Where the server's own answers come from. */
export interface OwnAnswerSources {
  readonly health: HealthSources;
  /** The body of /.well-known/masker-keys.json. */
  readonly publicKeys: unknown;
  /** The other workers of the machine; null where this process serves alone. */
  readonly workers?: { readonly health: (own: Health) => Promise<Health> } | null;
}

interface OwnAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Returns what the server answers by itself to a path; null where the path is another door's. */
export function ownAnswers(
  { health, publicKeys, workers = null }: OwnAnswerSources,
  state: Readonly<ServerState>,
): (path: string) => Promise<OwnAnswer | null> {
  return async (path) => {
    switch (path) {
      case '/health': {
        const own = await readHealth(health);
        const body = workers === null ? own : await workers.health(own);
        return { status: body.status === 'ok' ? 200 : 503, body };
      }
      case '/livez':
        return { status: 200, body: { status: 'ok' } };
      case '/readyz': {
        const ready = !state.isDraining && (await readStorage(health)).isWritable;
        return { status: ready ? 200 : 503, body: { status: ready ? 'ok' : 'unavailable' } };
      }
      case '/.well-known/masker-keys.json':
        return { status: 200, body: publicKeys };
      default:
        return null;
    }
  };
}
