/** What goes over the wire to a provider, and what the breaker makes of what comes back. See docs/proxy.md, Upstreams. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../../../src/platform/secret.ts';
import { CONSECUTIVE_FAILURES } from '../../../../src/proxy/upstream/breaker.ts';
import type { BreakerState } from '../../../../src/proxy/upstream/breaker.ts';
import type { UpstreamCaller } from '../../../../src/proxy/upstream/circuits.ts';
import { createOpenAiUpstream } from '../../../../src/proxy/upstream/openai-upstream.ts';
import type { OpenAiUpstreamOptions } from '../../../../src/proxy/upstream/openai-upstream.ts';
import type { Upstream, UpstreamRequest, UpstreamResponse } from '../../../../src/proxy/upstream/upstream.ts';

let server: Server;
let origin: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let upstreams: Upstream[];

beforeEach(async () => {
  upstreams = [];
  answer = (_, response) => response.setHeader('content-type', 'application/json').end('{}');
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      answer(request, response);
    });
  });
  // No connection is closed between two requests: a client would reuse it at that moment.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const upstream of upstreams) await upstream.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function create(options: Partial<OpenAiUpstreamOptions> = {}): Upstream {
  const upstream = createOpenAiUpstream({
    name: 'test',
    baseUrl: `${origin}/v1`,
    apiKey: null,
    apiKeyHeader: 'authorization',
    query: null,
    timeoutMs: 10_000,
    ...options,
  });
  upstreams.push(upstream);
  return upstream;
}

/** An agent with the operator's key. */
const CALLER: UpstreamCaller = { agentId: 'agt_A', clientAuthorization: null };

function request(more: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return {
    endpoint: 'chat/completions',
    body: Buffer.from('{"model":"m"}'),
    ...CALLER,
    streamed: false,
    signal: new AbortController().signal,
    ...more,
  };
}

