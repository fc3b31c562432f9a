/** `masker serve` with MASKER_WORKERS=2: one socket, two processes, each call in one of them. See docs/operations.md. */
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { putDatabase, temporaryFolder } from '../database.ts';
import { openEvents } from '../event-source.ts';
import { BOOTSTRAP_TOKEN } from '../instance.ts';
import { parseExposition } from '../metrics.ts';
import { dial, user } from '../retell.ts';
import { startServer } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';
import { echo, startUpstream } from '../upstream.ts';
import type { TestUpstream } from '../upstream.ts';
import { createAgent, logged, openLines, workerOf } from './workers-fixture.ts';
import type { Line } from './workers-fixture.ts';

const CALLS = 6;
const TURNS = 4;

let folder: string;
let upstream: TestUpstream;
let server: ServerProcess;
let lines: readonly [Line, Line];
let agent: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  await putDatabase(folder);
  upstream = await startUpstream();
  server = await startServer(folder, {
    MASKER_WORKERS: '2',
    MASKER_METRICS_ADDR: '127.0.0.1:0',
    MASKER_RATE_LIMITS: 'hosted',
    MASKER_OPENAI_BASE_URL: upstream.url,
    MASKER_OPENAI_API_KEY: 'sk',
  });
  lines = await openLines(server);
});
afterAll(async () => {
  for (const line of lines) line.close();
  await server.end('SIGTERM');
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  upstream.respond(echo);
  agent = await createAgent(server.url, 'openai:gpt-4o-mini');
});

const chat = (): string => `/proxy/${agent}/v1/chat/completions`;

/** A body with the history of a call, which ends with its next turn. */
function grown(call: number, turn: number): { messages: object[] } {
  const messages = Array.from({ length: turn + 1 }, (_, index) => ({
    role: 'user',
    content: `this is Maria Gonzalez, my number is 415-555-${1000 + call * 100 + index}`,
  }));
  return { messages };
}

