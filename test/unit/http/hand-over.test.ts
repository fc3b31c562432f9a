import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, IncomingMessage } from 'node:http';
import type { Server } from 'node:http';
import { connect, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { carryUpgrade, HandOver } from '../../../src/http/hand-over.ts';

let folder: string;
let socketPath: string;
let owner: Server;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hand-over-'));
  socketPath = path.join(folder, 'owner.sock');
  owner = createServer((_, response) => response.end('served')).listen(socketPath);
  await once(owner, 'listening');
});
afterEach(async () => {
  owner.close();
  owner.closeAllConnections();
  await rm(folder, { recursive: true });
});

test('a request of HTTP/1.0 without a Host is served by the worker that it is handed to', async () => {
  const handOver = new HandOver();
  const receiver = createServer((request, response) => {
    void handOver.send(request, Buffer.from('{}'), response, socketPath);
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const caller = connect((receiver.address() as AddressInfo).port, '127.0.0.1');
  caller.write('POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}');
  const answer = await text(caller);
  handOver.close();
  receiver.close();
  expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*served$/);
});

test('a caller whose socket fails before the other worker is reached ends its WebSocket alone', async () => {
  const caller = new Duplex({
    read: () => undefined,
    write: (_, __, done) => {
      done();
    },
  });
  const carried = carryUpgrade(new IncomingMessage(new Socket()), caller, Buffer.alloc(0), socketPath);
  caller.destroy(new Error('read ECONNRESET'));
  expect(await carried).toBe(true);
});