async function read({ body }: UpstreamResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The head that arrived for one request. */
async function sent(upstream: Upstream, more: Partial<UpstreamRequest> = {}): Promise<IncomingMessage> {
  const arrived = new Promise<IncomingMessage>((resolve) => {
    answer = (incoming, response) => {
      resolve(incoming);
      response.end('{}');
    };
  });
  await read(await upstream.send(request(more)));
  return arrived;
}

describe('a request', () => {
  test('goes to the endpoint below the base URL, with the query of the configuration', async () => {
    expect((await sent(create())).url).toBe('/v1/chat/completions');
    expect((await sent(create(), { endpoint: 'responses' })).url).toBe('/v1/responses');
    const azure = create({
      baseUrl: `${origin}/openai/deployments/gpt-4o`,
      query: new Secret('api-version=2024-10-21'),
    });
    expect((await sent(azure)).url).toBe('/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21');
  });

  test('carries these headers and no others', async () => {
    const { headers } = await sent(create({ apiKey: new Secret('sk-1') }), {
      streamed: true,
      clientAuthorization: 'Bearer of-the-client',
    });
    expect(headers).toEqual({
      host: new URL(origin).host,
      connection: 'keep-alive',
      'content-type': 'application/json',
      'content-length': '13',
      accept: 'text/event-stream',
      'accept-encoding': 'identity',
      authorization: 'Bearer sk-1',
    });
  });

  test("carries the client's key only where there is none of the operator's", async () => {
    const client = { clientAuthorization: 'Bearer of-the-client' };
    expect((await sent(create(), client)).headers.authorization).toBe('Bearer of-the-client');
    expect((await sent(create())).headers.authorization).toBeUndefined();
    const { headers } = await sent(create({ apiKey: new Secret('k-azure'), apiKeyHeader: 'api-key' }), client);
    expect([headers['api-key'], headers.authorization]).toEqual(['k-azure', undefined]);
  });

  test('is sent once, even where the connection dies under it', async () => {
    let arrived = 0;
    answer = (incoming) => {
      arrived += 1;
      incoming.socket.destroy();
    };
    await expect(create().send(request())).rejects.toThrow();
    expect(arrived).toBe(1);
  });

  test('takes its turn where all connections are busy, and is refused where too many wait', async () => {
    const held: ServerResponse[] = [];
    const two = new Promise<void>((resolve) => {
      answer = (_, response) => {
        held.push(response);
        if (held.length === 2) resolve();
      };
    });
    const upstream = create({ connections: 2 });
    const underWay = [1, 2].map(() => upstream.send(request()));
    await two;
    const waiting = [1, 2].map(() => upstream.send(request()));
    expect([upstream.available(CALLER), upstream.retryAfterSeconds(CALLER)]).toEqual([false, 1]);
    await expect(upstream.send(request())).rejects.toMatchObject({ code: 'SLOTS_FULL' });
    answer = (_, response) => response.end('{}');
    for (const response of held) response.end('{}');
    for (const each of [...underWay, ...waiting]) expect(await read(await each)).toBe('{}');
    expect([upstream.available(CALLER), upstream.health]).toEqual([true, 'ok']);
  });

  test('that waits too long for a connection is too late, which the breaker does not hold against the upstream', async () => {
    let speaking: NodeJS.Timeout | undefined;
    answer = (_, response) => {
      response.flushHeaders();
      speaking = setInterval(() => response.write(' '), 50);
      response.on('close', () => {
        clearInterval(speaking);
      });
    };
    const upstream = create({ connections: 1, timeoutMs: 300 });
    const caller = new AbortController();
    const first = await upstream.send(request({ signal: caller.signal }));
    await expect(upstream.send(request())).rejects.toMatchObject({ code: 'SLOT_TIMEOUT' });
    caller.abort();
    await expect(read(first)).rejects.toThrow();
    expect(upstream.health).toBe('ok');
  });
});

describe('an answer', () => {
  test('comes with its status, its type, and of its headers what the caller is told', async () => {
    answer = (_, response) =>
      response
        .writeHead(429, {
          'content-type': 'text/plain',
          'retry-after': '7',
          'set-cookie': 'a=b',
          'x-request-id': 'gateway',
        })
        .end('slow down');
    const response = await create().send(request());
    expect(response).toMatchObject({ status: 429, contentType: 'text/plain' });
    expect(response.told).toEqual({ 'retry-after': '7' });
    expect(await read(response)).toBe('slow down');
  });

  test.each([301, 302, 307, 308])('of %i is refused, and its address is not called', async (status) => {
    let arrived = 0;
    answer = (_, response) => {
      arrived += 1;
      response.writeHead(status, { location: `${origin}/elsewhere` }).end('<p>moved');
    };
    await expect(create().send(request())).rejects.toMatchObject({ code: 'upstream_error' });
    expect(arrived).toBe(1);
  });

  test('that a slow reader takes piece by piece comes whole, on every connection at once and after it', async () => {
    const part = 'x'.repeat(65_536);
    answer = (_, response) => {
      let left = 24;
      const more = (): void => {
        while (left > 0) {
          left -= 1;
          if (!response.write(part)) return;
        }
        response.end('end');
      };
      response.on('drain', more);
      more();
    };
    const upstream = create({ connections: 8 });
    const slowly = async ({ body }: UpstreamResponse): Promise<number> => {
      let length = 0;
      for await (const chunk of body) {
        length += chunk.length;
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
      return length;
    };
    const lengths = await Promise.all(Array.from({ length: 16 }, () => upstream.send(request()).then(slowly)));
    expect(new Set(lengths)).toEqual(new Set([24 * part.length + 3]));
    expect(upstream.available(CALLER)).toBe(true);
  });

  test('nobody reads holds the upstream up', async () => {
    const parts = 600;
    const written: number[] = [];
    answer = (_, response) => {
      const at = written.push(0) - 1;
      const more = (): void => {
        while ((written[at] ?? 0) < parts) {
          written[at] = (written[at] ?? 0) + 1;
          if (!response.write('x'.repeat(65_536))) return;
        }
        response.end();
      };
      response.on('drain', more);
      more();
    };
    const upstream = create();
    const unread = await upstream.send(request());
    // What is sent beside it, and read, shows that there was time enough.
    for (let n = 0; n < 2; n += 1) expect(await read(await upstream.send(request()))).toHaveLength(parts * 65_536);
    expect(written).toEqual([expect.any(Number), parts, parts]);
    expect(written[0]).toBeLessThan(parts);
    await unread.body[Symbol.asyncIterator]().return?.();
  });

  test('that redirects leaves its connection to the next request, unless it has no end', async () => {
    const sockets = new Set<unknown>();
    answer = ({ socket }, response) => {
      sockets.add(socket);
      response.writeHead(302, { location: '/' }).end('moved');
    };
    // No time-out of the body: only its length can end it.
    const upstream = create({ connections: 1, timeoutMs: 600_000 });
    for (let n = 0; n < 3; n += 1)
      await expect(upstream.send(request())).rejects.toMatchObject({ code: 'upstream_error' });
    expect(sockets.size).toBe(1);
    const cut = new Promise<void>((resolve) => {
      answer = (_, response) => {
        response.on('close', resolve);
        response.writeHead(302, { location: '/' });
        response.write('x'.repeat(100_000));
      };
    });
    await expect(upstream.send(request())).rejects.toMatchObject({ code: 'upstream_error' });
    await cut;
  });

  test('that falls silent ends in an error of the body', async () => {
    answer = (_, response) => response.write('half');
    const response = await create({ timeoutMs: 200 }).send(request());
    await expect(read(response)).rejects.toMatchObject({ code: 'UND_ERR_BODY_TIMEOUT' });
  });

  test('whose head does not come is an error', async () => {
    answer = () => undefined;
    await expect(create({ timeoutMs: 200 }).send(request())).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' });
  });

  test('is broken off for a caller who hangs up', async () => {
    const hungUp = new Promise<void>((resolve) => {
      answer = (_, response) => {
        response.on('close', resolve);
        response.write('half');
      };
    });
    const caller = new AbortController();
    const response = await create().send(request({ signal: caller.signal }));
    caller.abort();
    await expect(read(response)).rejects.toThrow();
    await hungUp;
  });
});

describe('the breaker', () => {
  let states: BreakerState[];
  beforeEach(() => {
    states = [];
  });
  const guarded = (options: Partial<OpenAiUpstreamOptions> = {}): Upstream =>
    create({ onBreaker: (state) => states.push(state), ...options });

  const failures: [string, (request: IncomingMessage, response: ServerResponse) => void][] = [
    ['a connection that dies', ({ socket }) => socket.destroy()],
    [
      'an answer that dies',
      (_, response) => {
        response.write('half', () => response.destroy());
      },
    ],
    ['no head in time', () => undefined],
    ['silence', (_, response) => response.write('half')],
  ];
  test.each(failures)('opens after %s, several times', async (_case, script) => {
    answer = script;
    const upstream = guarded({ timeoutMs: 100 });
    for (let n = 0; n < CONSECUTIVE_FAILURES; n += 1) {
      expect(upstream.available(CALLER)).toBe(true);
      await upstream
        .send(request())
        .then(read)
        .catch(() => undefined);
    }
    expect([upstream.available(CALLER), upstream.health, upstream.retryAfterSeconds(CALLER)]).toEqual([
      false,
      'down',
      2,
    ]);
    expect(states).toEqual(['open']);
  });

  const statuses: [string, (request: IncomingMessage, response: ServerResponse) => void][] = [
    ['an error of the server', (_, response) => response.writeHead(503).end('no')],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/' }).end()],
  ];
  test.each(statuses)('refuses the agent and key that get %s, and no other', async (_case, script) => {
    answer = script;
    const upstream = guarded();
    for (let n = 0; n < 3 * CONSECUTIVE_FAILURES; n += 1) {
      if (!upstream.available(CALLER)) continue;
      await upstream
        .send(request())
        .then(read)
        .catch(() => undefined);
    }
    expect([upstream.available(CALLER), upstream.health, upstream.agentsRefused]).toEqual([false, 'ok', 1]);
    for (const other of [
      { agentId: 'agt_B', clientAuthorization: null },
      { agentId: 'agt_A', clientAuthorization: 'Bearer another' },
    ])
      expect(upstream.available(other)).toBe(true);
    expect(states).toEqual(['open']);
  });

  const proofs: [string, (request: IncomingMessage, response: ServerResponse) => void][] = [
    ['an answer', (_, response) => response.end('{}')],
    ['a limit that was reached', (_, response) => response.writeHead(429).end('{}')],
    ['a request that was refused', (_, response) => response.writeHead(400).end('{}')],
  ];
  test.each(proofs)('stays closed with %s', async (_case, script) => {
    const upstream = guarded();
    for (let n = 0; n < 2; n += 1) {
      answer = ({ socket }) => socket.destroy();
      for (let failed = 1; failed < CONSECUTIVE_FAILURES; failed += 1)
        await upstream.send(request()).catch(() => undefined);
      answer = script;
      for (let proven = 0; proven < CONSECUTIVE_FAILURES; proven += 1) await read(await upstream.send(request()));
    }
    expect(upstream.health).toBe('ok');
  });

  test('makes nothing of callers who hang up, before the answer or in it', async () => {
    const upstream = guarded();
    for (let n = 0; n < 2 * CONSECUTIVE_FAILURES; n += 1) {
      const caller = new AbortController();
      answer = (_, response) => {
        if (n % 2 === 0) caller.abort();
        else
          response.write('half', () => {
            caller.abort();
          });
      };
      await expect(upstream.send(request({ signal: caller.signal })).then(read)).rejects.toThrow();
    }
    expect(upstream.health).toBe('ok');
  });

  test('makes nothing of a reader who leaves early', async () => {
    answer = (_, response) => response.write('half');
    const upstream = guarded();
    for (let n = 0; n < CONSECUTIVE_FAILURES; n += 1) {
      const reader = (await upstream.send(request())).body[Symbol.asyncIterator]();
      await reader.next();
      await reader.return?.();
    }
    expect(upstream.health).toBe('ok');
  });
});
