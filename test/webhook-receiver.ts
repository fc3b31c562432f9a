/** A receiver of webhooks for tests: it can be down, slow or refusing, and checks signatures by the rules of Standard Webhooks. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly id: string;
  readonly event: { readonly id: string; readonly type: string; readonly object: { readonly id: string } };
}

/** An HTTP status, no answer at all until the receiver is closed, or a connection that is broken. */
export type Reply = number | 'silence' | 'reset';

export interface WebhookReceiver {
  readonly url: string;
  /** Everything that arrived, in order. */
  readonly received: Received[];
  /** What was answered with 2xx, in order. */
  readonly taken: Received[];
  /** What is replied from now on; 204 at first. */
  reply: (message: Received) => Reply;
  /** Resolves when so many messages were taken. */
  took(count: number): Promise<void>;
  /** Resolves when so many messages arrived. */
  arrived(count: number): Promise<void>;
  /** Listens no more: connections are refused. */
  down(): Promise<void>;
  /** Listens again, at the same address. */
  up(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const news = new EventEmitter();
  news.setMaxListeners(0);
  const reaches = async (list: readonly unknown[], count: number): Promise<void> => {
    while (list.length < count) await once(news, 'message');
  };
  let server: Server | null = null;
  let port = 0;
  const answer = (message: Received, response: ServerResponse): void => {
    const reply = receiver.reply(message);
    receiver.received.push(message);
    if (typeof reply === 'number') {
      if (reply >= 200 && reply <= 299) receiver.taken.push(message);
      response.writeHead(reply, reply >= 300 && reply <= 399 ? { location: '/elsewhere' } : {});
      response.end('an answer that nobody keeps');
    } else if (reply === 'reset') response.destroy();
    news.emit('message');
  };
  const up = async (): Promise<void> => {
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const event = JSON.parse(body) as Received['event'];
        answer({ headers: request.headers, body, id: String(request.headers['webhook-id']), event }, response);
      });
    });
    // No connection is closed between two deliveries: a client would reuse it at that moment.
    server.keepAliveTimeout = 0;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  await up();
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${port}/events`,
    received: [],
    taken: [],
    reply: () => 204,
    took: (count) => reaches(receiver.taken, count),
    arrived: (count) => reaches(receiver.received, count),
    down: async () => {
      const closing = server;
      server = null;
      closing?.closeAllConnections();
      if (closing !== null) await new Promise((resolve) => closing.close(resolve));
    },
    up,
  };
  return receiver;
}

/**
 * Verifies a message by the rules of Standard Webhooks: a timestamp within five minutes of `now`, in milliseconds since the
 * epoch, and of the signatures one of version 1 that is the HMAC-SHA256 of `id.timestamp.body` under the secret.
 */
export function isAuthentic(
  { headers, body }: Pick<Received, 'headers' | 'body'>,
  secret: string,
  now: number,
): boolean {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  });
  if (id === '' || timestamp === undefined || !/^\d+$/.test(timestamp)) return false;
  if (Math.abs(now / 1000 - Number(timestamp)) > 300) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`, 'utf8').digest();
  return (signatures ?? '').split(' ').some((text) => {
    const [version, signature = ''] = text.split(',');
    const given = Buffer.from(signature, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