interface Naming {
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

/** The workers that served calls. */
const all = (served: readonly Set<number>[]): number[] => [...new Set(served.flatMap((each) => [...each]))].sort();

/** Has calls of both workers, each turn on the other connection. Returns for each call the workers that served it. */
async function haveCalls(
  path: () => string,
  name: (call: number) => Naming,
  body: (call: number, turn: number) => object = grown,
  answered = (call: number, turn: number) => `415-555-${1000 + call * 100 + turn}`,
): Promise<Set<number>[]> {
  const served: Set<number>[] = [];
  // Which worker keeps a call depends on the agent's ID: there are as many calls as it takes to meet both.
  for (let call = 0; call < CALLS || all(served).length < 2; call += 1) {
    const workers = new Set<number>();
    const { body: named = {}, headers = {} } = name(call);
    for (let turn = 0; turn < TURNS; turn += 1) {
      const line = lines[turn % 2 === 0 ? 0 : 1];
      const response = await line.send(path(), { ...body(call, turn), ...named }, headers);
      const answer = await text(response);
      expect([response.statusCode, answer]).toEqual([200, expect.stringContaining(answered(call, turn))]);
      workers.add(await workerOf(server, response));
    }
    served.push(workers);
  }
  return served;
}

describe('turns of a call over connections of both workers are served by one', () => {
  test.each<[string, (call: number) => Naming]>([
    ['named by a header', (call) => ({ headers: { 'x-call-id': `header ${call}` } })],
    ['named in the body, as Vapi does', (call) => ({ body: { call: { id: `vapi-${call}` } } })],
    [
      'named in the body, as ElevenLabs does',
      (call) => ({ body: { elevenlabs_extra_body: { call_id: `el-${call}` } } }),
    ],
  ])('%s', async (_, name) => {
    const served = await haveCalls(chat, name);
    expect(served.map(({ size }) => size)).toEqual(served.map(() => 1));
  });

  test('named by a conversation of the Responses API', async () => {
    agent = await createAgent(server.url, 'stub');
    const served = await haveCalls(
      () => `/proxy/${agent}/v1/responses`,
      (call) => ({ body: { conversation: `conv_${call}` } }),
      (call, turn) => ({ input: `my number is 415-555-${1000 + call * 100 + turn}` }),
      () => '"status":"completed"',
    );
    expect(served.map(({ size }) => size)).toEqual(served.map(() => 1));
  });

  test('of Retell, which dials anew', async () => {
    const workers = new Set<number | undefined>();
    while (workers.size < 2) {
      agent = await createAgent(server.url, 'openai:gpt-4o-mini');
      for (let dialled = 0; dialled < 2; dialled += 1) {
        const line = await dial(server.url, `/retell/${agent}/one-call`);
        line.ask(1, [user('I am Maria Gonzalez')]);
        expect(await line.spoken(1)).toContain('Maria Gonzalez');
        line.socket.close(dialled === 0 ? 3000 : 1000);
        await line.closed;
      }
      const ended = await logged(server, ({ msg, agent_id: id }) => msg === 'call' && id === agent, 2);
      const served = new Set(ended.map(({ worker }) => worker));
      expect(served.size).toBe(1);
      for (const worker of served) workers.add(worker);
    }
  });
});

/** A connection to the worker that does not keep the call. */
async function stranger(call: string): Promise<Line> {
  const response = await lines[0].send(chat(), grown(0, 0), { 'x-call-id': call });
  await text(response);
  return (await workerOf(server, response)) === 1 ? lines[1] : lines[0];
}

const chunk = (content: string): string =>
  `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;

/** The next bytes of a response. */
async function nextText(response: IncomingMessage): Promise<string> {
  const [bytes] = (await once(response, 'data')) as [Buffer];
  return bytes.toString('utf8');
}

describe('a turn that is handed on to another worker', () => {
  test('is streamed chunk by chunk, as the upstream sends', async () => {
    const line = await stranger('streamed');
    let send: (words: string) => void = () => undefined;
    upstream.respond((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk('first, '));
      send = (words) => response.write(chunk(words));
    });
    const response = await line.send(chat(), { ...grown(0, 0), stream: true }, { 'x-call-id': 'streamed' });
    expect(await nextText(response)).toContain('first, ');
    for (const words of ['second, ', 'third, ']) {
      const arrived = nextText(response);
      send(words);
      expect(await arrived).toContain(words);
    }
    response.destroy();
  });

  test('is aborted at the upstream when its caller hangs up', async () => {
    const line = await stranger('aborted');
    const aborted = new Promise<void>((resolve) => {
      upstream.respond((_, response) => {
        response.on('close', resolve);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(chunk('words, '));
      });
    });
    const response = await line.send(chat(), { ...grown(0, 0), stream: true }, { 'x-call-id': 'aborted' });
    await nextText(response);
    response.destroy();
    await aborted;
  });

  test('keeps its status, its headers and the request ID of its log line', async () => {
    const line = await stranger('refused');
    const response = await line.send(chat(), { messages: 'none' }, { 'x-call-id': 'refused', origin: 'null' });
    expect(response.statusCode).toBe(422);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    await text(response);
    expect(await workerOf(server, response)).not.toBe(line.worker);
  });

  test('counts once against the rate limit', async () => {
    const line = await stranger('limited');
    const remaining = async (): Promise<number> => {
      const response = await line.send(chat(), grown(0, 0), { 'x-call-id': 'limited' });
      await text(response);
      return Number(response.headers['ratelimit-remaining']);
    };
    const before = await remaining();
    // What is filled up meanwhile can only raise it.
    expect(await remaining()).toBeGreaterThanOrEqual(before - 1);
  });

  test('is served where no header can claim that it was handed on', async () => {
    const line = await stranger('forged');
    const response = await line.send(chat(), grown(0, 0), { 'x-call-id': 'forged', 'masker-handed-over': '1' });
    await text(response);
    expect(await workerOf(server, response)).not.toBe(line.worker);
  });
});

test('metrics of the workers add up, and each process has its own', async () => {
  const served = await haveCalls(chat, (call) => ({ headers: { 'x-call-id': `counted ${call}` } }));
  const [listening] = await logged(server, ({ msg }) => msg === 'metrics are served');
  const scrape = async () => parseExposition(await (await fetch(listening?.url ?? '')).text());
  await expect
    .poll(async () => (await scrape()).value('masker_requests_total', { agent, status: 'ok' }))
    .toBe(served.length * TURNS);
  const { value, samples } = await scrape();
  expect(value('masker_workers')).toBe(2);
  expect(value('masker_worker_restarts_total')).toBe(0);
  expect(value('masker_queue_depth', { queue: 'sequencer' })).not.toBeNull();
  const processes = samples.filter(({ name }) => name === 'process_cpu_seconds_total');
  expect(processes.map(({ labels }) => labels['worker']).sort()).toEqual(['1', '2']);
});

test('every worker answers for the whole machine at /health, and is ready', async () => {
  for (const line of lines) {
    const health = await line.send('/health');
    expect(JSON.parse(await text(health))).toMatchObject({ status: 'ok', workers: { configured: 2, running: 2 } });
    const ready = await line.send('/readyz');
    await text(ready);
    expect(ready.statusCode).toBe(200);
  }
});

test('a subscription at one worker hears of the turns of both', async () => {
  const events = await openEvents(`${server.url}/graphql`, {
    query: 'subscription ($id: ID!) { sessionEvents(agentId: $id) { id redaction { entityKind } } }',
    variables: { id: agent },
    headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}` },
  });
  const served = await haveCalls(chat, (call) => ({ headers: { 'x-call-id': `watched ${call}` } }));
  const sessions = new Set<string | undefined>();
  while (sessions.size < served.length) {
    const [event] = await events.take(1);
    sessions.add(/^sess_\w+/.exec(event?.id ?? '')?.[0]);
  }
  events.close();
});
