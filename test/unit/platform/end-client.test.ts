import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endClient } from '../../../src/platform/end-client.ts';

/** PostgreSQL's "you are in" and "ask me": AuthenticationOk and ReadyForQuery. */
const WELCOME = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

let server: Server;
let sockets: Socket[];
beforeEach(async () => {
  sockets = [];
  // Lets everybody in, and closes no connection.
  server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(WELCOME));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

function client(): pg.Client {
  const { port } = server.address() as AddressInfo;
  const made = new pg.Client({ host: '127.0.0.1', port, user: 'u', database: 'd' });
  made.on('error', () => undefined);
  return made;
}

test('a connection that the server does not close is destroyed', async () => {
  const connected = client();
  await connected.connect();
  await endClient(connected, 20);
  expect(connected.connection.stream.destroyed).toBe(true);
});

test('a connection with an unanswered query is destroyed, and its query fails', async () => {
  const connected = client();
  await connected.connect();
  const asked = connected.query('SELECT 1').catch((error: unknown) => String(error));
  await endClient(connected, 20);
  expect(await asked).toContain('Connection terminated');
});

test('a client that was never connected has nothing to end', async () => {
  await endClient(client());
  expect(sockets).toEqual([]);
});
