/** The server between its doors: how it stops, and who gets a connection of another protocol. See docs/operations.md, Health. */
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import pino from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { sharedCheck } from '../../../src/http/health.ts';
import type { HealthSources } from '../../../src/http/health.ts';
import { createHttpServer } from '../../../src/http/server.ts';
import type { ServerDoors } from '../../../src/http/doors.ts';
import type { EndCalls, HttpServer, HttpServerOptions, StopTimes } from '../../../src/http/server.ts';

const SOON: StopTimes = { graceMs: 0, timeoutMs: 60_000 };
const noCalls: EndCalls = () => Promise.resolve();

let http: HttpServer | null = null;

afterEach(async () => {
  http?.server.closeAllConnections();
  await http?.stop({ graceMs: 0, timeoutMs: 0 }, noCalls);
  http = null;
});

/** Starts a server and returns its port. */
async function start(
  doors: Partial<ServerDoors> = {},
  wait?: HttpServerOptions['wait'],
  health: Partial<HealthSources> = {},
  headTimeoutMs?: number,
): Promise<number> {
  const nothing = (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(404).end('nothing');
  };
  const yes = (): Promise<boolean> => Promise.resolve(true);
  http = createHttpServer({
    doors: { graphql: nothing, proxy: nothing, rest: nothing, ...doors },
    limitCalls: null,
    health: {
      version: '1.0.0',
      ping: yes,
      journal: yes,
      uptimeSeconds: () => 1,
      upstream: () => 'ok',
      upstreams: () => ({}),
      timestamps: () => null,
      openAgents: () => Promise.resolve(0),
      llmDetector: () => null,
      oldKeys: () => [],
      checkpointSinks: () => ({}),
      ...health,
    },
    publicKeys: {},
    log: pino({ level: 'silent' }),
    ...(wait === undefined ? {} : { wait }),
    ...(headTimeoutMs === undefined ? {} : { headTimeoutMs }),
  });
  http.server.listen(0, '127.0.0.1');
  await once(http.server, 'listening');
  return (http.server.address() as AddressInfo).port;
}

function running(): HttpServer {
  if (http === null) throw new Error('not started');
  return http;
}

/** A door that holds its answers until they are let go. */
function heldDoor(): { door: ServerDoors['proxy']; arrived: Promise<void>; release: () => void; ended: () => boolean } {
  let release = (): void => undefined;
  let arrive = (): void => undefined;
  let ended = false;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const door: ServerDoors['proxy'] = async (_, response) => {
    response.write('first, ');
    arrive();
    await held;
    response.end('last');
    ended = true;
  };
  return { door, arrived, release, ended: () => ended };
}

const get = (port: number, path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);

