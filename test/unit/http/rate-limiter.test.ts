/** Limits for each account on all nodes together, and for each address. See docs/operations.md, Rate limits. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { clientAddress } from '../../../src/http/limits.ts';
import type { Draw, RateLimitStore } from '../../../src/http/rate-limit-store.ts';
import { LIMITS, RateLimiter } from '../../../src/http/rate-limiter.ts';
import type { Subject } from '../../../src/http/rate-limiter.ts';
import { TokenBucket } from '../../../src/http/token-bucket.ts';
import type { Limit } from '../../../src/http/token-bucket.ts';

let now = 0;
let draws = 0;
let isDown = false;

/** The shared buckets, in memory. */
function memoryStore(): RateLimitStore {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    draw: (key: string, { rate, burst }: Limit, wanted: number): Promise<Draw> => {
      draws += 1;
      if (isDown) return Promise.reject(new Error('down'));
      const { tokens, at } = buckets.get(key) ?? { tokens: burst, at: now };
      const available = Math.min(burst, tokens + ((now - at) / 1000) * rate);
      const granted = Math.min(wanted, Math.floor(available));
      buckets.set(key, { tokens: available - granted, at: now });
      return Promise.resolve({ granted, left: available - granted });
    },
  };
}

const node = (store: RateLimitStore): RateLimiter =>
  new RateLimiter({ store, now: () => now, onStoreError: () => undefined });
const clinic: Subject = { is: 'account', id: 'acc_1' };

async function allowed(limiter: RateLimiter, times: number, subject: Subject = clinic): Promise<number> {
  const verdicts = await Promise.all(Array.from({ length: times }, () => limiter.check(subject, 'calls')));
  return verdicts.filter((each) => each.allowed).length;
}

beforeEach(() => {
  now = 1_000;
  draws = 0;
  isDown = false;
});

describe('an account', () => {
  test('has its burst, then its rate', async () => {
    const limiter = node(memoryStore());
    expect(await allowed(limiter, 300)).toBe(LIMITS.calls.burst);
    now += 500;
    expect(await allowed(limiter, 300)).toBe(LIMITS.calls.rate / 2);
    now += 60_000;
    expect(await allowed(limiter, 300)).toBe(LIMITS.calls.burst);
  });

  test('has one limit on all nodes', async () => {
    const store = memoryStore();
    const nodes = [node(store), node(store), node(store)];
    const each = await Promise.all(nodes.map((limiter) => allowed(limiter, 150)));
    expect(each.reduce((sum, count) => sum + count)).toBe(LIMITS.calls.burst);
  });

  test('has limits apart for calls and for the API, and apart from other accounts', async () => {
    const limiter = node(memoryStore());
    await allowed(limiter, 300);
    expect((await limiter.check(clinic, 'api')).allowed).toBe(true);
    expect((await limiter.check({ is: 'account', id: 'acc_2' }, 'calls')).allowed).toBe(true);
    expect((await limiter.check(clinic, 'calls')).allowed).toBe(false);
  });

  test('costs a query now and then, not one for each request', async () => {
    const limiter = node(memoryStore());
    for (let n = 0; n < 1_000; n += 1) {
      now += 11;
      expect((await limiter.check(clinic, 'calls')).allowed).toBe(true);
    }
    expect(draws).toBeLessThan(130);
  });

  test('that is over its limit costs no query until it may ask again', async () => {
    const limiter = node(memoryStore());
    await allowed(limiter, 300);
    const before = draws;
    expect(await limiter.check(clinic, 'calls')).toMatchObject({ allowed: false, remaining: 0, retryAfterSeconds: 1 });
    await allowed(limiter, 1_000);
    expect(draws).toBe(before);
    now += 10;
    expect(await allowed(limiter, 10)).toBe(1);
  });

  test('that lacks less of a token than a clock can tell is not asked for without end', async () => {
    const almost: RateLimitStore = {
      draw: () => {
        draws += 1;
        return Promise.resolve(draws < 5 ? { granted: 0, left: 1 - Number.EPSILON / 2 } : { granted: 1, left: 0 });
      },
    };
    expect(await allowed(node(almost), 3)).toBe(0);
    expect(draws).toBe(1);
  });

  test('is limited by each node alone while the database is away, and by all together after that', async () => {
    const store = memoryStore();
    const limiter = node(store);
    isDown = true;
    expect(await allowed(limiter, 300)).toBe(LIMITS.calls.burst);
    expect(draws).toBe(1);
    now += 1_000;
    isDown = false;
    expect(await allowed(node(store), 300)).toBe(LIMITS.calls.burst);
    expect(await allowed(limiter, 300)).toBe(0);
  });
});

