/** A body that is held back until its sender's token is revoked, against a whole server. */
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;
beforeAll(async () => {
  calls = await startCalls();
});
afterAll(async () => {
  await calls.close();
});

interface Made {
  readonly token: { readonly id: string };
  readonly secret: string;
}

async function token(): Promise<Made> {
  const body = { name: 'held', permissions: ['agents:read', 'agents:write'] };
  return (await (await calls.masker.api('POST', '/tokens', body)).json()) as Made;
}

/** Sends the head of a request. */
function head(path: string, secret: string, length: number): ClientRequest {
  const sent = request(`${calls.masker.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', 'content-length': length },
  });
  sent.flushHeaders();
  return sent;
}

/** Resolves once the server has seen the token: its use is on record. */
async function seen(id: string): Promise<void> {
  for (;;) {
    const { rows } = await calls.pool.query<{ at: Date | null }>(
      'SELECT last_used_at AS at FROM access_tokens WHERE id = $1',
      [id],
    );
    if (rows[0]?.at !== null) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const CREATE = 'mutation { createAgent(input: { name: "held back", upstream: "stub" }) { __typename } }';

test.each([
  ['/api/v1/agents', { name: 'held back', upstream: 'stub' }],
  ['/graphql', { query: CREATE }],
])('a token that is revoked before the body of %s comes makes nothing', async (path, body) => {
  const { token: made, secret } = await token();
  const bytes = JSON.stringify(body);
  const sent = head(path, secret, Buffer.byteLength(bytes));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject);
  });
  await seen(made.id);
  expect((await calls.masker.api('DELETE', `/tokens/${made.id}`)).status).toBe(204);
  sent.end(bytes);
  expect(await text(await answered)).toMatch(/unauthenticated/i);
  const { rowCount } = await calls.pool.query(`SELECT FROM agents WHERE name = 'held back'`);
  expect(rowCount).toBe(0);
});
