import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newWebhookSecret } from '../../../../../src/platform/standard-webhooks.ts';
import { CallbackTargets } from '../../../../../src/platform/forbidden-address.ts';
import { createAssistantCallback } from '../../../../../src/proxy/platforms/vapi/assistant-callback.ts';
import type {
  AssistantCallback,
  AssistantCallbackOptions,
  CallbackResult,
} from '../../../../../src/proxy/platforms/vapi/assistant-callback.ts';

const EVENT = Buffer.from('{"type":"assistant-request"}');
const NEVER = new AbortController().signal;

/** The loopback network is the only private one that these callbacks may reach. */
const HERE = new CallbackTargets([{ address: '127.0.0.0', prefix: 8 }]);

function newCallback(options: Partial<AssistantCallbackOptions> = {}): AssistantCallback {
  const callback = createAssistantCallback({ targets: HERE, ...options });
  onTestFinished(() => callback.close());
  return callback;
}

async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const ask = (callback: AssistantCallback, url: string, signal = NEVER): Promise<CallbackResult> =>
  callback.ask({ url, secret: newWebhookSecret() }, EVENT, signal);

/** A resolver of names that are known to these tests alone. */
const resolving = (...addresses: readonly string[]): Pick<AssistantCallbackOptions, 'resolve'> => ({
  resolve: (_hostname, _options, callback) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  },
});

describe('a question', () => {
  it('reaches the address that its name leads to', async () => {
    const port = await listen((_request, response) => response.end('{"assistant":{}}'));
    expect(await ask(newCallback(resolving('127.0.0.1')), `http://clinic.test:${port}/`)).toEqual({
      ok: true,
      value: { assistant: {} },
    });
  });

  it.each([
    'http://10.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[2002:a9fe:a9fe::1]/',
    'http://2130706433/',
  ])('to the address %s is not asked where its network is not allowed', async (url) => {
    const callback = newCallback({ targets: new CallbackTargets([]) });
    expect(await ask(callback, url)).toEqual({ ok: false, reason: 'EFORBIDDENADDRESS' });
  });

  it('follows no redirect to a private address', async () => {
    const port = await listen((_request, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end());
    expect(await ask(newCallback(), `http://127.0.0.1:${port}/`)).toEqual({ ok: false, reason: 'status_302' });
  });

  it.each([
    ['169.254.169.254'],
    ['fd00:ec2::254'],
    ['127.0.0.1', '169.254.0.1'],
    ['::ffff:169.254.169.254'],
    ['64:ff9b::a9fe:a9fe'],
    ['::169.254.169.254'],
    ['10.0.0.1'],
    ['93.184.216.34', '192.168.0.1'],
    ['0.0.0.0'],
  ])('does not go where a name leads to %s', async (...addresses) => {
    const port = await listen((_request, response) => response.end('{"assistant":{}}'));
    expect(await ask(newCallback(resolving(...addresses)), `http://clinic.test:${port}/`)).toEqual({
      ok: false,
      reason: 'EFORBIDDENADDRESS',
    });
  });

  it('to a name that is not known fails by itself, and not the process with it', async () => {
    const resolve: AssistantCallbackOptions['resolve'] = (_hostname, _options, callback) => {
      // As node calls it, later and without addresses.
      setImmediate(callback, Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }));
    };
    expect(await ask(newCallback({ resolve }), 'http://clinic.test/')).toEqual({ ok: false, reason: 'ENOTFOUND' });
    expect((await ask(newCallback(), 'http://clinic.invalid/')).ok).toBe(false);
  });

  it('to a name without an address is not asked', async () => {
    expect((await ask(newCallback(resolving()), 'http://clinic.test/')).ok).toBe(false);
  });

  it('is given up when the answer takes too long, in its head or in its body', async () => {
    const silent = await listen(() => undefined);
    const slow = await listen((_request, response) => {
      response.writeHead(200);
      response.write('{');
    });
    const callback = newCallback({ timeoutMs: 100 });
    for (const port of [silent, slow]) expect((await ask(callback, `http://127.0.0.1:${port}/`)).ok).toBe(false);
  });

  it('is given up when nobody waits for it any more', async () => {
    const gone = new AbortController();
    const port = await listen(() => {
      gone.abort();
    });
    expect((await ask(newCallback(), `http://127.0.0.1:${port}/`, gone.signal)).ok).toBe(false);
  });

  it('tells of a failure by a code or a rule, never by what was answered', async () => {
    const port = await listen((request, response) => {
      response.writeHead(Number(request.url?.slice(1)));
      response.end('PATIENT');
    });
    const callback = newCallback();
    for (const [status, reason] of [
      [500, 'status_500'],
      [307, 'status_307'],
      [401, 'status_401'],
      [200, 'not_json'],
    ] as const) {
      expect(await ask(callback, `http://127.0.0.1:${port}/${status}`)).toEqual({ ok: false, reason });
    }
  });
});
