import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJsonClient } from '../../../src/platform/json-client.ts';
import type { JsonClient } from '../../../src/platform/json-client.ts';

const SIGNAL = new AbortController().signal;
let server: Server;
let client: JsonClient;
let respond: (request: IncomingMessage, response: ServerResponse) => void;
const seen: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers['content-type'] ?? ''}`);
    respond(request, response);
  });
  // No connection is closed between two requests: a client would reuse it at that moment.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/not/this`);
  client = createJsonClient({ url, path: '/ask', connections: 1, timeoutMs: 5000, maxBytes: 1000 });
});
afterAll(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

test('what is posted comes back: status and text, in one encoding', async () => {
  respond = (request, response) => {
    response.writeHead(201);
    request.pipe(response);
  };
  expect(await client.post('{"a":"é😀"}', SIGNAL)).toEqual({ status: 201, text: '{"a":"é😀"}' });
  expect(seen.at(-1)).toBe('POST /ask application/json');
});

test('an answer of the largest size is read, one byte more is not, however it comes, and the connection is given up', async () => {
  const sizes: readonly (readonly [number, number | null])[] = [
    [1000, 1000],
    [1001, null],
    [1_000_000, null],
  ];
  for (const chunked of [false, true]) {
    for (const [size, read] of sizes) {
      respond = (_, response) => {
        if (chunked) response.write('x');
        response.end('x'.repeat(chunked ? size - 1 : size));
      };
      const { text } = await client.post('{}', SIGNAL);
      expect(text?.length ?? null).toBe(read);
    }
  }
});

test('an answer without an end is given up at the largest size', async () => {
  respond = (_, response) => {
    const more = (): void => {
      while (response.write('x'.repeat(100)));
      response.once('drain', more);
    };
    more();
    response.on('error', () => undefined);
  };
  expect(await client.post('{}', SIGNAL)).toEqual({ status: 200, text: null });
});

test('a redirect is not followed', async () => {
  const before = seen.length;
  respond = (_, response) => response.writeHead(307, { location: '/elsewhere' }).end();
  expect(await client.post('{}', SIGNAL)).toEqual({ status: 307, text: '' });
  expect(seen.slice(before)).toEqual(['POST /ask application/json']);
});

test('it rejects when the connection breaks or the signal says so, and goes on with the next', async () => {
  respond = (_, response) => response.destroy();
  await expect(client.post('{}', SIGNAL)).rejects.toThrow();
  const abort = new AbortController();
  respond = () => {
    abort.abort();
  };
  await expect(client.post('{}', abort.signal)).rejects.toThrow();
  await expect(client.post('{}', abort.signal)).rejects.toThrow();
  respond = (_, response) => response.end('again');
  expect(await client.post('{}', SIGNAL)).toEqual({ status: 200, text: 'again' });
});