test('an address is limited without any query', async () => {
  const limiter = node(memoryStore());
  expect(await allowed(limiter, 300, { is: 'address', address: '192.0.2.1' })).toBe(LIMITS.calls.burst);
  expect(await allowed(limiter, 1, { is: 'address', address: '192.0.2.2' })).toBe(1);
  expect(draws).toBe(0);
});

test('in any while: never more than the burst and what the rate adds, on any number of nodes', async () => {
  const step = fc.record({ node: fc.nat(2), requests: fc.integer({ min: 1, max: 60 }), ms: fc.nat(400) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      now = 1_000;
      const store = memoryStore();
      const nodes = [node(store), node(store), node(store)];
      let sum = 0;
      for (const each of steps) {
        now += each.ms;
        const limiter = nodes[each.node];
        if (limiter !== undefined) sum += await allowed(limiter, each.requests);
        expect(sum).toBeLessThanOrEqual(LIMITS.calls.burst + ((now - 1_000) / 1000) * LIMITS.calls.rate);
      }
    }),
    { numRuns: 200 },
  );
});

test('a bucket never holds less than nothing or more than its burst, whatever its clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -500, max: 5_000 })), (waits) => {
      const bucket = new TokenBucket({ rate: 3, burst: 5 }, 0);
      let at = 0;
      for (const wait of waits) {
        at += wait;
        const before = bucket.tokens(at);
        expect(bucket.take(at)).toBe(before >= 1);
        expect(bucket.tokens(at)).toBeGreaterThanOrEqual(0);
        expect(bucket.tokens(at)).toBeLessThanOrEqual(5);
      }
    }),
  );
});

describe('the address that a request is counted for', () => {
  const from = (remoteAddress: string, forwarded?: string): Parameters<typeof clientAddress>[0] => ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  });

  const cases: [string, Parameters<typeof clientAddress>[0], number, string][] = [
    ['is the socket’s', from('192.0.2.1'), 0, '192.0.2.1'],
    ['is the socket’s, whatever the caller writes', from('192.0.2.1', '203.0.113.9'), 0, '192.0.2.1'],
    ['is what the own proxy saw', from('10.0.0.1', '203.0.113.9'), 1, '203.0.113.9'],
    ['is not what the caller wrote before it', from('10.0.0.1', '198.51.100.7, 203.0.113.9'), 1, '203.0.113.9'],
    ['is what the first of two own proxies saw', from('10.0.0.1', 'x, 203.0.113.9, 10.0.0.2'), 2, '203.0.113.9'],
    ['is the socket’s where the header is too short', from('10.0.0.1', '203.0.113.9'), 3, '10.0.0.1'],
    ['is the socket’s where the header holds none', from('10.0.0.1', 'unknown'), 1, '10.0.0.1'],
    ['is the IPv4 address within an IPv6 one', from('::ffff:192.0.2.1'), 0, '192.0.2.1'],
    ['is the network of an IPv6 address', from('2001:db8:0:1:a:b:c:d'), 0, '2001:db8:0:1'],
    ['is that network however it is written', from('2001:0DB8::1:ffff:1:2:3'), 0, '2001:db8:0:1'],
    ['is that network with a zone', from('fe80::1%eth0'), 0, 'fe80:0:0:0'],
    ['is the network of ::1', from('::1'), 0, '0:0:0:0'],
  ];
  test.each(cases)('%s', (_case, request, hops, expected) => {
    expect(clientAddress(request, hops)).toBe(expected);
  });
});