/** What a socket was sent until its end. */
async function received(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

const UPGRADE =
  'Host: x\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';

describe('the ping behind /health and /readyz', () => {
  test('asks the database once a second, however many ask', async () => {
    let now = 0;
    const answers: ((isUp: boolean) => void)[] = [];
    const shared = sharedCheck(
      () => new Promise((resolve) => answers.push(resolve)),
      () => now,
    );
    const first = [shared(), shared()];
    now += 60_000;
    // It takes its time: who asks meanwhile waits for the same answer.
    first.push(shared());
    answers[0]?.(true);
    expect(await Promise.all(first)).toEqual([true, true, true]);
    now += 999;
    expect(await shared()).toBe(true);
    expect(answers).toHaveLength(1);
    now += 1;
    const next = shared();
    answers[1]?.(false);
    expect(await next).toBe(false);
  });
});

const no = (): Promise<boolean> => Promise.resolve(false);

describe('/health and /readyz', () => {
  test('a sink of checkpoints that cannot be written to is named, and degrades nothing else', async () => {
    const port = await start({}, undefined, { checkpointSinks: () => ({ file: 'ok', http: 'degraded' }) });
    const health = await get(port, '/health');
    expect([health.status, await health.json()]).toMatchObject([
      200,
      { status: 'ok', checkpoint_sinks: { file: 'ok', http: 'degraded' } },
    ]);
  });

  test('a time-stamping authority that fails is named, and degrades nothing else', async () => {
    const port = await start({}, undefined, { timestamps: () => 'degraded' });
    const health = await get(port, '/health');
    expect([health.status, await health.json()]).toMatchObject([200, { status: 'ok', timestamps: 'degraded' }]);
  });

  test.each<[string, Partial<HealthSources>, Record<string, string>, number]>([
    ['database down', { ping: no }, { db: 'down', vault: 'down', audit_log: 'down' }, 503],
    ['journal not writable', { journal: no }, { db: 'ok', vault: 'down', audit_log: 'down' }, 503],
    ['one of several providers down', { upstream: () => 'degraded' }, { upstream: 'degraded' }, 200],
    ['model server left alone', { llmDetector: () => 'degraded' }, { ner_model: 'degraded', audit_log: 'ok' }, 200],
  ])('%s: /health is 503 and degraded, and /readyz follows the journal', async (_, sources, components, ready) => {
    const port = await start({}, undefined, sources);
    const health = await get(port, '/health');
    expect([health.status, await health.json()]).toMatchObject([503, { status: 'degraded', components }]);
    expect((await get(port, '/readyz')).status).toBe(ready);
  });

  test('every component well: /health is 200', async () => {
    const health = await get(await start(), '/health');
    expect([health.status, await health.json()]).toMatchObject([200, { status: 'ok' }]);
  });
});

describe('a door that rejects', () => {
  test.each([
    [Object.assign(new Error('no space left on device'), { name: 'error', code: '53100' }), 503, 'audit_unavailable'],
    [new TypeError('a bug'), 500, 'internal_error'],
  ])('%s is answered with %i', async (error, status, code) => {
    const port = await start({ rest: () => Promise.reject(error) });
    const response = await get(port, '/api/v1/me');
    expect([response.status, await response.json()]).toMatchObject([status, { error: { code } }]);
  });
});

describe('every answer', () => {
  test.each(['/health', '/api/v1/me', '/graphql', '/proxy/x', '/nowhere'])(
    '%s says what a browser must not do with it',
    async (path) => {
      const { headers } = await get(await start(), path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    },
  );
});

test('a head that is half sent is cut off when its time is over, not at some later check', async () => {
  const socket = await open(await start({}, undefined, {}, 50));
  socket.write('GET /health HTTP/1.1\r\nHost: x\r\nX-Half: ');
  expect(await received(socket)).toContain('408');
});

test('a head may take 15 seconds', async () => {
  await start();
  expect(running().server.headersTimeout).toBe(15_000);
});

describe('a server that is told to stop', () => {
  test('says at once that it is not ready, and goes on serving for its grace', async () => {
    let endGrace = (): void => undefined;
    const waited: number[] = [];
    const served200 = (_: IncomingMessage, response: ServerResponse): void => {
      response.end('served');
    };
    const port = await start({ rest: served200 }, (ms) => {
      if (ms === 0) return Promise.resolve();
      waited.push(ms);
      return new Promise<void>((resolve) => {
        endGrace = resolve;
      });
    });
    expect((await get(port, '/readyz')).status).toBe(200);
    const stopped = running().stop({ graceMs: 1_000, timeoutMs: 60_000 }, noCalls);
    expect(waited).toEqual([1_000]);
    expect((await get(port, '/readyz')).status).toBe(503);
    expect((await get(port, '/livez')).status).toBe(200);
    const served = await get(port, '/anything');
    expect(await served.text()).toBe('served');
    // The next request of a load balancer goes elsewhere.
    expect(served.headers.get('connection')).toBe('close');
    endGrace();
    await stopped;
    await expect(get(port, '/livez')).rejects.toThrow();
  });

  test('takes no further connection, and lets the answer under way end whole', async () => {
    const held = heldDoor();
    const port = await start({ proxy: held.door });
    const answer = get(port, '/proxy/x').then((response) => response.text());
    await held.arrived;
    const stopped = running().stop(SOON, noCalls);
    await expect
      .poll(() =>
        get(port, '/livez').then(
          () => 'served',
          () => 'refused',
        ),
      )
      .toBe('refused');
    held.release();
    expect(await answer).toBe('first, last');
    await stopped;
  });

  test('cuts what takes too long, and waits until the door is done with it', async () => {
    const held = heldDoor();
    const port = await start({
      proxy: async (request, response, id, note) => {
        response.on('close', () => {
          held.release();
        });
        await held.door(request, response, id, note);
      },
    });
    const answer = get(port, '/proxy/x').then((response) => response.text());
    answer.catch(() => undefined);
    await held.arrived;
    expect(held.ended()).toBe(false);
    await running().stop({ graceMs: 0, timeoutMs: 0 }, noCalls);
    await expect(answer).rejects.toThrow();
    expect(held.ended()).toBe(true);
  });

  test('does not wait for connections that carry nothing', async () => {
    const port = await start({
      rest: (_, response) => {
        response.end('served');
      },
    });
    const agent = new Agent({ keepAlive: true });
    const outgoing = httpRequest({ port, agent }).end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    await running().stop(SOON, noCalls);
    agent.destroy();
  });

  test('waits for calls that are being ended', async () => {
    await start();
    let end = (): void => undefined;
    let isOver = false;
    const calls = new Promise<void>((resolve) => {
      end = resolve;
    });
    const stopped = running()
      .stop(SOON, () => calls)
      .then(() => {
        isOver = true;
      });
    await once(running().server, 'close');
    expect(isOver).toBe(false);
    end();
    await stopped;
  });
});

describe('a connection that asks for another protocol', () => {
  const accept: ServerDoors['retell'] = (_, socket, head) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n${head.toString()}`,
    );
    return Promise.resolve();
  };

  test('becomes a WebSocket where there is a door for it', async () => {
    const port = await start({ retell: accept });
    const socket = await open(port);
    socket.write(`GET /retell/a/b HTTP/1.1\r\nUpgrade: WebSocket\r\n${UPGRADE}\r\n`);
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toMatch(/^HTTP\/1\.1 101 /);
    socket.destroy();
  });

  test.each([
    ['for HTTP/2', 'POST /elsewhere HTTP/1.1\r\nUpgrade: h2c'],
    ['for HTTP/2, at the door', 'POST /retell/a/b HTTP/1.1\r\nUpgrade: h2c'],
    ['for a WebSocket, at another door', 'POST /elsewhere HTTP/1.1\r\nUpgrade: websocket'],
  ])('%s is answered as though it had not', async (_case, request) => {
    const port = await start({
      retell: accept,
      rest: (incoming, response) => {
        let body = '';
        incoming
          .on('data', (chunk) => {
            body += String(chunk);
          })
          .on('end', () => {
            response.end(`<${body}>`);
          });
      },
    });
    const socket = await open(port);
    socket.write(`${request}\r\nContent-Length: 5\r\n${UPGRADE}\r\nhello`);
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toContain('<hello>');
    // Another on the same connection: it is still read as HTTP.
    socket.write('POST /again HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi');
    const answer = await received(socket);
    expect(answer).toContain('<hi>');
    expect(first.toString() + answer).not.toContain(' 101 ');
  });

  test('and that never ends is cut when the server stops', async () => {
    const port = await start({ retell: accept });
    const socket = await open(port);
    socket.write(`GET /retell/a/b HTTP/1.1\r\nUpgrade: websocket\r\n${UPGRADE}\r\n`);
    await once(socket, 'data');
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    await running().stop(
      { graceMs: 0, timeoutMs: 0 },
      () =>
        new Promise(
          (resolve) =>
            void closed.then(() => {
              resolve();
            }),
        ),
    );
    await closed;
  });
});
