/** OpenTelemetry traces of the built server, as a receiver on this machine gets them. */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, temporaryFolder } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { BOOTSTRAP_TOKEN } from '../instance.ts';
import { startServer } from '../server-process.ts';
import { disguises } from './everything.ts';

let db: TestDatabase;
let folder: string;
const received: { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer }[] = [];
let receiver: Server;
let endpoint: string;

beforeAll(async () => {
  db = await createTestDatabase();
  folder = await temporaryFolder();
  receiver = createServer((request, response) => {
    void buffer(request).then((body) => {
      received.push({ url: request.url ?? '', headers: request.headers, body });
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  }).listen(0, '127.0.0.1');
  // No connection is closed between two requests: a client would reuse it at that moment.
  receiver.keepAliveTimeout = 0;
  await new Promise((resolve) => receiver.once('listening', resolve));
  endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterAll(async () => {
  receiver.close();
  receiver.closeAllConnections();
  await db.drop();
  await rm(folder, { recursive: true, force: true });
});

/** What must be in no byte that is sent: said by the caller, or named by the operator. */
const MARKERS = [
  'Eleanor Whitfield',
  '415-555-0142',
  'MSKV1.',
  'markedagentname',
  'markedcallid',
  'markeduseragent',
  'markedmodelname',
  'PHONE',
];
const said = {
  model: 'markedmodelname',
  messages: [{ role: 'user', content: `I am ${MARKERS[0] ?? ''}, ${MARKERS[1] ?? ''}.` }],
};

function occurrences(text: string): number {
  return received.reduce((sum, { body }) => sum + body.toString('latin1').split(text).length - 1, 0);
}

// A story: the second server has the agent of the first.
describe('traces', { shuffle: false }, () => {
  test('a turn is a span with its stages and IDs, and no byte that is sent holds what was said or named', async () => {
    const server = await startServer(folder, {
      MASKER_DATABASE_URL: db.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=clinic',
      OTEL_SERVICE_NAME: 'front-desk',
    });
    const made = await fetch(`${server.url}/api/v1/agents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'markedagentname', upstream: 'stub', caller_auth: null }),
    });
    const { agent } = (await made.json()) as { agent: { id: string } };
    const call = (body: object): Promise<Response> =>
      fetch(`${server.url}/proxy/${agent.id}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-call-id': 'markedcallid', 'user-agent': 'markeduseragent' },
        body: JSON.stringify(body),
      });
    const answer = await call(said);
    expect(await answer.text()).toContain('Eleanor Whitfield');
    const session = answer.headers.get('masker-session-id') ?? '';
    expect((await call({ messages: `${MARKERS[0] ?? ''} is no list` })).status).toBe(422);
    // What waits is sent before the process ends.
    await server.end('SIGTERM');
    expect(received.map(({ url }) => url)).toEqual(received.map(() => '/v1/traces'));
    expect(received[0]?.headers).toMatchObject({ 'x-tenant': 'clinic', 'content-type': 'application/x-protobuf' });
    for (const name of [
      'masker.detection',
      'masker.tokenize',
      'masker.upstream',
      'masker.rehydrate',
      'masker.turn.refused',
    ])
      expect([name, occurrences(name)]).toEqual([name, 1]);
    expect(occurrences('front-desk')).toBeGreaterThan(0);
    expect(session).not.toBe('');
    expect(occurrences(session)).toBe(1);
    expect(occurrences(agent.id)).toBe(2);
    for (const marker of MARKERS)
      for (const form of disguises(marker)) expect([marker, occurrences(form)]).toEqual([marker, 0]);
  });

  test('a receiver that refuses the spans costs them, and no turn', async () => {
    const refusing = createServer((request, response) => {
      request.resume();
      response.writeHead(400).end('Eleanor Whitfield');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => refusing.once('listening', resolve));
    const server = await startServer(folder, {
      MASKER_DATABASE_URL: db.url,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://127.0.0.1:${(refusing.address() as AddressInfo).port}/v1/traces`,
    });
    const response = await fetch(`${server.url}/proxy/agt_00000000000000000000000000/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(said),
    });
    expect(response.status).toBe(404);
    const agents = await fetch(`${server.url}/api/v1/agents`, {
      headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}` },
    });
    const { data } = (await agents.json()) as { data: { id: string }[] };
    const turn = await fetch(`${server.url}/proxy/${data[0]?.id ?? ''}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(said),
    });
    expect(turn.status).toBe(200);
    await turn.text();
    await server.end('SIGTERM');
    refusing.close();
    refusing.closeAllConnections();
    expect(server.printed()).toContain('spans could not be sent');
    expect(server.printed()).not.toContain('Whitfield');
  });
});
