/** Bodies of real requests over real sockets: whole, too large, and those that never come to their end. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Failure } from '../../../src/platform/failure.ts';
import { readBody } from '../../../src/proxy/read-body.ts';

const LIMIT = 100_000;
const server = createServer();

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Sent {
  readonly request: IncomingMessage;
  readonly caller: Socket;
}

/** A request whose head has come, and the socket to send its body on. */
async function sent(head: string): Promise<Sent> {
  const arrived = once(server, 'request') as Promise<[IncomingMessage]>;
  const caller = connect((server.address() as AddressInfo).port, '127.0.0.1');
  caller.on('error', () => undefined);
  caller.write(`POST / HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n`);
  const [request] = await arrived;
  return { request, caller };
}

async function failureOf(reading: Promise<Buffer>): Promise<string> {
  const outcome: unknown = await reading.catch((error: unknown) => error);
  return outcome instanceof Failure ? outcome.code : 'no failure';
}

const chunked = (part: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]);

test('a body is the same however it was cut, its length said or not', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 2000 }), { maxLength: 8 }),
      fc.boolean(),
      async (parts, said) => {
        const whole = Buffer.concat(parts);
        const { request, caller } = await sent(said ? `Content-Length: ${whole.length}` : 'Transfer-Encoding: chunked');
        const reading = readBody(request, LIMIT);
        for (const part of parts) {
          caller.write(said ? part : chunked(Buffer.from(part)));
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
        }
        if (!said) caller.write('0\r\n\r\n');
        expect(await reading).toEqual(whole);
        caller.destroy();
      },
    ),
    { numRuns: 40 },
  );
});

test('a body that came before anybody asked for it is there', async () => {
  const { request, caller } = await sent('Content-Length: 5');
  caller.write('hello');
  await once(request, 'readable');
  expect(String(await readBody(request, LIMIT))).toBe('hello');
  caller.destroy();
});

test('a body as large as the limit is read; a byte more is refused', async () => {
  const { request, caller } = await sent('Transfer-Encoding: chunked');
  caller.write(Buffer.concat([chunked(Buffer.alloc(LIMIT)), Buffer.from('0\r\n\r\n')]));
  expect(await readBody(request, LIMIT)).toHaveLength(LIMIT);
  caller.destroy();
  const more = await sent('Transfer-Encoding: chunked');
  more.caller.write(Buffer.concat([chunked(Buffer.alloc(LIMIT + 1)), Buffer.from('0\r\n\r\n')]));
  expect(await failureOf(readBody(more.request, LIMIT))).toBe('payload_too_large');
  more.caller.destroy();
});

test('a body that says that it is too large is refused before any of it came', async () => {
  const { request, caller } = await sent(`Content-Length: ${LIMIT + 1}`);
  expect(await failureOf(readBody(request, LIMIT))).toBe('payload_too_large');
  caller.destroy();
});

test('past the limit nothing more is read: a body without end is held up in the sockets', async () => {
  const { request, caller } = await sent('Transfer-Encoding: chunked');
  const part = chunked(Buffer.alloc(65_536));
  const reading = readBody(request, LIMIT);
  let room = true;
  const fill = (): void => {
    do room = caller.write(part);
    while (room && caller.bytesWritten < 1e9);
  };
  caller.on('drain', fill);
  fill();
  expect(await failureOf(reading)).toBe('payload_too_large');
  expect(request.isPaused()).toBe(true);
  const { bytesRead } = request.socket;
  // A round trip on another connection: what would have been read has been.
  const other = await sent('Content-Length: 0');
  await readBody(other.request, LIMIT);
  expect(request.socket.bytesRead - bytesRead).toBeLessThan(300_000);
  other.caller.destroy();
  caller.destroy();
});

test.each([
  ['hangs up half-way', (caller: Socket) => caller.destroy()],
  ['ends half-way', (caller: Socket) => caller.end()],
  ['resets the connection', (caller: Socket) => caller.resetAndDestroy()],
])('a caller who %s is refused', async (_, leave) => {
  const { request, caller } = await sent('Content-Length: 10');
  caller.write('half');
  await once(request, 'readable');
  const reading = readBody(request, LIMIT);
  leave(caller);
  expect(await failureOf(reading)).toBe('bad_request');
});

test('a chunk that is none is the end of the body, too early', async () => {
  const { request, caller } = await sent('Transfer-Encoding: chunked');
  const reading = readBody(request, LIMIT);
  caller.write('zz\r\nnot a length\r\n');
  expect(await failureOf(reading)).toBe('bad_request');
  caller.destroy();
});

test('a caller who is gone before anybody reads is refused, not waited for', async () => {
  const { request, caller } = await sent('Content-Length: 10');
  const gone = new Promise((resolve) => {
    request.on('close', resolve);
  });
  caller.destroy();
  await gone;
  expect(await failureOf(readBody(request, LIMIT))).toBe('bad_request');
});
