/** Bodies over the limit, at each door, by a client that keeps its connection and sends on while it is answered. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../database.ts';
import { BOOTSTRAP_TOKEN, startTestInstance } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';

const LIMIT = 1_048_576;

let instance: TestInstance;
let agent: CreatedAgent;
let dropDatabase: () => Promise<void>;

beforeAll(async () => {
  const { url, drop } = await createTestDatabase();
  dropDatabase = drop;
  instance = await startTestInstance(url, { MASKER_MAX_BODY_BYTES: String(LIMIT) });
  agent = await instance.createAgent({ upstream: 'stub' });
});
afterAll(async () => {
  await instance.close();
  await dropDatabase();
});

const PIECE = Buffer.alloc(65_536, 0x20);
const NEXT = 'GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n';

interface Outcome {
  /** All that the server sent. */
  readonly received: string;
  /** The code of the error that the connection ended with; null after a clean end. */
  readonly broken: string | null;
}

/** Sends a body of four times the limit, and another request behind it, without looking at what comes back. */
async function sendTooMuch(path: string, framing: 'length' | 'chunked'): Promise<Outcome> {
  const socket = connect(Number(new URL(instance.url).port), '127.0.0.1');
  let received = '';
  let broken: string | null = null;
  const ended = new Promise<void>((resolve) => {
    socket.on('data', (bytes: Buffer) => (received += bytes.toString('latin1')));
    socket.on('error', (error: NodeJS.ErrnoException) => (broken = error.code ?? 'unknown'));
    socket.on('close', () => {
      resolve();
    });
  });
  const size = 4 * LIMIT;
  const header = framing === 'length' ? `Content-Length: ${size}` : 'Transfer-Encoding: chunked';
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${BOOTSTRAP_TOKEN}\r\n` +
      `Content-Type: application/json\r\n${header}\r\n\r\n`,
  );
  for (let sent = 0; sent < size && socket.writable; sent += PIECE.length) {
    const piece = framing === 'length' ? PIECE : Buffer.concat([Buffer.from('10000\r\n'), PIECE, Buffer.from('\r\n')]);
    await new Promise((resolve) => socket.write(piece, resolve));
  }
  if (socket.writable) socket.write(framing === 'length' ? NEXT : `0\r\n\r\n${NEXT}`);
  await ended;
  return { received, broken };
}

const DOORS: readonly (readonly [string, () => string])[] = [
  ['REST', () => '/api/v1/agents'],
  ['GraphQL', () => '/graphql'],
  ['the proxy', () => new URL(agent.proxy_url).pathname],
  ['the webhook', () => `/vapi/webhook/${agent.id}`],
];

describe.each(DOORS)('a body over the limit at %s', (_door, path) => {
  test.each(['length', 'chunked'] as const)('is 413 on a connection that closes cleanly (%s)', async (framing) => {
    const { received, broken } = await sendTooMuch(path(), framing);
    expect(received.split('\r\n', 1)).toEqual(['HTTP/1.1 413 Payload Too Large']);
    expect(received.toLowerCase()).toContain('\r\nconnection: close\r\n');
    // What was sent behind the body is neither answered nor taken for a request.
    expect(received.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(broken).toBeNull();
  });
});

test('a connection that was refused once is no longer used: the next request is answered on a new one', async () => {
  const body = ' '.repeat(2 * LIMIT);
  for (let at = 0; at < 3; at += 1) {
    const headers = { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' };
    const refused = await fetch(`${instance.url}/api/v1/agents`, { method: 'POST', headers, body });
    expect([refused.status, refused.headers.get('connection')]).toEqual([413, 'close']);
    expect(await refused.json()).toMatchObject({ error: { code: 'payload_too_large' } });
    expect((await instance.api('GET', '/me')).status).toBe(200);
  }
});
