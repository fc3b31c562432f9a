/** The listener of metrics answers one address, to readers only. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMetricsServer } from '../../../src/metrics/metrics-listener.ts';

let failure: Error | null;
const errors: unknown[] = [];
let running: ReturnType<typeof createMetricsServer>;
let url: string;
beforeEach(async () => {
  failure = null;
  errors.length = 0;
  const exposition = {
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    text: () => (failure === null ? Promise.resolve('up 1\n') : Promise.reject(failure)),
  };
  running = createMetricsServer(exposition, (err) => errors.push(err)).listen(0, '127.0.0.1');
  await once(running, 'listening');
  url = `http://127.0.0.1:${(running.address() as AddressInfo).port}`;
});
afterEach(() => {
  running.closeAllConnections();
  running.close();
});

describe('the listener of metrics', () => {
  test('GET /metrics returns the text in its format, uncached', async () => {
    const response = await fetch(`${url}/metrics?job=masker`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe('up 1\n');
  });

  test('HEAD /metrics returns the same head and no text', async () => {
    const response = await fetch(`${url}/metrics`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('5');
    expect(await response.text()).toBe('');
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s /metrics returns 405 and what is allowed', async (method) => {
    const response = await fetch(`${url}/metrics`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  test.each(['/', '/health', '/metrics/', '/Metrics', '/api/v1/me', '//metrics'])('%s returns 404', async (path) => {
    const response = await fetch(`${url}${path}`);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('Not found. Metrics are at /metrics.\n');
  });

  test('a text that cannot be made is answered with 500 and without its reason', async () => {
    failure = new Error('no secret of the database');
    const response = await fetch(`${url}/metrics`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(errors).toEqual([failure]);
  });
});
