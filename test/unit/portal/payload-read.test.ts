/** How long a revealed payload stays: on the screen by the clock, and in memory not at all. */
import { MutationObserver, QueryClient } from '@tanstack/react-query';
import { afterEach, expect, test, vi } from 'vitest';
import { payloadRead, secondsUntil, SHOWN_MS } from '../../../src/portal/app/pages/session/payload-read.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  [SHOWN_MS, 60],
  [1_001, 2],
  [1_000, 1],
  [1, 1],
  [0, 0],
  [-3_600_000, 0],
])('secondsUntil counts whole seconds of the clock: %d ms are %d s', (ms, seconds) => {
  expect(secondsUntil(1_700_000_000_000 + ms, 1_700_000_000_000)).toBe(seconds);
});

test('payloadRead leaves nothing in the cache once the dialog is gone', async () => {
  vi.stubGlobal('fetch', () =>
    Promise.resolve(Response.json({ data: { session: { payloads: { request: 'text', masked: '', response: '' } } } })),
  );
  const client = new QueryClient();
  const observer = new MutationObserver(client, payloadRead('sess_1', 1));
  const leave = observer.subscribe(() => undefined);
  expect(await observer.mutate({ purpose: 'a complaint' })).toMatchObject({ request: 'text' });
  expect(client.getMutationCache().getAll()).toHaveLength(1);
  leave();
  await expect.poll(() => client.getMutationCache().getAll()).toEqual([]);
});
